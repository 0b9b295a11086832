// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A declaration that nothing uses is left over.
// RUN: %diagnosed
// WRONG: -Wno-unused-function
#include "fiber.h"

#ifdef WRONG
FIBER int f(struct xdp_md *ctx); // SAYS: warning: fiber 'f' is declared but neither defined nor used [bpf-fiber-unused]
#else
FIBER int f(struct xdp_md *ctx) __attribute__((unused));
#endif
