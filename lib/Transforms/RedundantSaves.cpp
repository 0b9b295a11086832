// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RedundantSaves.h"
#include "RangeCheck.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/PatternMatch.h"

namespace llvm::bpffiber {

/// Whether V, stored into Slot, is what Slot holds already. Phis that go round
/// in a loop are taken to be until another operand says otherwise.
static bool isUnchanged(Value *V, unsigned Slot, unsigned Bits,
                        const SlotAccesses &Accesses,
                        SmallPtrSetImpl<Value *> &Seen) {
  if (!Seen.insert(V).second)
    return true;
  if (auto It = Accesses.Reloads.find(V); It != Accesses.Reloads.end())
    return It->second == Slot;
  auto Is = [&](Value *Inner) {
    return isUnchanged(Inner, Slot, Bits, Accesses, Seen);
  };
  if (auto *Phi = dyn_cast<PHINode>(V))
    return all_of(Phi->incoming_values(), Is);
  if (auto *Select = dyn_cast<SelectInst>(V))
    return Is(Select->getTrueValue()) && Is(Select->getFalseValue());
  if (auto *Cast = dyn_cast<CastInst>(V)) {
    // Wider and back again.
    Value *From = Cast->getOperand(0);
    unsigned Narrower =
        isa<TruncInst>(Cast)            ? V->getType()->getIntegerBitWidth()
        : isa<ZExtInst, SExtInst>(Cast) ? From->getType()->getIntegerBitWidth()
                                        : 0;
    return Narrower >= Bits && Is(From);
  }
  auto *I = dyn_cast<Instruction>(V);
  return I && isRangeMark(*I) && Is(I->getOperand(0));
}

static bool sharesWithObject(const FrameField &Slot,
                             const FrameLayout &Layout) {
  return any_of(Layout.fields(), [&](const FrameField &F) {
    return &F != &Slot && F.Local && F.Offset < Slot.getEnd() &&
           Slot.Offset < F.getEnd();
  });
}

void eraseRedundantSaves(const SlotAccesses &Accesses,
                         const FrameLayout &Layout) {
  for (const SlotAccesses::Save &Save : Accesses.Saves) {
    auto *Store = dyn_cast_or_null<StoreInst>(static_cast<Value *>(Save.Store));
    if (!Store || sharesWithObject(Layout.fields()[Save.Slot], Layout))
      continue;
    SmallPtrSet<Value *, 8> Seen;
    Value *V = Store->getValueOperand();
    if (!isa<Instruction>(V) || !V->getType()->isIntegerTy())
      continue;
    // A flag is a byte in its slot.
    unsigned Bits = std::min(Save.Bits, V->getType()->getIntegerBitWidth());
    if (isUnchanged(V, Save.Slot, Bits, Accesses, Seen))
      Store->eraseFromParent();
  }
}

void eraseZeroSaves(const SlotAccesses &Accesses) {
  for (const SlotAccesses::Save &Save : Accesses.Saves) {
    auto *Store = dyn_cast_or_null<StoreInst>(static_cast<Value *>(Save.Store));
    if (Store && match(Store->getValueOperand(), PatternMatch::m_Zero()))
      Store->eraseFromParent();
  }
}

} // namespace llvm::bpffiber
