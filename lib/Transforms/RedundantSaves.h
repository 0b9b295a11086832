// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_REDUNDANTSAVES_H
#define BPF_FIBER_TRANSFORMS_REDUNDANTSAVES_H

#include "FrameLayout.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/IR/ValueMap.h"

namespace llvm::bpffiber {

/// The accesses to slots in one resume function; the numbers are those of the
/// fields. Any of them may have been erased since.
struct SlotAccesses {
  struct ForgetReplaced : ValueMapConfig<const Value *> {
    enum { FollowRAUW = false };
  };
  struct Save {
    WeakVH Store;
    unsigned Slot;
    /// Of the value, which the slot may hold in fewer or more.
    unsigned Bits;
  };
  SmallVector<Save> Saves;
  ValueMap<const Value *, unsigned, ForgetReplaced> Reloads;
};

/// Erases saves of what was reloaded from the same slot and is unchanged.
///
/// LLVM cannot: to it, every helper may write to a map value. But while a frame
/// is claimed nobody else does, and an activation writes to slots only where it
/// ends; except through an object in the same bytes, whose slots are left out.
/// What this kind of activation never reaches should be gone.
void eraseRedundantSaves(const SlotAccesses &Accesses,
                         const FrameLayout &Layout);

/// Erases saves of zeros into a frame that has been inserted empty.
void eraseZeroSaves(const SlotAccesses &Accesses);

} // namespace llvm::bpffiber

#endif
