// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A loop that yields in a fiber of users, and a verb for an event for which the
// fiber waits in dead code only.
// FUZZ: -O2 -mcpu=v3 -g -fbpf-fiber-quantum=8
// RUN: %fuzz --replay %s
#define FZ_HOME_SYSCALL
#define FZ_USES_EVENT
#include "fuzz.h"

FZ_MAP(HASH);

static __always_inline void fz_init(void)
{
}

FIBER int fz_main(struct fz_home *ctx, u32 p0, u64 p1)
{
	co_await fz_packet(0);
	for (u32 i = 0; i < ((u32)p1 & 31); i++) {
		fz_out(i);
		if (p0 == i) {
			break;
			co_await fz_event(0);
		}
	}
	co_return fz_end(p0 & 15);
}

FZ_PROGRAMS
