# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# With --check the benchmark fails for a program that is larger, slower and
# harder to verify than its twin, and names all three; without, it does not.
# The "fibers" here are the twins themselves, but for port-knock's.
# REQUIRES: bpf
# RUN: bash %s %clang %vmlinux_dir %root/examples %t.d
# RUN: not %build/bin/fiber-bench --check --rounds 2 %t.d > %t.out 2> %t.err
# RUN: FileCheck --input-file=%t.err %s
# RUN: FileCheck --check-prefix=TABLE --input-file=%t.out %s
# RUN: %build/bin/fiber-bench --json --rounds 1 %t.d > %t.json
# RUN: FileCheck --check-prefix=JSON --input-file=%t.json %s

# CHECK-DAG: over the limit: port-knock: verified instructions: {{[2-9]}}.
# CHECK-DAG: over the limit: port-knock: frame: 48 bytes, limit 32
# CHECK-DAG: over the limit: port-knock: packet at an open port: time: {{[0-9.]+}}, limit 1.10
# TABLE: frame, bytes {{ *}}48 {{ *}}24 {{ *}}+24
# JSON: "within_limits": false

set -e
clang=$1 types=$2 examples=$3 dir=$4

rm -rf "$dir"
mkdir -p "$dir"
echo "1000 1000" > "$dir/compile-times"
for name in port-knock data-path open-latency long-sum task-watch conn-timeout sni-filter proxy-handshake; do
	source=$examples/$name/hand.bpf.c
	"$clang" -target bpf -mcpu=v3 -O2 -g "-I$types" -c "$source" -o "$dir/$name.hand.o"
	cp "$dir/$name.hand.o" "$dir/$name.fiber.o"
done
sed -e 's/struct bpf_timer timer;/& __u64 more[3];/' \
	-e 's/^	generation = /	for (int i = 0; i < 200; i++) bpf_get_prandom_u32();\n&/' \
	"$examples/port-knock/hand.bpf.c" > "$dir/worse.bpf.c"
"$clang" -target bpf -mcpu=v3 -O2 -g "-I$types" "-I$examples/port-knock" \
	-c "$dir/worse.bpf.c" -o "$dir/port-knock.fiber.o"
