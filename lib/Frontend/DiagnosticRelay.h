// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shows the diagnostics of the passes as Clang shows its own.

#ifndef BPF_FIBER_FRONTEND_DIAGNOSTICRELAY_H
#define BPF_FIBER_FRONTEND_DIAGNOSTICRELAY_H

#include "../Transforms/DiagnosticSink.h"
#include "clang/Basic/SourceLocation.h"
#include <string>

namespace clang {
class CompilerInstance;
}

namespace llvm::bpffiber {

/// While it lives, what the passes report goes to the DiagnosticsEngine of a
/// compilation. Without the pass plugin it does nothing.
class DiagnosticRelay {
public:
  explicit DiagnosticRelay(clang::CompilerInstance &CI);
  ~DiagnosticRelay();
  DiagnosticRelay(const DiagnosticRelay &) = delete;
  DiagnosticRelay &operator=(const DiagnosticRelay &) = delete;

private:
  static void receive(void *Cookie, const BPFFiberDiagnostic *D);
  void show(int Severity, const char *File, unsigned Line, unsigned Column,
            const char *Text);
  clang::SourceLocation locate(StringRef File, unsigned Line, unsigned Column);
  clang::SourceLocation locateByLineMarkers(StringRef File, unsigned Line,
                                            unsigned Column);

  clang::CompilerInstance &CI;
  decltype(&bpfFiberSetDiagnosticSink) SetSink;
};

} // namespace llvm::bpffiber

#endif
