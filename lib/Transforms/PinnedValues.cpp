// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PinnedValues.h"
#include "Compat.h"
#include "MergedAwaits.h"
#include "Primitives.h"
#include "SuspendLiveness.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/InstSimplifyPass.h"
#include "llvm/Transforms/Scalar/JumpThreading.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace llvm::bpffiber {

static constexpr char PinName[] = "__fiber_pin";

bool isPinName(StringRef Name) { return Name.starts_with(PinName); }

static bool isPin(const Instruction &I) {
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && isPinName(Callee->getName());
}

static FunctionCallee getPin(Module &M, Type *Ty) {
  FunctionCallee Pin = M.getOrInsertFunction(
      (PinName + Twine(".i") + Twine(Ty->getIntegerBitWidth())).str(),
      FunctionType::get(Ty, {Ty}, false));
  auto *F = cast<Function>(Pin.getCallee());
  // An effect that nobody can name: neither the pin nor what it pins can move
  // across a suspend, but memory is as it was.
  F->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
  F->setWillReturn();
  F->setDoesNotThrow();
  return Pin;
}

/// Pinned is the variables of V from here on.
static void describePinned(Instruction *Pinned, Value *V) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(V, Records);
  SmallPtrSet<DILocalVariable *, 4> Done;
  for (DbgVariableRecord *R : Records) {
    if (R->getExpression()->getNumElements() != 0 ||
        !Done.insert(R->getVariable()).second)
      continue;
    auto *New = DbgVariableRecord::createDbgVariableRecord(
        Pinned, R->getVariable(), R->getExpression(), R->getDebugLoc().get());
    Pinned->getParent()->insertDbgRecordAfter(New, Pinned);
  }
}

void pinValues(Function &Body, FunctionAnalysisManager &FAM) {
  FAM.invalidate(Body, PreservedAnalyses::none());
  endLocals(Body);
  SROAPass(SROAOptions::ModifyCFG).run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
  separateReturns(Body, FAM);
  // Clang leads every way out of a scope with locals through one block that
  // asks where to go on, and an inlined helper has one for its returns. While
  // ways meet there, what one of them returns is live on all of them. Such a
  // block has no more than an extension and a compare; code of the user's is
  // not copied.
  JumpThreadingPass(/*Threshold=*/2).run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());

  SmallVector<CallInst *> Suspends;
  for (Instruction &I : instructions(Body))
    if (isSuspend(I))
      Suspends.push_back(cast<CallInst>(&I));
  if (Suspends.empty())
    return;
  // Liveness is asked at block boundaries.
  for (CallInst *S : Suspends)
    SplitBlock(S->getParent(), S->getNextNode());

  EdgeLiveness Live(Body, *Body.getArg(0));
  struct Pin {
    CallInst *Suspend;
    Value *V;
  };
  SmallVector<Pin> Pins;
  MapVector<Value *, AllocaInst *> Homes;
  for (CallInst *S : Suspends) {
    BasicBlock *Behind = S->getParent()->getSingleSuccessor();
    for (Value *V : Live.across(S->getParent(), Behind))
      if (V->getType()->isIntegerTy() && V != S) {
        Pins.push_back({S, V});
        Homes.insert({V, nullptr});
      }
  }

  // A pinned value has several definitions; mem2reg finds where they meet.
  IRBuilder<> EntryBuilder(&*Body.getEntryBlock().getFirstInsertionPt());
  SmallVector<AllocaInst *> Promotable;
  for (auto &[V, Home] : Homes) {
    Home = EntryBuilder.CreateAlloca(V->getType());
    Promotable.push_back(Home);
    SmallVector<Use *> Uses;
    for (Use &U : V->uses())
      Uses.push_back(&U);
    // An argument is stored before the loads for its uses are made: what uses
    // it may be the first instruction of all.
    if (!isa<Instruction>(V))
      EntryBuilder.CreateStore(V, Home);
    for (Use *U : Uses)
      replaceUseByLoad(*U, Home);
    if (auto *Def = dyn_cast<Instruction>(V))
      new StoreInst(V, Home, *Def->getInsertionPointAfterDef());
  }
  for (const Pin &P : Pins) {
    AllocaInst *Home = Homes.lookup(P.V);
    IRBuilder<> B(P.Suspend->getNextNode());
    B.SetCurrentDebugLocation(P.Suspend->getDebugLoc());
    CallInst *Pinned = B.CreateCall(getPin(*Body.getParent(), P.V->getType()),
                                    {B.CreateLoad(P.V->getType(), Home)});
    B.CreateStore(Pinned, Home);
    describePinned(Pinned, P.V);
  }
  DominatorTree DT(Body);
  PromoteMemToReg(Promotable, DT);
  // Put the blocks together again: nothing may come between a suspend and
  // its pins.
  for (CallInst *S : Suspends)
    MergeBlockIntoPredecessor(S->getParent()->getSingleSuccessor());
  FAM.invalidate(Body, PreservedAnalyses::none());
}

void unpinValues(Function &Body, FunctionAnalysisManager &FAM) {
  for (Instruction &I : make_early_inc_range(instructions(Body)))
    if (isPin(I)) {
      I.replaceAllUsesWith(cast<CallInst>(I).getArgOperand(0));
      I.eraseFromParent();
    }
  FAM.invalidate(Body, PreservedAnalyses::none());
  // Phis whose operands are the same value again, and what only pins used.
  InstSimplifyPass().run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
  ADCEPass().run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
}

} // namespace llvm::bpffiber
