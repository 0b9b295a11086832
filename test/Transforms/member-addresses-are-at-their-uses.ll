; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; The address of a member of a local, computed once for all its uses, is computed
; at each of them instead: behind awaits no phi joins what each resume computed.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           struct pair o;
;
;           o.b = fill(&o);
;           if (co_await next_packet(1), more())
;                   co_await next_packet(2);
;           o.b = fill(&o);
;           return o.b;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: icmp eq i32 %word, 1
; CHECK-NOT: phi ptr
; CHECK: call i32 @fill(ptr %[[FIELD:.*]])
; CHECK-NOT: phi ptr
; CHECK: %[[B:.*]] = getelementptr inbounds {{.*}}i8, ptr %[[FIELD]], i64 8
; CHECK-NEXT: store i32 %{{.*}}, ptr %[[B]]

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %o = alloca { i64, i32 }, align 8
  %b = getelementptr inbounds i8, ptr %o, i64 8
  %n = call i32 @fill(ptr %o)
  store i32 %n, ptr %b
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %more = call i32 @more()
  %again = icmp ne i32 %more, 0
  br i1 %again, label %wait, label %end
wait:
  %r2 = call i64 @__fiber_suspend(ptr @home, i64 2, ptr null)
  br label %end
end:
  %m = call i32 @fill(ptr %o)
  store i32 %m, ptr %b
  %v = load i32, ptr %b
  ret i32 %v
}
declare i32 @fill(ptr)
declare i32 @more()
