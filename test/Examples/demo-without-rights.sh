# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Without the rights for BPF the demo compiles, shows the frame, and says that
# nothing was run.
# REQUIRES: vmlinux
# RUN: bash %s %root/examples/demo/run %build > %t 2>&1
# RUN: FileCheck --input-file=%t %s

# CHECK: enum knock_state {
# CHECK: _next_packet_or_timeout
# CHECK: struct knock_frame {
# CHECK: unsigned char i;
# CHECK: NOT RUN

export TMPDIR=/tmp
if [ "$(id -u)" -eq 0 ]; then
	exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
fi
exec "$@"
