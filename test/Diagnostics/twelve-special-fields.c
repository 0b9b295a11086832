// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A map value has room for eleven timers, work items and references.
// RUN: %diagnosed
#include "fiber.h"

struct task_struct {
	int pid;
};
extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

FRAMES(f);

FIBER int f(struct xdp_md *ctx) // SAYS: error: the frame of fiber 'f' would own 12 timers, work items and references; the kernel allows 11 in a map value [bpf-fiber-too-many-references]
{
	__attribute__((unused)) struct task_struct *t0 = bpf_task_from_pid(0);
	__attribute__((unused)) struct task_struct *t1 = bpf_task_from_pid(1);
	__attribute__((unused)) struct task_struct *t2 = bpf_task_from_pid(2);
	__attribute__((unused)) struct task_struct *t3 = bpf_task_from_pid(3);
	__attribute__((unused)) struct task_struct *t4 = bpf_task_from_pid(4);
	__attribute__((unused)) struct task_struct *t5 = bpf_task_from_pid(5);
	__attribute__((unused)) struct task_struct *t6 = bpf_task_from_pid(6);
	__attribute__((unused)) struct task_struct *t7 = bpf_task_from_pid(7);
	__attribute__((unused)) struct task_struct *t8 = bpf_task_from_pid(8);
	__attribute__((unused)) struct task_struct *t9 = bpf_task_from_pid(9);
#ifdef WRONG
	__attribute__((unused)) struct task_struct *one_more = bpf_task_from_pid(10);
#endif

	co_await sleep_ns(1000);
	co_return 0;
}

DELIVER_PACKETS(f);
