; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; An object that lives across an await is in the frame: in a resume function it
; is accessed there, in the start function it is on the stack and copied when the
; fiber suspends. So is one that is accessed only through another's content, and
; one whose address went where it cannot be followed.
;
; RUN: split-file %s %t
; RUN: cat %module %t/plain.ll | %lower | FileCheck %s
; RUN: cat %module %t/escapes.ll | %lower | FileCheck --check-prefix=ESCAPES %s
; RUN: cat %module %t/address.ll | %lower | FileCheck --check-prefix=ADDRESS %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK: %[[LOCAL:.*]] = alloca { i32, i64 }
; CHECK: call void @fill(ptr %[[LOCAL]])
; CHECK: %[[AT:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %image, i64 8
; CHECK: call void @llvm.memcpy{{.*}}(ptr align 8 %[[AT]], ptr align 8 %[[LOCAL]], i64 16,
; CHECK: call i64 @insert(
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK-NOT: alloca
; CHECK: %[[FIELD:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 8
; CHECK: %[[MEMBER:.*]] = getelementptr i8, ptr %[[FIELD]], i64 8
; CHECK: load i64, ptr %[[MEMBER]]
;
; ESCAPES-LABEL: define internal i32 @f__resume_xdp(
; ESCAPES-NOT: alloca
; ESCAPES: call i32 @hidden_use()
; ESCAPES: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 64
;
; An address is not content: taken before the await, filled and used behind it.
; ADDRESS-LABEL: define internal i32 @f__resume_xdp(
; ADDRESS: %[[LOCAL:.*]] = alloca { i32, i64 }
; ADDRESS: %[[B:.*]] = getelementptr i8, ptr %[[LOCAL]], i64 8
; ADDRESS: store i64 1, ptr %[[B]]
; ADDRESS: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 32

;--- plain.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %o = alloca { i32, i64 }, align 8
  call void @fill(ptr %o)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %p = getelementptr i8, ptr %o, i64 8
  %n = load i64, ptr %p
  %m = trunc i64 %n to i32
  ret i32 %m
}
declare void @fill(ptr)

;--- escapes.ll
@somewhere = global ptr null
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %o = alloca i32, align 4
  store ptr %o, ptr @somewhere
  store i32 5, ptr %o
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %n = call i32 @hidden_use()
  ret i32 %n
}
declare i32 @hidden_use()

;--- address.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %o = alloca { i32, i64 }, align 8
  %b = getelementptr i8, ptr %o, i64 8
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  store i64 1, ptr %b
  call void @use(ptr %o)
  ret i32 3
}
declare void @use(ptr)
