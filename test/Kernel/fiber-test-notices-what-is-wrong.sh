# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The runner of these tests fails when something is not as expected, and says
# where and what it found.
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -c %S/Inputs/plain.bpf.c -o %t.o
# RUN: %clang -target bpf -mcpu=v3 -O2 -g -I%vmlinux_dir -DBROKEN -c %S/Inputs/plain.bpf.c -o %t-broken.o
# RUN: bash %s %fiber_test %t.o %t-broken.o %t

fiber_test=$1 object=$2 broken=$3 script=$4.script output=$4.out
failed=0

# try CODE TEXT OBJECT LINE...: the exit code, and what the output must have
try()
{
	local code=$1 text=$2 object=$3

	shift 3
	printf '%s\n' "$@" > "$script"
	"$fiber_test" -t 20 "$object" "$script" > "$output" 2>&1
	if [ $? -ne "$code" ] || { [ -n "$text" ] && ! grep -qF -- "$text" "$output"; }; then
		echo "exit code $code and \"$text\" expected from: $*"
		cat "$output"
		failed=1
	fi
}

try 0 '' "$object" 'DO: run count == XDP_PASS' 'DO: check runs == 1' 'DO: check table[1].level == *IDDLE'
try 1 ":1: run count == XDP_DROP: it is 2" "$object" 'DO: run count == XDP_DROP'
try 1 ':2: check runs == 2: it is 1' "$object" 'DO: run count' 'DO: check runs == 2'
try 1 ':3: check runs > 5: it is 1' "$object" 'DO: run count' '' 'DO: check runs > 5'
try 1 'it is MIDDLE' "$object" 'DO: run count' 'DO: check table[1].level == HIGH'
try 1 'it is absent' "$object" 'DO: check table[7].level == HIGH'
try 1 'it is 0' "$object" 'DO: check #table != 0'
try 1 'it is 0' "$object" 'DO: check table[*].level >= 1'
try 1 'not understood' "$object" 'DO: check nonsense == 1'
try 1 'not understood' "$object" 'DO: check runs == 1 2'
try 1 'no program' "$object" 'DO: run nonsense'
try 1 'no such act' "$object" 'DO: nonsense'
try 1 'no line with' "$object" 'Nothing to DO:here'
try 1 'exit status' "$object" 'DO: shell false'
try 1 'none came' "$object" 'DO: event first'
try 0 '' "$object" 'DO: run count' 'DO: event tokA from 10.0.0.1' 'DO: let B2 = $tokA + 1' 'DO: check $B2 == 8'
try 1 'from (__be32)' "$object" 'DO: run count' 'DO: event first from 10.0.0.2'
try 1 'it is from another key' "$object" 'DO: run count' 'DO: event first from 10'
try 1 'the key is not understood' "$object" 'DO: run count' 'DO: event first from nobody'
try 1 'the key is not understood' "$object" 'DO: run count' 'DO: event first from 10.0.0.1,2'
try 1 'expected' "$object" 'DO: run count' 'DO: event first form 10.0.0.1'
try 1 'it is 0' "$object" 'DO: wait runs == 1'
try 1 'constants are set before' "$object" 'DO: load' 'DO: set limit = 1'
try 1 'the kernel loaded it' "$object" 'DO: rejected anything'
try 0 '' "$broken" 'DO: rejected invalid mem access'
try 1 'the log does not say so' "$broken" 'DO: rejected anything else'
try 1 'cannot load the object' "$broken" 'DO: load'

if [ "$(wc -l < "$output")" -gt 50 ]; then
	echo "the verifier's log was not cut"
	failed=1
fi

printf 'DO: load\n' > /tmp/fiber-test.$$
setpriv --reuid=65534 --regid=65534 --clear-groups "$fiber_test" "$object" /tmp/fiber-test.$$
if [ $? -ne 77 ]; then
	echo "exit code 77 expected without rights"
	failed=1
fi
rm -f /tmp/fiber-test.$$
exit $failed
