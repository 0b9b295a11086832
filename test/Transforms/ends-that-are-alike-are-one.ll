; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; What two awaits do to arm their wake-ups and to suspend is there once in a
; resume function, with phis for what differs; if they differ in more than
; numbers, twice.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           co_await next_packet(1);
;           if (g())
;                   co_await packet_or_timeout(1000);
;           else
;                   co_await packet_or_timeout(2000);
;           return 0;
;   }
;
; RUN: cat %module %s | %lower | FileCheck --check-prefix=ONE %s
; RUN: cat %module %s | sed 's/@arm(\(.*2000\)/@arm2(\1/' | %lower | FileCheck --check-prefix=TWO %s
;
; ONE-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; ONE-DAG: phi i64 [ {{[12]}}000, %{{.*}} ], [ {{[12]}}000, %{{.*}} ]
; ONE-DAG: phi i32 [ {{[23]}}, %{{.*}} ], [ {{[23]}}, %{{.*}} ]
; ONE: call i64 @arm(
; ONE-NOT: call i64 @arm(
; ONE: call void @release(ptr %frame, i32 0, i32 %{{.*}})
; ONE-NOT: call void @release(
; ONE: {{^}}}
;
; TWO-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; TWO-DAG: call i64 @arm(
; TWO-DAG: call i64 @arm2(
; TWO: {{^}}}

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %g = call i1 @g()
  br i1 %g, label %one, label %two
one:
  %t1 = call ptr @__fiber_timer()
  %e1 = call i64 @arm(ptr %t1, i64 1000, i64 1, i64 1, i64 1)
  %f1 = icmp slt i64 %e1, 0
  br i1 %f1, label %start1, label %wait1
start1:
  %s1 = call i64 @start(ptr %t1, i64 1000, i64 1, i64 1, i64 1)
  %n1 = icmp eq i64 %s1, 0
  br i1 %n1, label %wait1, label %failed
wait1:
  %r1 = call i64 @__fiber_suspend(ptr @home_or_timer, i64 1, ptr null)
  br label %end
two:
  %t2 = call ptr @__fiber_timer()
  %e2 = call i64 @arm(ptr %t2, i64 2000, i64 1, i64 1, i64 1)
  %f2 = icmp slt i64 %e2, 0
  br i1 %f2, label %start2, label %wait2
start2:
  %s2 = call i64 @start(ptr %t2, i64 2000, i64 1, i64 1, i64 1)
  %n2 = icmp eq i64 %s2, 0
  br i1 %n2, label %wait2, label %failed
wait2:
  %r2 = call i64 @__fiber_suspend(ptr @home_or_timer, i64 1, ptr null)
  br label %end
failed:
  ret i32 9
end:
  ret i32 0
}
declare i1 @g()
declare i64 @arm(ptr, i64, i64, i64, i64)
declare i64 @arm2(ptr, i64, i64, i64, i64)
declare i64 @start(ptr, i64, i64, i64, i64)
