# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The report of a frame and the object's BTF agree, about the examples and some
# kernel tests; each report is valid JSON and the same each time.
# REQUIRES: vmlinux
# RUN: rm -rf %t && mkdir %t
# RUN: bash %s %root %fiberc %bpftool %vmlinux_dir %t

root=$1 fiberc=$2 bpftool=$3 types=$4 out=$5
status=0
count=0
cd "$root" || exit 1

check()
{
	local source=$1 name
	shift

	name=$out/$(basename "$source")
	$fiberc -mcpu=v3 -g -I"$types" -Itest/Kernel/Inputs -w "$@" -fbpf-fiber-report=json \
		-c "$source" -o "$name.o" || return 1
	python3 -m json.tool "$name.fibers.json" > /dev/null &&
		python3 test/Examples/Inputs/check-report.py "$bpftool" "$name.o" \
			"$name.fibers.json" && return 0
	echo "$source" "$@"
	return 1
}

for source in examples/*/[!h]*.bpf.c; do
	check "$source" -O2 || status=1
	mv "$out/$(basename "$source").fibers.json" "$out/before"
	check "$source" -O2 || status=1
	cmp "$out/$(basename "$source").fibers.json" "$out/before" || status=1
	count=$((count + 1))
done
for source in ${6:-test/Kernel/*share*.c test/Kernel/*reference*.c test/Kernel/*struct*.c \
	      test/Kernel/*yields*.c}; do
	check "$source" -O2 -fbpf-fiber-quantum=1000 || status=1
	count=$((count + 1))
done
echo "$count sources"
[ $count -ge 16 ] && exit $status
