; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Variables that no suspend needs both share bytes, and BTF has a union of them:
; "wide" where "high" and "upper" were, which live together. Where that saves
; nothing they are apart.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           __u32 low = g(), high = g(), upper = g();
;           __u64 wide;
;
;           co_await next_packet(1);
;           use3(low, high, upper);
;           wide = g64();
;           co_await next_packet(1);
;           use64(wide);
;           return 0;
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
; RUN: cat %module %s | sed 's/^ *call void @use64.*/&\n  call void @use3(i32 %low, i32 %high, i32 %upper)/' | %lower | FileCheck --check-prefix=APART %s
; RUN: cat %module %s | sed '/call void @use3/s/%high, i32 %upper/0, i32 0/' | %lower | FileCheck --check-prefix=VAIN %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %low{{[0-9]*}} = load i32, ptr %low.addr
; CHECK: %high{{[0-9]*}} = load i32, ptr %high.addr
; CHECK: store i64 %wide, ptr %wide.addr
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 128
; CHECK-NEXT: = !{![[STATE:[0-9]+]], ![[LOW:[0-9]+]], ![[MEMBER:[0-9]+]]}
; CHECK-NEXT: ![[STATE]] = !DIDerivedType(tag: DW_TAG_member, name: "state"
; CHECK-NEXT: ![[LOW]] = !DIDerivedType(tag: DW_TAG_member, name: "low",{{.*}} size: 32, offset: 32)
; CHECK: ![[MEMBER]] = !DIDerivedType(tag: DW_TAG_member, scope: {{.*}} size: 64, offset: 64)
; CHECK: !DICompositeType(tag: DW_TAG_union_type, {{.*}} size: 64
; CHECK: !DIDerivedType(tag: DW_TAG_member, scope: {{.*}} size: 64)
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, {{.*}} size: 64
; CHECK: !DIDerivedType(tag: DW_TAG_member, name: "high",{{.*}} size: 32)
; CHECK: !DIDerivedType(tag: DW_TAG_member, name: "upper",{{.*}} size: 32, offset: 32)
; CHECK: !DIDerivedType(tag: DW_TAG_member, name: "wide",{{.*}} size: 64)
;
; APART-NOT: DW_TAG_union_type
; APART: name: "f_frame",{{.*}} size: 192
;
; The hole behind the header is there anyway.
; VAIN-NOT: DW_TAG_union_type
; VAIN: name: "f_frame",{{.*}} size: 128
; VAIN-NOT: DW_TAG_union_type

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %low = call i32 @g(), !dbg !2
    #dbg_value(i32 %low, !0, !DIExpression(), !2)
  %high = call i32 @g(), !dbg !2
    #dbg_value(i32 %high, !1, !DIExpression(), !2)
  %upper = call i32 @g(), !dbg !2
    #dbg_value(i32 %upper, !5, !DIExpression(), !2)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use3(i32 %low, i32 %high, i32 %upper), !dbg !2
  %wide = call i64 @g64(), !dbg !2
    #dbg_value(i64 %wide, !3, !DIExpression(), !2)
  %s = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use64(i64 %wide), !dbg !2
  ret i32 0
}
declare i32 @g()
declare i64 @g64()
declare void @use3(i32, i32, i32)
declare void @use64(i64)

!0 = !DILocalVariable(name: "low", scope: !900, file: !901, line: 3, type: !905)
!1 = !DILocalVariable(name: "high", scope: !900, file: !901, line: 3, type: !905)
!2 = !DILocation(line: 3, column: 1, scope: !900)
!3 = !DILocalVariable(name: "wide", scope: !900, file: !901, line: 4, type: !4)
!4 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
!5 = !DILocalVariable(name: "upper", scope: !900, file: !901, line: 3, type: !905)
