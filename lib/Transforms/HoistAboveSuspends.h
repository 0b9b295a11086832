// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_HOISTABOVESUSPENDS_H
#define BPF_FIBER_TRANSFORMS_HOISTABOVESUSPENDS_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Computes before a suspend what would otherwise have its operands in the
/// frame.
///
/// InstCombine sinks a computation towards its use and Reassociate gathers a
/// chain of additions at its end; both know nothing of suspends, and so turn
/// one running sum into many saved summands. An instruction without side
/// effects moves up above a suspend that dominates it if its operands are known
/// there and its result takes less room than the operands that then need not be
/// saved; or as much, if debug info says that it is the value that a C variable
/// has at the await.
///
/// Changes the body; to run after canonicalizeSuspends().
void hoistAboveSuspends(FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
