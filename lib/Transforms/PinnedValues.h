// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_PINNEDVALUES_H
#define BPF_FIBER_TRANSFORMS_PINNEDVALUES_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// The optimiser knows nothing of suspends and takes them for calls: it sinks a
/// computation towards its use behind an await, gathers a chain of additions at
/// its end, widens a byte to a word. Each of these turns one small C variable
/// into something larger in the frame, under no name that the user knows.
///
/// So before the optimiser runs, the body is cut at its suspends: behind each,
/// every integer that lives across it goes through an opaque identity,
/// __fiber_pin(), which no pass looks through. The lowering takes the pins out
/// again.

/// Makes the locals of Body SSA values and separates ways that only met.
/// With HasFailurePaths there may be ways that only seem to be taken, and a
/// pointer is not taken for the one that it was before a suspend.
void promoteLocals(Function &Body, FunctionAnalysisManager &FAM,
                   bool HasFailurePaths);

/// Pins what lives across suspends.
void pinValues(Function &Body, FunctionAnalysisManager &FAM);

/// Removes all pins of Body.
void unpinValues(Function &Body, FunctionAnalysisManager &FAM);

/// Whether Name is that of a pin.
bool isPinName(StringRef Name);

} // namespace llvm::bpffiber

#endif
