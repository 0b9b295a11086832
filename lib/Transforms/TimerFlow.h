// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_TIMERFLOW_H
#define BPF_FIBER_TRANSFORMS_TIMERFLOW_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Whether the fiber starts its timer only where none is queued or firing, and
/// neither ends nor waits for something else while one is: as a fiber that
/// ticks, of which packets end no wait.
///
/// Followed from suspend to suspend, once for each kind that resumes it, as the
/// await's result is a constant then. A timer is queued from where it is
/// started until it resumes the fiber.
bool startsTimerOnlyWhenFired(const FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
