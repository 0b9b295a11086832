// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Fibers are written in C.
// RUN: %diagnosed
// WRONG: -x c++
// RIGHT: -Wno-unused-function
static __attribute__((annotate("bpf_fiber"), unused)) int f(void *ctx) // SAYS: error: fiber 'f' is not in a C file: fibers are written in C [bpf-fiber-needs-c]
{
	return 0;
}
