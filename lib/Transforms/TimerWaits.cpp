// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TimerWaits.h"
#include "Kinds.h"
#include "Primitives.h"
#include "RuntimeTable.h"
#include "TimerFlow.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"

namespace llvm::bpffiber {

/// What there is before BB, if each suspend ends what __fiber_queue_timer() has
/// begun.
namespace {
class DeadlineFlow {
public:
  explicit DeadlineFlow(const Function &Body);
  bool isSaidBefore(const BasicBlock *BB) const { return !Without.count(BB); }

private:
  /// Blocks that can be reached without one.
  SmallPtrSet<const BasicBlock *, 16> Without;
};
} // namespace

DeadlineFlow::DeadlineFlow(const Function &Body) {
  auto IsSaidAfter = [&](const BasicBlock &BB) {
    for (const Instruction &I : reverse(BB))
      if (getPrimitive(I) == Primitive::QueueTimer)
        return true;
      else if (isSuspend(I))
        return false;
    return isSaidBefore(&BB);
  };
  Without.insert(&Body.getEntryBlock());
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock &BB : Body)
      if (!IsSaidAfter(BB))
        for (const BasicBlock *Succ : successors(&BB))
          Changed |= Without.insert(Succ).second;
  }
}

/// The longest time of the deadlines, if the timer is started for nothing else.
static uint64_t findLongestDeadline(const Function &Body) {
  uint64_t Longest = 0;
  for (const Instruction &I : instructions(Body))
    switch (getPrimitive(I)) {
    case Primitive::WaitNs:
      return 0;
    case Primitive::Timer:
      if (!all_of(I.users(), [](const User *U) {
            return getPrimitive(*cast<Instruction>(U)) == Primitive::QueueTimer;
          }))
        return 0;
      break;
    case Primitive::QueueTimer: {
      const auto *Ns =
          dyn_cast<ConstantInt>(I.getOperand(queuetimerop::Nanoseconds));
      if (!Ns)
        return 0;
      Longest = std::max(Longest, Ns->getZExtValue());
      break;
    }
    default:
      break;
    }
  return Longest;
}

bool isTimerQueued(const FiberShape &Shape, StringRef Kind) {
  return Kind != TimerKind &&
         all_of(Shape.Suspends, [&](const SuspendPoint &S) {
           return !S.isResumedBy(Kind) || S.HasDeadline;
         });
}

/// Finds the suspends that have a deadline, said in the same activation.
/// Returns the longest time that one of them is away; 0 if that is not known.
static uint64_t findDeadlines(FiberShape &Shape) {
  uint64_t Longest = findLongestDeadline(*Shape.Body);
  if (!Longest)
    return 0;
  DeadlineFlow Flow(*Shape.Body);
  for (SuspendPoint &S : Shape.Suspends)
    S.HasDeadline =
        S.isResumedBy(TimerKind) && Flow.isSaidBefore(S.Call->getParent());
  return Longest;
}

/// if (Queued - 1 >= End && !IsTimerQueued), where no timer, 0, is the latest
/// one.
static Value *createMustStart(IRBuilder<> &B, CallInst &Call,
                              bool MayBeQueued) {
  Value *MustStart = B.CreateICmpUGE(
      B.CreateAdd(Call.getArgOperand(queuetimerop::Queued), B.getInt32(-1)),
      Call.getArgOperand(queuetimerop::End));
  if (!MayBeQueued)
    return MustStart;
  FunctionCallee IsQueued = Call.getModule()->getOrInsertFunction(
      getPrimitiveName(Primitive::IsTimerQueued),
      FunctionType::get(B.getInt32Ty(), false));
  return B.CreateAnd(MustStart, B.CreateIsNull(B.CreateCall(IsQueued)));
}

/// if (MustStart && start_timer(Ns)) abort()
static void lowerQueueTimer(FiberShape &Shape, CallInst &Call,
                            Value *MustStart) {
  Function *Start = getRuntimeFn(*Shape.Runtime, RuntimeFn::StartTimer);
  Value *Timer = Call.getArgOperand(queuetimerop::Timer);
  Value *Ns = Call.getArgOperand(queuetimerop::Nanoseconds);
  BasicBlock *Head = Call.getParent();
  BasicBlock *Tail = SplitBlock(Head, &Call);
  BasicBlock *Late = SplitBlock(Head, Head->getTerminator());
  BasicBlock *Failed = SplitBlock(Late, Late->getTerminator());
  Head->getTerminator()->eraseFromParent();
  Late->getTerminator()->eraseFromParent();
  Failed->getTerminator()->eraseFromParent();
  IRBuilder<> B(Head);
  B.SetCurrentDebugLocation(Call.getDebugLoc());
  B.CreateCondBr(MustStart, Late, Tail);
  B.SetInsertPoint(Late);
  Value *Error = B.CreateCall(Start->getFunctionType(), Start, {Timer, Ns});
  B.CreateCondBr(B.CreateIsNull(Error), Tail, Failed);
  B.SetInsertPoint(Failed);
  B.CreateCall(Call.getModule()->getOrInsertFunction(
      getPrimitiveName(Primitive::Abort),
      FunctionType::get(B.getVoidTy(), false)));
  B.CreateUnreachable();
  Call.eraseFromParent();
}

static bool isOnlyLoadedAndStored(const CallInst *Deadline) {
  return all_of(Deadline->uses(), [](const Use &U) {
    const auto *Store = dyn_cast<StoreInst>(U.getUser());
    return isa<LoadInst>(U.getUser()) ||
           (Store && U.getOperandNo() == Store->getPointerOperandIndex());
  });
}

/// The timer itself says when the wait ends: nobody has to read it from here.
static void dropDeadline(CallInst &Deadline) {
  SmallVector<WeakTrackingVH> Ends;
  for (User *U : make_early_inc_range(Deadline.users())) {
    auto *I = cast<Instruction>(U);
    if (auto *Store = dyn_cast<StoreInst>(I))
      Ends.push_back(Store->getValueOperand());
    else
      I->replaceAllUsesWith(ConstantInt::get(I->getType(), 0));
    I->eraseFromParent();
  }
  Deadline.eraseFromParent();
  for (WeakTrackingVH &End : Ends)
    if (End)
      RecursivelyDeleteTriviallyDeadInstructions(End);
}

/// What __fiber_arm_deadline() and __fiber_arm_timer() do where no timer is
/// queued.
static void startTimers(FiberShape &Shape, ArrayRef<CallInst *> Deadlines,
                        ArrayRef<CallInst *> Waits,
                        ArrayRef<CallInst *> Queues) {
  for (CallInst *Call : Queues)
    lowerQueueTimer(Shape, *Call, ConstantInt::getTrue(Call->getContext()));
  for (CallInst *Call : Deadlines)
    dropDeadline(*Call);
  for (CallInst *Call : Waits)
    Call->eraseFromParent();
  // The clock is a helper's: not dead to LLVM.
  for (Instruction &I : make_early_inc_range(instructions(*Shape.Body)))
    if (getPrimitive(I) == Primitive::CoarseNs && I.use_empty())
      I.eraseFromParent();
}

void lowerTimerWaits(FiberShape &Shape) {
  SmallVector<CallInst *> Deadlines, Waits, Queues;
  for (Instruction &I : instructions(*Shape.Body)) {
    if (getPrimitive(I) == Primitive::Deadline)
      Deadlines.push_back(cast<CallInst>(&I));
    else if (getPrimitive(I) == Primitive::WaitNs)
      Waits.push_back(cast<CallInst>(&I));
    else if (getPrimitive(I) == Primitive::QueueTimer)
      Queues.push_back(cast<CallInst>(&I));
  }
  if (all_of(Deadlines, isOnlyLoadedAndStored) &&
      startsTimerOnlyWhenFired(Shape)) {
    startTimers(Shape, Deadlines, Waits, Queues);
    return;
  }
  if (!Deadlines.empty())
    Shape.Deadline = addRuntimeObject(
        Shape, Type::getInt32Ty(Shape.Body->getContext()), "deadline");
  if (!Waits.empty())
    Shape.WakeTime = addRuntimeObject(
        Shape, Type::getInt64Ty(Shape.Body->getContext()), "wake_time");
  auto Clear = [](IRBuilder<> &B, AllocaInst *Object) {
    if (Object)
      B.CreateStore(ConstantInt::get(Object->getAllocatedType(), 0), Object);
  };
  // Each wait is of one sort and ends what the other has left.
  for (CallInst *Call : Deadlines) {
    IRBuilder<> B(Call);
    Clear(B, Shape.WakeTime);
    Call->replaceAllUsesWith(Shape.Deadline);
    Call->eraseFromParent();
  }
  Function *WakeTime = getRuntimeFn(*Shape.Runtime, RuntimeFn::WakeTime);
  for (CallInst *Call : Waits) {
    IRBuilder<> B(Call);
    Clear(B, Shape.Deadline);
    B.CreateStore(B.CreateCall(WakeTime->getFunctionType(), WakeTime,
                               {Call->getArgOperand(0)}),
                  Shape.WakeTime);
    Call->eraseFromParent();
  }
  uint64_t Longest = findDeadlines(Shape);
  for (CallInst *Call : Queues) {
    auto *Ns =
        dyn_cast<ConstantInt>(Call->getArgOperand(queuetimerop::Nanoseconds));
    IRBuilder<> B(Call);
    lowerQueueTimer(
        Shape, *Call,
        createMustStart(B, *Call,
                        Longest && Ns && Ns->getZExtValue() == Longest));
  }
}

} // namespace llvm::bpffiber
