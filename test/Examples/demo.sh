# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The demo finds every verdict right and leaves nothing behind.
# REQUIRES: bpf
# RUN: mkdir -p %t.d && TMPDIR=%t.d %root/examples/demo/run %build > %t 2>&1 || (cat %t && false)
# RUN: FileCheck --input-file=%t %s
# RUN: rmdir %t.d

# CHECK: "state": "L{{[0-9]+}}_next_packet_or_timeout"
# CHECK: "i": 0
# CHECK: ok: port 22: XDP_PASS
# CHECK-NOT: WRONG
# CHECK: demo: PASSED
