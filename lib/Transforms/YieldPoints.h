// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_YIELDPOINTS_H
#define BPF_FIBER_TRANSFORMS_YIELDPOINTS_H

#include "FiberShape.h"
#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

class KernelReferences;

/// Whether -bpf-fiber-quantum asks for yield points.
bool wantsYieldPoints();

/// Whether a loop that yields begins with BB: the kernel is asked there whether
/// there may be one more round.
bool asksMayGoto(const BasicBlock &BB);

/// Whether I loads a zero of which the verifier does not know that it is one.
bool isUnknownZero(const Instruction &I);

/// Puts a yield point on every back-edge of the body's loops that can go round
/// without the fiber being suspended (Compiler Interrupts, PLDI'21).
///
///	header:  ...
///	latch:   may_goto yield              ; the kernel's patience
///	         if (!(budget & <mask>)) goto yield ; the quantum
///	         budget -= <cost of a round>
///	         goto header
///	yield:   __fiber_suspend("yield")
///	         budget = quantum
///	         goto header
///
/// The budget is a register, loaded when an activation begins from the global
/// <fiber>_quantum, which user space may change. Mask is of all the bits above
/// those that the cost of a round needs. The verifier does not know the budget's
/// value and learns nothing of it, nor, with may_goto on the back-edge, does it want to see the loop end
/// (is_may_goto_insn(), find_prev_entry()): it walks a round twice, if every
/// value that goes round and is tested is unknown to it. Those that enter the
/// loop as constants therefore get an unknown zero added, and integers that the
/// verifier must know the range of, because they become part of an address, are
/// checked in the header.
///
/// There is no yield point where the fiber could not be resumed: where a
/// pointer that no frame can hold goes round the loop, or the context is used
/// behind it. Such a loop is reported with a warning.
///
/// Changes the body; to run before canonicalizeSuspends().
void insertYieldPoints(FiberShape &Shape, const KernelReferences &Kernel,
                       FunctionAnalysisManager &FAM);

} // namespace llvm::bpffiber

#endif
