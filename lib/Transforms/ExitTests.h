// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_EXITTESTS_H
#define BPF_FIBER_TRANSFORMS_EXITTESTS_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// TLDR: a loop that counts up to a number ends at that number or above it.
///
/// LLVM makes `i != 4` of `i < 4` if it knows that the counter comes to 4. One
/// that comes out of a frame may be anything to the verifier, or a range whose
/// end it forgets where it joins; past 4 it counts on until it gives up (`The
/// sequence of 8193 jumps is too complex`). By an inequality it knows as much
/// of the counter in the loop, and sees the loop end.
///
/// For OptimizerLast: InstCombine would make an equality of it again.
void boundExitTests(Function &F);

} // namespace llvm::bpffiber

#endif
