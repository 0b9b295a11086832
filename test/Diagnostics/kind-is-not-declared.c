// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A kind of context has a name and a type.
// RUN: %diagnosed
#include "fiber.h"

struct hook_args {
	long ret;
};

#ifndef WRONG
FIBER_CONTEXT(hook, struct hook_args);
#endif
FRAMES(f);

FIBER int f(struct xdp_md *ctx)
{
	struct hook_args *args = co_await next_event(hook, XDP_DROP); // SAYS: error: 'hook' is not a kind of context [bpf-fiber-undeclared] // NOTE: declare it at file scope: FIBER_CONTEXT(hook, struct ...) with the type of its context; built in are xdp, tc, cpumap, devmap and syscall

	co_return args->ret;
}

DELIVER_PACKETS(f);

#ifndef WRONG
SEC("fentry/hook") int hooked(struct hook_args *args)
{
	__u32 key = 0;

	return fiber_resume(&f_frames, f, &key, args, 0);
}
#endif
