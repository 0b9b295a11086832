; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; The optimiser widens a variable to 64 bits where that saves conversions. If its
; value is known to fit, the frame keeps it in the type that C gave it; if it is
; not known to fit, in what it is.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           unsigned char c = ...; unsigned char d = ...;   // both in 64 bits
;
;           co_await next_packet(1);
;           return c + d;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK: %image = alloca [2 x i64]
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[CP:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 4
; CHECK: %[[NARROW:.*]] = load i8, ptr %[[CP]]
; CHECK: %[[C:.*]] = zext i8 %[[NARROW]] to i64
; CHECK: %[[DP:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 8
; CHECK: %[[D:.*]] = load i64, ptr %[[DP]]
; CHECK: add i64 %[[C]], %[[D]]
;
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 128
; CHECK: !DIDerivedType(tag: DW_TAG_member, name: "c",{{.*}} baseType: ![[CHAR:[0-9]+]], size: 8, offset: 32
; CHECK: ![[CHAR]] = !DIBasicType(name: "unsigned char", size: 8
; CHECK: !DIDerivedType(tag: DW_TAG_member, name: "d",{{.*}} size: 64, offset: 64

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %p = getelementptr i8, ptr %ctx, i64 12
  %n = load i32, ptr %p
  %d = zext i32 %n to i64
    #dbg_value(i64 %d, !1, !DIExpression(), !2)
  %masked = and i64 %d, 255
  %c = call i64 @small(i64 %masked), !range !3, !dbg !2
    #dbg_value(i64 %c, !0, !DIExpression(), !2)
  %wide = call i64 @mix(i64 %d), !dbg !2
    #dbg_value(i64 %wide, !1, !DIExpression(), !2)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %sum = add i64 %c, %wide
  %m = trunc i64 %sum to i32
  ret i32 %m
}
declare i64 @mix(i64)
declare i64 @small(i64)

!0 = !DILocalVariable(name: "c", scope: !900, file: !901, line: 3, type: !906)
!1 = !DILocalVariable(name: "d", scope: !900, file: !901, line: 3, type: !906)
!2 = !DILocation(line: 3, column: 1, scope: !900)
!3 = !{i64 0, i64 200}
