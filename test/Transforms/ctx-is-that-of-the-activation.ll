; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; The context parameter and __fiber_ctx() mean the context of the activation
; that runs the code; nothing of it is kept in the frame. The key is the
; activation's too.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           int n = ctx->ingress_ifindex;
;
;           co_await next_packet(1);
;           return n + ctx->ingress_ifindex + g(__fiber_ctx(), __fiber_key());
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK: %[[OLD:.*]] = getelementptr i8, ptr %ctx, i64 12
; CHECK: load i32, ptr %[[OLD]]
; CHECK-NOT: store ptr
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK-NOT: load ptr
; CHECK: %[[NEW:.*]] = getelementptr i8, ptr %ctx, i64 12
; CHECK: load i32, ptr %[[NEW]]
; CHECK: call i32 @g(ptr %ctx, ptr %key)

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %p = getelementptr i8, ptr %ctx, i64 12
  %n = load i32, ptr %p
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %m = load i32, ptr %p
  %any = call ptr @__fiber_ctx()
  %key = call ptr @__fiber_key()
  %k = call i32 @g(ptr %any, ptr %key)
  %sum = add i32 %n, %m
  %all = add i32 %sum, %k
  ret i32 %all
}
declare i32 @g(ptr, ptr)
