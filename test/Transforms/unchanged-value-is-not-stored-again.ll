; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A resume function stores a slot only if the value is another than it reloaded.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           int n = g();
;
;           for (;;) {
;                   co_await next_packet(1);
;                   use(n);
;           }
;   }
;
; RUN: cat %module %s | %lower | FileCheck --check-prefix=SAME %s
; RUN: cat %module %s | sed 's/^  %now = phi .*/  %now = phi i32 [ %n, %entry ], [ %more, %loop ]/' | %lower | FileCheck --check-prefix=OTHER %s
;
; SAME-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; SAME: load i32, ptr %
; SAME: call void @use(i32
; SAME-NOT: store
; SAME: call void @release(
;
; OTHER-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; OTHER: load i32, ptr %
; OTHER: store i32 %more
; OTHER: call void @release(

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
entry:
  %n = call i32 @g(), !dbg !2
    #dbg_value(i32 %n, !0, !DIExpression(), !2)
  br label %loop
loop:
  %now = phi i32 [ %n, %entry ], [ %now, %loop ]
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use(i32 %now), !dbg !2
  %more = add i32 %now, 1
  br label %loop
}
declare i32 @g()
declare void @use(i32)

!0 = !DILocalVariable(name: "n", scope: !900, file: !901, line: 3, type: !905)
!2 = !DILocation(line: 3, column: 1, scope: !900)
