// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LOOPLOCALS_H
#define BPF_FIBER_TRANSFORMS_LOOPLOCALS_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// TLDR: a local of a loop that yields, such as the key of a lookup, does not
/// make one round another than the round before.
///
/// The verifier compares all of the stack where it asks whether a round is like
/// the one before (is_state_visited(), stacksafe()).
///
/// Each local of a function with such a loop gets 8 bytes of its own. Beside it
/// a number that goes round could be spilled, and where the local is stored the
/// verifier would forget that that is a number (check_stack_write()).
///
/// If it is stored in the loop, a number is stored there before the loop too:
/// to the verifier stack that has been written is not like stack that has not.
/// This costs two instructions, and the verifier walks the loop once less.
///
/// For OptimizerLast, where nothing takes such a store out again.
void separateLocals(Function &F);

} // namespace llvm::bpffiber

#endif
