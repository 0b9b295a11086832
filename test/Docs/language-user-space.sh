# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The user space of docs/language.md is told of sources and answers for them.
# REQUIRES: bpf
# RUN: rm -rf %t && %blocks %root/docs/language.md %t
# RUN: %fiberc -mcpu=v3 -O2 -g -I%vmlinux_dir -c %t/ask.bpf.c -o %t/ask.o
# RUN: cc -Wall -Werror -I%build/include %t/ask.c -o %t/ask -lbpf
# RUN: unshare --mount bash %s %t | FileCheck %s

# CHECK: Return value: 1
# CHECK: Return value: 1
# CHECK: 10.0.0.1: allowed
# CHECK-NEXT: 10.0.0.2: not allowed
# CHECK: Return value: 2
# CHECK: Return value: 1

cd "$1" || exit 1
mount -t bpf bpf /sys/fs/bpf || exit 1

# packet DIGIT: a UDP packet from 10.0.0.DIGIT
packet()
{
	printf '\1\1\1\1\1\1\2\2\2\2\2\2\10\0\105\0\0\34\0\0\0\0\100\21\0\0\12\0\0\'"$1"'\12\0\0\11\0\1\0\2\0\10\0\0' \
		> "packet-$1"
	bpftool prog run pinned /sys/fs/bpf/ask/gate data_in "packet-$1"
}

bpftool prog loadall ask.o /sys/fs/bpf/ask pinmaps /sys/fs/bpf/ask-maps || exit 1
packet 1
packet 2
./ask /sys/fs/bpf/ask-maps/fiber_events /sys/fs/bpf/ask/answer 10.0.0.1 || exit 1
packet 1
packet 2
