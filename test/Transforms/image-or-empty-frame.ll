; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A small frame that nothing must be armed through is built on the stack and
; inserted with one call. A frame with a timer is inserted empty and claimed,
; told what its timer runs, filled and released; so is one that is too large for
; the stack.
;
;   FIBER int f(struct xdp_md *ctx)     FIBER int f(struct xdp_md *ctx)
;   {                                   {
;           sleep_ns(1000);                     char big[200];
;           return 3;                           fill(big);
;   }                                           co_await next_packet(1);
;                                               return use(big);
;                                       }
;
; RUN: split-file %s %t
; RUN: cat %module %t/timer.ll | %lower | FileCheck --check-prefix=TIMER %s
; RUN: cat %module %t/big.ll | %lower | FileCheck --check-prefix=BIG %s
; RUN: cat %module %t/small.ll | %lower | FileCheck --check-prefix=SMALL %s
;
; SMALL-NOT: f__empty_frame
; SMALL-LABEL: define internal i32 @f__start(
; SMALL: %image = alloca [2 x i64], align 8
; SMALL-NOT: @create
; SMALL: call i64 @insert(ptr @frames, ptr %key, ptr %image, i32 %flags, ptr @f_counters)
; SMALL-NOT: @release
; SMALL-LABEL: define internal i32 @f__resume_xdp(
; SMALL-NOT: alloca
;
; TIMER: @f__empty_frame = internal constant [6 x i32] [i32 -2147483648, i32 0, i32 0, i32 0, i32 0, i32 0], align 8
; TIMER-LABEL: define internal i32 @f__start(
; TIMER-NOT: alloca
; TIMER: %[[NEW:.*]] = call ptr @create(ptr @frames, ptr %key, ptr @f__empty_frame, i32 %flags, ptr @f_counters)
; TIMER: icmp eq ptr %[[NEW]], null
; TIMER: %[[TIMER:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %[[NEW]], i64 8
; TIMER: call void @init_timer(ptr %[[TIMER]], ptr @frames, ptr @f__timer_callback)
; TIMER: %[[SAME:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %[[NEW]], i64 8
; TIMER: call i64 @arm(ptr %[[SAME]])
; TIMER: call void @release(ptr %[[NEW]], i32 0, i32 1)
; TIMER-NOT: @insert
;
; BIG: @f__empty_frame = internal constant [52 x i32]
; BIG-LABEL: define internal i32 @f__start(
; BIG: %[[LOCAL:.*]] = alloca [200 x i8]
; BIG: call void @fill(ptr %[[LOCAL]])
; BIG: %[[NEW:.*]] = call ptr @create(ptr @frames, ptr %key, ptr @f__empty_frame, i32 %flags, ptr @f_counters)
; BIG: %[[AT:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %[[NEW]], i64 8
; BIG: call void @llvm.memcpy{{.*}}(ptr align 8 %[[AT]], ptr align 8 %[[LOCAL]], i64 200, i1 false)
; BIG: call void @release(ptr %[[NEW]], i32 0, i32 1)

;--- small.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %n = call i64 @arm(ptr null)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %m = trunc i64 %n to i32
  ret i32 %m
}
declare i64 @arm(ptr)

;--- timer.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %t = call ptr @__fiber_timer()
  %e = call i64 @arm(ptr %t)
  %r = call i64 @__fiber_suspend(ptr @timer, i64 1, ptr null)
  ret i32 3
}
declare i64 @arm(ptr)

;--- big.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %big = alloca [200 x i8], align 8
  call void @fill(ptr %big)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %n = call i32 @use(ptr %big)
  ret i32 %n
}
declare void @fill(ptr)
declare i32 @use(ptr)
