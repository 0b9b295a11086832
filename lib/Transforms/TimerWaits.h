// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_TIMERWAITS_H
#define BPF_FIBER_TRANSFORMS_TIMERWAITS_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Lowers __fiber_deadline(), __fiber_queue_timer() and __fiber_wait_ns(), by
/// which awaitables say what they start the timer for.
///
/// A timer that fires does not say for which wait it was queued. Where the
/// fiber may start it while it is queued or firing for an earlier wait that
/// something else has ended, the frame keeps the time when the wait ends, and
/// the callback compares. Where it is started only when it has fired
/// (TimerFlow.h) there is no need: what fires is the wait's.
///
/// Needs the suspend points; adds Deadline and WakeTime to Shape, and
/// HasDeadline to its suspends.
void lowerTimerWaits(FiberShape &Shape);

/// Whether resumptions of this kind find the timer queued: all suspends that
/// they end have a deadline. Had the timer fired, it would have resumed the
/// fiber or followed the deadline.
bool isTimerQueued(const FiberShape &Shape, StringRef Kind);

} // namespace llvm::bpffiber

#endif
