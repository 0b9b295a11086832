// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LATEINITIALIZERS_H
#define BPF_FIBER_TRANSFORMS_LATEINITIALIZERS_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Moves the constants that a local in memory is initialised with behind the
/// suspends that come before its first use:
///
///     struct stats zero = {};                  <- here it is written
///     ...
///     co_await next_event(sys_exit, 0);
///     bpf_map_update_elem(&stats, &pid, &zero, BPF_NOEXIST);
///
/// C programmers declare at the top of a block. What is in memory lives from
/// where it is first written: it would be in the frame all along.
void initializeLate(FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
