; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; The prepare pass inlines the awaitables of a fiber and, before the optimiser
; can move anything over a suspend, pins there each integer that lives across
; it: %i and %sum, but not %before, the pointer or the suspend's own result.
; Locals are values by then. Functions that are not always-inline, and always-
; inline ones that are recursive, stay calls.
;
;   AWAITABLE long next(long verdict) { return __fiber_suspend("home", verdict, 0); }
;   FIBER int f(void *ctx, int sum)
;   {
;           char before = ...; for (long i = 0; i < 10; i++) {
;                   next(before); before = 1; sum += g(fact(i)); }
;           return sum;
;   }
;
; RUN: %opt -passes=bpf-fiber-prepare,verify -S %s | FileCheck %s
;
; CHECK-LABEL: define {{.*}}i32 @f.fiber(
; CHECK-NOT: alloca
; CHECK: loop:
; CHECK-DAG: %[[I:.*]] = phi i64 [ 0, %entry ], [ %[[NEXT:.*]], %loop ]
; CHECK-DAG: %[[SUM:.*]] = phi i32 [ %n, %entry ], [ %[[TOTAL:.*]], %loop ]
; CHECK-DAG: %[[BEFORE:.*]] = phi i8 [ 0, %entry ], [ 1, %loop ]
; CHECK: %[[VERDICT:.*]] = zext i8 %[[BEFORE]] to i64
; CHECK-NOT: @next
; CHECK: %[[GOT:.*]] = call i64 @__fiber_suspend(ptr @kind, i64 %[[VERDICT]], ptr null) #[[ONE:[0-9]+]]
; CHECK-DAG: %[[ISAFE:.*]] = call i64 @__fiber_pin.i64(i64 %[[I]])
; CHECK-DAG: %[[SUMSAFE:.*]] = call i32 @__fiber_pin.i32(i32 %[[SUM]])
; CHECK-NOT: @__fiber_pin
; CHECK: %[[F:.*]] = call i64 @fact(i64 %[[ISAFE]])
; CHECK: call i64 @g(i64 %[[F]])
; CHECK: %[[TOTAL]] = add i32 %[[SUMSAFE]],
; CHECK: %[[NEXT]] = add i64 %[[ISAFE]], 1
; CHECK: attributes #[[ONE]] = { noduplicate nomerge }

target triple = "bpf"

@kind = private constant [5 x i8] c"home\00"
@text = private constant [10 x i8] c"bpf_fiber\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @f, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"

define internal i64 @next(i64 %verdict) alwaysinline {
  %r = call i64 @__fiber_suspend(ptr @kind, i64 %verdict, ptr null)
  ret i64 %r
}

define internal i64 @fact(i64 %n) alwaysinline {
  %m = sub i64 %n, 1
  %r = call i64 @fact(i64 %m)
  ret i64 %r
}

define internal i64 @g(i64 %n) {
  ret i64 %n
}

define internal i32 @f(ptr %ctx, i32 %n) {
entry:
  %i = alloca i64
  %sum = alloca i32
  %before = alloca i8
  store i64 0, ptr %i
  store i32 %n, ptr %sum
  store i8 0, ptr %before
  br label %loop

loop:
  %now = load i8, ptr %before
  %verdict = zext i8 %now to i64
  %got = call i64 @next(i64 %verdict)
  store i8 1, ptr %before
  %i.now = load i64, ptr %i
  %p = call i64 @fact(i64 %i.now)
  %q = call i64 @g(i64 %p)
  %more = add i64 %q, %got
  %small = trunc i64 %more to i32
  %sum.now = load i32, ptr %sum
  %total = add i32 %sum.now, %small
  store i32 %total, ptr %sum
  %next.i = add i64 %i.now, 1
  store i64 %next.i, ptr %i
  %go = icmp ult i64 %next.i, 10
  br i1 %go, label %loop, label %end

end:
  %result = load i32, ptr %sum
  ret i32 %result
}

declare i64 @__fiber_suspend(ptr, i64, ptr)
