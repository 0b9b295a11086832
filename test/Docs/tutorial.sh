# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Who follows docs/tutorial.md, command by command, sees what it shows.
# REQUIRES: bpf
# RUN: rm -rf %t && mkdir %t && cp %root/docs/tutorial/*.bpf.c %t
# RUN: unshare --mount --net bash %s %t %S/Inputs/run-tutorial.py %root/docs

set -e
cd "$1"
# What it makes is gone with these.
mount -t bpf bpf /sys/fs/bpf
mount -t tmpfs run /run
# unshare has made a network of our own; /sys still shows the other one.
ip link set lo up
[ -e /sys/kernel/tracing/trace ] || mount -t tracefs tracefs /sys/kernel/tracing
python3 "$2" "$3/tutorial.md" "$3/tutorial"
