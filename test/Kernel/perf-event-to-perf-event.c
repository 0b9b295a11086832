// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber from one sample of a perf event to the next.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FIBER_CONTEXT(sample, struct bpf_perf_event_data);

FIBER_MAP(frames, sampling, BPF_MAP_TYPE_ARRAY, __u32, 1);

__u64 periods, rounds;

// DO: attach on_sample
// DO: wait rounds > 2
// DO: check periods > 0
// DO: check sampling_counters.aborted + sampling_counters.not_waiting == 0
FIBER int sampling(struct bpf_perf_event_data *ctx)
{
	__u64 sum = ctx->sample_period;

	for (int i = 0; i < 3; i++) {
		struct bpf_perf_event_data *sample = co_await next_event(sample, 0);

		sum += sample->sample_period;
	}
	periods = sum;
	rounds++;
	co_return 0;
}

SEC("perf_event") int on_sample(struct bpf_perf_event_data *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, sampling, &key, ctx, 0);
}
