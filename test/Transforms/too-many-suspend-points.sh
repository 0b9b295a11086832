# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Jumps of BPF reach so far: one suspend point too many is said, at once.
# RUN: sh %s 4097 | cat %module - | not %opt -passes=bpf-fiber-lower,verify -o /dev/null 2>&1 | FileCheck %S/too-many-suspend-points.sh
# RUN: sh %s 100 | cat %module - | %opt -passes=bpf-fiber-lower,verify -o /dev/null 2>&1 | count 0
# CHECK: error: {{.*}}fiber 'f' has 4097 suspend points; jumps of BPF reach 4096 [bpf-fiber-too-many-suspends]

echo 'define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {'
seq -f '  %%r%.0f = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)' "$1"
echo '  ret i32 0'
echo '}'
