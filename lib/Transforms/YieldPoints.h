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

/// Puts a yield point into every loop of the body that can go round without
/// the fiber being suspended (Compiler Interrupts, PLDI'21).
///
///	header:  may_goto yield                     ; the kernel's patience
///	         ...
///	latch:   budget += <half the cost of a round>
///	         if (budget < 0) goto header        ; the quantum
///	yield:   __fiber_suspend("yield")
///	         budget = ~(quantum / 2)
///	         goto header
///
/// The budget is a register, loaded when an activation begins from the global
/// <fiber>_quantum, which user space may change. It counts up, in halves: what
/// the verifier knows of it is that it is negative, at first and in each round,
/// whatever the quantum is.
///
/// Nor does it want to see the loop end, as there is a may_goto: once it has
/// walked a round it asks there whether the next one begins like the first
/// (is_state_visited()). It does if every value that goes round is unknown to
/// it. Those that enter the loop as constants, or as what something else in the
/// loop is, therefore get an unknown zero added; integers that the verifier
/// must know the range of, because they become part of an address, are checked
/// in each round; and numbers that LLVM has made wider than they are do not go
/// round.
///
/// There is no yield point where the fiber could not be resumed: where a
/// pointer that no frame can hold goes round the loop, or the context is used
/// behind it. Such a loop is reported with a warning.
///
/// Changes the body; to run before canonicalizeSuspends().
void insertYieldPoints(FiberShape &Shape, const KernelReferences &Kernel,
                       FunctionAnalysisManager &FAM);

/// Makes the test of the budget the jump to the next round, and what follows it
/// the yield: a round has one jump. Code generation for BPF inverts no branch,
/// and an asm goto is never thought to leave but at its end. To run when
/// nothing changes branches any more.
void goRoundByJump(Function &F);

} // namespace llvm::bpffiber

#endif
