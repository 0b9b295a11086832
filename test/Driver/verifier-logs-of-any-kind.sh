# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# --explain-verifier reads logs as libbpf and kernels old and new write them,
# whole, cut or huge, with an object file or without; it says so when there is
# nothing to explain, and does not choke on anything.
#
# RUN: rm -rf %t && mkdir %t && cd %t
# RUN: bash %s %fiberc %inputs %t
fiberc=$1 inputs=$2
cd "$3" || exit 1
failed=0

# STATUS PREFIX ARGUMENT...; without a prefix nothing is printed.
expect()
{
	local status=$1 prefix=$2
	shift 2

	timeout 60 "$fiberc" --explain-verifier "$@" > out 2> err < in
	local got=$?

	if [ $got -ne "$status" ]; then
		echo "$*: exit code $got, expected $status"
		cat out err
		failed=1
	elif [ -n "$prefix" ]; then
		cat out err | FileCheck --check-prefix="$prefix" "$0" || failed=1
	elif [ -s out ]; then
		echo "$*: there is output"
		failed=1
	fi
}

cp "$inputs/raw-5.15.log" raw.log
: > in

# Linux 5.15: no file names, no names of maps, no registers behind instructions.
# RAW: {{bpf-fiberc|whole.o}}: error: memory is accessed through a pointer that may be NULL
# RAW-NEXT: | return *value;
# RAW-NEXT: R0 points to a value of a map
# RAW-NEXT: | value = bpf_map_lookup_elem(
# RAW: note: the verifier says (check_mem_access()): R0 invalid mem access 'map_value_or_null'
# RAW: note: the last instruction was 7: r0 = *(u64 *)(r0 +0)
# RAW: note: compare the pointer with NULL first
expect 0 RAW raw.log
cp raw.log in
expect 0 RAW -

# Between the marks of libbpf; two programs, of which the first was accepted.
{
	echo "libbpf: prog 'first': -- BEGIN PROG LOAD LOG --"
	echo "0: (b7) r0 = 0"
	echo "1: (95) exit"
	echo "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0"
	echo "-- END PROG LOAD LOG --"
	echo "libbpf: prog 'second': BPF program load failed: Permission denied"
	echo "libbpf: prog 'second': -- BEGIN PROG LOAD LOG --"
	cat raw.log
	echo "-- END PROG LOAD LOG --"
	echo "libbpf: prog 'second': failed to load: -13"
	echo "libbpf: failed to load object 'x.o'"
	echo "Error: failed to load object file"
} > libbpf.log
# LIBBPF-NOT: first
# LIBBPF: error: program 'second': memory is accessed through a pointer that may be NULL
# LIBBPF-NOT: error:
expect 0 LIBBPF libbpf.log

# What libbpf finds out itself.
echo "libbpf: extern (func ksym) 'bpf_wq_init': not found in kernel or module BTFs" > ksym.log
# KSYM: error: this kernel does not have the kfunc
expect 0 KSYM ksym.log

# A message that is not in the table is shown all the same.
sed "s/^R0 invalid.*/R0 does what nobody has heard of/" raw.log > unknown.log
# UNKNOWN: error: R0 does what nobody has heard of
# UNKNOWN: note: this message is not known here
expect 0 UNKNOWN unknown.log

# Without its beginning, as the kernel keeps it; without its end there is nothing.
tail -n 4 raw.log > rotated.log
# ROTATED: error: memory is accessed through a pointer that may be NULL
expect 0 ROTATED rotated.log
# NOTHING: bpf-fiberc: error: '{{.*}}' is not a log of a program that the verifier has refused
head -n 8 raw.log > cut.log
expect 1 NOTHING cut.log

# Accepted; empty; other things.
sed -n "1,/-- END/p" libbpf.log > accepted.log
: > empty.log
head -c 100000 /dev/urandom > random.log
printf '%0.s(' $(seq 200000) > parentheses.log
printf 'from 4294967295 to 1: R0=\n99999999999: (79) r1 = *(u64 *)(r99 +0)\nfrom 0 to 0:\n' > numbers.log
for log in accepted empty random parentheses numbers; do
	expect 1 NOTHING $log.log
done
expect 1 NOTHING "$fiberc"

# Any size: 300,000 instructions of a loop in front of the message.
awk 'NR == 3 { for (i = 0; i < 300000; i++)
	print i % 7 + 100 ": (07) r1 += 1                        ; R1_w=scalar(id=" i ") R10=fp0" }
	{ print }' raw.log > huge.log
(ulimit -v 200000 && expect 0 RAW huge.log && exit $failed) || failed=1

# The command line.
# USAGE: usage: bpf-fiberc --explain-verifier LOG [OBJECT]
expect 2 USAGE
expect 2 USAGE raw.log a.o b.o
# MISSING: bpf-fiberc: error: cannot read 'none.log': No such file or directory
expect 2 MISSING none.log
# OBJECT: bpf-fiberc: error: '{{.*}}': {{not an object file for BPF|No such file or directory|its BTF cannot be read}}
: > empty.o
expect 2 OBJECT raw.log none.o
expect 2 OBJECT raw.log empty.o
expect 2 OBJECT raw.log raw.log
expect 2 OBJECT raw.log "$fiberc"
"$fiberc" -O2 -c "$inputs/counter.c" -I"$inputs" -o plain.o
expect 2 OBJECT raw.log plain.o
"$fiberc" -O2 -g -c "$inputs/counter.c" -I"$inputs" -o whole.o
expect 0 RAW raw.log whole.o
for size in 64 200 1000; do
	head -c $size whole.o > cut.o
	expect 2 OBJECT raw.log cut.o
done
exit $failed
