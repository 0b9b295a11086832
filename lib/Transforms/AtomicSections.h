// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_ATOMICSECTIONS_H
#define BPF_FIBER_TRANSFORMS_ATOMICSECTIONS_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Reports suspend points that are reached while something is open that ends
/// with the activation: a lock, an RCU, preempt-disabled or irq-disabled
/// section, an iterator, a reserved dynptr. A suspend returns from the program,
/// which the verifier does not allow then (check_resource_leak()), and would
/// have another activation, on another CPU perhaps, close the section. Reports
/// also dynptrs that are used in another activation than they were made in.
///
/// Walks paths, as the verifier does. A state is what is open, in order (what
/// is taken twice must be given back twice), which dynptrs there are, and what
/// is known of the conditions that are branched on more than once (PathFacts).
/// An await is an error if it is reached in a state in which something is
/// open; a suspend forgets the conditions, because the next activation knows
/// nothing of them. Where that makes too many states, conditions are not
/// followed.
///
/// False if it reported anything. To run after canonicalizeSuspends().
bool checkAtomicSections(const FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
