// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LatchInductions.h"
#include "Compat.h"
#include "Primitives.h"
#include "YieldPoints.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

/// Whether the quantum is asked for where a round ends.
static bool isYieldPoint(const BasicBlock *Latch) {
  return isa<CallBrInst>(Latch->getTerminator());
}

/// Phi + Step.
struct Increment {
  Instruction *I;
  PHINode *Phi;
  ConstantInt *Step;
};

static std::optional<Increment> asIncrement(Value *V, PHINode &Phi) {
  auto *I = dyn_cast<Instruction>(V);
  ConstantInt *Step;
  if (!I || !match(I, m_c_Add(m_Specific(&Phi), m_ConstantInt(Step))))
    return std::nullopt;
  return Increment{I, &Phi, Step};
}

/// Whether the verifier may know what is added to: it does of a register that
/// has been copied or stored.
static bool mayBeKnownBy(const Increment &Inc) {
  return any_of(Inc.Phi->users(), [&](User *U) {
    return U != Inc.I && !isa<ICmpInst, PHINode, CallBrInst>(U);
  });
}

/// Apart: the verifier is not to know of the sum what it finds out of the phi.
static void writeOut(const Increment &Inc, const TargetTransformInfo &TTI,
                     bool Apart) {
  IRBuilder<> B(Inc.I->getNextNode());
  B.SetCurrentDebugLocation(Inc.I->getDebugLoc());
  Type *Ty = Inc.I->getType();
  bool IsWord = Ty->isIntegerTy(32);
  if ((IsWord && !TTI.isTypeLegal(Ty)) || !(IsWord || Ty->isIntegerTy(64)) ||
      !isInt<31>(Inc.Step->getSExtValue())) {
    Value *Hidden = hideIdentity(B, Inc.I);
    Inc.I->replaceUsesWithIf(Hidden,
                             [&](Use &U) { return U.getUser() != Hidden; });
    return;
  }
  auto *AsmTy = FunctionType::get(Ty, {Ty}, false);
  // It follows one addition of a constant, not two.
  int64_t Step = Inc.Step->getSExtValue();
  std::string Text = Apart && mayBeKnownBy(Inc)
                         ? ("$0 += " + Twine(Step + 1) + "\n$0 += -1").str()
                         : ("$0 += " + Twine(Step)).str();
  CallInst *Sum =
      B.CreateCall(InlineAsm::get(AsmTy, Text, IsWord ? "=w,0" : "=r,0",
                                  /*hasSideEffects=*/false),
                   {Inc.Phi});
  Sum->takeName(Inc.I);
  Inc.I->replaceAllUsesWith(Sum);
  Inc.I->eraseFromParent();
}

static void keepIncrementsInPlace(const LoopInfo &LI,
                                  const TargetTransformInfo &TTI) {
  for (Loop *L : LI.getLoopsInPreorder()) {
    BasicBlock *Latch = L->getLoopLatch();
    if (!Latch || !isYieldPoint(Latch))
      continue;
    for (PHINode &Phi : L->getHeader()->phis()) {
      auto Inc = asIncrement(Phi.getIncomingValueForBlock(Latch), Phi);
      if (Inc)
        writeOut(*Inc, TTI, /*Apart=*/true);
    }
  }
}

/// Counters of L that may begin with what is not a constant.
static void keepCountersFromUnknown(const Loop &L,
                                    const TargetTransformInfo &TTI) {
  // A loop without a yield point ends by what is tested.
  bool Yields =
      any_of(L.blocks(), [](BasicBlock *BB) { return asksMayGoto(*BB); });
  for (PHINode &Phi : L.getHeader()->phis()) {
    SmallMapVector<Instruction *, Increment, 2> Increments;
    bool FromUnknown = false;
    for (auto [In, From] : zip_equal(Phi.incoming_values(), Phi.blocks()))
      if (!L.contains(From))
        FromUnknown |= !isa<Constant>(In);
      else if (auto Inc = asIncrement(In, Phi))
        Increments.insert({Inc->I, *Inc});
    if (FromUnknown)
      for (const auto &[I, Inc] : Increments)
        writeOut(Inc, TTI, /*Apart=*/Yields);
  }
}

/// Whether BB asks whether V is a constant.
static bool isAskedIn(const BasicBlock &BB, Value &V) {
  auto IsTest = [&](const User *U) {
    auto *Test = dyn_cast<ICmpInst>(U);
    return Test && Test->isEquality() && Test->getParent() == &BB &&
           isa<ConstantInt>(Test->getOperand(1));
  };
  return any_of(V.users(), [&](User *U) {
    return IsTest(U) || (isa<CastInst>(U) && any_of(U->users(), IsTest));
  });
}

/// Moves Step to where it is wanted, if that is on one side of its block's
/// branch.
static void moveToSide(Instruction &Step, DominatorTree &DT) {
  BasicBlock *BB = Step.getParent();
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(&Step, Records);
  auto MoveBefore = [&](Instruction &Where) {
    Step.moveBefore(*Where.getParent(), Where.getIterator());
    for (DbgVariableRecord *R : Records)
      if (R->getParent() == BB) {
        R->removeFromParent();
        Where.getParent()->insertDbgRecordAfter(R, &Step);
      }
  };
  for (BasicBlock *Side : successors(BB)) {
    BasicBlockEdge Edge(BB, Side);
    if (!all_of(Step.uses(), [&](Use &U) { return DT.dominates(Edge, U); }))
      continue;
    if (Side->getSinglePredecessor()) {
      MoveBefore(*Side->getFirstInsertionPt());
    } else if (BasicBlock *Between = SplitEdge(BB, Side)) {
      MoveBefore(*Between->getTerminator());
      DT.recalculate(*BB->getParent());
    }
    return;
  }
}

void stepBehindTests(Function &F) {
  DominatorTree DT(F);
  SmallVector<Instruction *> Steps;
  for (Instruction &I : instructions(F)) {
    Value *From;
    auto *Branch = dyn_cast<BranchInst>(I.getParent()->getTerminator());
    if (Branch && Branch->isConditional() &&
        Branch->getSuccessor(0) != Branch->getSuccessor(1) &&
        match(&I, m_Add(m_Value(From), m_ConstantInt())) &&
        isAskedIn(*I.getParent(), *From))
      Steps.push_back(&I);
  }
  for (Instruction *Step : Steps)
    moveToSide(*Step, DT);
}

void keepInductions(Function &F, const TargetTransformInfo &TTI) {
  DominatorTree DT(F);
  LoopInfo LI(DT);
  keepIncrementsInPlace(LI, TTI);
  for (Loop *L : LI.getLoopsInPreorder())
    keepCountersFromUnknown(*L, TTI);
}

} // namespace llvm::bpffiber
