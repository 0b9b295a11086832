; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Of two places in one local the chosen one is not base | condition, which is
; what instruction selection makes of a choice between an aligned address and
; the next one.
;
;	bytes[flag ? 1 : 0] = 0;
;
; RUN: %opt -S -passes=bpf-fiber-stack-addresses %s | FileCheck %s
target triple = "bpf"

; CHECK-LABEL: @chosen
; CHECK: %second = getelementptr inbounds i8, ptr %bytes, i64 1
; CHECK: [[HIDDEN:%.*]] = call ptr asm "", "=r,0"(ptr %second)
; CHECK: select i1 %flag, ptr [[HIDDEN]], ptr %bytes
define i32 @chosen(i1 %flag) "bpf-fiber-code" {
  %bytes = alloca [4 x i8], align 4
  store i32 -1, ptr %bytes
  %second = getelementptr inbounds i8, ptr %bytes, i64 1
  %place = select i1 %flag, ptr %second, ptr %bytes
  store i8 0, ptr %place
  %word = load i32, ptr %bytes
  ret i32 %word
}

; Of two locals each has its own address.
; CHECK-LABEL: @of_two
; CHECK-NOT: asm
define i32 @of_two(i1 %flag) "bpf-fiber-code" {
  %one = alloca i32
  %two = alloca i32
  store i32 1, ptr %one
  store i32 2, ptr %two
  %place = select i1 %flag, ptr %one, ptr %two
  store i32 3, ptr %place
  %word = load i32, ptr %one
  ret i32 %word
}
