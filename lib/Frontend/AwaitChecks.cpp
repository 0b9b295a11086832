// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// co_await, calls and names: what is awaited must be awaitable, what suspends
// must be awaited, both only where a fiber runs, and neither a fiber nor an
// awaitable is there for anything else.
//
// A fiber awaits with co_await, always. A function that is inlined into fibers
// may also forward the value of another awaitable with return, and is where
// __fiber_suspend() itself is called: that is how awaitables are written.

#include "Checks.h"
#include "Diagnostics.h"
#include "clang/AST/Attr.h"
#include <functional>
#include <numeric>

using namespace clang;

namespace llvm::bpffiber {

namespace {

class AwaitChecker {
public:
  AwaitChecker(const CheckContext &C, const Function &F)
      : C(C), F(F), InFiber(F.IsFiber),
        IsInlined(F.Decl && FiberModel::isInlined(F.Decl)) {}

  void check();

private:
  void checkAwait(unsigned Index);
  void checkUnevaluated(const Await &A);
  void checkCall(const Call &Site);
  void checkReference(const Reference &R);
  void reportNotAwaitable(const Await &A, const Call *Site);
  void reportMissingAwait(const Call &Site);
  void reportMisplaced(const Call &Site);
  void reportCalled(const Call &Site);
  void reportNotInline(const Call &Site);
  bool isMeantInline() const;

  DiagnosticBuilder report(SourceLocation Loc, Diag D) const {
    return bpffiber::report(C.Diags, C.Text.userLoc(Loc), D);
  }

  const CheckContext &C;
  const Function &F;
  bool InFiber, IsInlined;
  bool NotInlineReported = false;
};

} // namespace

// In the order of the source, which is not that of the three lists.
void AwaitChecker::check() {
  using Task = std::pair<SourceLocation, std::function<void()>>;
  std::vector<Task> Tasks;
  for (unsigned I = 0; I != F.Awaits.size(); ++I)
    Tasks.push_back(
        {F.Awaits[I].Op->getOperatorLoc(), [this, I] { checkAwait(I); }});
  for (const Call &Site : F.Calls)
    if (Site.Evaluated)
      Tasks.push_back(
          {Site.Expr->getBeginLoc(), [this, &Site] { checkCall(Site); }});
  for (const Reference &R : F.References)
    if (R.Evaluated)
      Tasks.push_back(
          {R.Expr->getBeginLoc(), [this, &R] { checkReference(R); }});
  std::vector<unsigned> Order(Tasks.size());
  std::iota(Order.begin(), Order.end(), 0);
  const SourceManager &SM = C.AST.getSourceManager();
  llvm::sort(Order, [&](unsigned A, unsigned B) {
    if (Tasks[A].first == Tasks[B].first)
      return A < B;
    return SM.isBeforeInTranslationUnit(Tasks[A].first, Tasks[B].first);
  });
  for (unsigned I : Order)
    Tasks[I].second();
}

// A macro that takes typeof() of its argument before it evaluates it, as min()
// does, is no mistake of the user's. (In preprocessed input the two cannot be
// told apart.)
void AwaitChecker::checkUnevaluated(const Await &A) {
  if (!A.IsCertain || C.Preprocessed)
    return;
  SourceLocation Written = C.Text.writtenToken(A.Op->getOperatorLoc());
  for (const Await &Other : F.Awaits)
    if (Other.Evaluated &&
        C.Text.writtenToken(Other.Op->getOperatorLoc()) == Written)
      return;
  report(A.Op->getOperatorLoc(), Diag::Unevaluated);
  report(A.Op->getOperatorLoc(), Diag::AwaitFirst);
}

void AwaitChecker::checkAwait(unsigned Index) {
  const Await &A = F.Awaits[Index];
  if (!A.Evaluated)
    return checkUnevaluated(A);
  const Call *First = nullptr;
  for (const Call &Site : F.Calls) {
    if (Site.Covered == Cover::None || Site.AwaitIndex != Index)
      continue;
    // One arm that suspends is enough: an awaitable may as well end at once,
    // with an error say.
    if (Site.Covered != Cover::Part && C.Model.isAwaitable(Site.Callee))
      return;
    if (!First)
      First = &Site;
  }
  if (A.IsCertain)
    reportNotAwaitable(A, First);
}

void AwaitChecker::reportNotAwaitable(const Await &A, const Call *Site) {
  SourceLocation Loc = A.Op->getOperatorLoc();
  if (!Site || Site->Covered != Cover::Operand) {
    report(Loc, Diag::OperandNotAwaitable)
        << A.Op->getSubExpr()->getSourceRange();
    if (!Site || !C.Model.isAwaitable(Site->Callee))
      report(Loc, Diag::WhatIsAwaitable);
    else
      report(Site->Expr->getBeginLoc(), Diag::AwaitTheCall)
          << C.Text.callName(Site->Expr);
    return;
  }
  std::string Name = C.Text.callName(Site->Expr);
  {
    auto Builder = report(Loc, Diag::NotAwaitable);
    Builder << Name << Site->Expr->getSourceRange();
    if (FixItHint Hint = C.Text.removeAwait(Loc); !Hint.isNull())
      Builder << Hint;
  }
  if (C.Model.find(Site->Callee) || Site->Callee->getBuiltinID())
    report(Site->Callee->getBuiltinID() ? Loc : Site->Callee->getLocation(),
           Diag::NeverSuspends)
        << Name;
  else
    report(Site->Callee->getLocation(), Diag::NoBody) << Site->Callee;
}

// Where a fiber could not be awaited either, it was taken for a function.
void AwaitChecker::reportCalled(const Call &Site) {
  SourceLocation Loc = Site.Expr->getBeginLoc();
  report(Loc, Diag::FiberCalled) << Site.Callee << Site.Expr->getSourceRange();
  report(Loc, Diag::StartIt);
}

void AwaitChecker::checkCall(const Call &Site) {
  if (FiberModel::isFiber(Site.Callee)) {
    // A fiber that calls itself is checkRecursion()'s.
    if (F.Decl && Site.Callee == F.Decl->getCanonicalDecl())
      return;
    if (!InFiber && !IsInlined && Site.Covered == Cover::None)
      return reportCalled(Site);
  }
  bool Suspends = C.Model.isAwaitable(Site.Callee);
  if (!Suspends && !C.Model.usesState(Site.Callee))
    return;
  if (!InFiber && !IsInlined) {
    if (!isMeantInline())
      return reportMisplaced(Site);
    reportNotInline(Site);
  }
  if (Suspends && Site.InGuard) {
    report(Site.Expr->getBeginLoc(), Diag::AwaitInGuard)
        << C.Text.callName(Site.Expr) << Site.Expr->getSourceRange();
    report(Site.Expr->getBeginLoc(), Diag::GuardDecides);
    return;
  }
  if (!Suspends || Site.Covered != Cover::None)
    return;
  if (!InFiber && (Site.IsReturned || FiberModel::isSuspend(Site.Callee)))
    return;
  reportMissingAwait(Site);
}

void AwaitChecker::reportMissingAwait(const Call &Site) {
  {
    auto Builder = report(Site.Expr->getBeginLoc(), Diag::MissingAwait);
    Builder << C.Text.callName(Site.Expr) << Site.Expr->getSourceRange();
    for (const FixItHint &Hint :
         C.Text.awaitCall(Site.Expr, Site.NeedsParentheses))
      Builder << Hint;
  }
  // What the language's own awaitables do is in its reference.
  const Function *Callee = C.Model.find(Site.Callee);
  if (!Callee ||
      C.AST.getSourceManager().isInSystemHeader(Callee->Decl->getLocation()))
    return;
  for (const Call &Inner : Callee->Calls)
    if (Inner.Evaluated && C.Model.isAwaitable(Inner.Callee)) {
      report(Inner.Expr->getBeginLoc(), Diag::SuspendsHere) << Callee->Decl;
      return;
    }
}

// A function of this file that is no program, or that somebody awaits, lacks
// only the attribute.
bool AwaitChecker::isMeantInline() const {
  if (!F.Decl || F.Decl->hasAttr<SectionAttr>())
    return false;
  if (!F.Decl->isExternallyVisible())
    return true;
  for (const Function &Other : C.Model.functions())
    for (const Call &Site : Other.Calls)
      if (Site.Callee == F.Decl->getCanonicalDecl() &&
          Site.Covered != Cover::None)
        return true;
  return false;
}

void AwaitChecker::reportNotInline(const Call &Site) {
  if (NotInlineReported)
    return;
  NotInlineReported = true;
  {
    auto Builder = report(F.Decl->getLocation(), Diag::NotInline);
    Builder << F.Decl << (F.Suspends ? 0 : 1);
    FixItHint Hint = C.Text.makeAlwaysInline(F.Decl);
    if (!Hint.isNull() && !F.Decl->hasAttr<NoInlineAttr>())
      Builder << Hint;
  }
  report(Site.Expr->getBeginLoc(), Diag::BecauseItCalls)
      << C.Text.callName(Site.Expr);
  report(F.Decl->getLocation(), Diag::DeclareAwaitable);
}

void AwaitChecker::reportMisplaced(const Call &Site) {
  bool Suspends = C.Model.isAwaitable(Site.Callee);
  if (!F.Decl) // Clang refuses calls in initializers of file scope itself.
    return;
  report(Site.Expr->getBeginLoc(),
         Suspends ? Diag::AwaitOutsideFiber : Diag::StateOutsideFiber)
      << C.Text.callName(Site.Expr) << F.Decl << Site.Expr->getSourceRange();
  report(F.Decl->getLocation(), F.Decl->hasAttr<SectionAttr>()
                                    ? Diag::StartFromProgram
                                    : Diag::MakeItFiber)
      << F.Decl;
}

static bool isVerb(StringRef Primitive) {
  return Primitive == "__fiber_start" || Primitive == "__fiber_resume" ||
         Primitive == "__fiber_token_offset" || Primitive == "__fiber_disarm" ||
         Primitive == "__fiber_cancel" || Primitive == "__fiber_is_cancellable";
}

void AwaitChecker::checkReference(const Reference &R) {
  SourceLocation Loc = R.Expr->getBeginLoc();
  if (FiberModel::isFiber(R.Target)) {
    if (isVerb(R.Verb))
      return;
    report(Loc, Diag::FiberAddress) << R.Target;
    report(Loc, Diag::NameInVerb);
  } else if (C.Model.isAwaitable(R.Target) ||
             FiberModel::isPrimitive(R.Target)) {
    report(Loc, Diag::AwaitableAddress)
        << R.Target << !C.Model.isAwaitable(R.Target);
    report(Loc, Diag::OnlyInlined);
  }
}

void checkAwaits(const CheckContext &C, const Function &F) {
  AwaitChecker(C, F).check();
}

} // namespace llvm::bpffiber
