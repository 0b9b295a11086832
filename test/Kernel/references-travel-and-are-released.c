// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A fiber holds a task and a cgroup from XDP to a timer, a work item, user space
// and back to XDP. Wherever it is destroyed the kernel releases what it holds: the
// task has as many references as before.
// RUN: %everywhere %s %t
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgrp) __ksym;
extern struct cgroup *bpf_cgroup_from_id(u64 cgid) __ksym;
extern void bpf_cgroup_release(struct cgroup *cgrp) __ksym;

FRAMES(traveller);
FIBER_EVENTS(4096);

struct ask {
	__u32 key;
	__u32 token;
};

__u64 timer_ns = NS_PER_MS;
int before, now;

// All the way: the task is used in each context, the cgroup in the last one.
// DO: run count
// DO: run deliver port=1 == XDP_PASS
// DO: event last
// DO: check frames[0].state == L*_yield_to_user
// DO: run holders
// DO: check now == before + 1
// DO: run reply ctx=0,$last == 2
// DO: check frames[0].state == L*_next_packet
// DO: run deliver port=2 == 12346
// DO: check #frames == 0
// DO: run holders
// DO: check now == before
//
// Destroyed where it waits for the timer,
// DO: set timer_ns = 10000000000
// DO: run deliver port=1 == XDP_PASS
// DO: check frames[0].state == L*_sleep_ns
// DO: run holders
// DO: check now == before + 1
// DO: run destroy ctx=0,0 == 0
// DO: run holders
// DO: check now == before
//
// for user space,
// DO: set timer_ns = 1000000
// DO: run deliver port=1 == XDP_PASS
// DO: event last
// DO: run destroy ctx=0,0 == 0
// DO: run holders
// DO: check now == before
//
// for a packet,
// DO: run deliver port=1 == XDP_PASS
// DO: event last
// DO: run reply ctx=0,$last == 2
// DO: run destroy ctx=0,0 == 0
// DO: run holders
// DO: check now == before
//
// and by user space, which deletes the element.
// DO: run deliver port=1 == XDP_PASS
// DO: event last
// DO: delete frames[0]
// DO: run holders
// DO: check now == before
FIBER int traveller(struct xdp_md *ctx)
{
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	struct cgroup *group;
	int trace = 1, level;

	if (!task)
		co_return 100;
	group = bpf_cgroup_from_id(1);
	if (!group) {
		bpf_task_release(task);
		co_return 101;
	}
	co_await sleep_ns(timer_ns, XDP_PASS);
	trace = trace * 10 + (task->pid > 0) + 1;
	co_await defer();
	trace = trace * 10 + (task->tgid > 0) + 2;
	co_await yield_to_user();
	trace = trace * 10 + (task->tgid > 0) + 3;
	co_await next_packet(XDP_PASS);
	trace = trace * 10 + (task->tgid > 0) + 4;
	level = group->level + 1;
	bpf_cgroup_release(group);
	bpf_task_release(task);
	co_return trace + level;
}

DELIVER_PACKETS(traveller)

SEC("syscall") int reply(struct ask *ctx)
{
	__u32 key = ctx->key;

	return fiber_reply(&frames, traveller, &key, ctx, REFUSED, ctx->token, 0);
}

SEC("syscall") int destroy(struct ask *ctx)
{
	__u32 key = ctx->key;

	return fiber_destroy(&frames, traveller, &key);
}

static __always_inline int references(void)
{
	return bpf_get_current_task_btf()->rcu_users.refs.counter;
}

SEC("syscall") int count(void *ctx)
{
	before = references();
	return 0;
}

SEC("syscall") int holders(void *ctx)
{
	now = references();
	return 0;
}
