// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * What the verifier's messages mean, in terms of who wrote the program.
 *
 * The first pattern that fits counts, so particular ones come first.  The
 * kernel functions are those of Linux 6.18; the wording of older kernels back
 * to 5.12 is here too.
 */

#include <string.h>

#include "explain.h"

#define NUMBER_IN_FRAME							\
	"a frame keeps numbers, not pointers: keep a key or an index instead, and obtain the " \
	"pointer again behind the co_await"
#define CHECK_NULL "compare the pointer with NULL first, in the same activation"
#define CHECK_RANGE							\
	"compare the number with a constant directly before it is used; an unsigned type saves " \
	"the check for negative ones"
#define CHECK_PACKET							\
	"compare the address behind what is accessed with ctx->data_end, in the same activation: " \
	"a check before a co_await says nothing of the packet behind it"
#define CHECK_FRAME_RANGE						\
	"the verifier forgets what it knew of a number that was in a frame: compare it with a " \
	"constant again, or let a check before the co_await cover this path too"
#define END_SECTION "end the section on every path before the co_await, the co_return or the call"

static const struct message messages[] = {
	/* Memory */
	{ "R* invalid mem access 'scalar'", "check_mem_access",
	  "memory is accessed through what is a number to the verifier, not a pointer",
	  "use the pointer that the kernel gave, in the activation in which it gave it; what was "
	  "kept in a global, a map or a __u64 has become a number", NUMBER_IN_FRAME },
	{ "R* invalid mem access 'inv'", "check_mem_access",
	  "memory is accessed through what is a number to the verifier, not a pointer",
	  "use the pointer that the kernel gave, in the activation in which it gave it; what was "
	  "kept in a global, a map or a __u64 has become a number", NUMBER_IN_FRAME },
	{ "R* invalid mem access '*_or_null'", "check_mem_access",
	  "memory is accessed through a pointer that may be NULL", CHECK_NULL, NULL },
	{ "R* invalid mem access '*'", "check_mem_access",
	  "memory is accessed through a pointer of a kind that allows no access",
	  "use the helpers and kfuncs that take such a pointer", NULL },
	{ "R* pointer arithmetic on * prohibited, null-check it first", "adjust_ptr_min_max_vals",
	  "something is added to a pointer that may be NULL", CHECK_NULL, NULL },
	{ "R* offset is outside of the packet", "check_packet_access",
	  "the packet is read beyond what was compared with its end", CHECK_PACKET, NULL },
	{ "invalid access to packet,*", "__check_mem_access",
	  "the packet is read beyond what was compared with its end", CHECK_PACKET, NULL },
	{ "invalid access to map value,*", "__check_mem_access",
	  "the access is beyond the end of a map value or a global variable",
	  CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "invalid access to memory,*", "__check_mem_access",
	  "the access is beyond the end of the memory", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "invalid access to map key,*", "__check_mem_access",
	  "the access is beyond the end of the key", "use the type of the map's keys", NULL },
	{ "R* unbounded memory access, make sure to bounds check*", "check_mem_region_access",
	  "a number without upper bound is part of the address", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "R* max value is outside of the allowed memory range", "check_mem_region_access",
	  "a number that is part of the address may be too large", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "R* min value is outside of the allowed memory range", "check_mem_region_access",
	  "a number that is part of the address may be too small", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "R* min value is negative, either use unsigned index*", "check_mem_region_access",
	  "a number that is part of the address may be negative", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "R* min value is negative, either use unsigned or*", "check_mem_size_reg",
	  "the size that a helper or kfunc gets may be negative", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "R* unbounded memory access, use*", "check_mem_size_reg",
	  "the size that a helper or kfunc gets has no upper bound", CHECK_RANGE,
	  CHECK_FRAME_RANGE },
	{ "R* invalid zero-sized read*", "check_mem_size_reg",
	  "the size that a helper or kfunc gets may be zero",
	  "compare it with 0 directly before the call", CHECK_FRAME_RANGE },
	{ "math between * pointer and register with unbounded min value is not allowed",
	  "check_reg_sane_offset",
	  "a number that may be anything is added to a pointer", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "math between * pointer and * is not allowed", "check_reg_sane_offset",
	  "a number that is too large is added to a pointer", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "value * makes * pointer be out of bounds", "check_reg_sane_offset",
	  "a number that is too large is added to a pointer", CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "R* pointer arithmetic on * prohibited", "adjust_ptr_min_max_vals",
	  "something is added to a pointer of a kind that allows no arithmetic",
	  "take the address that the kernel gave as it is", NULL },
	{ "R* bitwise operator * on pointer prohibited", "adjust_ptr_min_max_vals",
	  "an address is computed with a bitwise operator",
	  "index an array with a variable that is bounded by a comparison, not by a mask of the "
	  "address", NULL },
	{ "R* pointer * pointer prohibited", "adjust_reg_min_max_vals",
	  "two pointers are computed with each other",
	  "subtract only addresses of the same packet", NULL },
	{ "R* pointer comparison prohibited", "check_cond_jmp_op",
	  "two pointers of different kinds are compared", "compare what they point to", NULL },
	{ "R* tried to subtract pointer from scalar", "adjust_ptr_min_max_vals",
	  "an address is subtracted from a number", "subtract the number from the address", NULL },
	{ "only read from * is supported", "check_map_access",
	  "a map itself is accessed as memory", "look its elements up", NULL },
	{ "R* pointer -= pointer prohibited", "adjust_reg_min_max_vals",
	  "pointers of different kinds are subtracted", "subtract offsets", NULL },
	{ "dereference of modified * ptr R*", "__check_ptr_off_reg",
	  "the pointer was changed before it was used, which this kind of pointer does not allow",
	  "access the member directly, as in ctx->member; a helper gets the pointer as the "
	  "kernel gave it", NULL },
	{ "variable * access var_off=* disallowed", "__check_ptr_off_reg",
	  "what is accessed depends on a variable, which this kind of pointer does not allow",
	  "access members that are constants, in a switch if need be", NULL },
	{ "invalid bpf_context access off=*", "check_ctx_access",
	  "this program type has no such member of the context, or does not let it be written",
	  "see what the context of this program type offers; copy what the fiber needs before it "
	  "waits for an event of another kind", NULL },
	{ "cannot write into *", "check_mem_access",
	  "memory is written that can only be read",
	  "copy it to a local and change that", NULL },
	{ "R* cannot write into *", "check_mem_access",
	  "memory is written that can only be read",
	  "copy it to a local and change that", NULL },
	{ "write into map forbidden*", "check_map_access_type",
	  "a constant or a map that the program may only read is written",
	  "declare what is written without const", NULL },
	{ "misaligned * access off *", "check_ptr_alignment",
	  "the address is not a multiple of the access's size",
	  "use a packed type, or copy it with __builtin_memcpy()", NULL },
	{ "R* leaks addr into *", "check_mem_access",
	  "an address would be stored where user space can read it",
	  "store what it points to", NULL },
	{ "R* !read_ok", "check_reg_arg",
	  "a register is read that nothing has been written to: on this path a variable has no "
	  "value, or a function does not return one",
	  "initialise the variable; a fiber returns a verdict at its end", NULL },
	{ "* cannot be accessed directly by load/store", "check_map_access",
	  "a timer, work item, lock or reference in a map value is accessed as memory",
	  "use the helpers that are for it; do not copy or clear a struct that contains it", NULL },
	{ "kptr *", "check_map_kptr_access",
	  "a reference in a map value is accessed as memory",
	  "exchange it with bpf_kptr_xchg()", NULL },
	{ "store to referenced kptr disallowed", "check_map_kptr_access",
	  "a reference is stored into a map value as memory",
	  "exchange it with bpf_kptr_xchg()", NULL },
	{ "* pointer in R1 map_uid=* doesn't match map pointer in R2 "
	  "map_uid=*", "process_timer_func",
	  "a timer or work item is initialised with another map than the one it is in",
	  "a fiber has one FIBER_MAP(); do not call bpf_timer_init() on what __fiber_timer() gives",
	  NULL },
	/* Stack */
	{ "combined stack size of * calls is *. Too large*", "check_max_stack_depth_subprog",
	  "the locals of all functions on one path of calls have more than 512 bytes",
	  "make arrays smaller, keep large ones in a map or a global; a function that is not "
	  "inlined adds its own locals", NULL },
	{ "the call stack of * frames is too deep*", "check_max_stack_depth_subprog",
	  "more than 8 functions call each other", "let some be inlined: static __always_inline",
	  NULL },
	{ "invalid * stack R* off=*", "check_stack_access_within_bounds",
	  "the access is beyond the 512 bytes of the stack, or beyond a local array",
	  "make local arrays smaller; " CHECK_RANGE, CHECK_FRAME_RANGE },
	{ "invalid indirect read from stack*", "check_stack_range_initialized",
	  "a helper or kfunc would read what the program has not initialised",
	  "initialise it, padding between members included: = {}", NULL },
	{ "invalid read from stack *", "check_stack_range_initialized",
	  "what is read from the stack has not been initialised", "initialise it: = {}", NULL },
	{ "potential write to const buffer argument*", "check_helper_mem_access",
	  "a constant is given to a function that writes to it", "give it a local", NULL },
	/* What a program owns at its end */
	{ "Unreleased reference id=*", "check_reference_leak",
	  "a reference is still held where the program, or an activation of the fiber, ends",
	  "release it on every path, errors included, before the co_await or the co_return", NULL },
	{ "* would lead to reference leak", "check_resource_leak",
	  "a reference is still held where the program, or an activation of the fiber, ends",
	  "release it on every path, errors included, before the co_await or the co_return", NULL },
	{ "* cannot be used inside *ed region", "check_resource_leak",
	  "a section (a lock, RCU, preemption disabled) is still open there", END_SECTION, NULL },
	{ "function calls are not allowed while holding a lock", "check_func_call",
	  "a function is called while a bpf_spin_lock is held", END_SECTION, NULL },
	{ "bpf_spin_unlock is missing", "do_check", "a bpf_spin_lock is still held where the "
	  "program "
	  "ends", END_SECTION, NULL },
	{ "reference has not been acquired before", "check_helper_call",
	  "what is released was not acquired, or has been released before", "release it "
	  "once", NULL },
	{ "arg * is an unacquired reference", "check_func_arg",
	  "what is released was not acquired, or has been released before", "release it "
	  "once", NULL },
	{ "release kernel function * expects refcounted PTR_TO_BTF_ID", "check_kfunc_args",
	  "what is released was not acquired, or has been released before",
	  "release what the acquiring function gave, once", NULL },
	/* Size and loops */
	{ "The sequence of * jumps is too complex*", "push_stack",
	  "there are more open branches than the verifier keeps: a loop without a bound that it "
	  "understands, or with many branches in it",
	  "bound the loop by a constant, make its body smaller, use bpf_loop() or bpf_for(), or "
	  "let "
	  "it yield: -fbpf-fiber-quantum=", NULL },
	{ "BPF program is too large. Processed * insn", "do_check",
	  "the verifier has followed a million instructions and not seen the end: a loop that goes "
	  "round too often, or many paths through the same code",
	  "let the loop yield (-fbpf-fiber-quantum=), use bpf_loop() or bpf_for(); run a fiber by "
	  "one verb at the end of the program and not by one in each of its branches", NULL },
	{ "infinite loop detected at insn *", "is_state_visited",
	  "a loop goes round without anything that the verifier sees changing",
	  "bound it by a constant, await in it, or let it yield: -fbpf-fiber-quantum=", NULL },
	{ "back-edge from insn * to *", "check_cfg", "this kernel allows no such loop",
	  "unroll it, or bound it by a constant", NULL },
	{ "unreachable insn *", "check_cfg",
	  "there is code that nothing leads to, which a compiler does not leave by itself: "
	  "behind undefined behaviour it ends a function without an exit",
	  "look for a path without return, a division by a constant zero, or an array index that "
	  "is "
	  "always out of bounds; -Wall may tell", NULL },
	{ "last insn is not an exit or jmp", "check_subprogs",
	  "a function runs off its end: behind undefined behaviour the compiler ends it without an "
	  "exit", "look for a path without return; -Wall may tell", NULL },
	{ "jump out of range from insn *", "push_insn", "a function runs off its end",
	  "look for a path without return; -Wall may tell", NULL },
	{ "too many * in the program*", "check_subprogs", "the program is too large",
	  "split it", NULL },
	/* Calls */
	{ "helper call is not allowed in probe", "check_helper_call",
	  "this helper is not for this program type, or not for this hook",
	  "call it in an activation of another kind, as behind defer()", NULL },
	{ "program of this type cannot use helper *", "check_helper_call",
	  "this program type does not have this helper, or this kernel does not",
	  "call it in an activation of another kind, as behind defer() or in a SEC(\"syscall\") "
	  "program; a callback has the helpers of the program that set it", NULL },
	{ "failed to resolve CO-RE relocation *", "libbpf",
	  "a CO-RE relocation failed: this kernel has no such type, member or enumerator",
	  "ask with bpf_core_field_exists() and the like before it is used", NULL },
	{ "invalid func unknown#195896080", "check_helper_call",
	  "a CO-RE relocation failed: this kernel has no such type, member or enumerator",
	  "ask with bpf_core_field_exists() and the like before it is used", NULL },
	{ "unknown func *", "check_helper_call",
	  "this program type does not have this helper, or this kernel does not",
	  "call it in an activation of another kind, as behind defer() or in a SEC(\"syscall\") "
	  "program", NULL },
	{ "invalid func unknown*", "check_helper_call", "this kernel does not have the helper",
	  "the kernel is too old for it", NULL },
	{ "cannot call GPL-restricted function from non-GPL compatible "
	  "program", "check_helper_call",
	  "the helper is for programs under a licence that is compatible with the GPL",
	  "char LICENSE[] SEC(\"license\") = \"GPL\";", NULL },
	{ "cannot call kernel function from non-GPL compatible program", "add_kfunc_call",
	  "kfuncs, those of work items included, are for programs under a licence that is "
	  "compatible with the GPL", "char LICENSE[] SEC(\"license\") = \"GPL\";", NULL },
	{ "calling kernel function * is not allowed", "check_kfunc_call",
	  "this program type may not call this kfunc",
	  "call it in an activation of another kind, as in a SEC(\"syscall\") program", NULL },
	{ "*(func ksym) '*': not found in kernel or module BTFs", "libbpf",
	  "this kernel does not have the kfunc", "the kernel is too old for it, or a module is "
	  "missing; defer() and -fbpf-fiber-quantum= need Linux 6.10", NULL },
	{ "*extern (ksym) '*': *not found*", "libbpf", "this kernel does not have the symbol",
	  "the kernel is too old for it, or a module is missing", NULL },
	{ "helper call might sleep in a non-sleepable prog", "check_helper_call",
	  "a helper that may sleep is called where nothing may",
	  "call it in a sleepable program", NULL },
	{ "program must be sleepable to call sleepable kfunc *", "check_kfunc_call",
	  "a kfunc that may sleep is called where nothing may", "call it in a sleepable program",
	  NULL },
	{ "sleepable helper * in *", "check_helper_call",
	  "a function that may sleep is called in a section in which nothing "
	  "may", END_SECTION, NULL },
	{ "kernel func * is sleepable within *", "check_kfunc_call",
	  "a function that may sleep is called in a section in which nothing "
	  "may", END_SECTION, NULL },
	{ "* progs cannot use bpf_timer yet", "check_map_prog_compatibility",
	  "this program type may not use a map that has timers in it",
	  "a fiber of such programs cannot use sleep_ns() or next_packet_or_timeout(); fentry, "
	  "fexit "
	  "and tp_btf programs can", NULL },
	{ "* progs cannot use bpf_wq yet", "check_map_prog_compatibility",
	  "this program type may not use a map that has work items in it",
	  "a fiber of such programs cannot use defer() or -fbpf-fiber-quantum=; fentry, fexit and "
	  "tp_btf programs can", NULL },
	{ "* progs cannot use bpf_*", "check_map_prog_compatibility",
	  "this program type may not use a map with such a field in it",
	  "run the fiber from programs of another type", NULL },
	{ "R* type=* expected=*", "check_reg_type",
	  "a helper or kfunc gets something else than it takes",
	  "give it what it is declared for, as the kernel gave it and in the same activation",
	  NUMBER_IN_FRAME },
	{ "R* must have zero offset when passed to release func*", "check_func_arg_reg_off",
	  "what is released is not the address that was acquired", "keep the pointer "
	  "unchanged", NULL },
	{ "Possibly NULL pointer passed to *", "check_kfunc_args",
	  "a kfunc or helper gets a pointer that may be NULL", CHECK_NULL, NULL },
	{ "R* is not a known constant*", "check_func_arg",
	  "the argument must be a constant", "write it as a constant", NULL },
	{ "*R* is not a const*", "check_kfunc_args", "the argument must be a constant",
	  "write it as a constant", NULL },
	{ "arg#* expected pointer to an iterator on stack", "process_iter_arg",
	  "an iterator must be a local variable of the function; this one is in the frame",
	  "declare it in a block that has no co_await in it", NULL },
	{ "expected an initialized * as arg #*", "process_iter_arg",
	  "an iterator is used that has not been initialised, or has been destroyed",
	  "initialise it on every path to here", NULL },
	{ "expected uninitialized * as arg #*", "process_iter_arg",
	  "an iterator is initialised again while it is in use", "destroy it first", NULL },
	{ "Expected an initialized * as arg #*", "process_iter_arg",
	  "an iterator or dynptr is used that has not been initialised, or has been destroyed",
	  "initialise it on every path to here", NULL },
	{ "Expected an uninitialized * as arg #*", "process_iter_arg",
	  "an iterator or dynptr is initialised again while it is in use", "destroy it "
	  "first", NULL },
	{ "cannot overwrite referenced dynptr", "destroy_if_dynptr_stack_slot",
	  "a dynptr that has something to release is overwritten",
	  "submit, discard or release it first", NULL },
	{ "Caller passes invalid args into func#*", "check_func_call",
	  "a global function gets something else than its parameters say",
	  "make it static, so that it is verified where it is called", NULL },
	{ "Global function * doesn't return scalar*", "btf_prepare_func_args",
	  "a global function must return a number", "make it static", NULL },
	/* Exits */
	{ "At * the register R* has * should have been in *", "check_return_code",
	  "the program type does not allow this return value",
	  "give a verdict that this hook has, to the co_await, the co_return and as the refused "
	  "verdict of the verb; a verdict that is computed must be compared with its "
	  "limits", NULL },
	/* Instructions */
	{ "BPF_XADD uses reserved fields", "check_atomic",
	  "the kernel is older than Linux 5.12 and has no atomic fetch-or",
	  "a fiber of a FIBER_LOCAL_MAP() does without", NULL },
	{ "BPF_ATOMIC stores into R* * is not allowed", "check_atomic",
	  "an atomic operation on memory of a kind that allows none",
	  "use it on map values and globals", NULL },
	{ "unknown opcode *", "bpf_opcode_in_insntable",
	  "the kernel does not know the instruction", "compile with a lower -mcpu=", NULL },
	{ "invalid BPF_LD_IMM insn", "check_ld_imm", "the program is not what a compiler makes",
	  "has the object file been changed?", NULL },
	{ "*verifier bug*", "verifier_bug", "the verifier itself is wrong",
	  "report it to bpf@vger.kernel.org, with the object file", NULL },
};

/* Whether @text begins with what @pattern says. */
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *back = NULL;

	while (*pattern) {
		if (*pattern == '*') {
			star = pattern++;
			back = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star && *back) {
			pattern = star + 1;
			text = ++back;
		} else {
			return false;
		}
	}
	return true;
}

const struct message *message__find(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
		if (matches(messages[i].pattern, text))
			return &messages[i];
	return NULL;
}
