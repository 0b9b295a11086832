// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_GUARDS_H
#define BPF_FIBER_TRANSFORMS_GUARDS_H

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/InstrTypes.h"

namespace llvm::bpffiber {

/// Lowers fiber_guard(call, guard), which <bpf_fiber/fiber.bpf.h> makes of
///
///   if (__fiber_guard_begin(&g)) {
///     __fiber_guard_enter(&g);
///     result = __fiber_guard_check(&g, guard);
///   } else {
///     result = call;
///   }
///   __fiber_guard_end(&g);            // on every way out
///
/// As of setjmp(), the first return of __fiber_guard_begin() is 0, and others
/// come later: behind each suspend that is reached before an end. The guard
/// then runs between the suspend and what follows it. If its value is 0 the
/// check does not return, and the activation goes on where it was; else it does
/// and the call is abandoned.
///
/// So the guard's code, from enter to check, is copied behind each suspend of
/// the region. (One copy that goes back by an index would make everything that
/// lives across one of the suspends live across all of them.)
///
/// Must run on a body with all that it awaits embedded, and before its locals
/// become SSA values: a guard may change them, and nothing but this tells that
/// it runs there. Guards of an outer await are lowered behind those of an inner
/// one, and so run before them.
void lowerGuards(Function &Body);

/// The calls in the regions of Body's guards, before they are lowered.
SmallPtrSet<const CallBase *, 8> findGuardedCalls(Function &Body);

} // namespace llvm::bpffiber

#endif
