; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Of a number that was made wider before the await the narrow one is stored, and
; made wide again behind it; an i1 is kept as a byte.
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[BITS:.*]] = load i8, ptr
; CHECK: %[[BIT:.*]] = trunc i8 %[[BITS]] to i1
; CHECK: %[[BYTE:.*]] = load i8, ptr
; CHECK: %[[HALF:.*]] = load i16, ptr
; CHECK: %[[A:.*]] = zext i8 %[[BYTE]] to i64
; CHECK: %[[B:.*]] = sext i16 %[[HALF]] to i64
; CHECK: call i64 @use(i64 %[[A]], i64 %[[B]], i1 %[[BIT]])
;
; 4 of the header, 2, 1 and 1.
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 64

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %a = call i8 @byte()
  %b = call i16 @half()
  %c = call i1 @bit()
  %wide.a = zext i8 %a to i64
  %wide.b = sext i16 %b to i64
  %x = call i64 @use(i64 %wide.a, i64 %wide.b, i1 %c)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %y = call i64 @use(i64 %wide.a, i64 %wide.b, i1 %c)
  %m = trunc i64 %y to i32
  ret i32 %m
}
declare i8 @byte()
declare i16 @half()
declare i1 @bit()
declare i64 @use(i64, i64, i1)
