// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "IntegerRanges.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

/// Rounds before a bound that still moves is given up.
static constexpr unsigned MaxRounds = 8;
/// Rounds in which the conditions bring back what was widened too far.
static constexpr unsigned TightenRounds = 3;
/// Of and, or and conversions between a condition and what it is about.
static constexpr unsigned MaxDepth = 4;

ConstantRange IntegerRanges::get(Value *V) const {
  unsigned Bits = V->getType()->getIntegerBitWidth();
  if (auto *C = dyn_cast<ConstantInt>(V))
    return ConstantRange(C->getValue());
  if (auto *I = dyn_cast<Instruction>(V))
    if (auto It = Known.find(I); It != Known.end())
      return It->second;
  if (PoisonIsNone && isa<PoisonValue>(V))
    return ConstantRange::getEmpty(Bits);
  return ConstantRange::getFull(Bits);
}

/// V is part of what is compared: where the optimiser merged comparisons, "x |
/// y < 8" is about x and about y.
void IntegerRanges::addComparison(Value *V, const Condition &C) {
  Value *X, *Y;
  if (isa<Constant>(V))
    return;
  Conditions[V].push_back(C);
  if (match(V, m_Or(m_Value(X), m_Value(Y)))) {
    addComparison(X, C);
    addComparison(Y, C);
  } else if (match(V, m_ZExt(m_Value(X))) ||
             match(V, m_Add(m_Value(X), m_ConstantInt()))) {
    addComparison(X, C);
  }
}

void IntegerRanges::addCondition(Value *V, bool Holds, BasicBlockEdge Edge,
                                 unsigned Depth) {
  Value *X, *Y;
  if (Depth == MaxDepth)
    return;
  if (match(V, m_Not(m_Value(X))))
    return addCondition(X, !Holds, Edge, Depth + 1);
  if (Holds ? match(V, m_LogicalAnd(m_Value(X), m_Value(Y)))
            : match(V, m_LogicalOr(m_Value(X), m_Value(Y)))) {
    addCondition(X, Holds, Edge, Depth + 1);
    addCondition(Y, Holds, Edge, Depth + 1);
    return;
  }
  CmpInst::Predicate P;
  uint64_t Code;
  if (auto *Cmp = dyn_cast<ICmpInst>(V)) {
    P = Cmp->getPredicate();
    X = Cmp->getOperand(0);
    Y = Cmp->getOperand(1);
    if (!X->getType()->isIntegerTy())
      return;
  } else if (match(V, m_Intrinsic<Intrinsic::bpf_compare>(
                          m_ConstantInt(Code), m_Value(X), m_Value(Y)))) {
    // What BPFAdjustOpt makes of comparisons in && and ||.
    P = static_cast<CmpInst::Predicate>(Code);
  } else {
    return;
  }
  if (!Holds)
    P = CmpInst::getInversePredicate(P);
  addComparison(X, {Edge, X, P, Y});
  addComparison(Y, {Edge, Y, CmpInst::getSwappedPredicate(P), X});
}

void IntegerRanges::collectConditions(Function &F) {
  for (BasicBlock &BB : F) {
    auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
    if (!Branch || !Branch->isConditional() ||
        Branch->getSuccessor(0) == Branch->getSuccessor(1))
      continue;
    for (unsigned I : {0, 1})
      addCondition(Branch->getCondition(), I == 0,
                   BasicBlockEdge(&BB, Branch->getSuccessor(I)), 0);
  }
}

/// What Range, of Compared, says about V, which is part of it.
static ConstantRange rangeOfPart(Value *Compared, const ConstantRange &Range,
                                 Value *V) {
  Value *X;
  const APInt *Added;
  if (Compared == V)
    return Range;
  if (match(Compared, m_Add(m_Value(X), m_APInt(Added))))
    return rangeOfPart(X, Range.sub(*Added), V);
  if (match(Compared, m_ZExt(m_Value(X)))) {
    unsigned Bits = X->getType()->getIntegerBitWidth();
    ConstantRange Narrow =
        ConstantRange::getFull(Bits).zeroExtend(Range.getBitWidth());
    return rangeOfPart(X, Range.intersectWith(Narrow).truncate(Bits), V);
  }
  Value *Y;
  if (match(Compared, m_Or(m_Value(X), m_Value(Y)))) {
    // No part has a bit that the whole has not.
    ConstantRange Below = ConstantRange::getNonEmpty(
        APInt::getZero(Range.getBitWidth()), Range.getUnsignedMax() + 1);
    return rangeOfPart(X, Below, V).intersectWith(rangeOfPart(Y, Below, V));
  }
  return ConstantRange::getFull(V->getType()->getIntegerBitWidth());
}

ConstantRange IntegerRanges::allowedBy(const Condition &C, Value *V) const {
  return rangeOfPart(
      C.Compared,
      ConstantRange::makeAllowedICmpRegion(C.Predicate, get(C.Bound)), V);
}

ConstantRange IntegerRanges::getAt(Value *V, const BasicBlock *BB) const {
  ConstantRange Range = get(V);
  auto It = Conditions.find(V);
  if (It == Conditions.end())
    return Range;
  for (const Condition &C : It->second)
    if (DT.dominates(C.Edge, BB))
      Range = Range.intersectWith(allowedBy(C, V));
  return Range;
}

ConstantRange IntegerRanges::onEdge(Value *V, const BasicBlock *From,
                                    const BasicBlock *To) const {
  ConstantRange Range = getAt(V, From);
  auto It = Conditions.find(V);
  if (It == Conditions.end())
    return Range;
  for (const Condition &C : It->second)
    if (C.Edge.getStart() == From && C.Edge.getEnd() == To)
      Range = Range.intersectWith(allowedBy(C, V));
  return Range;
}

ConstantRange IntegerRanges::compute(Instruction &I) const {
  unsigned Bits = I.getType()->getIntegerBitWidth();
  ConstantRange Range = ConstantRange::getEmpty(Bits);
  auto At = [&](Value *V) { return getAt(V, I.getParent()); };
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks()))
      Range = Range.unionWith(onEdge(In, From, Phi->getParent()),
                              ConstantRange::Signed);
    return Range;
  }
  if (auto *Select = dyn_cast<SelectInst>(&I))
    return At(Select->getTrueValue())
        .unionWith(At(Select->getFalseValue()), ConstantRange::Signed);
  if (auto *Op = dyn_cast<BinaryOperator>(&I)) {
    ConstantRange L = At(Op->getOperand(0)), R = At(Op->getOperand(1));
    if (auto *Flags = dyn_cast<OverflowingBinaryOperator>(Op)) {
      unsigned NoWrap = 0;
      if (Flags->hasNoSignedWrap())
        NoWrap |= OverflowingBinaryOperator::NoSignedWrap;
      if (Flags->hasNoUnsignedWrap())
        NoWrap |= OverflowingBinaryOperator::NoUnsignedWrap;
      return L.overflowingBinaryOp(Op->getOpcode(), R, NoWrap);
    }
    return L.binaryOp(Op->getOpcode(), R);
  }
  if (auto *Cast = dyn_cast<CastInst>(&I))
    if (Cast->getOperand(0)->getType()->isIntegerTy())
      return At(Cast->getOperand(0)).castOp(Cast->getOpcode(), Bits);
  return computeConstantRange(&I, /*ForSigned=*/false);
}

static ConstantRange widen(const ConstantRange &Old, const ConstantRange &New) {
  unsigned Bits = New.getBitWidth();
  if (Old.isEmptySet() || New == Old)
    return New;
  APInt Min = New.getSignedMin(), Max = New.getSignedMax();
  if (Min.slt(Old.getSignedMin()))
    Min = APInt::getSignedMinValue(Bits);
  if (Max.sgt(Old.getSignedMax()))
    Max = APInt::getSignedMaxValue(Bits);
  return ConstantRange::getNonEmpty(Min, Max + 1);
}

/// Whether it has come to an end.
bool IntegerRanges::iterate(Function &F) {
  bool Changed = true;
  for (unsigned Round = 0; Changed; ++Round) {
    // Every cycle has a phi, and a phi moves at most twice more when widened;
    // still, never hang.
    if (Round > 16 * MaxRounds)
      return false;
    Changed = false;
    for (BasicBlock *BB : Order)
      for (Instruction &I : *BB) {
        if (!I.getType()->isIntegerTy())
          continue;
        ConstantRange &Old = Known.find(&I)->second;
        // Monotone, so that it ends.
        ConstantRange New = compute(I).unionWith(Old, ConstantRange::Signed);
        if (Round >= MaxRounds && isa<PHINode>(I))
          New = widen(Old, New);
        if (New != Old) {
          Old = New;
          Changed = true;
        }
      }
  }
  return true;
}

/// What holds whenever all that is known holds is known too.
void IntegerRanges::tighten(Function &F) {
  for (unsigned Round = 0; Round != TightenRounds; ++Round)
    for (BasicBlock *BB : Order)
      for (Instruction &I : *BB)
        if (I.getType()->isIntegerTy()) {
          ConstantRange &Old = Known.find(&I)->second;
          Old = Old.intersectWith(compute(I));
        }
}

IntegerRanges::IntegerRanges(Function &F, bool PoisonIsNone)
    : PoisonIsNone(PoisonIsNone), DT(F) {
  ReversePostOrderTraversal<Function *> RPO(&F);
  append_range(Order, RPO);
  for (BasicBlock *BB : Order)
    for (Instruction &I : *BB)
      if (I.getType()->isIntegerTy())
        Known.insert(
            {&I, ConstantRange::getEmpty(I.getType()->getIntegerBitWidth())});
  collectConditions(F);
  if (iterate(F))
    tighten(F);
  else
    for (auto &[I, Range] : Known)
      Range = ConstantRange::getFull(Range.getBitWidth());
}

} // namespace llvm::bpffiber
