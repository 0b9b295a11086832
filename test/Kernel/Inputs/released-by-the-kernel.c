// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Fibers that hold the task of the parent process and a cgroup; FRAMES_TYPE and
// FRAMES_FLAGS are those of their map.
#include "kernel-test.h"

extern struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
extern struct cgroup *bpf_cgroup_from_id(u64 cgid) __ksym;

FIBER_MAP(frames, keeper, FRAMES_TYPE, __u32, 4, __uint(map_flags, FRAMES_FLAGS););

__u64 cgroup_id;
int before, held;

FIBER int keeper(struct xdp_md *ctx)
{
	struct task_struct *task =
		bpf_task_acquire(bpf_get_current_task_btf()->real_parent);
	struct cgroup *group = bpf_cgroup_from_id(cgroup_id);

	if (!task || !group)
		co_return 99;
	co_await next_packet(1);
	co_return task->pid && group->level ? 2 : 3;
}

static __always_inline int references(void)
{
	return bpf_get_current_task_btf()->real_parent->rcu_users.refs.counter;
}

/* The port is the key; a fiber that is there is replaced. */
SEC("xdp") int start(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_spawn(&frames, keeper, &key, ctx, FIBER_REPLACE, REFUSED);
}

SEC("xdp") int resume(struct xdp_md *ctx)
{
	__u32 key = number(ctx);

	return fiber_resume(&frames, keeper, &key, ctx, REFUSED);
}

SEC("xdp") int count(struct xdp_md *ctx)
{
	before = references();
	return 0;
}

SEC("xdp") int holders(struct xdp_md *ctx)
{
	held = references() - before;
	return 0;
}
