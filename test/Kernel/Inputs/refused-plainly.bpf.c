// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Programs that the verifier refuses, a CASE each, and what it is to say. None
 * has a fiber in it: the messages are the same.
 */
#include "../../Frontend/Inputs/types.h"
#include <bpf/bpf_helpers.h>

/* As much of vmlinux.h as is needed: there are many compilations. */
typedef __s32 s32;
typedef __u32 u32;

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));

struct bpf_spin_lock {
	__u32 val;
};

struct bpf_dynptr {
	__u64 __opaque[2];
} __attribute__((aligned(8)));

struct bpf_iter_num {
	__u64 __opaque[1];
} __attribute__((aligned(8)));

struct bpf_sock {
	__u32 bound_dev_if;
};

#ifndef LICENSE_TEXT
#define LICENSE_TEXT "GPL"
#endif
char LICENSE[] SEC("license") = LICENSE_TEXT;

struct value {
	struct bpf_spin_lock lock;
	__u32 number;
	__u8 bytes[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct value);
} map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct timed {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct timed);
} timers SEC(".maps"), other_timers SEC(".maps");

struct owner {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct owner);
} owners SEC(".maps");

__u64 global, kept;
const volatile __u64 constant = 1;

struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;
void bpf_preempt_disable(void) __ksym;
void bpf_preempt_enable(void) __ksym;
int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
void *bpf_rdonly_cast(const void *obj, u32 btf_id) __ksym;

static __always_inline struct value *look_up(__u64 key)
{
	return bpf_map_lookup_elem(&map, &key);
}

#define XDP SEC("xdp") int program(struct xdp_md *ctx)
#define SYSCALL SEC("syscall") int program(void *ctx)
#define PACKET								\
	__u8 *data = (void *)(long)ctx->data;				\
	__u8 *end = (void *)(long)ctx->data_end

#if defined(number_for_pointer)
// CASE number_for_pointer: R% invalid mem access 'scalar'
XDP { return *(volatile int *)(long)bpf_ktime_get_ns(); }

#elif defined(null_pointer)
// CASE null_pointer: R% invalid mem access 'map_value_or_null'
XDP { return look_up(1)->number; }

#elif defined(pointer_to_a_map)
// CASE pointer_to_a_map: only read from bpf_htab is supported
XDP { *(volatile int *)&map = 1; return 0; }

#elif defined(null_arithmetic)
// CASE null_arithmetic: R% pointer arithmetic on map_value_or_null prohibited, null-check it first
XDP
{
	__u8 *v = (__u8 *)look_up(1);

	asm volatile("%0 += 4" : "+r"(v));
	return v ? *v : 0;
}

#elif defined(packet_unchecked)
// CASE packet_unchecked: R% offset is outside of the packet
XDP { PACKET; return data + 1 > end ? 0 : data[1]; }

#elif defined(behind_the_value)
// CASE behind_the_value: invalid access to map value,
XDP { struct value *v = look_up(1); return v ? *(volatile int *)(v + 1) : 0; }

#elif defined(behind_a_record)
// CASE behind_a_record: invalid access to memory,
XDP
{
	int *r = bpf_ringbuf_reserve(&ring, 8, 0);

	if (!r)
		return 0;
	((volatile int *)r)[2] = 1;
	bpf_ringbuf_discard(r, 0);
	return 0;
}

#elif defined(index_unbounded)
// CASE index_unbounded: R% unbounded memory access, make sure to bounds check
XDP { struct value *v = look_up(1); return v ? v->bytes[bpf_get_prandom_u32()] : 0; }

#elif defined(index_too_large)
// CASE index_too_large: R% max value is outside of the allowed memory range
XDP { struct value *v = look_up(1); return v ? v->bytes[bpf_get_prandom_u32() & 15] : 0; }

#elif defined(index_negative)
// CASE index_negative: R% min value is negative, either use unsigned index
XDP
{
	struct value *v = look_up(1);
	__s64 i = *(__s8 *)&kept;

	if (i > 7)
		return 0;
	asm volatile("" : "+r"(i));
	return v ? v->bytes[i] : 0;
}

#elif defined(size_negative)
// CASE size_negative: R% min value is negative, either use unsigned or
XDP
{
	char buf[8];
	__s64 n = (__s8)kept;

	return n < 8 ? bpf_xdp_load_bytes(ctx, 0, buf, n) : 0;
}

#elif defined(size_unbounded)
// CASE size_unbounded: R% unbounded memory access, use
XDP
{
	char buf[8];
	__u64 n = bpf_ktime_get_ns();

	return bpf_xdp_load_bytes(ctx, 0, buf, n | 1);
}

#elif defined(size_zero)
// CASE size_zero: R% invalid zero-sized read
XDP { char buf[8]; return bpf_xdp_load_bytes(ctx, 0, buf, bpf_get_prandom_u32() & 7); }

#elif defined(add_anything)
// CASE add_anything: math between map_value pointer and register with unbounded min value is not allowed
XDP { struct value *v = look_up(1); return v ? *((__u8 *)v + (__s64)bpf_ktime_get_ns()) : 0; }

#elif defined(add_too_much)
// CASE add_too_much: math between map_value pointer and
XDP
{
	__u8 *v = (__u8 *)look_up(1);

	if (!v)
		return 0;
	asm volatile("r1 = 0x7ffffff0; %0 += r1" : "+r"(v) : : "r1");
	return *v;
}

#elif defined(map_arithmetic)
// CASE map_arithmetic: R% pointer arithmetic on map_ptr prohibited
XDP
{
	__u64 *p = (void *)&map, n = bpf_get_prandom_u32() & 7;

	asm volatile("%0 += %1" : "+r"(p) : "r"(n));
	return *p;
}

#elif defined(bitwise_on_pointer)
// CASE bitwise_on_pointer: R% bitwise operator |= on pointer prohibited
XDP
{
	__u8 buf[8] = {};
	__u8 *p = buf;

	asm volatile("%0 |= 4" : "+r"(p));
	return *p;
}

#elif defined(two_pointers)
// CASE two_pointers: R% pointer += pointer prohibited
XDP { asm volatile("r1 = r10; r1 += %0" : : "r"(ctx) : "r1"); return 0; }

#elif defined(subtracted_from_number)
// CASE subtracted_from_number: R% tried to subtract pointer from scalar
XDP { asm volatile("r2 = 1; r2 -= %0" : : "r"(ctx) : "r2"); return 0; }

#elif defined(modified_context)
// CASE modified_context: dereference of modified ctx ptr R%
XDP { asm volatile("%0 += 4" : "+r"(ctx)); return *(volatile int *)ctx; }

#elif defined(variable_context)
// CASE variable_context: variable ctx access var_off=
XDP
{
	__u64 n = bpf_get_prandom_u32() & 4;

	asm volatile("%0 += %1" : "+r"(ctx) : "r"(n));
	return *(volatile int *)ctx;
}

#elif defined(no_such_member)
// CASE no_such_member: invalid bpf_context access off=
XDP { return ((volatile int *)ctx)[40]; }

#elif defined(written_constant)
// CASE written_constant: write into map forbidden
XDP
{
	asm volatile("r1 = %0 ll; r2 = 1; *(u64 *)(r1 + 0) = r2" : : "i"(&constant) : "r1", "r2");
	return 0;
}

#elif defined(misaligned_stack)
// CASE misaligned_stack: misaligned stack access off
XDP { asm volatile("r1 = 0; *(u64 *)(r10 - 12) = r1" : : : "r1"); return 0; }

#elif defined(no_value)
// CASE no_value: R% !read_ok
XDP { asm volatile("r0 = r7" : : : "r0"); return 0; }

#elif defined(lock_as_memory)
// CASE lock_as_memory: bpf_spin_lock cannot be accessed directly by load/store
XDP { struct value *v = look_up(1); return v ? *(volatile int *)v : 0; }

#elif defined(reference_as_memory)
// CASE reference_as_memory: store to referenced kptr disallowed
SYSCALL
{
	__u32 key = 0;
	struct owner *o = bpf_map_lookup_elem(&owners, &key);
	struct task_struct *task = bpf_task_from_pid(1);

	if (!task)
		return 0;
	if (o)
		*(struct task_struct *volatile *)&o->task = task;
	bpf_task_release(task);
	return 0;
}

#elif defined(timer_of_another_map)
// CASE timer_of_another_map: timer pointer in R1 map_uid=
XDP
{
	__u32 key = 0;
	struct timed *t = bpf_map_lookup_elem(&timers, &key);

	return t ? bpf_timer_init(&t->timer, &other_timers, 1) : 0;
}

#elif defined(large_stacks)
// CASE large_stacks: combined stack size of 2 calls is
static __noinline int callee(int n)
{
	volatile __u8 buf[300];

	buf[n & 255] = n;
	return buf[3 & n];
}
XDP
{
	volatile __u8 buf[300];

	buf[0] = 1;
	buf[callee(buf[0]) & 255] = 2;
	return buf[1];
}

#elif defined(behind_the_stack)
// CASE behind_the_stack: invalid write to stack R% off=
XDP { asm volatile("r1 = 0; *(u64 *)(r10 + 8) = r1" : : : "r1"); return 0; }

#elif defined(unreleased)
// CASE unreleased: Unreleased reference id=
SYSCALL { return !!bpf_task_from_pid(1); }

#elif defined(lock_kept)
// CASE lock_kept: BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region
XDP { struct value *v = look_up(1); if (v) bpf_spin_lock(&v->lock); return 0; }

#elif defined(called_under_a_lock)
// CASE called_under_a_lock: function calls are not allowed while holding a lock
XDP
{
	struct value *v = look_up(1);

	if (!v)
		return 0;
	bpf_spin_lock(&v->lock);
	kept = bpf_ktime_get_ns();
	bpf_spin_unlock(&v->lock);
	return 0;
}

#elif defined(released_twice)
// CASE released_twice: release kernel function bpf_task_release expects refcounted PTR_TO_BTF_ID
SEC("tp_btf/task_newtask") int program(__u64 *ctx)
{
	bpf_task_release((void *)ctx[0]);
	return 0;
}

#elif defined(infinite)
// CASE infinite: infinite loop detected at insn
XDP { asm volatile("1: if r10 != 0 goto 1b"); return 0; }

#elif defined(unreachable)
// CASE unreachable: unreachable insn
XDP { asm volatile("goto +1; r0 = 1"); return 0; }

#elif defined(no_exit)
// CASE no_exit: last insn is not an exit or jmp
SEC("xdp") __attribute__((naked)) int program(struct xdp_md *ctx) { asm volatile("r0 = 0"); }

#elif defined(not_this_type)
// CASE not_this_type: program of this type cannot use helper
XDP { return bpf_skb_load_bytes(ctx, 0, &kept, 1); }

#elif defined(no_such_helper)
// CASE no_such_helper: invalid func unknown#
XDP { return ((int (*)(void))9999)(); }

#elif defined(failed_relocation)
// CASE failed_relocation: failed to resolve CO-RE relocation
struct sk_buff___gone {
	int gone;
} __attribute__((preserve_access_index));
SEC("tc") int program(struct __sk_buff *ctx)
{
	return ((volatile struct sk_buff___gone *)(long)kept)->gone;
}

#elif defined(licence_of_a_helper)
// CASE licence_of_a_helper -DLICENSE_TEXT="none": cannot call GPL-restricted function from non-GPL compatible program
SEC("tp_btf/task_newtask") int program(__u64 *ctx) { return bpf_get_current_task() && bpf_probe_read_kernel(&kept, 8, ctx); }

#elif defined(licence_of_a_kfunc)
// CASE licence_of_a_kfunc -DLICENSE_TEXT="none": cannot call kernel function from non-GPL compatible program
SYSCALL { bpf_rcu_read_lock(); bpf_rcu_read_unlock(); return 0; }

#elif defined(not_this_kfunc)
// CASE not_this_kfunc: calling kernel function bpf_task_from_pid is not allowed
SEC("socket") int program(struct __sk_buff *ctx)
{
	struct task_struct *task = bpf_task_from_pid(1);

	if (task)
		bpf_task_release(task);
	return 0;
}

#elif defined(no_such_kfunc)
// CASE no_such_kfunc: extern (func ksym) 'bpf_nobody_has_this': not found in kernel or module BTFs
int bpf_nobody_has_this(void) __ksym;
SYSCALL { return bpf_nobody_has_this(); }

#elif defined(sleeps_where_nothing_may)
// CASE sleeps_where_nothing_may: helper call might sleep in a non-sleepable prog
SEC("tp_btf/task_newtask") int program(__u64 *ctx) { return bpf_copy_from_user(&kept, 8, 0); }

#elif defined(sleeps_in_a_section)
// CASE sleeps_in_a_section: sleepable helper bpf_copy_from_user
SYSCALL
{
	bpf_rcu_read_lock();
	bpf_copy_from_user(&kept, 8, 0);
	bpf_rcu_read_unlock();
	return 0;
}

#elif defined(timers_of_tracing)
// CASE timers_of_tracing: tracing progs cannot use bpf_timer yet
SEC("tracepoint/sched/sched_switch") int program(void *ctx)
{
	__u32 key = 0;

	return !!bpf_map_lookup_elem(&timers, &key);
}

#elif defined(wrong_argument)
// CASE wrong_argument: R% type=scalar expected=
XDP { return !!bpf_map_lookup_elem(&map, (void *)(long)kept); }

#elif defined(null_argument)
// CASE null_argument: Possibly NULL pointer passed to
SYSCALL { bpf_task_release(bpf_task_from_pid(1)); return 0; }

#elif defined(size_not_constant)
// CASE size_not_constant: R% is not a known constant
XDP
{
	void *r = bpf_ringbuf_reserve(&ring, bpf_get_prandom_u32() & 63, 0);

	if (r)
		bpf_ringbuf_discard(r, 0);
	return 0;
}

#elif defined(iterator_elsewhere)
// CASE iterator_elsewhere: arg#0 expected pointer to an iterator on stack
struct bpf_iter_num iterator;
SYSCALL { bpf_iter_num_new(&iterator, 0, 3); bpf_iter_num_destroy(&iterator); return 0; }

#elif defined(iterator_not_begun)
// CASE iterator_not_begun: expected an initialized iter_num as arg #0
SYSCALL { struct bpf_iter_num it; return !!bpf_iter_num_next(&it); }

#elif defined(iterator_begun_twice)
// CASE iterator_begun_twice: expected uninitialized iter_num as arg #0
SYSCALL
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 3);
	bpf_iter_num_new(&it, 0, 3);
	bpf_iter_num_destroy(&it);
	return 0;
}

#elif defined(dynptr_not_begun)
// CASE dynptr_not_begun: Expected an initialized dynptr as arg #
XDP { struct bpf_dynptr d; char c = 0; return bpf_dynptr_read(&c, 1, &d, 0, 0); }

#elif defined(dynptr_overwritten)
// CASE dynptr_overwritten: cannot overwrite referenced dynptr
XDP
{
	struct bpf_dynptr d;

	bpf_ringbuf_reserve_dynptr(&ring, 8, 0, &d);
	*(volatile __u64 *)&d = 0;
	bpf_ringbuf_discard_dynptr(&d, 0);
	return 0;
}

#elif defined(global_function_of_null)
// CASE global_function_of_null: Caller passes invalid args into func#
__noinline int callee(struct xdp_md *ctx) { return ctx->data ? 1 : 2; }
XDP { return callee((void *)(long)kept); }

#elif defined(wrong_verdict)
// CASE wrong_verdict: At program exit the register R% has
SEC("cgroup/sock_create") int program(struct bpf_sock *ctx) { return 7; }

#elif defined(atomic_on_a_packet)
// CASE atomic_on_a_packet: BPF_ATOMIC stores into R% pkt is not allowed
XDP { PACKET; if (data + 8 > end) return 0; return __sync_fetch_and_add((__u64 *)data, 1); }

#endif
