// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LATCHINDUCTIONS_H
#define BPF_FIBER_TRANSFORMS_LATCHINDUCTIONS_H

namespace llvm {
class Function;
class TargetTransformInfo;
} // namespace llvm

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
/// So the increment is written out where it stands, which hides that there is
/// an induction variable. Of what a constant was added to the verifier knows by
/// how much it is more than what it was (adjust_reg_min_max_vals(),
/// BPF_ADD_CONST), and a number that has gone up in a round is another one to
/// it than a number that has not (regsafe()): it would walk the loop once more.
/// Where it may know so, because the number has been copied or stored, it is
/// made to forget.
///
/// For OptimizerLast, where only code generation comes behind it.
void keepInductions(Function &F, const TargetTransformInfo &TTI);

/// Moves `i + 1` behind the test of `i == N` in front of which it stands, to
/// the side where it is wanted. The verifier takes what the test says of `i`
/// into the sum if that is computed from it afterwards. If it has been computed
/// before, that needs a link between the two (sync_linked_regs()), which a sum
/// that is masked, copied or spilled has not. A counter that comes out of a
/// frame would pass the end of its range. One that is tested for less or more
/// passes an end with both of its bounds, in time.
void stepBehindTests(Function &F);

} // namespace llvm::bpffiber

#endif
