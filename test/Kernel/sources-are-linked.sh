# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Two sources with fibers become one object: linked by bpftool; as bitcode, which
# has been lowered already, in each of LLVM's kinds; by LLVM's LTO pipeline. One
# defines what the other uses, and both speak through one ring buffer.
#
# RUN: rm -rf %t && mkdir %t
# RUN: bash %s %fiberc %bpftool %fiber_test %vmlinux_dir %S/Inputs %t
#
# DO: run run_first == XDP_DROP
# DO: event one
# DO: run run_second == XDP_DROP
# DO: event two
# DO: run answer_first ctx=$one,3 == XDP_PASS
# DO: run answer_second ctx=$two,4
# DO: wait #second_frames == 0
# DO: check sums[0] == 7
# DO: check #first_frames == 0
# DO: run forward == XDP_DROP
# DO: check #first_frames == 1
fiberc=$1 bpftool=$2 fiber_test=$3 vmlinux=$4 inputs=$5 script=$0
cd "$6" || exit 1
failed=0

compile()
{
	local extension=$1 source
	shift

	for source in first second; do
		"$fiberc" -O2 -g -mcpu=v3 -Wall -Werror -I"$vmlinux" -I"$inputs" "$@" \
			-c "$inputs/linked/$source.c" -o $source.$extension || return 1
	done
}

act()
{
	local try

	# Some kernels cannot always give memory to a timer.
	for try in 1 2 3; do
		"$fiber_test" "$1" "$script" && return
	done
	echo "^ $1"
	failed=1
}

compile o && "$bpftool" gen object objects.o first.o second.o && act objects.o || failed=1

for kind in -emit-llvm -flto -flto=thin; do
	compile bc $kind && llvm-link first.bc second.bc -o linked.bc &&
		"$fiberc" -O2 -g -mcpu=v3 -c linked.bc -o bitcode$kind.o &&
		act bitcode$kind.o || failed=1
done
compile bc -flto && llvm-link first.bc second.bc -o linked.bc &&
	opt '-passes=lto<O2>' linked.bc -o lto.bc &&
	llc -march=bpf -mcpu=v3 -filetype=obj lto.bc -o lto.o && act lto.o || failed=1
exit $failed
