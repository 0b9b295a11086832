// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ExitTests.h"
#include "IntegerRanges.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

namespace {

/// A test whether a counter is one of a few numbers.
struct ExitTest {
  BranchInst *Branch;
  ICmpInst *Test;
  Value *Counter;
  /// The numbers from First to Last.
  APInt First, Last;
  bool IsUp;
};

} // namespace

/// Whether V, which goes round a loop through phis, is counted up there, or
/// down; nothing if it is not counted, or both. A loop that the fiber is
/// resumed in is entered in its middle, so LLVM sees none.
static std::optional<bool> countsUp(Value *V) {
  Value *Base;
  const APInt *By;
  SmallSetVector<PHINode *, 4> Phis;
  std::optional<bool> IsUp;
  bool IsBoth = false;
  auto Follow = [&](Value *In) {
    bool IsStep = match(In, m_Add(m_Value(Base), m_APInt(By))) && !By->isZero();
    auto *Phi = dyn_cast<PHINode>(IsStep ? Base : In);
    if (!Phi)
      return;
    Phis.insert(Phi);
    if (!IsStep)
      return;
    IsBoth |= IsUp && *IsUp == By->isNegative();
    IsUp = !By->isNegative();
  };
  Follow(V);
  for (unsigned N = 0; N != Phis.size(); ++N)
    for (Value *In : Phis[N]->incoming_values())
      Follow(In);
  return IsBoth ? std::nullopt : IsUp;
}

static std::optional<ExitTest> getExitTest(BasicBlock &BB) {
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  if (!Branch || !Branch->isConditional())
    return std::nullopt;
  auto *Test = dyn_cast<ICmpInst>(Branch->getCondition());
  const APInt *Number;
  if (!Test || !Test->isEquality() ||
      !match(Test->getOperand(1), m_APInt(Number)))
    return std::nullopt;
  ExitTest T{Branch, Test, Test->getOperand(0), *Number, *Number, false};
  // Two numbers, or four, are tested at once.
  Value *Whole;
  const APInt *Mask;
  if (match(T.Counter, m_And(m_Value(Whole), m_APInt(Mask))) &&
      Mask->isNegatedPowerOf2() && Number->isSubsetOf(*Mask)) {
    T.Counter = Whole;
    T.Last |= ~*Mask;
  }
  auto IsUp = countsUp(T.Counter);
  if (!IsUp)
    return std::nullopt;
  T.IsUp = *IsUp;
  return T;
}

/// The comparison with which the loop goes on, and with what; nothing if the
/// counter may be on both sides of the numbers with which it ends.
static std::optional<std::pair<CmpInst::Predicate, APInt>>
getBound(const ExitTest &T, const ConstantRange &Counter) {
  if (Counter.isFullSet() || Counter.isEmptySet())
    return std::nullopt;
  if (T.IsUp) {
    if (Counter.getUnsignedMax().ule(T.Last))
      return std::pair(CmpInst::ICMP_ULT, T.First);
    if (Counter.getSignedMax().sle(T.Last))
      return std::pair(CmpInst::ICMP_SLT, T.First);
    return std::nullopt;
  }
  // With the sign first: what is below 0 is no large number then.
  if (Counter.getSignedMin().sge(T.First))
    return std::pair(CmpInst::ICMP_SGT, T.Last);
  if (Counter.getUnsignedMin().uge(T.First))
    return std::pair(CmpInst::ICMP_UGT, T.Last);
  return std::nullopt;
}

void boundExitTests(Function &F) {
  SmallVector<ExitTest> Tests;
  for (BasicBlock &BB : F)
    if (auto T = getExitTest(BB))
      Tests.push_back(*T);
  if (Tests.empty())
    return;
  IntegerRanges Ranges(F);
  for (const ExitTest &T : Tests) {
    auto Bound = getBound(T, Ranges.getAt(T.Counter, T.Branch->getParent()));
    if (!Bound)
      continue;
    IRBuilder<> B(T.Branch);
    auto [Predicate, Number] = *Bound;
    bool Stays = T.Test->getPredicate() == ICmpInst::ICMP_NE;
    T.Branch->setCondition(B.CreateICmp(
        Stays ? Predicate : CmpInst::getInversePredicate(Predicate), T.Counter,
        ConstantInt::get(T.Counter->getType(), Number)));
    RecursivelyDeleteTriviallyDeadInstructions(T.Test);
  }
}

} // namespace llvm::bpffiber
