// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TimerWaits.h"
#include "Kinds.h"
#include "Primitives.h"
#include "RuntimeTable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

/// Whether the wait for the timer that Call starts can be over while the timer
/// is queued: the next suspend is also resumed by something else, or there is
/// none and the frame stays where it is.
static bool canBeLeft(const FiberShape &Shape, CallInst &Call) {
  DenseMap<const BasicBlock *, const SuspendPoint *> SuspendIn;
  for (const SuspendPoint &S : Shape.Suspends)
    SuspendIn[S.Call->getParent()] = &S;
  SmallVector<BasicBlock *> Work{Call.getParent()};
  SmallPtrSet<BasicBlock *, 16> Seen;
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (isa<ReturnInst>(BB->getTerminator()) && Shape.isArray())
      return true;
    for (BasicBlock *Succ : successors(BB)) {
      if (!Seen.insert(Succ).second)
        continue;
      const SuspendPoint *S = SuspendIn.lookup(Succ);
      if (!S)
        Work.push_back(Succ);
      // (A fiber that is cancelled takes its timer with it.)
      else if (any_of(S->Kinds, [](StringRef Kind) {
                 return Kind != TimerKind && Kind != CancelKind;
               }))
        return true;
    }
  }
  return false;
}

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

/// if (Queued - 1 >= End && !IsTimerQueued && start_timer(Ns)) abort(), where
/// no timer, 0, is the latest one.
static void lowerQueueTimer(FiberShape &Shape, CallInst &Call,
                            bool MayBeQueued) {
  auto Primitive = [&](enum Primitive P, Type *Result) {
    return Call.getModule()->getOrInsertFunction(
        getPrimitiveName(P), FunctionType::get(Result, false));
  };
  Function *Start = getRuntimeFn(*Shape.Runtime, RuntimeFn::StartTimer);
  Value *Ns = Call.getArgOperand(queuetimerop::Nanoseconds);
  IRBuilder<> B(&Call);
  Value *Timer = Call.getArgOperand(queuetimerop::Timer);
  Value *MustStart = B.CreateICmpUGE(
      B.CreateAdd(Call.getArgOperand(queuetimerop::Queued), B.getInt32(-1)),
      Call.getArgOperand(queuetimerop::End));
  if (MayBeQueued)
    MustStart =
        B.CreateAnd(MustStart, B.CreateIsNull(B.CreateCall(Primitive(
                                   Primitive::IsTimerQueued, B.getInt32Ty()))));
  BasicBlock *Head = Call.getParent();
  BasicBlock *Tail = SplitBlock(Head, &Call);
  BasicBlock *Late = SplitBlock(Head, Head->getTerminator());
  BasicBlock *Failed = SplitBlock(Late, Late->getTerminator());
  Head->getTerminator()->eraseFromParent();
  Late->getTerminator()->eraseFromParent();
  Failed->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Head);
  B.CreateCondBr(MustStart, Late, Tail);
  B.SetInsertPoint(Late);
  Value *Error = B.CreateCall(Start->getFunctionType(), Start, {Timer, Ns});
  B.CreateCondBr(B.CreateIsNull(Error), Tail, Failed);
  B.SetInsertPoint(Failed);
  B.CreateCall(Primitive(Primitive::Abort, B.getVoidTy()));
  B.CreateUnreachable();
  Call.eraseFromParent();
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
  if (!Deadlines.empty())
    Shape.Deadline = addRuntimeObject(
        Shape, Type::getInt32Ty(Shape.Body->getContext()), "deadline");
  if (!Waits.empty() && (Shape.Deadline || any_of(Waits, [&](CallInst *Call) {
                           return canBeLeft(Shape, *Call);
                         })))
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
    if (Shape.WakeTime)
      B.CreateStore(B.CreateCall(WakeTime->getFunctionType(), WakeTime,
                                 {Call->getArgOperand(0)}),
                    Shape.WakeTime);
    Call->eraseFromParent();
  }
  uint64_t Longest = findDeadlines(Shape);
  for (CallInst *Call : Queues) {
    auto *Ns =
        dyn_cast<ConstantInt>(Call->getArgOperand(queuetimerop::Nanoseconds));
    lowerQueueTimer(Shape, *Call,
                    Longest && Ns && Ns->getZExtValue() == Longest);
  }
}

} // namespace llvm::bpffiber
