// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Guards.h"
#include "Primitives.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/InstructionSimplify.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

namespace llvm::bpffiber {

namespace {

/// The primitives of one fiber_guard().
struct Guard {
  CallInst *Begin = nullptr, *Enter = nullptr, *Check = nullptr;
  SmallVector<CallInst *, 2> Ends;

  /// Others are reported by the lowering: of IR that did not come from the
  /// macro.
  bool isComplete() const { return Begin && Enter && Check; }
};

/// Lowers one of them.
class GuardLowering {
public:
  GuardLowering(Function &Body, const Guard &G) : Body(Body), G(G) {}
  void run();

private:
  SmallVector<CallInst *> collectSuspends() const;
  void isolateCode();
  void copyBehind(CallInst *Suspend);
  void forget();

  Function &Body;
  const Guard &G;
  /// From Enter to Check, in the order of the function.
  SmallVector<BasicBlock *> Code;
  /// Where a check goes on that returns, and with which value.
  BasicBlock *Leave = nullptr;
  AllocaInst *Value = nullptr;
};

} // namespace

/// What is reached from the begin, not through the guard's own code and no
/// further than an end.
static void forEachGuarded(const Guard &G,
                           function_ref<void(Instruction &)> Visit) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<Instruction *> Work{G.Begin->getNextNode()};
  while (!Work.empty()) {
    Instruction *I = Work.pop_back_val();
    BasicBlock *BB = I->getParent();
    for (; I; I = I->getNextNode()) {
      if (I == G.Enter || is_contained(G.Ends, I))
        break;
      Visit(*I);
    }
    if (!I)
      for (BasicBlock *Succ : successors(BB))
        if (Seen.insert(Succ).second)
          Work.push_back(&Succ->front());
  }
}

SmallVector<CallInst *> GuardLowering::collectSuspends() const {
  SmallPtrSet<CallInst *, 8> Suspends;
  forEachGuarded(G, [&](Instruction &I) {
    if (isSuspend(I))
      Suspends.insert(cast<CallInst>(&I));
  });
  // In the order of the function, whatever the walk was.
  SmallVector<CallInst *> Ordered;
  for (Instruction &I : instructions(Body))
    if (isSuspend(I) && Suspends.contains(cast<CallInst>(&I)))
      Ordered.push_back(cast<CallInst>(&I));
  return Ordered;
}

/// Gives the guard's code blocks of its own. What leaves it otherwise than by
/// the check, a goto, comes by an end.
void GuardLowering::isolateCode() {
  BasicBlock *First = SplitBlock(G.Enter->getParent(), G.Enter);
  Leave = SplitBlock(G.Check->getParent(), G.Check->getNextNode());
  for (CallInst *End : G.Ends)
    SplitBlock(End->getParent(), End);

  SmallSetVector<BasicBlock *, 8> Reached;
  SmallVector<BasicBlock *> Work{First};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (is_contained(G.Ends, &BB->front()) || !Reached.insert(BB) ||
        BB == G.Check->getParent())
      continue;
    append_range(Work, successors(BB));
  }
  for (BasicBlock &BB : Body)
    if (Reached.contains(&BB))
      Code.push_back(&BB);

  IRBuilder<> B(&*Body.getEntryBlock().getFirstInsertionPt());
  Value = B.CreateAlloca(G.Check->getType(), nullptr, "guard.value");
  B.SetInsertPoint(&*Leave->getFirstInsertionPt());
  B.SetCurrentDebugLocation(G.Check->getDebugLoc());
  auto *Result = B.CreateLoad(Value->getAllocatedType(), Value);
  G.Check->replaceAllUsesWith(Result);
}

void GuardLowering::copyBehind(CallInst *Suspend) {
  BasicBlock *Head = Suspend->getParent();
  BasicBlock *Continue = SplitBlock(Head, Suspend->getNextNode());
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *> Copy;
  for (BasicBlock *BB : Code) {
    BasicBlock *New = CloneBasicBlock(BB, Map, "", &Body);
    New->moveBefore(Continue);
    Map[BB] = New;
    Copy.push_back(New);
  }
  remapInstructionsInBlocks(Copy, Map);

  auto *Enter = cast<CallInst>(Map[G.Enter]);
  Head->getTerminator()->setSuccessor(0, Enter->getParent());
  Enter->eraseFromParent();
  auto *Check = cast<CallInst>(Map[G.Check]);
  BasicBlock *Last = Check->getParent();
  Last->getTerminator()->eraseFromParent();
  IRBuilder<> B(Last);
  B.SetCurrentDebugLocation(Check->getDebugLoc());
  llvm::Value *V = Check->getArgOperand(1);
  B.CreateStore(V, Value);
  B.CreateCondBr(B.CreateIsNull(V), Continue, Leave);
  Check->eraseFromParent();
}

/// The begin returns 0 where it stands, so the code is not reached there.
void GuardLowering::forget() {
  for (CallInst *End : G.Ends)
    End->eraseFromParent();
  replaceAndRecursivelySimplify(G.Begin,
                                ConstantInt::get(G.Begin->getType(), 0));
  G.Begin->eraseFromParent();
  for (BasicBlock &BB : Body)
    ConstantFoldTerminator(&BB, /*DeleteDeadConditions=*/true);
  removeUnreachableBlocks(Body);
}

void GuardLowering::run() {
  isolateCode();
  for (CallInst *Suspend : collectSuspends())
    copyBehind(Suspend);
  forget();
}

/// By the variable that names each.
static MapVector<Value *, Guard> collectGuards(Function &Body) {
  MapVector<Value *, Guard> Guards;
  for (Instruction &I : instructions(Body)) {
    auto *Call = dyn_cast<CallInst>(&I);
    if (!Call)
      continue;
    switch (getPrimitive(*Call)) {
    case Primitive::GuardBegin:
      Guards[Call->getArgOperand(0)].Begin = Call;
      break;
    case Primitive::GuardEnter:
      Guards[Call->getArgOperand(0)].Enter = Call;
      break;
    case Primitive::GuardCheck:
      Guards[Call->getArgOperand(0)].Check = Call;
      break;
    case Primitive::GuardEnd:
      Guards[Call->getArgOperand(0)].Ends.push_back(Call);
      break;
    default:
      break;
    }
  }
  return Guards;
}

/// The last one, which has none within it that is not lowered yet: an inner
/// one begins behind the outer one. Anew each time, because ends may be in
/// blocks that are not reached any more.
static std::optional<Guard> takeInnermost(Function &Body) {
  std::optional<Guard> Last;
  for (auto &[Variable, G] : collectGuards(Body))
    if (G.isComplete())
      Last = G;
  return Last;
}

SmallPtrSet<const CallBase *, 8> findGuardedCalls(Function &Body) {
  SmallPtrSet<const CallBase *, 8> Calls;
  for (auto &[Variable, G] : collectGuards(Body))
    if (G.isComplete())
      forEachGuarded(G, [&](Instruction &I) {
        if (auto *Call = dyn_cast<CallBase>(&I))
          Calls.insert(Call);
      });
  return Calls;
}

void lowerGuards(Function &Body) {
  while (std::optional<Guard> G = takeInnermost(Body))
    GuardLowering(Body, *G).run();
}

} // namespace llvm::bpffiber
