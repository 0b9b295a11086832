// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One fiber goes with a packet from XDP through the program of a cpumap, in a
// kernel thread, to that of a devmap. Both kinds are built in.
// RUN: %everywhere %s %t
#include "kernel-test.h"

FRAMES(traveller);

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct bpf_cpumap_val);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} devices SEC(".maps");

int trace;
__u32 cpu;

// DO: netns
// DO: shell ip link add bpf0 index 2 type veth peer name bpf1 index 3 && ip link set bpf0 up && ip link set bpf1 up
// A veth transmits frames of XDP if its peer does GRO (SIOCETHTOOL, ETHTOOL_SGRO).
// DO: shell python3 -c 'import array, fcntl, socket, struct; on = array.array("I", [0x2c, 1]); fcntl.ioctl(socket.socket(), 0x8946, struct.pack("16sP8x", b"bpf1", on.buffer_info()[0]))'
// DO: attach in_cpumap cpus[0]
// DO: attach in_devmap devices[2]
// DO: run receive live port=3 == 0
// DO: wait trace == 333
// DO: check #frames == 0
// DO: check cpu == 0
FIBER int traveller(struct xdp_md *ctx)
{
	int n = number(ctx);
	struct xdp_md *next = co_await next_event(cpumap, XDP_REDIRECT);

	cpu = bpf_get_smp_processor_id();
	n = n * 10 + number(next);
	next = co_await next_event(devmap, XDP_REDIRECT);
	trace = n * 10 + number(next);
	co_return XDP_DROP;
}

SEC("xdp") int receive(struct xdp_md *ctx)
{
	__u32 key = 0;
	int verdict = fiber_deliver(&frames, traveller, &key, ctx, XDP_DROP);

	return verdict == XDP_REDIRECT ? bpf_redirect_map(&cpus, 0, XDP_DROP) : verdict;
}

SEC("xdp/cpumap") int in_cpumap(struct xdp_md *ctx)
{
	__u32 key = 0;
	int verdict = fiber_resume_in("cpumap", &frames, traveller, &key, ctx, XDP_DROP);

	return verdict == XDP_REDIRECT ? bpf_redirect_map(&devices, 2, XDP_DROP) : verdict;
}

SEC("xdp/devmap") int in_devmap(struct xdp_md *ctx)
{
	__u32 key = 0;

	fiber_resume_in("devmap", &frames, traveller, &key, ctx, XDP_DROP);
	return XDP_DROP;
}
