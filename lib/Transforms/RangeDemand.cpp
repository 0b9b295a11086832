// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RangeDemand.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"

namespace llvm::bpffiber {

/// Whether control can come back to BB without the fiber being suspended.
static bool isInLoopWithoutSuspend(BasicBlock *BB) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *> Work(successors(BB));
  while (!Work.empty()) {
    BasicBlock *Next = Work.pop_back_val();
    if (!Seen.insert(Next).second ||
        any_of(*Next, [](const Instruction &I) { return isSuspend(I); }))
      continue;
    if (Next == BB)
      return true;
    append_range(Work, successors(Next));
  }
  return false;
}

/// BPFAdjustOpt makes intrinsics of those in && and ||.
static bool isComparison(const Instruction &I) {
  auto *II = dyn_cast<IntrinsicInst>(&I);
  return isa<ICmpInst>(I) ||
         (II && II->getIntrinsicID() == Intrinsic::bpf_compare);
}

static bool anyDemand(Value &V, bool LoopBoundsToo) {
  if (!V.getType()->isIntegerTy())
    return false;
  SmallPtrSet<Value *, 16> Seen{&V};
  SmallVector<Value *> Work{&V};
  while (!Work.empty()) {
    Value *Now = Work.pop_back_val();
    for (User *U : Now->users()) {
      auto *I = dyn_cast<Instruction>(U);
      if (!I)
        continue;
      if (isa<GetElementPtrInst, IntToPtrInst>(I))
        return true;
      const auto *Call = dyn_cast<CallBase>(I);
      bool IsMark = isRangeMark(*I) || (Call && isOpaqueIdentity(*Call));
      if (Call && !isa<IntrinsicInst>(I) && !IsMark) {
        if (getPrimitive(*I) == Primitive::None)
          return true;
        continue;
      }
      if (LoopBoundsToo && isComparison(*I) &&
          isInLoopWithoutSuspend(I->getParent()))
        return true;
      if (isa<BinaryOperator, CastInst, PHINode, SelectInst, FreezeInst>(I) ||
          IsMark || (isa<IntrinsicInst>(I) && I->getType()->isIntegerTy()))
        if (Seen.insert(I).second)
          Work.push_back(I);
    }
  }
  return false;
}

bool demandsRange(Value &V, const SuspendPoint &S) {
  // A loop with a yield point needs no bound for the verifier's sake.
  return anyDemand(V, /*LoopBoundsToo=*/!S.IsYield);
}

bool isUsedAsAddressSizeOrBound(Value &V) {
  return anyDemand(V, /*LoopBoundsToo=*/true);
}

bool isUsedAsAddressOrSize(Value &V) {
  return anyDemand(V, /*LoopBoundsToo=*/false);
}

} // namespace llvm::bpffiber
