// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_NARROWCOUNTERS_H
#define BPF_FIBER_TRANSFORMS_NARROWCOUNTERS_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

class IntegerRanges;

/// TLDR: a counter of 8 or 16 bits is compared in the register that it is
/// counted in.
///
/// Instruction selection counts in a register of 32 bits, of which the upper
/// ones may be anything, and clears them in a copy wherever the counter is
/// tested. The verifier learns from the test what the copy is
/// (reg_set_min_max()), and counts the other register on, round by round. Where
/// the loop begins at a constant it knows both; a counter that comes out of a
/// frame never ends (`The sequence of 8193 jumps is too complex`).
///
/// So such a counter becomes one of 32 bits whose upper ones are clear: they
/// are cleared where it is counted, or nowhere, if it does not overflow.
///
/// For OptimizerLast: InstCombine would make it narrow again.
void widenNarrowCounters(Function &F);

/// Has LLVM know of which narrow counters Ranges says that they do not
/// overflow.
void noteNoOverflow(Function &F, const IntegerRanges &Ranges);

} // namespace llvm::bpffiber

#endif
