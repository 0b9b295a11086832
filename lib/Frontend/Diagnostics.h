// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The texts of Diagnostics.def as diagnostics of Clang's.

#ifndef BPF_FIBER_FRONTEND_DIAGNOSTICS_H
#define BPF_FIBER_FRONTEND_DIAGNOSTICS_H

#include "clang/Basic/Diagnostic.h"

namespace llvm::bpffiber {

enum class Diag {
#define FIBER_ERROR(Name, Id, Text) Name,
#define FIBER_WARNING(Name, Id, Text) Name,
#define FIBER_NOTE(Name, Text) Name,
#include "Diagnostics.def"
};

/// Reports D at Loc. The arguments of its text are streamed into the result.
clang::DiagnosticBuilder report(clang::DiagnosticsEngine &Engine,
                                clang::SourceLocation Loc, Diag D);

/// What becomes of a warning under -w and -Werror, which Clang does not apply
/// to diagnostics that are not its own.
clang::DiagnosticsEngine::Level
warningLevel(const clang::DiagnosticsEngine &Engine);

} // namespace llvm::bpffiber

#endif
