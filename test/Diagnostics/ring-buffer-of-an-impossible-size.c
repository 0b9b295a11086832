// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The kernel takes powers of two that are whole pages.
// RUN: %diagnosed
#include "fiber.h"

#ifdef WRONG
FIBER_EVENTS(10000); // SAYS: error: the size of a ring buffer is a power of two and a multiple of the page size [bpf-fiber-operand]
#else
FIBER_EVENTS(16384);
#endif
