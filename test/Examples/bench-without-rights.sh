# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Without the rights for BPF the benchmark says in one line that nothing was
# measured, and exits with 77.
# REQUIRES: bpf
# RUN: bash %s %root/bench/run %build > %t.out 2> %t.err; test $? -eq 77
# RUN: test ! -s %t.out
# RUN: test "$(wc -l < %t.err)" -eq 1
# RUN: FileCheck --input-file=%t.err %s

# CHECK: no rights to use BPF here: nothing measured

# Still root, so that a build directory of root's can be read.
exec setpriv --bounding-set=-all --inh-caps=-all "$@"
