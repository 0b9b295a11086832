; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Nobody claims a frame of a FIBER_LOCAL_MAP(). If there is one suspend point,
; the state is known too, and the header goes where the frame gets smaller.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           __u64 stamp = g64();
;
;           co_await next_packet(1);
;           use64(stamp);
;           return 0;
;   }
;
; RUN: cat %module %s | sed 's/i64 4, i32 0, ptr @f_counters/i64 4, i32 2, ptr @f_counters/' | %lower | FileCheck --check-prefix=LOCAL %s
; RUN: cat %module %s | %lower | FileCheck --check-prefix=WHOLE %s
; RUN: cat %module %s | sed 's/i64 4, i32 0, ptr @f_counters/i64 4, i32 3, ptr @f_counters/' | %lower | FileCheck --check-prefix=WHOLE %s
; RUN: cat %module %s | sed 's/i64 4, i32 0, ptr @f_counters/i64 4, i32 2, ptr @f_counters/; s/^  ret i32 0/  %again = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)\n&/' | %lower | FileCheck --check-prefix=WHOLE %s
;
; LOCAL-LABEL: define internal i32 @f__start(
; LOCAL: %image = alloca [1 x i64]
; LOCAL: %[[ADDRESS:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %image, i64 0
; LOCAL-NEXT: store i64 %stamp, ptr %[[ADDRESS]]
; LOCAL-NOT: store
; LOCAL: call i64 @insert(
; LOCAL-LABEL: define internal i32 @f__resume_xdp(
; LOCAL: %[[ADDRESS:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 0
; LOCAL-NEXT: load i64, ptr %[[ADDRESS]]
; LOCAL: name: "f_frame",{{.*}} size: 64,
; LOCAL-NEXT: = !{![[STAMP:[0-9]+]]}
; LOCAL-NEXT: ![[STAMP]] = !DIDerivedType(tag: DW_TAG_member, name: "stamp",
;
; WHOLE: name: "f_frame",{{.*}} size: 128,

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %stamp = call i64 @g64(), !dbg !2
    #dbg_value(i64 %stamp, !0, !DIExpression(), !2)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use64(i64 %stamp), !dbg !2
  ret i32 0
}
declare i64 @g64()
declare void @use64(i64)

!0 = !DILocalVariable(name: "stamp", scope: !900, file: !901, line: 3, type: !3)
!2 = !DILocation(line: 3, column: 1, scope: !900)
!3 = !DIBasicType(name: "long", size: 64, encoding: DW_ATE_signed)
