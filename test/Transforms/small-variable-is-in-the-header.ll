; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A variable known to fit into a byte is in the header's free one, stored with
; the state, if the frame would be larger otherwise.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           for (__u32 i = 0; i < 3; i++)
;                   co_await next_packet(1);
;           co_await next_packet(1);
;           return 0;
;   }
;
; RUN: cat %module %s | %lower | FileCheck --check-prefixes=CHECK,LITTLE %s
; RUN: cat %module %s | sed 's/"e-m:e/"E-m:e/; s/triple = "bpf"/triple = "bpfeb"/' | %lower | FileCheck --check-prefixes=CHECK,BIG %s
; RUN: cat %module %s | sed 's/ult i32 %next, 3/ult i32 %next, 300/' | %lower | FileCheck --check-prefix=LARGE %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[STATE:.*]] = and i32 %word, 255
; CHECK: icmp eq i32 %[[STATE]], 1
; CHECK: %[[I:.*]] = trunc {{.*}}i32 %next to i8
; CHECK: %[[WIDE:.*]] = zext {{.*}}i8 %[[I]] to i32
; CHECK: %[[BYTE:.*]] = shl {{.*}}i32 %[[WIDE]], 8
; CHECK-NEXT: %[[WORD:.*]] = or {{.*}}i32 %[[BYTE]], 1
; CHECK-NEXT: call void @release(ptr %frame, i32 0, i32 %[[WORD]])
; LITTLE: %[[ADDRESS:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 1
; BIG: %[[ADDRESS:.*]] = getelementptr inbounds {{(nuw )?}}i8, ptr %frame, i64 2
; CHECK: load i8, ptr %[[ADDRESS]]
; CHECK-NOT: store
; LITTLE: name: "f_state",{{.*}} size: 8,
; LITTLE: name: "f_frame",{{.*}} size: 32,
; LITTLE: name: "state",{{.*}} size: 8)
; LITTLE: name: "i",{{.*}} size: 8, offset: 8)
; BIG: name: "f_state",{{.*}} size: 8,
; BIG: name: "f_frame",{{.*}} size: 32,
; BIG: name: "i",{{.*}} size: 8, offset: 16)
; BIG: name: "state",{{.*}} size: 8, offset: 24)
;
; LARGE: name: "f_frame",{{.*}} size: 64,

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
    #dbg_value(i32 %i, !0, !DIExpression(), !2)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %next = add nuw nsw i32 %i, 1, !dbg !2
    #dbg_value(i32 %next, !0, !DIExpression(), !2)
  %more = icmp ult i32 %next, 3
  br i1 %more, label %loop, label %out
out:
  %s = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  ret i32 0
}

!0 = !DILocalVariable(name: "i", scope: !900, file: !901, line: 3, type: !905)
!2 = !DILocation(line: 3, column: 1, scope: !900)
