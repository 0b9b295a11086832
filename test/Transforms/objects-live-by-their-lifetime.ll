; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; An object is in the frame if it is accessed before and behind one await within
; one lifetime, not because its scope has an await in it.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           for (;;) {
;                   struct buffer across, within;
;
;                   fill(&within); fill(&across);
;                   co_await next_packet(1);
;                   use(&across);
;           }
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
; RUN: cat %module %s | sed '/lifetime.*%across/d' | %lower | FileCheck %s
; RUN: cat %module %s | sed '/lifetime.*%within/d; s/call void @use(ptr %across)/&\n  call void @use(ptr %within)/' | %lower | FileCheck --check-prefix=BOTH %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[WITHIN:.*]] = alloca [12 x i8]
; CHECK-NOT: alloca
; CHECK: %[[ACROSS:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 4
; CHECK-NOT: lifetime{{.*}}%[[ACROSS]]
; CHECK-DAG: call void @use(ptr %[[ACROSS]])
; CHECK-DAG: call void @fill(ptr{{.*}} %[[WITHIN]])
; CHECK-DAG: call void @fill(ptr{{.*}} %[[ACROSS]])
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 128
;
; BOTH-LABEL: define internal i32 @f__resume_xdp(
; BOTH-NOT: alloca
; BOTH: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 224

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %across = alloca [12 x i8], align 4
  %within = alloca [12 x i8], align 4
  br label %loop
loop:
  call void @llvm.lifetime.start.p0(i64 12, ptr %across)
  call void @llvm.lifetime.start.p0(i64 12, ptr %within)
  call void @fill(ptr %within)
  call void @fill(ptr %across)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use(ptr %across)
  call void @llvm.lifetime.end.p0(i64 12, ptr %across)
  call void @llvm.lifetime.end.p0(i64 12, ptr %within)
  br label %loop
}
declare void @fill(ptr)
declare void @use(ptr)
; With a size, which LLVM 22 drops and older ones demand.
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
