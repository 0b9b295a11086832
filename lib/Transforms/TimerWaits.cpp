// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TimerWaits.h"
#include "Kinds.h"
#include "Primitives.h"
#include "RuntimeTable.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"

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

void lowerTimerWaits(FiberShape &Shape) {
  SmallVector<CallInst *> Deadlines, Waits;
  for (Instruction &I : instructions(*Shape.Body)) {
    if (getPrimitive(I) == Primitive::Deadline)
      Deadlines.push_back(cast<CallInst>(&I));
    else if (getPrimitive(I) == Primitive::WaitNs)
      Waits.push_back(cast<CallInst>(&I));
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
}

} // namespace llvm::bpffiber
