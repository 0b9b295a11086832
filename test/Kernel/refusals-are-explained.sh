# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# What --explain-verifier knows of the verifier's messages is what this kernel
# says: each program of the source is refused with the message at its CASE, which
# has a meaning and a remedy. "%" stands for a number.
#
# RUN: rm -rf %t && mkdir %t
# RUN: bash %s %fiberc %bpftool %S/Inputs/refused-plainly.bpf.c %t
fiberc=$1 bpftool=$2 source=$3 output=$4
pin=/sys/fs/bpf/bpf-fiber-plainly-$$
failed=0 cases=0

while IFS=: read -r head message; do
	# shellcheck disable=SC2086 # a name and perhaps an option
	set -- ${head#// CASE }
	name=$1 object=$output/$1.o log=$output/$1.log
	cases=$((cases + 1))
	if ! "$fiberc" -O2 -g -mcpu=v3 -w -D"$name" ${2:+"$2"} -c "$source" \
		-o "$object" 2> "$log"; then
		head -5 "$log"
		echo "^ $name does not compile"
		failed=1
		continue
	fi
	if timeout 60 "$bpftool" prog load "$object" "$pin" > "$log" 2>&1; then
		rm -rf "$pin"
		echo "$name was loaded"
		failed=1
		continue
	fi
	pattern=$(sed 's/[][\.*^$]/\\&/g; s/%/[0-9]*/g' <<< "${message# }")
	if ! grep -q -- "$pattern" "$log"; then
		grep -v '^[0-9]*: (' "$log" | tail -4
		echo "^ $name: the kernel does not say \"${message# }\""
		failed=1
	elif ! "$fiberc" --explain-verifier "$log" "$object" > "$log.explained" 2>&1 ||
		grep -q 'is not known here' "$log.explained" ||
		! grep -q 'the verifier says\|not found in kernel' "$log.explained"; then
		head -20 "$log.explained"
		echo "^ $name: not explained"
		failed=1
	elif ! grep 'note: the verifier says' "$log.explained" | grep -q -- "$pattern"; then
		head -20 "$log.explained"
		echo "^ $name: something else is explained"
		failed=1
	fi
done < <(grep '^// CASE ' "$source")
echo "$cases cases"
[ "$cases" -ge 55 ] && exit $failed
