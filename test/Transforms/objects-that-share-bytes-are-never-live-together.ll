; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Objects are accessed between suspends too: two share bytes only if no access
; of one is where the other is live, an access without effect included. Without
; lifetime markers a write to all of an object begins its life.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           __u8 first[16], other[16];
;
;           fill(first);
;           co_await next_packet(1);
;           use(first);
;           memset(other, 0, 16);
;           fill(other);
;           co_await next_packet(1);
;           use(other);
;           return 0;
;   }
;
; RUN: cat %module %s | %lower | FileCheck --check-prefix=SHARE %s
; RUN: cat %module %s | sed 's/; EARLY/call void @fill(ptr %other)/' | %lower | FileCheck --check-prefix=APART %s
; RUN: cat %module %s | sed 's/; LATE/call void @use(ptr %first)/' | %lower | FileCheck --check-prefix=APART %s
; RUN: cat %module %s | sed '/memset/d' | %lower | FileCheck --check-prefix=SHARE %s
; RUN: cat %module %s | sed 's/ret i32 0/br label %again/' | %lower | FileCheck --check-prefix=SHARE %s
; RUN: cat %module %s | sed 's/ret i32 0/br label %again/; /call.*memset/d' | %lower | FileCheck --check-prefix=APART %s
;
; SHARE: name: "f_frame",{{.*}} size: 160
; APART: name: "f_frame",{{.*}} size: 288

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %first = alloca [16 x i8], align 4
  %other = alloca [16 x i8], align 4
  br label %again
again:
  call void @llvm.memset.p0.i64(ptr %first, i8 0, i64 16, i1 false)
  call void @fill(ptr %first)
  ; EARLY
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use(ptr %first)
  call void @llvm.memset.p0.i64(ptr %other, i8 0, i64 16, i1 false)
  call void @fill(ptr %other)
  ; LATE
  %s = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  call void @use(ptr %other)
  ret i32 0
}
declare void @fill(ptr)
declare void @use(ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
