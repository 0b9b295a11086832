; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; An index that LLVM knows to be in its object, and the verifier does not, is
; masked behind the last optimisation; one that no mask fits is compared. What
; the verifier knows, or nobody, stays as it is.
;
; RUN: %opt -S -passes=bpf-fiber-stack-addresses %s | FileCheck %s
target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
target triple = "bpf"

@four = global [4 x i32] zeroinitializer
@six = global [6 x i32] zeroinitializer

; The test is of the number without its sign extension.
; CHECK-LABEL: @extended
; CHECK: %index = sext i32 %n to i64
; CHECK: [[SAFE:%.*]] = call i64 asm "$0 &= $2", "=r,0,i"(i64 %index, i64 3)
; CHECK: [[PLACE:%.*]] = getelementptr inbounds i32, ptr @four, i64 [[SAFE]]
; CHECK: load i32, ptr [[PLACE]]
; CHECK: [[SAFE:%.*]] = call i64 asm "if $0 <= $2 goto +1; $0 = 0", "=r,0,i"(i64 %index, i64 4)
; CHECK: getelementptr inbounds i32, ptr @six, i64 [[SAFE]]
define i32 @extended(ptr %from) "bpf-fiber-code" {
  %n = load i32, ptr %from
  %index = sext i32 %n to i64
  %few = icmp ult i32 %n, 4
  br i1 %few, label %first, label %more
first:
  %place = getelementptr inbounds i32, ptr @four, i64 %index
  %a = load i32, ptr %place
  ret i32 %a
more:
  %some = icmp ult i32 %n, 5
  br i1 %some, label %second, label %none
second:
  %other = getelementptr inbounds i32, ptr @six, i64 %index
  %b = load i32, ptr %other
  ret i32 %b
none:
  ret i32 0
}

; The address is computed in front of the loop in which its index is tested.
; CHECK-LABEL: @moved
; CHECK: inside:
; CHECK: [[SAFE:%.*]] = call i64 asm "$0 &= $2", "=r,0,i"(i64 %index, i64 3)
; CHECK: [[PLACE:%.*]] = getelementptr inbounds i32, ptr @four, i64 [[SAFE]]
; CHECK: load volatile i32, ptr [[PLACE]]
define i32 @moved(ptr %from) "bpf-fiber-code" {
entry:
  %n = load i32, ptr %from
  %index = zext i32 %n to i64
  %place = getelementptr inbounds i32, ptr @four, i64 %index
  br label %loop
loop:
  %round = phi i32 [ 0, %entry ], [ %next, %latch ]
  %sum = phi i32 [ 0, %entry ], [ %all, %latch ]
  %few = icmp ult i32 %n, 4
  br i1 %few, label %inside, label %latch
inside:
  %a = load volatile i32, ptr %place
  %more = add i32 %sum, %a
  br label %latch
latch:
  %all = phi i32 [ %more, %inside ], [ %sum, %loop ]
  %next = add i32 %round, 1
  %again = icmp ult i32 %next, 3
  br i1 %again, label %loop, label %end
end:
  ret i32 %all
}

; Masked, tested where it is used, or not at all.
; CHECK-LABEL: @known
; CHECK-NOT: asm
define i32 @known(ptr %from) "bpf-fiber-code" {
  %n = load i32, ptr %from
  %low = and i32 %n, 3
  %masked = zext i32 %low to i64
  %place = getelementptr inbounds i32, ptr @four, i64 %masked
  %a = load i32, ptr %place
  %m = load i32, ptr %from
  %wide = zext i32 %m to i64
  %few = icmp ult i64 %wide, 6
  br i1 %few, label %tested, label %untested
tested:
  %second = getelementptr inbounds i32, ptr @six, i64 %wide
  %b = load i32, ptr %second
  %sum = add i32 %a, %b
  ret i32 %sum
untested:
  %third = getelementptr inbounds i32, ptr @six, i64 %wide
  %c = load i32, ptr %third
  ret i32 %c
}
