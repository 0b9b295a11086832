// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "IntegerRanges.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"

namespace llvm::bpffiber {

/// Rounds before a bound that still moves is given up.
static constexpr unsigned MaxRounds = 8;

ConstantRange IntegerRanges::get(Value *V) const {
  unsigned Bits = V->getType()->getIntegerBitWidth();
  if (auto *C = dyn_cast<ConstantInt>(V))
    return ConstantRange(C->getValue());
  if (auto *I = dyn_cast<Instruction>(V))
    if (auto It = Known.find(I); It != Known.end())
      return It->second;
  return ConstantRange::getFull(Bits);
}

ConstantRange IntegerRanges::compute(Instruction &I) const {
  unsigned Bits = I.getType()->getIntegerBitWidth();
  ConstantRange Range = ConstantRange::getEmpty(Bits);
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    for (Value *In : Phi->incoming_values())
      Range = Range.unionWith(get(In), ConstantRange::Signed);
    return Range;
  }
  if (auto *Select = dyn_cast<SelectInst>(&I))
    return get(Select->getTrueValue())
        .unionWith(get(Select->getFalseValue()), ConstantRange::Signed);
  if (auto *Op = dyn_cast<BinaryOperator>(&I)) {
    ConstantRange L = get(Op->getOperand(0)), R = get(Op->getOperand(1));
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
      return get(Cast->getOperand(0)).castOp(Cast->getOpcode(), Bits);
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

IntegerRanges::IntegerRanges(Function &F) {
  ReversePostOrderTraversal<Function *> RPO(&F);
  for (BasicBlock *BB : RPO)
    for (Instruction &I : *BB)
      if (I.getType()->isIntegerTy())
        Known.insert(
            {&I, ConstantRange::getEmpty(I.getType()->getIntegerBitWidth())});
  bool Changed = true;
  for (unsigned Round = 0; Changed; ++Round) {
    Changed = false;
    for (BasicBlock *BB : RPO)
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
    // Every cycle has a phi, and a phi moves at most twice more when widened;
    // still, never hang.
    if (Round == 16 * MaxRounds && Changed) {
      for (auto &[I, Range] : Known)
        Range = ConstantRange::getFull(Range.getBitWidth());
      return;
    }
  }
}

} // namespace llvm::bpffiber
