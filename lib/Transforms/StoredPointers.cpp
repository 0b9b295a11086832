// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StoredPointers.h"
#include "SuspendLiveness.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

/// The locals that P may be an address in.
static SmallVector<AllocaInst *, 2> localsOf(Value *P) {
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(P, Objects, /*LI=*/nullptr, /*MaxLookup=*/0);
  SmallVector<AllocaInst *, 2> Locals;
  for (const Value *Object : Objects)
    if (auto *Local = dyn_cast<AllocaInst>(Object))
      Locals.push_back(const_cast<AllocaInst *>(Local));
  return Locals;
}

StoredPointers::StoredPointers(Function &Body, const ValueOrigins &Origins) {
  SmallVector<AnyMemTransferInst *> Copies;
  for (Instruction &I : instructions(Body)) {
    if (auto *Copy = dyn_cast<AnyMemTransferInst>(&I))
      Copies.push_back(Copy);
    if (auto *Store = dyn_cast<StoreInst>(&I))
      if (Origins.get(Store->getValueOperand()) != Origin::Scalar)
        for (AllocaInst *Local : localsOf(Store->getPointerOperand()))
          Stores.insert({Local, Store});
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (AnyMemTransferInst *Copy : Copies)
      for (AllocaInst *From : localsOf(Copy->getSource()))
        if (StoreInst *Store = getStore(From))
          for (AllocaInst *To : localsOf(Copy->getDest()))
            Changed |= Stores.insert({To, Store}).second;
  }
}

/// Whether V is a pointer, or a number that becomes one.
static bool isUsedAsPointer(Value *V) {
  if (V->getType()->isPointerTy())
    return true;
  SmallPtrSet<Value *, 8> Seen{V};
  SmallVector<Value *> Work{V};
  while (!Work.empty())
    for (User *U : Work.pop_back_val()->users()) {
      if (isa<IntToPtrInst>(U) &&
          cast<PointerType>(U->getType())->getAddressSpace() == 0)
        return true;
      if ((isa<PHINode, SelectInst, FreezeInst, BinaryOperator>(U) ||
           lookThroughPassthrough(U)) &&
          Seen.insert(U).second)
        Work.push_back(U);
    }
  return false;
}

bool StoredPointers::isUsedBehind(AllocaInst &Object,
                                  const Instruction &At) const {
  SmallPtrSet<AllocaInst *, 4> Seen{&Object};
  SmallVector<std::pair<AllocaInst *, const Instruction *>> Work{
      {&Object, &At}};
  bool IsUsed = false;
  while (!Work.empty() && !IsUsed) {
    auto [Holder, Since] = Work.pop_back_val();
    forEachAccess(*Holder, [&, Since = Since](Instruction *I) {
      if (!I || IsUsed || !isPotentiallyReachable(Since, I))
        return;
      if (auto *Copy = dyn_cast<AnyMemTransferInst>(I)) {
        for (AllocaInst *To : localsOf(Copy->getDest()))
          if (Seen.insert(To).second)
            Work.push_back({To, Copy});
        return;
      }
      IsUsed = (isa<LoadInst>(I) && isUsedAsPointer(I)) ||
               (isa<CallBase>(I) && !isa<IntrinsicInst>(I));
    });
  }
  return IsUsed;
}

} // namespace llvm::bpffiber
