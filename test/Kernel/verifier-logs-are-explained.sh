# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# Fibers that the kernel refuses, and what bpf-fiberc --explain-verifier makes of
# its logs: of level 1, as libbpf asks for it after a failure, and of all levels.
# What is expected stands in each of the sources.
#
# RUN: rm -rf %t && mkdir %t
# RUN: bash %s %fiberc %bpftool %vmlinux_dir %S/Inputs %t
fiberc=$1 bpftool=$2 vmlinux=$3 inputs=$4 output=$5
pin=/sys/fs/bpf/bpf-fiber-refused-$$
failed=0

# Name, and options of bpftool.
explain()
{
	local log=$output/$1$2.log

	# shellcheck disable=SC2086 # none or one
	if timeout 60 "$bpftool" $2 prog loadall "$output/$1.o" "$pin" > "$log" 2>&1; then
		rm -rf "$pin"
		echo "$1 was loaded"
		return 1
	fi
	"$fiberc" --explain-verifier "$log" "$output/$1.o" > "$log.explained" || return 1
	FileCheck --check-prefix=EXPLAIN "$inputs/refused/$1.c" < "$log.explained"
}

for source in "$inputs"/refused/*.c; do
	name=$(basename "$source" .c)
	"$fiberc" -O2 -g -mcpu=v3 -I"$vmlinux" -I"$inputs" -c "$source" -o "$output/$name.o" &&
		explain "$name" && explain "$name" -d && continue
	echo "^ $name"
	failed=1
done
exit $failed
