; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Two values of one variable share a slot when no suspend needs both. Where the
; old one lives on under another name's value too, each has a slot.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           int n = g();
;
;           co_await next_packet(1);
;           use(n);
;           n = g();
;           co_await next_packet(1);
;           use(n);
;           return 0;
;   }
;
; RUN: cat %module %s | %lower | FileCheck --check-prefix=ONE %s
; RUN: cat %module %s | sed 's/use(i32 %later)/use2(i32 %later, i32 %first)/' | %lower | FileCheck --check-prefix=BOTH %s
;
; ONE-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; ONE: store i32 %later, ptr %[[SLOT:[^,]*]]
; ONE: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 64
; ONE: !DIDerivedType(tag: DW_TAG_member, name: "n",{{.*}} size: 32, offset: 32
; ONE-NOT: DW_TAG_member
;
; BOTH: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 96
; BOTH: !DIDerivedType(tag: DW_TAG_member, name: "n",{{.*}} size: 32, offset: 32
; BOTH: !DIDerivedType(tag: DW_TAG_member, name: "n_2",{{.*}} size: 32, offset: 64

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %first = call i32 @g(), !dbg !2
    #dbg_value(i32 %first, !0, !DIExpression(), !2)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use(i32 %first), !dbg !2
  %later = call i32 @g(), !dbg !2
    #dbg_value(i32 %later, !0, !DIExpression(), !2)
  %s = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use(i32 %later), !dbg !2
  ret i32 0
}
declare i32 @g()
declare void @use(i32)
declare void @use2(i32, i32)

!0 = !DILocalVariable(name: "n", scope: !900, file: !901, line: 3, type: !905)
!2 = !DILocation(line: 3, column: 1, scope: !900)
