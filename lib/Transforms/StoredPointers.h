// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_STOREDPOINTERS_H
#define BPF_FIBER_TRANSFORMS_STOREDPOINTERS_H

#include "ValueOrigin.h"
#include "llvm/ADT/MapVector.h"

namespace llvm::bpffiber {

/// Which locals have pointers in them, and where those are used.
///
/// Flow-insensitive: what was ever put into a local, or into one that it is a
/// copy of, is in it. What is stored where no use of it can be followed is not
/// looked for there.
class StoredPointers {
public:
  StoredPointers(Function &Body, const ValueOrigins &Origins);

  /// The store that put a pointer into Object, perhaps by way of others; or
  /// null.
  StoreInst *getStore(AllocaInst *Object) const {
    return Stores.lookup(Object);
  }
  /// Whether what was in Object at At may be used as a pointer behind it.
  bool isUsedBehind(AllocaInst &Object, const Instruction &At) const;

private:
  MapVector<AllocaInst *, StoreInst *> Stores;
};

} // namespace llvm::bpffiber

#endif
