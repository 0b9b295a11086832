// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TimerFlow.h"
#include "Kinds.h"
#include "Primitives.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"

namespace llvm::bpffiber {

/// Of computations between an await's result and a branch.
static constexpr unsigned MaxDepth = 6;

namespace {
class TimerFlow {
public:
  explicit TimerFlow(const FiberShape &Shape);
  bool startsOnlyWhenFired();

private:
  /// What the present activation began with; none for the start.
  struct Activation {
    const CallInst *Suspend = nullptr;
    int64_t Result = 0;
  };

  bool usesTimerOtherwise() const;
  Constant *evaluate(Value *V, const Activation &Now, unsigned Depth) const;
  void appendSuccessors(const BasicBlock &BB, const Activation &Now,
                        SmallVectorImpl<const BasicBlock *> &Next) const;
  bool walk(const BasicBlock &From, bool IsQueued, const Activation &Now);
  bool passBlock(const BasicBlock &BB, bool &IsQueued, bool &IsOver,
                 const Activation &Now);

  const FiberShape &Shape;
  DenseMap<const Instruction *, const SuspendPoint *> PointOf;
  /// Suspends that are reached, and whether a timer is queued there.
  SmallVector<std::pair<const SuspendPoint *, bool>> Work;
  DenseSet<std::pair<const SuspendPoint *, unsigned>> Reached;
};
} // namespace

TimerFlow::TimerFlow(const FiberShape &Shape) : Shape(Shape) {
  for (const SuspendPoint &S : Shape.Suspends)
    PointOf[S.Call] = &S;
}

static bool startsTimer(const Instruction &I) {
  return getPrimitive(I) == Primitive::QueueTimer ||
         getPrimitive(I) == Primitive::WaitNs;
}

/// Whether something else is done with the timer than to start it where it is
/// said for how long.
bool TimerFlow::usesTimerOtherwise() const {
  auto IsSaidBefore = [](const Instruction &Start) {
    for (const Instruction *I = &Start; (I = I->getPrevNode());)
      if (getPrimitive(*I) == Primitive::WaitNs)
        return true;
    return false;
  };
  for (const Instruction &I : instructions(*Shape.Body))
    if (getPrimitive(I) == Primitive::Timer)
      for (const User *U : I.users()) {
        const auto *Call = dyn_cast<CallInst>(U);
        if (!Call || (getPrimitive(*Call) != Primitive::QueueTimer &&
                      !IsSaidBefore(*Call)))
          return true;
      }
  return false;
}

/// V in this activation; null if it is not known.
Constant *TimerFlow::evaluate(Value *V, const Activation &Now,
                              unsigned Depth) const {
  if (auto *C = dyn_cast<Constant>(V))
    return C;
  auto *I = dyn_cast<Instruction>(V);
  if (!I || Depth == MaxDepth)
    return nullptr;
  if (Now.Suspend &&
      (I == Now.Suspend || getPrimitive(*I) == Primitive::Wakeup))
    return ConstantInt::get(I->getType(), Now.Result);
  auto Operand = [&](unsigned N) {
    return evaluate(I->getOperand(N), Now, Depth + 1);
  };
  const DataLayout &DL = Shape.Body->getParent()->getDataLayout();
  if (auto *II = dyn_cast<IntrinsicInst>(I)) {
    // BPFAdjustOpt's.
    if (II->getIntrinsicID() == Intrinsic::bpf_passthrough)
      return Operand(1);
    if (II->getIntrinsicID() != Intrinsic::bpf_compare)
      return nullptr;
    Constant *L = Operand(1), *R = Operand(2);
    return L && R ? ConstantFoldCompareInstOperands(
                        cast<ConstantInt>(II->getArgOperand(0))->getZExtValue(),
                        L, R, DL)
                  : nullptr;
  }
  if (auto *Cmp = dyn_cast<ICmpInst>(I)) {
    Constant *L = Operand(0), *R = Operand(1);
    return L && R
               ? ConstantFoldCompareInstOperands(Cmp->getPredicate(), L, R, DL)
               : nullptr;
  }
  if (!isa<BinaryOperator, CastInst, FreezeInst>(I))
    return nullptr;
  SmallVector<Constant *> Ops;
  for (unsigned N = 0; N != I->getNumOperands(); ++N) {
    Ops.push_back(Operand(N));
    if (!Ops.back())
      return nullptr;
  }
  return isa<FreezeInst>(I) ? Ops[0] : ConstantFoldInstOperands(I, Ops, DL);
}

void TimerFlow::appendSuccessors(
    const BasicBlock &BB, const Activation &Now,
    SmallVectorImpl<const BasicBlock *> &Next) const {
  const Instruction *End = BB.getTerminator();
  if (const auto *Branch = dyn_cast<BranchInst>(End);
      Branch && Branch->isConditional()) {
    if (auto *Taken = dyn_cast_or_null<ConstantInt>(
            evaluate(Branch->getCondition(), Now, 0))) {
      Next.push_back(Branch->getSuccessor(Taken->isZero()));
      return;
    }
  } else if (const auto *Switch = dyn_cast<SwitchInst>(End)) {
    if (auto *Case = dyn_cast_or_null<ConstantInt>(
            evaluate(Switch->getCondition(), Now, 0))) {
      Next.push_back(Switch->findCaseValue(Case)->getCaseSuccessor());
      return;
    }
  }
  append_range(Next, successors(&BB));
}

/// Goes through BB; false if the timer is started or left where it must not be.
bool TimerFlow::passBlock(const BasicBlock &BB, bool &IsQueued, bool &IsOver,
                          const Activation &Now) {
  for (const Instruction &I : BB) {
    if (startsTimer(I)) {
      if (IsQueued)
        return false;
      IsQueued = true;
    } else if (isSuspend(I) && &I != Now.Suspend) {
      const SuspendPoint *S = PointOf.lookup(&I);
      if (IsQueued && !S->isResumedBy(TimerKind))
        return false;
      if (Reached.insert({S, IsQueued}).second)
        Work.push_back({S, IsQueued});
      IsOver = true;
      return true;
    } else if (isa<ReturnInst>(I) && IsQueued) {
      return false;
    }
  }
  return true;
}

bool TimerFlow::walk(const BasicBlock &From, bool IsQueued,
                     const Activation &Now) {
  SmallVector<std::pair<const BasicBlock *, bool>> Blocks{{&From, IsQueued}};
  DenseSet<std::pair<const BasicBlock *, unsigned>> Seen{{&From, IsQueued}};
  // The suspend that was resumed is the first instruction of From; where the
  // same block is reached again, another activation begins there.
  bool IsFirst = true;
  while (!Blocks.empty()) {
    auto [BB, Queued] = Blocks.pop_back_val();
    bool IsOver = false;
    if (!passBlock(*BB, Queued, IsOver,
                   IsFirst ? Now : Activation{nullptr, Now.Result}))
      return false;
    IsFirst = false;
    if (IsOver)
      continue;
    SmallVector<const BasicBlock *> Next;
    appendSuccessors(*BB, Now, Next);
    for (const BasicBlock *Succ : Next)
      if (Seen.insert({Succ, Queued}).second || (Succ == &From && Now.Suspend))
        Blocks.push_back({Succ, Queued});
  }
  return true;
}

bool TimerFlow::startsOnlyWhenFired() {
  if (usesTimerOtherwise() ||
      !walk(Shape.Body->getEntryBlock(), /*IsQueued=*/false, {}))
    return false;
  while (!Work.empty()) {
    auto [S, IsQueued] = Work.pop_back_val();
    for (const std::string &Kind : S->Kinds)
      // (A fiber that is cancelled takes its timer with it.)
      if (Kind != CancelKind &&
          !walk(*S->Call->getParent(), IsQueued && Kind != TimerKind,
                {S->Call, getKindTraits(Kind).Result}))
        return false;
  }
  return true;
}

bool startsTimerOnlyWhenFired(const FiberShape &Shape) {
  return TimerFlow(Shape).startsOnlyWhenFired();
}

} // namespace llvm::bpffiber
