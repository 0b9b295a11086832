// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checks over a FiberModel. Each reports errors of one sort and changes
// nothing.

#ifndef BPF_FIBER_FRONTEND_CHECKS_H
#define BPF_FIBER_FRONTEND_CHECKS_H

#include "FiberModel.h"

namespace clang {
class CompilerInstance;
}

namespace llvm::bpffiber {

/// What every check needs.
struct CheckContext {
  const FiberModel &Model;
  const clang::ASTContext &AST;
  const SourceText &Text;
  clang::DiagnosticsEngine &Diags;
  bool Preprocessed;
};

/// Options without which no fiber can be compiled.
void checkOptions(const clang::FunctionDecl *Fiber,
                  clang::CompilerInstance &CI);

/// Prototypes of fibers; fibers without a body or a start.
void checkFibers(const CheckContext &C);

/// co_await where it belongs, every suspending call under one, and fibers and
/// awaitables not named for anything else.
void checkAwaits(const CheckContext &C, const Function &F);

/// Awaits whose order relative to another operand is open.
void checkEvaluationOrder(const CheckContext &C, const Function &F);

/// Results of awaits that are compared with what they never are.
void checkResults(const CheckContext &C, const Function &F);

/// Fibers and awaitables that reach themselves.
void checkRecursion(const CheckContext &C);

} // namespace llvm::bpffiber

#endif
