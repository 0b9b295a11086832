# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# docs/language.md names the versions that the compiler checks for.
# RUN: sh %s %root/lib/Transforms/KernelVersions.def %root/docs/language.md

# The version of a feature begins the second column of the row with its word.
check()
{
	version=$(sed -n "s/^KERNEL_FEATURE($1, \([0-9]*\), \([0-9]*\),.*/\1.\2/p" "$3")
	grep -q "^| [^|]*$2[^|]* | $version[; |]" "$4" && return
	echo "$1 is in Linux $version, but the row of '$2' says something else"
	failed=1
}

failed=0
check Fiber 'any fiber' "$@"
check Timer 'sleep_ns()' "$@"
check OwnedReference 'references in frames' "$@"
check WorkItem 'defer()' "$@"
check YieldToWorkItem '-fbpf-fiber-quantum' "$@"
exit $failed
