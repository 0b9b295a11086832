; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Each kind of wake-up gets a resume function with no more than it reaches: the
; await's result is a constant there, so the branches on it fold.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           if (co_await next_packet_or_timeout(1, 1000) == FIBER_TIMEOUT) {
;                   on_timeout();
;                   co_await next_packet(1);
;                   on_second();
;                   return 4;
;           }
;           on_packet();
;           return 3;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK-NOT: @on_
; CHECK: call i64 @arm(
; CHECK-NOT: @on_
; CHECK: }
;
; CHECK-LABEL: define internal i32 @f__timer_callback(
; CHECK: %[[WORD:.*]] = call i32 @timer_fired(ptr %{{.*}}, ptr %{{.*}}, ptr null, ptr null, i1 true)
; CHECK: icmp slt i32 %[[WORD]], 0
; CHECK: call i32 @f__resume_timer(ptr %{{.*}}, i32 %[[WORD]], ptr %{{.*}}, i64 0, i64 0)
;
; CHECK-LABEL: define internal i32 @f__resume_timer(ptr %frame, i32 %word, ptr %key, i64 %value, i64 %refused)
; CHECK: %[[HERE:.*]] = icmp eq i32 %word, 1
; CHECK-NEXT: br i1 %[[HERE]], label %{{.*}}, label %[[OTHER:.*]], !dbg
; CHECK-NOT: @on_packet
; CHECK: call void @on_timeout()
; CHECK: call void @release(ptr %frame, i32 0, i32 2)
; CHECK-NOT: call {{.*}}@on_
;
; A timer that finds the fiber waiting for something else is nobody's refusal.
; CHECK: [[OTHER]]:
; CHECK-NEXT: call void @release(ptr %frame, i32 0, i32 %word)
; CHECK: }
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(ptr %frame, i32 %word, ptr %key, ptr %ctx, i64 %value, i64 %refused)
; CHECK: icmp eq i32 %word, 1
; CHECK-NOT: @on_timeout
; CHECK-NOT: @not_waiting
; CHECK-DAG: call void @on_packet()
; CHECK-DAG: call void @on_second()
; CHECK: }
;
; CHECK-NOT: define {{.*}}@f__

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %t = call ptr @__fiber_timer()
  %e = call i64 @arm(ptr %t)
  %r = call i64 @__fiber_suspend(ptr @home_or_timer, i64 1, ptr null)
  %timeout = icmp eq i64 %r, 1
  br i1 %timeout, label %late, label %packet
late:
  call void @on_timeout()
  %s = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @on_second()
  ret i32 4
packet:
  call void @on_packet()
  ret i32 3
}
declare i64 @arm(ptr)
declare void @on_timeout()
declare void @on_second()
declare void @on_packet()
