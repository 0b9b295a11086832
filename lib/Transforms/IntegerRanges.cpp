// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "IntegerRanges.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "ValueOrigin.h"
#include "YieldPoints.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

/// Rounds before a bound that still moves is given up.
static constexpr unsigned MaxRounds = 8;
/// The verifier goes round a loop as often as it takes.
static constexpr unsigned MaxVerifierRounds = 64;
/// Rounds in which the conditions bring back what was widened too far.
static constexpr unsigned TightenRounds = 3;
/// Of and, or and conversions between a condition and what it is about.
static constexpr unsigned MaxDepth = 4;
/// Numbers of which each is tried against a condition.
static constexpr unsigned MaxTried = 16;
/// Meetings of ways between a condition and where it is asked for, and ways.
static constexpr unsigned MaxMeetings = 2, MaxWays = 4;

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

/// Whether the register that a comparison of V is of is that in which V is
/// used. A number of less than 32 bits has its upper bits cleared first, in a
/// copy, unless a load has done it; one that was cut off is a copy. A range
/// check cuts it off, and of its sign InstCombine tests the bit.
static bool isComparedItself(const Value *V, CmpInst::Predicate P) {
  if (V->getType()->getIntegerBitWidth() >= 32) {
    const auto *I = dyn_cast<Instruction>(V);
    return !isa<TruncInst>(V) && !(I && I->getType()->isIntegerTy(32) &&
                                   CmpInst::isSigned(P) && isRangeCheck(*I));
  }
  return isa<LoadInst>(V) && !CmpInst::isSigned(P);
}

/// Whether V is the lower half of a register of 64 bits, on some way.
static bool isCutOff(const Value &V) {
  SmallSetVector<const Value *, 8> From;
  From.insert(&V);
  for (unsigned N = 0; N != From.size(); ++N) {
    if (isa<TruncInst>(From[N]))
      return true;
    if (auto *Phi = dyn_cast<PHINode>(From[N]))
      From.insert(Phi->op_begin(), Phi->op_end());
    if (auto *Choice = dyn_cast<SelectInst>(From[N])) {
      From.insert(Choice->getTrueValue());
      From.insert(Choice->getFalseValue());
    }
  }
  return false;
}

/// Whether V may be in one register where it is compared and in another one
/// where it is used.
static bool hasTwoRegisters(const Value &V) {
  return V.getType()->getIntegerBitWidth() <= 32 &&
         (isCutOff(V) ||
          any_of(V.users(), [](const User *U) { return isa<SExtInst>(U); }));
}

bool isUnknownToVerifier(const Instruction &I) {
  switch (I.getOpcode()) {
  case Instruction::UDiv:
  case Instruction::SDiv:
  case Instruction::URem:
  case Instruction::SRem:
    return true;
  case Instruction::Shl:
  case Instruction::LShr:
  case Instruction::AShr:
    return !isa<Constant>(I.getOperand(1));
  default:
    return false;
  }
}

/// Whether the extension of V, which has 32 bits, is the register of V, of
/// which the verifier knows nothing but what it knows of the lower half.
static bool hasUnknownUpperHalf(Value *V) {
  SmallSetVector<Value *, 8> From;
  From.insert(V);
  for (unsigned N = 0; N != From.size(); ++N) {
    auto *I = dyn_cast<Instruction>(From[N]);
    if (!I)
      continue;
    if (isUnknownToVerifier(*I))
      return true;
    if (auto *Phi = dyn_cast<PHINode>(I))
      From.insert(Phi->op_begin(), Phi->op_end());
    if (auto *Choice = dyn_cast<SelectInst>(I)) {
      From.insert(Choice->getTrueValue());
      From.insert(Choice->getFalseValue());
    }
  }
  return false;
}

/// V is part of what is compared: where the optimiser merged comparisons, "x |
/// y < 8" is about x and about y.
void IntegerRanges::addComparison(Value *V, const Condition &C) {
  Value *X, *Y;
  if (isa<Constant>(V))
    return;
  if (Who != Compiler) {
    for (Value *Inner = V; Inner; Inner = lookThroughPassthrough(Inner))
      if (isComparedItself(Inner, C.Predicate) &&
          !(Who == CautiousVerifier && hasTwoRegisters(*Inner)))
        Conditions[Inner].push_back(C);
    return;
  }
  Conditions[V].push_back(C);
  if (match(V, m_Or(m_Value(X), m_Value(Y)))) {
    addComparison(X, C);
    addComparison(Y, C);
  } else if (match(V, m_ZExtOrSExt(m_Value(X))) ||
             match(V, m_Add(m_Value(X), m_ConstantInt())) ||
             match(V, m_And(m_Value(X), m_ConstantInt()))) {
    addComparison(X, C);
    if (match(V, m_And(m_Value(), m_Value())))
      for (User *Part : X->users())
        if (isa<TruncInst>(Part))
          Conditions[Part].push_back(C);
  }
}

/// Calls Add with what is compared, how, and with what, where V is Holds.
static void
decompose(Value *V, bool Holds,
          function_ref<void(Value *, CmpInst::Predicate, Value *)> Add,
          unsigned Depth = 0) {
  Value *X, *Y;
  if (Depth == MaxDepth)
    return;
  if (match(V, m_Not(m_Value(X))))
    return decompose(X, !Holds, Add, Depth + 1);
  if (Holds ? match(V, m_LogicalAnd(m_Value(X), m_Value(Y)))
            : match(V, m_LogicalOr(m_Value(X), m_Value(Y)))) {
    decompose(X, Holds, Add, Depth + 1);
    decompose(Y, Holds, Add, Depth + 1);
    return;
  }
  Add(V, CmpInst::ICMP_EQ, ConstantInt::getBool(V->getContext(), Holds));
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
  Add(X, P, Y);
  Add(Y, CmpInst::getSwappedPredicate(P), X);
}

void IntegerRanges::collectConditions(Function &F) {
  for (BasicBlock &BB : F) {
    if (auto *Check = dyn_cast<CallBrInst>(BB.getTerminator())) {
      if (auto P = getViolation(*Check))
        addComparison(Check->getArgOperand(0),
                      {BasicBlockEdge(&BB, Check->getDefaultDest()),
                       Check->getArgOperand(0),
                       CmpInst::getInversePredicate(*P),
                       Check->getArgOperand(1)});
      continue;
    }
    auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
    if (!Branch || !Branch->isConditional() ||
        Branch->getSuccessor(0) == Branch->getSuccessor(1))
      continue;
    for (unsigned I : {0, 1}) {
      BasicBlockEdge Edge(&BB, Branch->getSuccessor(I));
      decompose(Branch->getCondition(), I == 0,
                [&](Value *X, CmpInst::Predicate P, Value *Y) {
                  addComparison(X, {Edge, X, P, Y});
                });
    }
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
  if (match(Compared, m_ZExtOrSExt(m_Value(X)))) {
    unsigned Bits = X->getType()->getIntegerBitWidth();
    ConstantRange Narrow = ConstantRange::getFull(Bits).castOp(
        cast<CastInst>(Compared)->getOpcode(), Range.getBitWidth());
    return rangeOfPart(X, Range.intersectWith(Narrow).truncate(Bits), V);
  }
  // No bit of V from some bit on is set, if they are all compared.
  const APInt *Mask;
  unsigned Bits = V->getType()->getIntegerBitWidth();
  if (match(Compared, m_And(m_Value(X), m_APInt(Mask))) &&
      (V == X || match(V, m_Trunc(m_Specific(X))))) {
    unsigned Uncompared = Mask->countr_zero();
    APInt Most = (Range.getUnsignedMax() & *Mask).trunc(Bits) |
                 APInt::getLowBitsSet(Bits, std::min(Uncompared, Bits));
    if (Uncompared < Bits &&
        Mask->extractBits(Bits - Uncompared, Uncompared).isAllOnes())
      return ConstantRange::getNonEmpty(APInt::getZero(Bits), Most + 1);
    return ConstantRange::getFull(Bits);
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
  ConstantRange Allowed =
      ConstantRange::makeAllowedICmpRegion(C.Predicate, get(C.Bound));
  // Two numbers that differ in one bit are compared at once: of few that there
  // can be each is tried.
  const APInt *Mask;
  if (match(C.Compared, m_And(m_Specific(V), m_APInt(Mask)))) {
    ConstantRange Can = get(V),
                  Some = ConstantRange::getEmpty(Can.getBitWidth());
    if (Can.isSizeLargerThan(MaxTried))
      return rangeOfPart(C.Compared, Allowed, V);
    for (APInt N = Can.getLower(); N != Can.getUpper(); ++N)
      if (Allowed.contains(N & *Mask))
        Some = Some.unionWith(ConstantRange(N), ConstantRange::Signed);
    return Some;
  }
  return rangeOfPart(C.Compared, Allowed, V);
}

ConstantRange IntegerRanges::getAt(Value *V, const BasicBlock *BB) const {
  ConstantRange Range = refine(V, BB);
  return Who != Compiler ? Range : Range.intersectWith(computeAt(V, BB, 0));
}

/// What conditions say of V where the ways into BB meet.
ConstantRange IntegerRanges::meet(Value *V, const BasicBlock *BB,
                                  unsigned Depth) const {
  ConstantRange Range = get(V);
  auto It = Conditions.find(V);
  if (It == Conditions.end())
    return Range;
  for (const Condition &C : It->second)
    if (DT.dominates(C.Edge, BB))
      Range = Range.intersectWith(allowedBy(C, V));
  // The last meeting in front of BB of ways of which one says something of V.
  auto *Def = dyn_cast<Instruction>(V);
  while (!(Def && Def->getParent() == BB) && DT.isReachableFromEntry(BB)) {
    const auto *Above = DT.getNode(BB)->getIDom();
    if (!Above || (!BB->getSinglePredecessor() &&
                   any_of(It->second, [&](const Condition &C) {
                     return DT.dominates(Above->getBlock(), C.Edge.getStart());
                   })))
      break;
    BB = Above->getBlock();
  }
  if (Depth == MaxMeetings || (Def && Def->getParent() == BB) ||
      pred_size(BB) < 2 || pred_size(BB) > MaxWays ||
      !DT.isReachableFromEntry(BB))
    return Range;
  ConstantRange Any = ConstantRange::getEmpty(Range.getBitWidth());
  for (const BasicBlock *Pred : predecessors(BB)) {
    // Round a loop nothing happens to V.
    if (DT.dominates(BB, Pred))
      continue;
    ConstantRange Way = meet(V, Pred, Depth + 1);
    for (const Condition &C : It->second)
      if (C.Edge.getStart() == Pred && C.Edge.getEnd() == BB)
        Way = Way.intersectWith(allowedBy(C, V));
    Any = Any.unionWith(Way, ConstantRange::Signed);
  }
  return Range.intersectWith(Any);
}

/// What conditions say of V itself.
ConstantRange IntegerRanges::refine(Value *V, const BasicBlock *BB) const {
  ConstantRange Range = meet(V, BB, 0);
  Value *X;
  // To the verifier the extension of a number of 32 bits is a copy of it.
  if (Who != Compiler && match(V, m_ZExt(m_Value(X))) &&
      X->getType()->isIntegerTy(32) &&
      isa<LoadInst, BinaryOperator, PHINode>(X) && !hasUnknownUpperHalf(X))
    Range = Range.intersectWith(refine(X, BB).zeroExtend(Range.getBitWidth()));
  return Range;
}

/// What I is the same number as.
static Value *getSame(Instruction &I) {
  auto *Call = dyn_cast<CallInst>(&I);
  if (isa<FreezeInst>(I) || (Call && isOpaqueIdentity(*Call)))
    return I.getOperand(0);
  return lookThroughPassthrough(&I);
}

/// What is known of I if it extends the sign of the lower bits of a number in
/// its register, by what is known of that.
static ConstantRange extendInRegister(Instruction &I,
                                      function_ref<ConstantRange(Value *)> At) {
  unsigned Bits = I.getType()->getIntegerBitWidth();
  Value *X;
  const APInt *Left, *Right;
  if (match(&I, m_AShr(m_Shl(m_Value(X), m_APInt(Left)), m_APInt(Right))) &&
      *Left == *Right && Left->ult(Bits))
    if (unsigned Kept = Bits - Left->getZExtValue(); Kept < Bits)
      if (ConstantRange R = At(X);
          ConstantRange::getFull(Kept).signExtend(Bits).contains(R))
        return R;
  return ConstantRange::getFull(Bits);
}

/// What conditions say of V by saying something of what it was computed from.
ConstantRange IntegerRanges::computeAt(Value *V, const BasicBlock *BB,
                                       unsigned Depth) const {
  ConstantRange Range = refine(V, BB);
  auto *I = dyn_cast<Instruction>(V);
  if (!I || Depth == MaxDepth)
    return Range;
  unsigned Bits = Range.getBitWidth();
  auto At = [&](Value *Op) { return computeAt(Op, BB, Depth + 1); };
  if (Value *Same = getSame(*I))
    return Range.intersectWith(At(Same));
  // Its condition may be known at BB, or what that is about.
  if (auto *Select = dyn_cast<SelectInst>(I);
      Select && Select->getCondition()->getType()->isIntegerTy()) {
    ConstantRange Condition = refine(Select->getCondition(), BB);
    if (const APInt *Holds = Condition.getSingleElement())
      return Range.intersectWith(At(Holds->isZero() ? Select->getFalseValue()
                                                    : Select->getTrueValue()));
    if (auto *Cmp = dyn_cast<ICmpInst>(Select->getCondition());
        Cmp && Cmp->getOperand(0)->getType()->isIntegerTy()) {
      ConstantRange L = At(Cmp->getOperand(0)), R = At(Cmp->getOperand(1));
      if (L.icmp(Cmp->getPredicate(), R))
        return Range.intersectWith(At(Select->getTrueValue()));
      if (L.icmp(Cmp->getInversePredicate(), R))
        return Range.intersectWith(At(Select->getFalseValue()));
    }
  }
  if (auto *Cast = dyn_cast<CastInst>(I);
      Cast && Cast->getOperand(0)->getType()->isIntegerTy())
    return Range.intersectWith(
        At(Cast->getOperand(0)).castOp(Cast->getOpcode(), Bits));
  if (isa<BinaryOperator>(I))
    Range =
        Range
            .intersectWith(At(I->getOperand(0))
                               .binaryOp(cast<BinaryOperator>(I)->getOpcode(),
                                         At(I->getOperand(1))))
            .intersectWith(extendInRegister(*I, At));
  // x & 0xff is what LLVM makes of the extension of (u8)x, and, where it knows
  // more, of that of (u32)x. What is known of that is known where it is.
  Value *X;
  const APInt *Mask;
  if (match(I, m_And(m_Value(X), m_APInt(Mask))) && Mask->isMask())
    for (User *U : X->users())
      if (auto *Cut = dyn_cast<TruncInst>(U);
          Cut && DT.dominates(Cut->getParent(), BB) &&
          Cut->getType()->getIntegerBitWidth() >= Mask->popcount())
        Range = Range.intersectWith(
            refine(Cut, BB).zeroExtend(Bits).binaryAnd(ConstantRange(*Mask)));
  return Range;
}

ConstantRange IntegerRanges::onEdge(Value *V, const BasicBlock *From,
                                    const BasicBlock *To) const {
  ConstantRange Range = refine(V, From);
  if (auto It = Conditions.find(V); It != Conditions.end())
    for (const Condition &C : It->second)
      if (C.Edge.getStart() == From && C.Edge.getEnd() == To)
        Range = Range.intersectWith(allowedBy(C, V));
  // A counter is tested and then counted down.
  Value *X;
  const APInt *Added;
  if (Who == Compiler && match(V, m_Add(m_Value(X), m_APInt(Added))))
    Range = Range.intersectWith(onEdge(X, From, To).add(*Added));
  return Range;
}

ConstantRange IntegerRanges::compute(Instruction &I) const {
  unsigned Bits = I.getType()->getIntegerBitWidth();
  ConstantRange Range = ConstantRange::getEmpty(Bits);
  auto At = [&](Value *V) { return refine(V, I.getParent()); };
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    // At such a header the verifier forgets all of what is not the same each
    // time (widen_imprecise_scalars()).
    if (Who == CautiousVerifier && asksMayGoto(*Phi->getParent()))
      return ConstantRange::getFull(Bits);
    for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks()))
      Range = Range.unionWith(onEdge(In, From, Phi->getParent()),
                              ConstantRange::Signed);
    return Range;
  }
  if (auto *Select = dyn_cast<SelectInst>(&I)) {
    auto Chosen = [&](Value *V, bool Holds) {
      ConstantRange Arm = At(V);
      if (Who == Compiler)
        decompose(Select->getCondition(), Holds,
                  [&](Value *X, CmpInst::Predicate P, Value *Y) {
                    Arm = Arm.intersectWith(rangeOfPart(
                        X, ConstantRange::makeAllowedICmpRegion(P, get(Y)), V));
                  });
      return Arm;
    };
    return Chosen(Select->getTrueValue(), true)
        .unionWith(Chosen(Select->getFalseValue(), false),
                   ConstantRange::Signed);
  }
  if (Who != Compiler)
    return computeForVerifier(I, At);
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
    return L.binaryOp(Op->getOpcode(), R)
        .intersectWith(extendInRegister(I, At));
  }
  if (auto *Cast = dyn_cast<CastInst>(&I))
    if (Cast->getOperand(0)->getType()->isIntegerTy())
      return At(Cast->getOperand(0)).castOp(Cast->getOpcode(), Bits);
  if (isUnknownZero(I))
    return ConstantRange(APInt::getZero(Bits));
  if (Value *Same = getSame(I))
    return At(Same);
  return computeConstantRange(&I, /*ForSigned=*/false);
}

/// All numbers that have no bit above those of A and B.
static ConstantRange belowBitsOf(const ConstantRange &A,
                                 const ConstantRange &B) {
  unsigned Bits = A.getBitWidth();
  unsigned Used = std::max(A.getUnsignedMax().getActiveBits(),
                           B.getUnsignedMax().getActiveBits());
  return ConstantRange::getNonEmpty(APInt::getZero(Bits),
                                    APInt::getLowBitsSet(Bits, Used) + 1);
}

ConstantRange IntegerRanges::computeForVerifier(Instruction &I,
                                                RangeOf At) const {
  unsigned Bits = I.getType()->getIntegerBitWidth();
  auto Operand = [&](unsigned N) { return At(I.getOperand(N)); };
  ConstantRange Unknown = ConstantRange::getFull(Bits);
  if (isRangeCheck(I)) {
    auto *Mark = cast<CallInst>(&I);
    return Operand(0).intersectWith(
        ConstantRange(cast<ConstantInt>(Mark->getArgOperand(1))->getValue(),
                      cast<ConstantInt>(Mark->getArgOperand(2))->getValue()));
  }
  if (isRangeMark(I))
    return Operand(0);
  if (Value *Same = getSame(I))
    return At(Same);
  if (isa<MinMaxIntrinsic>(I)) {
    ConstantRange L = Operand(0), R = Operand(1);
    return ConstantRange::intrinsic(cast<MinMaxIntrinsic>(I).getIntrinsicID(),
                                    {L, R});
  }
  if (auto *Cast = dyn_cast<CastInst>(&I)) {
    Value *From = Cast->getOperand(0);
    bool Follows = From->getType()->isIntegerTy() &&
                   !(isa<ZExtInst>(Cast) && From->getType()->isIntegerTy(32) &&
                     hasUnknownUpperHalf(From));
    if (!Follows)
      return Unknown;
    // Code generation takes what there is, if they are the same to LLVM.
    bool MayBeOther =
        Who == CautiousVerifier && isa<ZExtInst>(Cast) &&
        any_of(From->users(), [](const User *U) { return isa<SExtInst>(U); });
    if (MayBeOther && !At(From).getSignedMin().isNonNegative())
      return Unknown;
    return At(From).castOp(Cast->getOpcode(), Bits);
  }
  if (!isa<BinaryOperator>(I) || isUnknownToVerifier(I))
    return Unknown;
  ConstantRange L = Operand(0), R = Operand(1);
  if (L.isEmptySet() || R.isEmptySet())
    return ConstantRange::getEmpty(Bits);
  if (I.getOpcode() == Instruction::Or || I.getOpcode() == Instruction::Xor)
    return belowBitsOf(L, R);
  // What may lose a bit is unknown (scalar_min_max_lsh()), but for the half of
  // an extension.
  const APInt *By;
  if (match(&I, m_Shl(m_Value(), m_APInt(By))) && *By != 32 &&
      By->ugt(L.getUnsignedMax().countl_zero()))
    return Unknown;
  return L.binaryOp(cast<BinaryOperator>(I).getOpcode(), R);
}

ConstantRange IntegerRanges::getFrom(Value *V, GivenRange IsGiven) const {
  if (auto Range = IsGiven(V))
    return *Range;
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return get(V);
  auto At = [&](Value *Op) { return getFrom(Op, IsGiven); };
  if (auto *Select = dyn_cast<SelectInst>(I))
    return At(Select->getTrueValue())
        .unionWith(At(Select->getFalseValue()), ConstantRange::Signed);
  return computeForVerifier(*I, At);
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
  unsigned Most = Who == Compiler ? MaxRounds : MaxVerifierRounds;
  bool Changed = true;
  for (unsigned Round = 0; Changed; ++Round) {
    // Every cycle has a phi, and a phi moves at most twice more when widened;
    // still, never hang.
    if (Round > 16 * Most)
      return false;
    Changed = false;
    for (BasicBlock *BB : Order)
      for (Instruction &I : *BB) {
        if (!I.getType()->isIntegerTy())
          continue;
        ConstantRange &Old = Known.find(&I)->second;
        // Monotone, so that it ends.
        ConstantRange New = compute(I).unionWith(Old, ConstantRange::Signed);
        if (Round >= Most && isa<PHINode>(I))
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

IntegerRanges::IntegerRanges(Function &F, bool PoisonIsNone, WhoKnows Who)
    : PoisonIsNone(PoisonIsNone), Who(Who), DT(F) {
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
