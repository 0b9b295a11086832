# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Interrupted in the middle of its packets the demo ends at once, says so by
# its exit code, and leaves no file, process, interface or program behind.
# REQUIRES: bpf
# RUN: bash %s %root/examples/demo/run %build %t

mkdir -p "$3.d"
for signal in INT:130 TERM:143; do
	: > "$3.out" # or the loop below sees what the last one said
	# A session of its own, as on a terminal; a background process of a
	# script would ignore SIGINT.
	TMPDIR=$3.d setsid env --default-signal=INT "$1" "$2" > "$3.out" 2>&1 &
	demo=$!
	for _ in $(seq 100); do
		grep -q 'the first knock' "$3.out" && break
		sleep 0.1
	done
	kill -"${signal%:*}" -- -$demo
	wait $demo
	code=$?
	sleep 0.5
	if [ $code -ne "${signal#*:}" ]; then
		echo "exit code $code after $signal"
		exit 1
	fi
	if [ -n "$(ls -A "$3.d")" ]; then
		echo "files left behind after $signal"
		exit 1
	fi
	if pgrep -s $demo > /dev/null; then
		echo "processes left behind after $signal"
		exit 1
	fi
done
rmdir "$3.d"
