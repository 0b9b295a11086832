// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// abi.h for C++: it takes its integer types from whoever includes it.

#ifndef BPF_FIBER_TRANSFORMS_ABI_H
#define BPF_FIBER_TRANSFORMS_ABI_H

#include <cerrno>
#include <linux/types.h>

#include "bpf_fiber/abi.h"

static_assert(FIBER_CLAIM == 1u << 31, "the claim is the sign bit");
static_assert(FIBER_CANCELED == -ECANCELED, "of the generic errno numbers");
static_assert(FIBER_HEADER_SIZE == 4, "FrameLayout places fields behind it");

#endif
