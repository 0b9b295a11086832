; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Addresses in the context are computed again where they are used. So is not,
; of a frame that a callback gets, the address of an element whose index was
; loaded: what is loaded again has not been checked, and may have changed.
;
;	i = frame->i;
;	element = &frame->bytes[i];
;	if (i >= 4)
;		return 0;
;	frame->i = 0;
;	*element = 1;
;
; RUN: %opt -S -passes=bpf-fiber-stack-addresses %s | FileCheck %s
target triple = "bpf"

; CHECK-LABEL: @callback
; CHECK: %element = getelementptr i8, ptr %frame, i64 %i
; CHECK: write:
; CHECK-NOT: load
; CHECK: store i8 1, ptr %element
define i32 @callback(ptr %frame) "bpf-fiber-code" {
  %i.addr = getelementptr i8, ptr %frame, i64 8
  %i = load i64, ptr %i.addr
  %element = getelementptr i8, ptr %frame, i64 %i
  %in = icmp ult i64 %i, 4
  br i1 %in, label %write, label %out

write:
  store i64 0, ptr %i.addr
  store i8 1, ptr %element
  br label %out

out:
  ret i32 0
}
