// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that await themselves, through others or not: they would have to be
// inlined into themselves.
//
// A fiber that starts or resumes another one of its own kind is not looked at:
// whether that is recursion depends on what each resume function reaches.

#include "Checks.h"
#include "Diagnostics.h"

using namespace clang;

namespace llvm::bpffiber {

namespace {

class RecursionChecker {
public:
  explicit RecursionChecker(const CheckContext &C)
      : C(C), States(C.Model.functions().size()) {}

  void check() {
    for (unsigned I = 0; I != States.size(); ++I)
      visit(I);
  }

private:
  enum State : char { New, OnPath, Done };
  /// A step from one function to another.
  struct Step {
    unsigned From, To;
    SourceLocation Loc;
  };

  SmallVector<Step, 8> stepsOf(unsigned I) const;
  void visit(unsigned I);
  void report(ArrayRef<Step> Cycle) const;
  const Function &function(unsigned I) const { return C.Model.functions()[I]; }
  unsigned indexOf(const Function *F) const {
    return F - C.Model.functions().data();
  }

  const CheckContext &C;
  std::vector<State> States;
  SmallVector<Step, 16> Path;
};

} // namespace

SmallVector<RecursionChecker::Step, 8>
RecursionChecker::stepsOf(unsigned I) const {
  SmallVector<Step, 8> Steps;
  const Function &F = function(I);
  for (const Call &Site : F.Calls) {
    const Function *To = C.Model.find(Site.Callee);
    // A call of another fiber that nobody awaits is an error already.
    if (To && Site.Evaluated &&
        (!To->IsFiber || To == &F || Site.Covered != Cover::None))
      Steps.push_back({I, indexOf(To), Site.Expr->getBeginLoc()});
  }
  return Steps;
}

// Depth first; a step back to the path closes a cycle. One cycle of each
// strongly connected component is found, which is enough for an error.
void RecursionChecker::visit(unsigned I) {
  if (States[I] != New)
    return;
  States[I] = OnPath;
  for (const Step &S : stepsOf(I)) {
    Path.push_back(S);
    if (States[S.To] == OnPath) {
      unsigned First = 0;
      while (Path[First].From != S.To)
        ++First;
      report(ArrayRef(Path).drop_front(First));
    } else {
      visit(S.To);
    }
    Path.pop_back();
  }
  States[I] = Done;
}

// The fiber of the cycle comes first, or else an awaitable. Recursion of
// ordinary functions is none of our business.
void RecursionChecker::report(ArrayRef<Step> Cycle) const {
  const Step *Start = find_if(
      Cycle, [this](const Step &S) { return function(S.From).IsFiber; });
  if (Start == Cycle.end())
    Start = find_if(
        Cycle, [this](const Step &S) { return function(S.From).Suspends; });
  if (Start == Cycle.end())
    return;
  SmallVector<Step, 8> Steps(Start, Cycle.end());
  Steps.append(Cycle.begin(), Start);

  const Function &F = function(Start->From);
  bpffiber::report(C.Diags, C.Text.userLoc(Steps[0].Loc), Diag::Recursion)
      << F.Decl << F.IsFiber << (Steps.size() > 1)
      << function(Steps[0].To).Decl;
  for (const Step &S : drop_begin(Steps))
    bpffiber::report(C.Diags, C.Text.userLoc(S.Loc), Diag::RecursionStep)
        << function(S.From).Decl << function(S.To).Decl;
  bpffiber::report(C.Diags, C.Text.userLoc(Steps[0].Loc), Diag::NoRecursion);
}

void checkRecursion(const CheckContext &C) { RecursionChecker(C).check(); }

} // namespace llvm::bpffiber
