// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* CO-RE accesses, subprograms, globals of each kind, a switch, a loop. */
#include "types.h"

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
} __attribute__((preserve_access_index));

const volatile __u32 wanted;
__u64 seen[8];
static __u64 hidden;
extern int LINUX_KERNEL_VERSION __kconfig;

static __attribute__((noinline)) int depth(struct task_struct *task)
{
	int n;

	for (n = 0; n < 16 && task; n++) {
		struct task_struct *parent;

		bpf_probe_read_kernel(&parent, sizeof(parent),
				      __builtin_preserve_access_index(&task->real_parent));
		task = parent;
	}
	return n;
}

__attribute__((noinline)) int classify(int kind)
{
	switch (kind) {
	case 0: return 11;
	case 1: return 7;
	case 2: return 5;
	case 3: return 3;
	case 4: return 2;
	case 5: return 13;
	default: return 0;
	}
}

SEC("raw_tp/sched_switch") int on_switch(__u64 *args)
{
	struct task_struct *next = (void *)args[2];

	hidden++;
	if (wanted && __builtin_preserve_field_info(next->tgid, 2) && LINUX_KERNEL_VERSION > 1)
		seen[depth(next) & 7] += classify(args[0] & 7);
	bpf_printk("hidden %llu", hidden);
	return 0;
}

char _license[] SEC("license") = "GPL";
