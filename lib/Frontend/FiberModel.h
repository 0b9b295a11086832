// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a translation unit says about fibers: every function with its awaits,
// calls and references, and which of them are fibers or suspend.
//
// One walk collects it; the checks only read it. Terms:
//
//   fiber      a function with annotate("bpf_fiber")
//   primitive  __fiber_suspend() and the other functions without a body that
//              have a meaning only in a fiber
//   suspends   reaches __fiber_suspend() by calls, or awaits a fiber. Such a
//              function is awaitable, and so is every fiber.

#ifndef BPF_FIBER_FRONTEND_FIBERMODEL_H
#define BPF_FIBER_FRONTEND_FIBERMODEL_H

#include "SourceText.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include <vector>

namespace llvm::bpffiber {

/// One co_await.
struct Await {
  const clang::UnaryOperator *Op;
  bool Evaluated;
  /// Only co_await may be refused. Where another __extension__ covers the call
  /// of an awaitable it is taken for one, since co_await is no longer to be
  /// told from it in preprocessed input.
  bool IsCertain;
};

/// How a co_await applies to a call.
enum class Cover {
  None,
  /// The call is the operand; or one arm of the conditional, the right side of
  /// the comma or the value of the macro that is.
  Operand,
  /// The call is in a statement expression that is the operand. To co_await
  /// that is what an always-inline function is: it may arm, suspend and compute
  /// a result in several statements.
  Inside,
  /// The call is a part of the operand: co_await f()->x.
  Part,
};

struct Call {
  const clang::CallExpr *Expr;
  const clang::FunctionDecl *Callee; ///< canonical
  bool Evaluated;
  Cover Covered;
  unsigned AwaitIndex;   ///< in Function::Awaits, if covered
  bool IsReturned;       ///< the value of a return statement
  bool InGuard;          ///< in the guard of a fiber_guard()
  bool NeedsParentheses; ///< f()->x, f()[i]: binds tighter than co_await
};

/// A function that is named without being called.
struct Reference {
  const clang::DeclRefExpr *Expr;
  const clang::FunctionDecl *Target; ///< canonical
  bool Evaluated;
  StringRef Verb; ///< the primitive whose first argument this is, or empty
};

struct Function {
  /// The definition; null for what stands in no function.
  const clang::FunctionDecl *Decl = nullptr;
  bool IsFiber = false;
  bool Suspends = false;  ///< awaitable, or a fiber that awaits
  bool UsesState = false; ///< reaches any primitive by calls
  std::vector<Await> Awaits;
  std::vector<Call> Calls;
  std::vector<Reference> References;
};

class FiberModel {
public:
  /// Preprocessed: the input has been through the preprocessor before.
  FiberModel(clang::ASTContext &Context, bool Preprocessed);

  /// Whether there is anything about fibers in the translation unit.
  static bool isNeeded(clang::ASTContext &Context);

  /// In source order; the one without a Decl last.
  const std::vector<Function> &functions() const { return Functions; }
  const Function *find(const clang::FunctionDecl *F) const;

  /// All fibers, declared or defined, in the order of their first declaration.
  const std::vector<const clang::FunctionDecl *> &fibers() const {
    return Fibers;
  }

  static bool isFiber(const clang::FunctionDecl *F);
  /// __fiber_suspend() itself.
  static bool isSuspend(const clang::FunctionDecl *F);
  static bool isPrimitive(const clang::FunctionDecl *F);
  /// What co_await can be applied to; every fiber.
  bool isAwaitable(const clang::FunctionDecl *F) const;
  bool usesState(const clang::FunctionDecl *F) const;
  /// The first await of Fiber, or null.
  const Call *findAwait(const clang::FunctionDecl *Fiber) const;
  /// Inlined into its callers, and so into fibers, without a copy left over.
  static bool isInlined(const clang::FunctionDecl *F);

private:
  void collect(clang::ASTContext &Context, bool Preprocessed);
  void propagate();

  std::vector<Function> Functions;
  std::vector<const clang::FunctionDecl *> Fibers;
  DenseMap<const clang::FunctionDecl *, unsigned> Index;
};

} // namespace llvm::bpffiber

#endif
