// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the passes speak through the Clang plugin.
//
// A diagnostic of LLVM's has one location; the errors of the passes have
// several (the await, the value that cannot cross it, its use), and the user
// should see each with its source line.  Clang can show that, but the pass
// plugin may not need a symbol of Clang's, because opt loads it too.  So the
// pass plugin takes a function to report through, and the Clang plugin, if it
// is loaded, hands one over while it has a compilation to speak for.
//
// Both modules include this file and nothing else of each other.

#ifndef BPF_FIBER_TRANSFORMS_DIAGNOSTICSINK_H
#define BPF_FIBER_TRANSFORMS_DIAGNOSTICSINK_H

/// A further location. File is null or empty and Line 0 where none is known;
/// Column is 0 without column information.
struct BPFFiberDiagnosticNote {
  const char *File;
  unsigned Line, Column;
  const char *Text;
};

/// One message with its notes. Everything belongs to the caller and is read
/// during the call only.
struct BPFFiberDiagnostic {
  int Severity; ///< 0 note, 1 remark, 2 warning, 3 error
  const char *File;
  unsigned Line, Column;
  const char *Text; ///< shown as it is: no format characters are interpreted
  const BPFFiberDiagnosticNote *Notes;
  unsigned NumNotes;
};

/// Exported by the pass plugin. A null Sink takes the function back.
extern "C" void bpfFiberSetDiagnosticSink(
    void (*Sink)(void *Cookie, const struct BPFFiberDiagnostic *D),
    void *Cookie);

#endif
