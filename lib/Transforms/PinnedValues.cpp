// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PinnedValues.h"
#include "Compat.h"
#include "MergedAwaits.h"
#include "PointerRoots.h"
#include "Primitives.h"
#include "SuspendLiveness.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/InstSimplifyPass.h"
#include "llvm/Transforms/Scalar/JumpThreading.h"
#include "llvm/Transforms/Scalar/SCCP.h"
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
  std::string Suffix = Ty->isPointerTy()
                           ? std::string(".p")
                           : ".i" + std::to_string(Ty->getIntegerBitWidth());
  FunctionCallee Pin = M.getOrInsertFunction(
      PinName + Suffix, FunctionType::get(Ty, {Ty}, false));
  auto *F = cast<Function>(Pin.getCallee());
  // An effect that nobody can name: neither the pin nor what it pins can move
  // across a suspend, but memory is as it was.
  F->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
  F->setWillReturn();
  F->setDoesNotThrow();
  return Pin;
}

/// What is said of each variable.
using RecordsOfVariables =
    DenseMap<DILocalVariable *, SmallVector<DbgVariableRecord *, 2>>;

static RecordsOfVariables collectRecords(Function &Body) {
  RecordsOfVariables Records;
  for (Instruction &I : instructions(Body))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      Records[R.getVariable()].push_back(&R);
  return Records;
}

/// Whether the variable of R is something else by the time of Later.
static bool isOverwritten(const DbgVariableRecord &R, const Instruction &Later,
                          const RecordsOfVariables &Records,
                          const DominatorTree &DT) {
  auto It = Records.find(R.getVariable());
  // (A record is in front of its instruction.)
  return It != Records.end() &&
         any_of(It->second, [&](const DbgVariableRecord *Other) {
           const Instruction *At = Other->getInstruction();
           return Other->getRawLocation() != R.getRawLocation() &&
                  Other->getDebugLoc().getInlinedAt() ==
                      R.getDebugLoc().getInlinedAt() &&
                  DT.dominates(R.getInstruction(), At) &&
                  (At == &Later || DT.dominates(At, &Later));
         });
}

/// Pinned is from here on the variables that V is at Suspend.
static void describePinned(Instruction *Pinned, Value *V,
                           const Instruction &Suspend,
                           const RecordsOfVariables &Described,
                           const DominatorTree &DT) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(V, Records);
  SmallPtrSet<DILocalVariable *, 4> Done;
  for (DbgVariableRecord *R : Records) {
    if (R->getExpression()->getNumElements() != 0 ||
        isOverwritten(*R, Suspend, Described, DT) ||
        !Done.insert(R->getVariable()).second)
      continue;
    auto *New = DbgVariableRecord::createDbgVariableRecord(
        Pinned, R->getVariable(), R->getExpression(), R->getDebugLoc().get());
    Pinned->getParent()->insertDbgRecordAfter(New, Pinned);
  }
}

/// Pins what lives across suspends and is wanted.
static void pin(Function &Body, FunctionAnalysisManager &FAM,
                function_ref<bool(const Type &)> IsWanted) {
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
      if (IsWanted(*V->getType()) && V != S) {
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
  DominatorTree DT(Body);
  RecordsOfVariables Described = collectRecords(Body);
  for (const Pin &P : Pins) {
    AllocaInst *Home = Homes.lookup(P.V);
    IRBuilder<> B(P.Suspend->getNextNode());
    B.SetCurrentDebugLocation(P.Suspend->getDebugLoc());
    CallInst *Pinned = B.CreateCall(getPin(*Body.getParent(), P.V->getType()),
                                    {B.CreateLoad(P.V->getType(), Home)});
    B.CreateStore(Pinned, Home);
    describePinned(Pinned, P.V, *P.Suspend, Described, DT);
  }
  PromoteMemToReg(Promotable, DT);
  // Put the blocks together again: nothing may come between a suspend and
  // its pins.
  for (CallInst *S : Suspends)
    MergeBlockIntoPredecessor(S->getParent()->getSingleSuccessor());
  FAM.invalidate(Body, PreservedAnalyses::none());
}

void pinValues(Function &Body, FunctionAnalysisManager &FAM) {
  pin(Body, FAM, [](const Type &T) { return T.isIntegerTy(); });
}

/// Replaces phis that merge one value only, through other phis perhaps. Assumes
/// that all of Phis do and takes back, one by one, what does not.
static void eraseRedundantPhis(ArrayRef<PHINode *> Phis) {
  SmallPtrSet<Value *, 8> Real;
  DenseMap<Value *, Value *> Merged;
  auto Merge = [&](PHINode *Phi) {
    Value *Only = Merged.lookup(Phi);
    for (Value *In : Phi->incoming_values()) {
      Value *V =
          isa<PHINode>(In) && !Real.contains(In) ? Merged.lookup(In) : In;
      if (V && Only && V != Only)
        return false;
      if (V)
        Only = V;
    }
    Merged[Phi] = Only;
    return true;
  };
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (PHINode *Phi : Phis) {
      Value *Before = Merged.lookup(Phi);
      if (Real.contains(Phi))
        continue;
      if (!Merge(Phi)) {
        Real.insert(Phi);
        Merged.clear();
        Changed = true;
        break;
      }
      Changed |= Merged.lookup(Phi) != Before;
    }
  }
  for (PHINode *Phi : Phis)
    if (Value *Only = Real.contains(Phi) ? nullptr : Merged.lookup(Phi))
      Phi->replaceAllUsesWith(Only);
  for (PHINode *Phi : Phis)
    if (!Real.contains(Phi) && Merged.lookup(Phi))
      Phi->eraseFromParent();
}

/// Takes the pins out of pointers again; nothing else is simplified.
static void unpinPointers(Function &Body) {
  SmallVector<PHINode *> Phis;
  for (Instruction &I : make_early_inc_range(instructions(Body))) {
    if (!I.getType()->isPointerTy())
      continue;
    if (auto *Phi = dyn_cast<PHINode>(&I))
      Phis.push_back(Phi);
    if (!isPin(I))
      continue;
    I.replaceAllUsesWith(cast<CallInst>(I).getArgOperand(0));
    I.eraseFromParent();
  }
  eraseRedundantPhis(Phis);
}

/// The same number, if that can be seen.
static bool isSameIndex(const Value *A, const Value *B) {
  if (A == B)
    return true;
  auto *I = dyn_cast<CastInst>(A);
  auto *J = dyn_cast<CastInst>(B);
  return I && J && I->isSameOperationAs(J) &&
         I->getOperand(0) == J->getOperand(0);
}

/// Clang computes an address each time that the source names it. What a check
/// says of one is said of all.
static void shareAddresses(Function &Body) {
  DominatorTree DT(Body);
  SmallVector<GetElementPtrInst *> Addresses;
  for (BasicBlock *BB : ReversePostOrderTraversal<Function *>(&Body))
    for (Instruction &I : make_early_inc_range(*BB)) {
      auto *GEP = dyn_cast<GetElementPtrInst>(&I);
      if (!GEP || GEP->hasAllConstantIndices())
        continue;
      auto Known = find_if(Addresses, [&](GetElementPtrInst *Other) {
        return Other->getPointerOperand() == GEP->getPointerOperand() &&
               Other->getSourceElementType() == GEP->getSourceElementType() &&
               equal(Other->indices(), GEP->indices(), isSameIndex) &&
               DT.dominates(Other, GEP);
      });
      if (Known == Addresses.end()) {
        Addresses.push_back(GEP);
        continue;
      }
      (*Known)->andIRFlags(GEP);
      GEP->replaceAllUsesWith(*Known);
      GEP->eraseFromParent();
    }
}

/// Whether V is what one of several lookups gave, or one of several rounds of a
/// loop that Test is not in, as far as that can be seen.
static bool isChoice(Value *V, const ICmpInst &Test, LoopInfo &Loops) {
  SmallSetVector<Value *, 8> Work;
  Work.insert(V);
  unsigned NumLookups = 0;
  for (unsigned Next = 0; Next != Work.size(); ++Next) {
    auto *I = dyn_cast<Instruction>(Work[Next]);
    if (!I)
      continue;
    if (isa<PHINode, SelectInst>(I)) {
      for (Value *Op : I->operand_values())
        if (Op->getType()->isPointerTy())
          Work.insert(Op);
    } else if (isPin(*I)) {
      Work.insert(I->getOperand(0));
    } else if (auto *Call = dyn_cast<CallInst>(I);
               Call && getLookedUpMap(*Call)) {
      const Loop *L = Loops.getLoopFor(I->getParent());
      NumLookups += L && !L->contains(&Test) ? 2 : 1;
    }
  }
  return NumLookups > 1;
}

/// Where one of several lookups has been tested before, the test of what was
/// chosen from them is true there. But it is what says where to go without the
/// element, whichever it is.
static void keepTestsOfChoices(Function &Body, FunctionAnalysisManager &FAM) {
  LoopInfo &Loops = FAM.getResult<LoopAnalysis>(Body);
  SmallVector<ICmpInst *> Tests;
  for (Instruction &I : instructions(Body))
    if (auto *Test = dyn_cast<ICmpInst>(&I);
        Test && isa<ConstantPointerNull>(Test->getOperand(1)) &&
        isChoice(Test->getOperand(0), *Test, Loops))
      Tests.push_back(Test);
  for (ICmpInst *Test : Tests) {
    Value *V = Test->getOperand(0);
    Test->setOperand(0, IRBuilder<>(Test).CreateCall(
                            getPin(*Body.getParent(), V->getType()), {V}));
  }
}

void promoteLocals(Function &Body, FunctionAnalysisManager &FAM,
                   bool HasFailurePaths) {
  FAM.invalidate(Body, PreservedAnalyses::none());
  endLocals(Body);
  SROAPass(SROAOptions::ModifyCFG).run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
  separateReturns(Body, FAM);
  if (HasFailurePaths) {
    // A pointer that is made again is another one: what has been checked before
    // does not hold for it.
    pin(Body, FAM, [](const Type &T) { return T.isPointerTy(); });
    SCCPPass().run(Body, FAM);
    FAM.invalidate(Body, PreservedAnalyses::none());
    keepTestsOfChoices(Body, FAM);
  }
  // Clang leads every way out of a scope with locals through one block that
  // asks where to go on, and an inlined helper has one for its returns. While
  // ways meet there, what one of them returns is live on all of them. Such a
  // block has no more than an extension and a compare; code of the user's is
  // not copied.
  JumpThreadingPass(/*Threshold=*/2).run(Body, FAM);
  // In a loop that nothing leads to an address may be the one before it of
  // itself.
  removeUnreachableBlocks(Body);
  if (HasFailurePaths) {
    shareAddresses(Body);
    unpinPointers(Body);
  }
  FAM.invalidate(Body, PreservedAnalyses::none());
}

/// A test may turn out to be one that has been made in front of a suspend. The
/// verifier would walk both of its ways.
static bool removeDeadWays(Function &Body) {
  for (BasicBlock &BB : Body)
    ConstantFoldTerminator(&BB, /*DeleteDeadConditions=*/true);
  return removeUnreachableBlocks(Body);
}

/// A number is behind a suspend what it was before, and what was tested there
/// need not be tested again. (A pointer is another one: its test counts.)
static void foldKnownTests(Function &Body, FunctionAnalysisManager &FAM) {
  LazyValueInfo &LVI = FAM.getResult<LazyValueAnalysis>(Body);
  SmallVector<std::pair<ICmpInst *, Constant *>> Known;
  for (Instruction &I : instructions(Body)) {
    auto *Test = dyn_cast<ICmpInst>(&I);
    auto *Bound = Test ? dyn_cast<ConstantInt>(Test->getOperand(1)) : nullptr;
    if (!Bound || isa<Constant>(Test->getOperand(0)))
      continue;
    if (Constant *Result =
            LVI.getPredicateAt(Test->getPredicate(), Test->getOperand(0), Bound,
                               Test, /*UseBlockValue=*/true))
      Known.push_back({Test, Result});
  }
  for (auto [Test, Result] : Known) {
    Test->replaceAllUsesWith(Result);
    Test->eraseFromParent();
  }
  FAM.invalidate(Body, PreservedAnalyses::none());
}

void unpinValues(Function &Body, FunctionAnalysisManager &FAM) {
  SmallVector<PHINode *> Phis;
  for (Instruction &I : make_early_inc_range(instructions(Body))) {
    if (auto *Phi = dyn_cast<PHINode>(&I))
      Phis.push_back(Phi);
    if (isPin(I)) {
      I.replaceAllUsesWith(cast<CallInst>(I).getArgOperand(0));
      I.eraseFromParent();
    }
  }
  // Phis whose operands are the same value again, in loops that it goes round
  // unchanged too, and what only pins used.
  eraseRedundantPhis(Phis);
  do {
    FAM.invalidate(Body, PreservedAnalyses::none());
    foldKnownTests(Body, FAM);
    InstSimplifyPass().run(Body, FAM);
    FAM.invalidate(Body, PreservedAnalyses::none());
  } while (removeDeadWays(Body));
  ADCEPass().run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
}

} // namespace llvm::bpffiber
