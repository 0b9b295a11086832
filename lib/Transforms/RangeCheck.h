// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_RANGECHECK_H
#define BPF_FIBER_TRANSFORMS_RANGECHECK_H

#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"

namespace llvm::bpffiber {

/// The verifier forgets what it knew of a number that went through a map; a
/// range check behind the reload tells it again.
///
/// LLVM folds two compares of one value into `(v - lo) < n` on a copy, from
/// which the verifier (reg_set_min_max()) learns nothing of v. So the compare
/// is an asm goto on the 64-bit register itself, and the value passes through
/// an empty asm first, which ties the register that is compared to the one
/// that is used.
///
/// Whether a check is needed shows only when the clone has been simplified, so
/// it is made in two steps.

/// Marks V as being in Range: a call without side effects that gives V.
Value *markRange(IRBuilder<> &B, Value *V, const ConstantRange &Range);

/// Notes that V is in Range, which LLVM would find out less easily later. What
/// is stored of it will be checked to be; where it stands nothing is.
Value *noteRange(IRBuilder<> &B, Value *V, const ConstantRange &Range);

/// Notes that V is in Range, which the verifier must know: checkNotedBounds()
/// is going to make a mark of it, or nothing.
Value *noteBound(IRBuilder<> &B, Value *V, const ConstantRange &Range);

/// Any of these.
bool isRangeMark(const Instruction &I);
/// One that is going to be a check.
bool isRangeCheck(const Instruction &I);

/// Which numbers of F, of those that have been noted, the verifier may not know
/// to be in their ranges: those become marks.
void checkNotedBounds(Function &F);

/// Turns the marks that still have uses into checks that go to Otherwise(mark)
/// when the value is not in the range.
void lowerRangeMarks(Function &F,
                     function_ref<BasicBlock *(CallInst &Mark)> Otherwise);

/// How the first operand of Check, if it is part of a check, is compared to the
/// second where it is not in the range.
std::optional<CmpInst::Predicate> getViolation(const CallBrInst &Check);

} // namespace llvm::bpffiber

#endif
