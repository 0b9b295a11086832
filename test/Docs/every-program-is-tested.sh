# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# No program of docs/language.md is without a test of what it does.
# RUN: rm -rf %t && %blocks %root/docs/language.md %t | bash %s %S

while read -r program; do
	case $program in
	*.bpf.c)
		grep -q "%program language.md $program " "$1"/language-*.test && continue
		;;
	*)
		# user space
		grep -q "ask" "$1/language-user-space.sh" && continue
		;;
	esac
	echo "$program has no test"
	failed=1
done
exit ${failed:-0}
