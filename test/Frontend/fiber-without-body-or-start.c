// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber that nobody starts is a mistake; so is starting what has no body.
// RUN: %verify %s
// RUN: %verify=wall -Wall %s
// RUN: not %fiberc -fsyntax-only -I %inputs -w -fno-caret-diagnostics %s 2>&1 | FileCheck --implicit-check-not=warning: %s
// RUN: not %fiberc -fsyntax-only -I %inputs -Werror %s 2>&1 | FileCheck --check-prefix=WERROR %s
//
// CHECK: error: fiber 'no_body' is used
// WERROR: error: fiber 'never_started' is never started
#include "fiber.h"

FIBER int never_started(struct xdp_md *ctx) // expected-warning {{fiber 'never_started' is never started [bpf-fiber-unused]}} expected-note {{start it with fiber_spawn() or fiber_deliver(), or mark it __attribute__((unused))}} wall-warning {{unused function 'never_started'}}
{
	return 0;
}

FIBER int only_resumed(struct xdp_md *ctx) // expected-warning {{fiber 'only_resumed' is never started}} expected-note {{start it with}} wall-warning {{fiber 'only_resumed' is never started}} wall-note {{start it with}}
{
	return co_await next_packet(XDP_PASS);
}
FIBER_MAP(only_resumed_map, only_resumed, BPF_MAP_TYPE_HASH, __u32, 16);

FIBER int only_declared(struct xdp_md *ctx); // expected-warning {{fiber 'only_declared' is declared but neither defined nor used [bpf-fiber-unused]}} wall-warning {{fiber 'only_declared' is declared but neither defined nor used}} wall-warning {{unused function 'only_declared'}}

FIBER int no_body(struct xdp_md *ctx); // expected-error {{fiber 'no_body' is used but has no body in this file [bpf-fiber-undefined]}} expected-warning {{function 'no_body' has internal linkage but is not defined}} wall-error {{fiber 'no_body' is used but has no body}} wall-warning {{internal linkage but is not defined}}
FIBER_MAP(no_body_map, no_body, BPF_MAP_TYPE_HASH, __u32, 16);

SEC("xdp") int program(struct xdp_md *ctx)
{
	__u32 key = 1;

	fiber_resume(&only_resumed_map, only_resumed, &key, ctx, 0);
	return fiber_spawn(&no_body_map, no_body, &key, ctx, 0, 0); // expected-note 2 {{used here}} wall-note 2 {{used here}}
}

// Nothing to say: declared twice and started, or not wanted now.
FIBER int started(struct xdp_md *ctx);
FIBER int started(struct xdp_md *ctx);
FIBER int started(struct xdp_md *ctx)
{
	return 0;
}
RUN(started);

__attribute__((unused)) FIBER int for_later(struct xdp_md *ctx)
{
	return 0;
}
