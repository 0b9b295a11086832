// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LINTS_H
#define BPF_FIBER_TRANSFORMS_LINTS_H

#include "FiberShape.h"
#include "SuspendLiveness.h"

namespace llvm::bpffiber {

/// Warns of what is legal and hardly meant:
///
/// - an await that nothing ends: no verb runs the fiber in a context that it
///   waits for (bpf-fiber-never-resumed);
/// - a verb that only resumes, in a context that no await waits for
///   (bpf-fiber-never-awaited);
/// - a program of a type for which the kernel has neither timers nor work
///   items, and a fiber whose frames have one (bpf-fiber-timer-in-tracing);
/// - a global variable that is read before an await and, behind it, written
///   with a value computed from what was read (bpf-fiber-lost-update): what
///   others wrote meanwhile is lost.
///
/// Changes nothing.
void lintFiber(const FiberShape &Shape, const SuspendLiveness &Liveness);

} // namespace llvm::bpffiber

#endif
