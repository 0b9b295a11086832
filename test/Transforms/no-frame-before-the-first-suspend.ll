; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A fiber that ends before it suspends does not touch the map: the start
; function inserts a frame where it suspends, complete with state and values, and
; nowhere else.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           int n = ctx->ingress_ifindex;
;
;           if (n < 10)
;                   return 1;
;           co_await next_packet(XDP_DROP);
;           return n;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK-SAME: ptr %key, ptr %ctx, i64 %value, i64 %refused, i32 %flags)
; CHECK-NOT: call
; CHECK: br i1 %small, label %[[END:.*]], label %[[GO:.*]]
; CHECK: [[GO]]:
; CHECK-DAG: store i32 1, ptr %image
; CHECK-DAG: store i32 %n, ptr %{{.*}}addr
; CHECK: %[[ERR:.*]] = call i64 @insert(ptr @frames, ptr %key, ptr %image, i32 %flags, ptr @f_counters)
; CHECK-NEXT: %[[OK:.*]] = icmp eq i64 %[[ERR]], 0
; CHECK-NOT: call
; CHECK: ret i32
; CHECK-NOT: call
;
; The resume function deletes it where the fiber ends.
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[N:.*]] = load i32, ptr %{{.*}}addr
; CHECK: call void @delete(ptr @frames, ptr %key, i32 0, ptr @f_counters)
; CHECK-NEXT: ret i32 %[[N]]

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %index = getelementptr i8, ptr %ctx, i64 12
  %n = load i32, ptr %index
  %small = icmp ult i32 %n, 10
  br i1 %small, label %end, label %go
go:
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  ret i32 %n
end:
  ret i32 1
}
