; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; What LLVM makes one load from one of several places, of which some are in the
; context, is a load from each again: the verifier wants a load from the context
; to be of nothing else, and its offset in the instruction.
;
; RUN: %opt -S -passes=bpf-fiber-stack-addresses %s | FileCheck %s
target triple = "bpf"

; Before an await a member is read from the context, behind it from the frame.
; CHECK-LABEL: @merged
; CHECK: first:
; CHECK-NEXT: [[B:%.*]] = getelementptr inbounds i8, ptr %ctx, i64 8
; CHECK-NEXT: [[FROM_CTX:%.*]] = load i32, ptr [[B]]
; CHECK: resumed:
; CHECK: br i1 %flag, label %[[EDGE:.*]], label %out
; CHECK: [[EDGE]]:
; CHECK-NEXT: [[FROM_FRAME:%.*]] = load i32, ptr %spill
; CHECK: join:
; CHECK-NEXT: %[[VALUE:.*]] = phi i32 [ [[FROM_CTX]], %first ], [ [[FROM_FRAME]], %[[EDGE]] ]
; CHECK-NEXT: ret i32 %[[VALUE]]
define i32 @merged(ptr %ctx, i32 %state, i1 %flag) "bpf-fiber-code" {
  %frame = call ptr @lookup()
  %start = icmp eq i32 %state, 0
  br i1 %start, label %first, label %resumed
first:
  %b = getelementptr inbounds i8, ptr %ctx, i64 8
  br label %join
resumed:
  %spill = getelementptr inbounds i8, ptr %frame, i64 4
  br i1 %flag, label %join, label %out
join:
  %place = phi ptr [ %b, %first ], [ %spill, %resumed ]
  %value = load i32, ptr %place
  ret i32 %value
out:
  ret i32 0
}

; Through phis, too.
; CHECK-LABEL: @merged_twice
; CHECK: outer:
; CHECK-NEXT: phi i32
; CHECK-NOT: load
; CHECK: ret i32
define i32 @merged_twice(ptr %ctx, i32 %state) "bpf-fiber-code" {
  %frame = call ptr @lookup()
  switch i32 %state, label %out [
    i32 0, label %first
    i32 1, label %second
    i32 2, label %third
  ]
first:
  %b = getelementptr inbounds i8, ptr %ctx, i64 8
  br label %inner
second:
  %one = getelementptr inbounds i8, ptr %frame, i64 4
  br label %inner
inner:
  %either = phi ptr [ %b, %first ], [ %one, %second ]
  br label %outer
third:
  %c = getelementptr inbounds i8, ptr %ctx, i64 4
  br label %outer
outer:
  %place = phi ptr [ %either, %inner ], [ %c, %third ]
  %value = load i32, ptr %place
  ret i32 %value
out:
  ret i32 0
}

@global = global i32 0

; CHECK-LABEL: @chosen
; CHECK: br i1 %flag, label %[[THEN:.*]], label %[[ELSE:.*]]
; CHECK: [[THEN]]:
; CHECK-NEXT: [[B:%.*]] = getelementptr inbounds i8, ptr %ctx, i64 8
; CHECK-NEXT: load i32, ptr [[B]]
; CHECK: [[ELSE]]:
; CHECK-NEXT: load i32, ptr @global
; CHECK: phi i32
define i32 @chosen(ptr %ctx, i1 %flag) "bpf-fiber-code" {
  %b = getelementptr inbounds i8, ptr %ctx, i64 8
  %place = select i1 %flag, ptr %b, ptr @global
  %value = load i32, ptr %place
  ret i32 %value
}

; A load does not go past what may write what it reads, nor round a loop.
; CHECK-LABEL: @stays
; CHECK: store i32 1, ptr @global
; CHECK-NEXT: load i32, ptr %place
define i32 @stays(ptr %ctx, i1 %flag) "bpf-fiber-code" {
  %b = getelementptr inbounds i8, ptr %ctx, i64 8
  %place = select i1 %flag, ptr %b, ptr @global
  store i32 1, ptr @global
  %value = load i32, ptr %place
  ret i32 %value
}

; CHECK-LABEL: @goes_round
; CHECK: ret i32
define i32 @goes_round(ptr %ctx, i1 %flag) "bpf-fiber-code" {
entry:
  %b = getelementptr inbounds i8, ptr %ctx, i64 8
  br label %loop
loop:
  %place = phi ptr [ %b, %entry ], [ %next, %latch ]
  %value = load i32, ptr %place
  br i1 %flag, label %latch, label %other
other:
  br label %latch
latch:
  %next = phi ptr [ %place, %loop ], [ @global, %other ]
  %more = icmp eq i32 %value, 0
  br i1 %more, label %loop, label %out
out:
  ret i32 %value
}

declare ptr @lookup()
