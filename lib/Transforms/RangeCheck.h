// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_RANGECHECK_H
#define BPF_FIBER_TRANSFORMS_RANGECHECK_H

#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/IRBuilder.h"

namespace llvm::bpffiber {

/// Emits code that goes to Otherwise unless V is in Range, in a form from which
/// the verifier learns the range of the value that is returned.
///
/// LLVM folds two compares of one value into `(v - lo) < n` on a copy, from
/// which the verifier (reg_set_min_max()) learns nothing of v. So the compare
/// is an asm goto on the 64-bit register itself, and V passes through an empty
/// asm first, which ties the register that is compared to the one that is used.
Value *reestablishRange(IRBuilder<> &B, Value *V, const ConstantRange &Range,
                        BasicBlock *Otherwise);

} // namespace llvm::bpffiber

#endif
