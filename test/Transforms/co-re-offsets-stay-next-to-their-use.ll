; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; The load of a CO-RE offset, which libbpf relocates, is neither kept in the
; frame nor joined with others in a phi: each access in the context has its own,
; directly before it.
;
;   FIBER int f(struct xdp_md *ctx)   // struct xdp_md with preserve_access_index
;   {
;           int n = ctx->ingress_ifindex;
;
;           while (n > 3) {
;                   co_await next_packet(1);
;                   n = ctx->ingress_ifindex;
;           }
;           return n;
;   }
;
; The offset was loaded once and the two addresses joined, as GVN does it.
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK: load i64, ptr @"llvm.xdp_md:0:12$0:3"
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK-NOT: phi i64
; CHECK: %[[P:[0-9]+]] = getelementptr i8, ptr %ctx, i64 %{{[0-9]+}}
; CHECK-NEXT: %[[SAME:.*]] = call ptr @llvm.bpf.passthrough.p0.p0(i32 0, ptr %[[P]])
; CHECK-NEXT: load i32, ptr %[[SAME]]
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 32

@"llvm.xdp_md:0:12$0:3" = external global i64 #0
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %before = load i64, ptr @"llvm.xdp_md:0:12$0:3"
  br label %loop
loop:
  %offset = phi i64 [ %before, %0 ], [ %again, %go ]
  %p = getelementptr i8, ptr %ctx, i64 %offset
  %q = call ptr @llvm.bpf.passthrough.p0.p0(i32 0, ptr %p)
  %n = load i32, ptr %q
  %more = icmp ugt i32 %n, 3
  br i1 %more, label %go, label %end
go:
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %again = load i64, ptr @"llvm.xdp_md:0:12$0:3"
  br label %loop
end:
  ret i32 %n
}
declare ptr @llvm.bpf.passthrough.p0.p0(i32, ptr)
attributes #0 = { "btf_ama" }
