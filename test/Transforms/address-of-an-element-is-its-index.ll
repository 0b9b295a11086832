; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; An address of a global's or a local's element does not live in the frame: its
; index does, even where nothing else uses it behind the await. So does the
; condition that chose between two addresses.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           int *p = &table[g() & 7], *q = g() ? &x : &y;
;
;           co_await next_packet(1);
;           return *p + *q;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[I:.*]] = load i8, ptr %{{.*}}addr
; CHECK: callbr void asm sideeffect "if $0 > $1 goto ${2:l}", "r,i,!i"(i64 %{{.*}}, i64 7)
; CHECK: %[[C:.*]] = load i8, ptr %{{.*}}addr
; CHECK: %[[BIT:.*]] = trunc i8 %[[C]] to i1
; CHECK-DAG: %[[P:.*]] = getelementptr [8 x i32], ptr @table, i64 0, i64 %{{.*}}
; CHECK-DAG: %[[Q:.*]] = select i1 %[[BIT]], ptr @x, ptr @y
; CHECK-DAG: load i32, ptr %[[P]]
; CHECK-DAG: load i32, ptr %[[Q]]

@table = global [8 x i32] zeroinitializer
@x = global i32 0
@y = global i32 0
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %n = call i32 @g()
  %i = and i32 %n, 7
  %wide = zext i32 %i to i64
  %p = getelementptr [8 x i32], ptr @table, i64 0, i64 %wide
  %c = call i1 @h()
  %q = select i1 %c, ptr @x, ptr @y
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %a = load i32, ptr %p
  %b = load i32, ptr %q
  %m = add i32 %a, %b
  ret i32 %m
}
declare i32 @g()
declare i1 @h()
