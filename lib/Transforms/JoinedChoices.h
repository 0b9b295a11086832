// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_JOINEDCHOICES_H
#define BPF_FIBER_TRANSFORMS_JOINEDCHOICES_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// TLDR: what is chosen by one condition is chosen by one jump.
///
/// BPF has no conditional move, and instruction selection makes a jump of each
/// select. The verifier walks both ways of each: of three selects by one number
/// that it does not know, eight. An element of an array that is in no memory,
/// `a[i] += n`, is such a group.
///
/// So the selects of a block by one condition, and what is computed between
/// them from those before, become two blocks.
///
/// For OptimizerLast: SimplifyCFG would make selects of them again.
void joinChoices(Function &F);

} // namespace llvm::bpffiber

#endif
