; SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
target triple = "bpf"

define i32 @four() {
  ret i32 4
}
