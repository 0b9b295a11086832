; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Of two ends that are alike but for which of two results they use, nothing
; becomes one in front of that use: what is used would have to be chosen before
; it is computed.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           co_await next_packet(1);
;           if (g()) {
;                   a = v(1); b = v(2); if (b) w(a); else u();
;           } else {
;                   a = v(1); b = v(2); if (b) w(b); else u();
;           }
;           return 0;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
; RUN: cat %module %s | sed 's/@w(\(.*\)%%b2)/@w(\1%%a2)/' | %lower | FileCheck --check-prefix=SAME %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK-COUNT-4: call i64 @v(
; CHECK-NOT: call i64 @v(
; CHECK: {{^}}}
;
; SAME-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; SAME-COUNT-2: call i64 @v(
; SAME-NOT: call i64 @v(
; SAME: {{^}}}

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %g = call i1 @g()
  br i1 %g, label %one, label %two
one:
  %a1 = call i64 @v(i64 1, i64 2, i64 3, i64 4, i64 5)
  %b1 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  %c1 = icmp eq i64 %b1, 0
  br i1 %c1, label %end, label %used1
used1:
  %w1 = call i64 @w(i64 1, i64 2, i64 3, i64 4, i64 %a1)
  br label %end
two:
  %a2 = call i64 @v(i64 1, i64 2, i64 3, i64 4, i64 5)
  %b2 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  %c2 = icmp eq i64 %b2, 0
  br i1 %c2, label %end, label %used2
used2:
  %w2 = call i64 @w(i64 1, i64 2, i64 3, i64 4, i64 %b2)
  br label %end
end:
  ret i32 0
}
declare i1 @g()
declare i64 @v(i64, i64, i64, i64, i64)
declare i64 @w(i64, i64, i64, i64, i64)
