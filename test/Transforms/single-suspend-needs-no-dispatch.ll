; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A frame in a hash map whose fiber has one suspend point waits there: the
; resume function does not ask. In an array it may not wait at all. With two
; suspend points it asks for one, and for both if not all are its own.
;
;   FIBER int f(struct xdp_md *ctx) { co_await next_packet(1); return 3; }
;
; RUN: cat %module %s | %lower | FileCheck --check-prefix=HASH %s
; RUN: cat %module %s | sed 's/i64 4, i32 0, ptr @f_counters/i64 4, i32 1, ptr @f_counters/' | %lower | FileCheck --check-prefix=ARRAY %s
; RUN: cat %module %s | sed 's/^  ret i32 3/  %again = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)\n&/' | %lower | FileCheck --check-prefix=TWO %s
; RUN: cat %module %s | sed 's/^  ret i32 3/  %again = call i64 @__fiber_suspend(ptr @syscall, i64 1, ptr null)\n&/' | %lower | FileCheck --check-prefix=KINDS %s
;
; HASH-LABEL: define internal i32 @f__resume_xdp(
; HASH-NEXT: entry:
; HASH-NEXT: call void @delete(ptr @frames, ptr %key, i32 0, ptr @f_counters)
; HASH-NEXT: ret i32 3
; HASH-NOT: switch
;
; ARRAY-LABEL: define internal i32 @f__start(ptr %frame, ptr %key, ptr %ctx, i64 %value, i64 %refused, i32 %flags)
; ARRAY-NOT: call i64 @insert
; ARRAY: call void @release(ptr %frame, i32 1, i32 1)
; ARRAY-LABEL: define internal i32 @f__resume_xdp(
; ARRAY: %[[HERE:.*]] = icmp eq i32 %word, 1
; ARRAY-NEXT: br i1 %[[HERE]]
; ARRAY-NOT: call void @delete
; ARRAY: call void @release(ptr %frame, i32 1, i32 0)
;
; TWO-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; TWO: %[[FIRST:.*]] = icmp eq i32 %word, 1
; TWO-NEXT: br i1 %[[FIRST]]
; TWO-NOT: icmp
; TWO-NOT: call void @not_waiting(
; TWO: ret i32
;
; KINDS-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; KINDS: icmp eq i32 %word, 1
; KINDS: call void @not_waiting(

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  ret i32 3
}
