// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// User errors of the passes. With the Clang plugin loaded they are shown as
// Clang shows its own, with carets and notes; otherwise (opt, IR input) they
// go through LLVMContext::diagnose().

#ifndef BPF_FIBER_TRANSFORMS_DIAGNOSTICS_H
#define BPF_FIBER_TRANSFORMS_DIAGNOSTICS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/IR/DebugLoc.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Function.h"
#include <string>

namespace llvm {
class DIFile;
} // namespace llvm

namespace llvm::bpffiber {

/// Whether File is one of the runtime's own headers.
bool isRuntimeFile(const DIFile &File);

/// Where the user wrote what Loc came from: the innermost inlined location
/// that is not in the runtime's own headers.
DebugLoc getUserLoc(const DebugLoc &Loc);

/// Whether Loc is in the runtime's own headers, wherever that was inlined.
bool isInRuntime(const DebugLoc &Loc);

/// A diagnostic under construction; shown when it goes out of scope.
class Diagnostic {
public:
  /// Id is the stable name in docs/diagnostics.md, shown in brackets.
  Diagnostic(const Function &F, DiagnosticSeverity Severity,
             const DebugLoc &Loc, StringRef Id, const Twine &Text);
  ~Diagnostic();
  Diagnostic(const Diagnostic &) = delete;
  Diagnostic &operator=(const Diagnostic &) = delete;

  Diagnostic &note(const DebugLoc &Loc, const Twine &Text);

private:
  void noteCallers();

  struct Message {
    DebugLoc Loc;
    std::string Text;
  };
  const Function &F;
  DiagnosticSeverity Severity;
  Message Main;
  SmallVector<Message, 3> Notes;
};

} // namespace llvm::bpffiber

#endif
