// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "NarrowCounters.h"
#include "IntegerRanges.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

static bool isNarrow(const Type *Ty) {
  return Ty->isIntegerTy(8) || Ty->isIntegerTy(16);
}

static bool isStep(Instruction &I, Value *&From, const APInt *&By) {
  return isNarrow(I.getType()) && match(&I, m_Add(m_Value(From), m_APInt(By)));
}

void noteNoOverflow(Function &F, const IntegerRanges &Ranges) {
  for (Instruction &I : instructions(F)) {
    Value *From;
    const APInt *By;
    if (!isStep(I, From, By))
      continue;
    ConstantRange Range = Ranges.getAt(From, I.getParent());
    bool Overflows = false;
    if (!Range.isEmptySet())
      (void)Range.getUnsignedMax().uadd_ov(*By, Overflows);
    if (!Overflows)
      I.setHasNoUnsignedWrap();
  }
}

namespace {

/// A counter: phis, and steps to them from one of them or, where a loop is
/// entered in its middle, from what has been reloaded.
class Counter {
public:
  SmallVector<PHINode *> Phis;
  SmallSetVector<Instruction *, 2> Steps;

  bool isTested() const;
  void widen();

private:
  bool isMember(const Value *V) const {
    return is_contained(Phis, V) || is_contained(Steps, V);
  }
  Value *extend(Value *V, Instruction *Before);
  void rewriteUses(Instruction &Member);

  MapVector<Value *, Value *> Wide;
};

} // namespace

/// The tests that are of a number without a sign.
static const ICmpInst *asTest(const User *U) {
  const auto *Test = dyn_cast<ICmpInst>(U);
  return Test && !Test->isSigned() ? Test : nullptr;
}

bool Counter::isTested() const {
  auto IsTested = [](const Instruction *I) {
    return any_of(I->users(), asTest);
  };
  return any_of(Phis, IsTested) || any_of(Steps, IsTested);
}

Value *Counter::extend(Value *V, Instruction *Before) {
  if (Value *Known = Wide.lookup(V))
    return Known;
  IRBuilder<> B(Before);
  return B.CreateZExt(V, B.getInt32Ty());
}

void Counter::rewriteUses(Instruction &Member) {
  Value *New = Wide.lookup(&Member);
  auto *At = cast<Instruction>(New);
  IRBuilder<> B(isa<PHINode>(At) ? &*At->getParent()->getFirstInsertionPt()
                                 : At->getNextNode());
  B.SetCurrentDebugLocation(Member.getDebugLoc());
  Value *Narrow = B.CreateTrunc(New, Member.getType());
  SmallSetVector<User *, 8> Users(Member.user_begin(), Member.user_end());
  for (User *U : Users) {
    auto *I = cast<Instruction>(U);
    Value *Replacement = nullptr;
    B.SetInsertPoint(I);
    if (const ICmpInst *Test = asTest(U))
      Replacement =
          B.CreateICmp(Test->getPredicate(), extend(Test->getOperand(0), I),
                       extend(Test->getOperand(1), I));
    else if (isa<ZExtInst>(I))
      Replacement = B.CreateZExtOrTrunc(New, I->getType());
    if (!Replacement)
      continue;
    I->replaceAllUsesWith(Replacement);
    I->eraseFromParent();
  }
  if (Member.isUsedByMetadata())
    ValueAsMetadata::handleRAUW(&Member, New);
  Member.replaceUsesWithIf(Narrow,
                           [&](Use &U) { return !isMember(U.getUser()); });
  RecursivelyDeleteTriviallyDeadInstructions(Narrow);
}

void Counter::widen() {
  Type *I32 = Type::getInt32Ty(Phis.front()->getContext());
  for (PHINode *Phi : Phis)
    Wide[Phi] = PHINode::Create(I32, Phi->getNumIncomingValues(),
                                Phi->getName(), Phi->getIterator());
  for (Instruction *Step : Steps) {
    Value *From;
    const APInt *By;
    isStep(*Step, From, By);
    IRBuilder<> B(Step);
    Value *Next = B.CreateAdd(
        extend(From, Step),
        B.getInt(Step->hasNoUnsignedWrap() ? By->zext(32) : By->sext(32)));
    if (!Step->hasNoUnsignedWrap())
      Next = B.CreateAnd(Next, APInt::getMaxValue(By->getBitWidth()).zext(32));
    Wide[Step] = Next;
  }
  for (PHINode *Phi : Phis) {
    auto *New = cast<PHINode>(Wide.lookup(Phi));
    New->setDebugLoc(Phi->getDebugLoc());
    for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks())) {
      // Two edges from one block have one value.
      int Known = New->getBasicBlockIndex(From);
      New->addIncoming(Known >= 0 ? New->getIncomingValue(Known)
                                  : extend(In, From->getTerminator()),
                       From);
    }
  }
  for (PHINode *Phi : Phis)
    rewriteUses(*Phi);
  for (Instruction *Step : Steps)
    rewriteUses(*Step);
  for (PHINode *Phi : Phis)
    Phi->replaceAllUsesWith(PoisonValue::get(Phi->getType()));
  for (Instruction *Step : Steps) {
    Step->replaceAllUsesWith(PoisonValue::get(Step->getType()));
    Step->eraseFromParent();
  }
  for (PHINode *Phi : Phis)
    Phi->eraseFromParent();
}

void widenNarrowCounters(Function &F) {
  MapVector<Value *, unsigned> Index;
  for (Instruction &I : instructions(F))
    if (isa<PHINode>(I) && isNarrow(I.getType()))
      Index.insert({&I, Index.size()});
  IntEqClasses Classes(Index.size());
  MapVector<Instruction *, PHINode *> Steps;
  auto Join = [&](Value *A, Value *B) {
    auto ItA = Index.find(A), ItB = Index.find(B);
    if (ItA == Index.end() || ItB == Index.end())
      return false;
    Classes.join(ItA->second, ItB->second);
    return true;
  };
  for (auto &[Phi, N] : Index)
    for (Value *In : cast<PHINode>(Phi)->incoming_values()) {
      Value *From;
      const APInt *By;
      auto *Step = dyn_cast<Instruction>(In);
      if (Join(Phi, In) || !Step || !isStep(*Step, From, By))
        continue;
      Join(Phi, From);
      Join(Phi, Steps.insert({Step, cast<PHINode>(Phi)}).first->second);
    }
  Classes.compress();
  SmallVector<Counter> Counters(Classes.getNumClasses());
  for (auto &[Phi, N] : Index)
    Counters[Classes[N]].Phis.push_back(cast<PHINode>(Phi));
  for (auto [Step, Phi] : Steps)
    Counters[Classes[Index.lookup(Phi)]].Steps.insert(Step);
  for (Counter &C : Counters)
    if (!C.Steps.empty() && C.isTested())
      C.widen();
}

} // namespace llvm::bpffiber
