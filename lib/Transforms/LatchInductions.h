// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LATCHINDUCTIONS_H
#define BPF_FIBER_TRANSFORMS_LATCHINDUCTIONS_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// TLDR: `i` is incremented once in a round, and what is tested of it is what
/// is used.
///
/// In a loop that yields, the yield point lies between the loop's own exit and
/// its header, so the latch is the yield point. Loop strength reduction puts
/// increments into the latch: what the exit's compare and the frame want is
/// then computed from the old value, each for itself, and the old value stays
/// live beside the new one.
///
/// Of an index it makes a pointer, or the sum of where `i` began and of a
/// counter of its own. What the loop tests tells the verifier nothing of these
/// (reg_set_min_max()). If the loop begins at a constant it follows them by
/// values; where a resume enters it, it cannot.
///
/// An empty asm behind the increment where it stands hides from it that there
/// is an induction variable.
///
/// For OptimizerLast, where only code generation comes behind it.
void keepInductions(Function &F);

} // namespace llvm::bpffiber

#endif
