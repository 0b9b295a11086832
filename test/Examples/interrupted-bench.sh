# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Interrupted while it compiles or measures, the benchmark ends at once, says so
# by its exit code, and leaves no file and no process behind.
# REQUIRES: bpf
# RUN: bash %s %root/bench/run %build %t

rm -rf "$3.d" "$3.out"
mkdir -p "$3.d"
for when in INT:130:compiling TERM:143:timing TERM:143:measuring; do
	IFS=: read -r signal expected phase <<< "$when"
	# A session of its own, as on a terminal; a background process of a
	# script would ignore SIGINT.
	TMPDIR=$3.d setsid env --default-signal=INT "$1" "$2" --quick > "$3.out" 2>&1 &
	bench=$!
	for _ in $(seq 200); do
		grep -q "bench: $phase" "$3.out" && break
		sleep 0.1
	done
	kill -"$signal" -- -$bench
	wait $bench
	code=$?
	sleep 0.5
	if [ $code -ne "$expected" ]; then
		echo "exit code $code after $signal while $phase"
		exit 1
	fi
	if [ -n "$(ls -A "$3.d")" ]; then
		echo "files left behind after $signal while $phase"
		exit 1
	fi
	if pgrep -s $bench > /dev/null; then
		echo "processes left behind after $signal while $phase"
		exit 1
	fi
done
rmdir "$3.d"
