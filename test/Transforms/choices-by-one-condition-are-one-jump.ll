; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; What is chosen by one condition, and what is computed of it before the next
; choice, is two blocks; instruction selection would make a jump of each.
;
;	sent[mine] += length;
;
; RUN: %opt -S -passes=bpf-fiber-stack-addresses %s | FileCheck %s
target triple = "bpf"

declare void @use(i32, i32, i32)

; CHECK-LABEL: @element
; CHECK: %half = lshr i32 %length, 1
; CHECK-NEXT: br i1 %mine, label %[[MINE:.*]], label %[[OTHER:.*]]
; CHECK: [[MINE]]:
; CHECK-NEXT: [[A:%.*]] = add i32 %one, %length
; CHECK-NEXT: br label
; CHECK: [[OTHER]]:
; CHECK-NEXT: [[B:%.*]] = add i32 %two, %length
; CHECK-NEXT: br label
; CHECK-DAG: [[NEW1:%.*]] = phi i32 [ [[A]], %[[MINE]] ], [ %one, %[[OTHER]] ]
; CHECK-DAG: [[NEW2:%.*]] = phi i32 [ %two, %[[MINE]] ], [ [[B]], %[[OTHER]] ]
; CHECK-NOT: select
; CHECK: call void @use(i32 [[NEW1]], i32 [[NEW2]], i32 %half)
define void @element(i1 %mine, i32 %one, i32 %two, i32 %length) "bpf-fiber-code" {
  %old = select i1 %mine, i32 %one, i32 %two
  %half = lshr i32 %length, 1
  %sum = add i32 %old, %length
  %new1 = select i1 %mine, i32 %sum, i32 %one
  %new2 = select i1 %mine, i32 %two, i32 %sum
  call void @use(i32 %new1, i32 %new2, i32 %half)
  ret void
}

; What has an effect happens once.
; CHECK-LABEL: @effect
; CHECK: select
; CHECK: load volatile
; CHECK: select
; CHECK: ret
define void @effect(i1 %mine, ptr %one, ptr %two, i32 %length) "bpf-fiber-code" {
  %place = select i1 %mine, ptr %one, ptr %two
  %old = load volatile i32, ptr %place
  %new = select i1 %mine, i32 %old, i32 %length
  call void @use(i32 %new, i32 %old, i32 %length)
  ret void
}

; Much is not there twice.
; CHECK-LABEL: @much
; CHECK-NOT: br
; CHECK: ret
define void @much(i1 %mine, i32 %one, i32 %two, i32 %length) "bpf-fiber-code" {
  %old = select i1 %mine, i32 %one, i32 %two
  %a = add i32 %old, %length
  %b = mul i32 %a, %length
  %new = select i1 %mine, i32 %b, i32 %one
  call void @use(i32 %new, i32 %old, i32 %length)
  ret void
}

; One choice stays.
; CHECK-LABEL: @single
; CHECK-NOT: br
; CHECK: ret
define void @single(i1 %mine, i32 %one, i32 %two) "bpf-fiber-code" {
  %old = select i1 %mine, i32 %one, i32 %two
  call void @use(i32 %old, i32 %one, i32 %two)
  ret void
}
