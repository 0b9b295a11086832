// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_MASKEDTESTS_H
#define BPF_FIBER_TRANSFORMS_MASKEDTESTS_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// TLDR: whether the lower half of a register is small is asked by a
/// comparison.
///
/// InstCombine makes `(x & 0xfffffffc) == 0` of `(u32)x < 4`. The verifier
/// learns from a comparison what the register is (reg_set_min_max()); from this
/// one it learns something of the copy that has been masked. A range that has
/// been checked behind a reload is one of 64 bits (RangeCheck.h), so each test
/// of such a number is of its lower half.
///
/// For OptimizerLast: InstCombine would make a mask of it again.
void compareMaskedTests(Function &F);

} // namespace llvm::bpffiber

#endif
