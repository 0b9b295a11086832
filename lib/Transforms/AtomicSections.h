// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_ATOMICSECTIONS_H
#define BPF_FIBER_TRANSFORMS_ATOMICSECTIONS_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Reports awaits inside sections that must end in the activation in which
/// they began: a lock held, RCU, preemption or interrupts disabled. The
/// verifier would reject the suspend's return with a message about an
/// instruction that the user never wrote.
///
/// Forward data flow; the lattice is the set of sections that may be open,
/// each with the call that opened it; the join is union.
///
/// \returns false if there was one.
bool checkAtomicSections(const FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
