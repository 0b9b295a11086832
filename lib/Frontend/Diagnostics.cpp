// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Diagnostics.h"

using namespace clang;

DiagnosticsEngine::Level
llvm::bpffiber::warningLevel(const DiagnosticsEngine &Engine) {
  if (Engine.getIgnoreAllWarnings())
    return DiagnosticsEngine::Ignored;
  return Engine.getWarningsAsErrors() ? DiagnosticsEngine::Error
                                      : DiagnosticsEngine::Warning;
}

// The format must be a literal: that form of getCustomDiagID() is the one that
// all supported versions of Clang have.
static unsigned customId(DiagnosticsEngine &Engine, llvm::bpffiber::Diag D) {
  using namespace llvm::bpffiber;
  switch (D) {
#define FIBER_ERROR(Name, Id, Text)                                            \
  case Diag::Name:                                                             \
    return Engine.getCustomDiagID(DiagnosticsEngine::Error, Text " [" Id "]");
#define FIBER_WARNING(Name, Id, Text)                                          \
  case Diag::Name:                                                             \
    return Engine.getCustomDiagID(warningLevel(Engine), Text " [" Id "]");
#define FIBER_NOTE(Name, Text)                                                 \
  case Diag::Name:                                                             \
    return Engine.getCustomDiagID(DiagnosticsEngine::Note, Text);
#include "Diagnostics.def"
  }
  llvm_unreachable("not in Diagnostics.def");
}

DiagnosticBuilder llvm::bpffiber::report(DiagnosticsEngine &Engine,
                                         SourceLocation Loc, Diag D) {
  return Engine.Report(Loc, customId(Engine, D));
}
