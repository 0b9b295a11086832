// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An activation that does not use a reference leaves it in the frame. XDP
// programs may not even release a CPU mask, so moving it would be refused. An
// object of the program's own and a CPU mask taken from another map are kept too.
// RUN: %everywhere %s %t
#include "kernel-test.h"
#include <bpf/bpf_core_read.h>

struct object {
	__u64 value;
};

struct shelf {
	struct bpf_cpumask __kptr *mask;
};

extern struct bpf_cpumask *bpf_cpumask_create(void) __ksym;
extern void bpf_cpumask_release(struct bpf_cpumask *cpumask) __ksym;
extern void bpf_cpumask_set_cpu(u32 cpu, struct bpf_cpumask *cpumask) __ksym;
extern bool bpf_cpumask_test_cpu(u32 cpu, const struct cpumask *cpumask) __ksym;
extern void *bpf_obj_new_impl(__u64 local_type_id, void *meta) __ksym;

#define bpf_obj_new(type) ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), NULL))

FRAMES(keeper);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shelf);
} shelves SEC(".maps");

// DO: run step == 1
// DO: run deliver port=1 == 2
// DO: run deliver port=2 == 2
// DO: run deliver port=9 == 3
// DO: run step == 47
// DO: check #frames == 0
// DO: run look == 1
FIBER int keeper(void *ctx)
{
	struct bpf_cpumask *mask = bpf_cpumask_create(), *old;
	struct object *object;
	struct shelf *shelf;
	__u32 zero = 0, sum = 0, n;

	if (!mask)
		co_return -1;
	object = bpf_obj_new(struct object);
	if (!object)
		co_return -2;
	object->value = 40;
	bpf_cpumask_set_cpu(1, mask);
	do {
		struct xdp_md *packet = co_await next_event(xdp, sum ? 2 : 1);

		n = number(packet);
		sum += n == 9 ? 0 : n;
	} while (n != 9);
	co_await next_event(syscall, 3);
	sum += object->value + bpf_cpumask_test_cpu(1, (struct cpumask *)mask) * 4;
	shelf = bpf_map_lookup_elem(&shelves, &zero);
	if (!shelf)
		co_return -3;
	old = bpf_kptr_xchg(&shelf->mask, mask);
	if (old)
		bpf_cpumask_release(old);
	co_return sum;
}

SEC("xdp") int deliver(struct xdp_md *ctx)
{
	__u32 key = 0;

	return fiber_resume(&frames, keeper, &key, ctx, REFUSED);
}

SEC("syscall") int step(void *ctx)
{
	__u32 key = 0;

	return fiber_deliver(&frames, keeper, &key, ctx, REFUSED);
}

SEC("syscall") int look(void *ctx)
{
	__u32 zero = 0;
	struct shelf *shelf = bpf_map_lookup_elem(&shelves, &zero);
	struct bpf_cpumask *mask;
	int count = -1;

	if (!shelf)
		return -1;
	mask = bpf_kptr_xchg(&shelf->mask, NULL);
	if (!mask)
		return -2;
	count = mask->usage.refs.counter;
	bpf_cpumask_release(mask);
	return count;
}
