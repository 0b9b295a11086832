// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_MERGEDAWAITS_H
#define BPF_FIBER_TRANSFORMS_MERGEDAWAITS_H

#include "SharedAwaits.h"

namespace llvm::bpffiber {

/// Makes one call of a group of awaits, for one copy of the fiber's code:
///
///   site 1:  args = ...            site 2:  args = ...
///            returns_to = 1                 returns_to = 2
///            br shared                      br shared
///
///   shared:  result = call child(args)
///            switch (returns_to)
///
///   behind 1: ... result ...       behind 2: ... result ...
///
/// The return state is a local like others, so it is in the frame while the
/// child is suspended. Its type is an enum whose constants tell the lines. An
/// empty asm hides from the optimiser what it is at the switch: it would follow
/// each value through the child and copy that again on the way.
///
/// Values that are made before a site and used behind it do not dominate their
/// uses any more, and become locals too. Returns the call.
CallInst *mergeAwaits(const AwaitGroup &Group);

/// To be called while the locals of Body are in memory.
///
/// Where code is shared, a local that is out of scope goes into it and comes
/// out of it to where it is in scope again. So where a scope begins its value
/// is said to be none.
void endLocals(Function &Body);

/// To be called when the locals of Body have become SSA values.
///
/// What lived across one of the merged awaits has become an operand of a phi at
/// the beginning of the shared code, together with what lived across others, or
/// nothing. Behind the return it is known again which operand it is: one that
/// can be named there, a constant say, is put in place of the phi, which then
/// need not live across the shared code; and of one whose range is known and
/// will have to be known the range is told again.
void separateReturns(Function &Body, FunctionAnalysisManager &FAM);

/// To be called when Body has been simplified. What is done first behind every
/// return, to give up if the result is negative, is done before they part.
void joinCommonExits(Function &Body);

} // namespace llvm::bpffiber

#endif
