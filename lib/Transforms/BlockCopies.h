// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_BLOCKCOPIES_H
#define BPF_FIBER_TRANSFORMS_BLOCKCOPIES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace llvm::bpffiber {

/// Copies Blocks, which are of one function; Map has the copy of each. The
/// copies lead to each other, and out to where Blocks lead; nothing leads to
/// them yet. What one block computes for others goes through memory from now
/// on; returns the allocas, for who wants SSA values again.
SmallVector<AllocaInst *> copyBlocks(ArrayRef<BasicBlock *> Blocks,
                                     const Twine &Suffix,
                                     ValueToValueMapTy &Map);

} // namespace llvm::bpffiber

#endif
