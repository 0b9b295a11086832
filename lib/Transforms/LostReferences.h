// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LOSTREFERENCES_H
#define BPF_FIBER_TRANSFORMS_LOSTREFERENCES_H

#include "FiberShape.h"

namespace llvm::bpffiber {

class KernelReferences;

/// Releases references that a fiber still holds where it ends, or where it
/// loses sight of them: on an edge to a block that no longer knows whether they
/// are held, and does not use them.
///
/// What a fiber holds at an await belongs to its frame and is released with it;
/// so that a co_return in between (co_try(), for instance) means the same, what
/// it holds there is released too. The verifier would refuse the program
/// (check_reference_leak()).
///
/// Only references that a map can own. Changes the body.
void releaseLostReferences(const FiberShape &Shape,
                           const KernelReferences &Kernel);

} // namespace llvm::bpffiber

#endif
