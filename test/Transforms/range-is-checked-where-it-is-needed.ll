; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; A number whose range was proved before the await, and which becomes part of an
; address or a helper's size behind it, is checked again where it is reloaded: by
; asm goto on the 64-bit register, because the verifier learns nothing from two
; compares that LLVM folds into one. Out of range the fiber is aborted. A number
; that is only added or returned is not checked.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           unsigned int i = ctx->ingress_ifindex;
;           int s = ctx->rx_queue_index - 5;
;
;           if (i >= 8 || s < -5 || s >= 6)
;                   return 1;
;           co_await next_packet(1);
;           return table[i] + table[s + 7] + i;  // or: return i + s;
;   }
;
; RUN: split-file %s %t
; RUN: cat %module %t/index.ll | %lower | FileCheck %s
; RUN: cat %module %t/sum.ll | %lower | FileCheck --check-prefix=SUM %s
; RUN: cat %module %t/size.ll | %lower | FileCheck --check-prefix=SIZE %s
;
; CHECK-LABEL: define internal i32 @f__start(
; CHECK-NOT: callbr
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[IBYTE:.*]] = load i8, ptr
; CHECK: %[[I:.*]] = zext i8 %[[IBYTE]] to i32
; CHECK: %[[IWIDE:.*]] = zext i32 %[[I]] to i64
; CHECK: %[[ISAME:.*]] = call i64 asm sideeffect "", "=r,0"(i64 %[[IWIDE]])
; CHECK: callbr void asm sideeffect "if $0 > $1 goto ${2:l}", "r,i,!i"(i64 %[[ISAME]], i64 7)
; CHECK-NEXT: to label %{{.*}} [label %[[ABORT:.*]]]
; CHECK: %[[S:.*]] = load i32, ptr
; CHECK: %[[SWIDE:.*]] = sext i32 %[[S]] to i64
; CHECK: %[[SSAME:.*]] = call i64 asm sideeffect "", "=r,0"(i64 %[[SWIDE]])
; CHECK: callbr void asm sideeffect "if $0 s< $1 goto ${2:l}", "r,i,!i"(i64 %[[SSAME]], i64 -5)
; CHECK-NEXT: to label %{{.*}} [label %[[ABORT]]]
; CHECK: %[[IDX:.*]] = zext nneg i32 %[[INARROW:.*]] to i64
; CHECK: getelementptr [16 x i32], ptr @table, i64 0, i64 %[[IDX]]
; CHECK: add nsw i32 %[[SNARROW:.*]], 7
; CHECK: [[ABORT]]:
; CHECK-NEXT: call void @aborted(ptr @f_counters)
; CHECK-NEXT: call void @delete(ptr @frames, ptr %key, i32 0, ptr @f_counters)
; CHECK: trunc i64 %refused to i32
; CHECK: %[[INARROW]] = trunc i64 %[[ISAME]] to i32
; CHECK: callbr void asm sideeffect "if $0 s> $1 goto ${2:l}", "r,i,!i"(i64 %[[SSAME]], i64 5)
; CHECK-NEXT: to label %{{.*}} [label %[[ABORT]]]
; CHECK: %[[SNARROW]] = trunc i64 %[[SSAME]] to i32
; CHECK-NOT: @__fiber_range
;
; SUM-NOT: callbr
; SUM-NOT: call void @aborted
; SUM-NOT: @__fiber_range
;
; SIZE-LABEL: define internal i32 @f__resume_xdp(
; SIZE: callbr void asm sideeffect "if $0 > $1 goto ${2:l}", "r,i,!i"(i64 %{{.*}}, i64 7)

;--- index.ll
@table = global [16 x i32] zeroinitializer
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %ip = getelementptr i8, ptr %ctx, i64 12
  %i = load i32, ptr %ip
  %sp = getelementptr i8, ptr %ctx, i64 16
  %queue = load i32, ptr %sp
  %s = sub i32 %queue, 5
  %small = icmp ult i32 %i, 8
  br i1 %small, label %second, label %end
second:
  %low = icmp sge i32 %s, -5
  br i1 %low, label %third, label %end
third:
  %high = icmp slt i32 %s, 6
  br i1 %high, label %go, label %end
go:
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %idx = zext i32 %i to i64
  %a.addr = getelementptr [16 x i32], ptr @table, i64 0, i64 %idx
  %a = load i32, ptr %a.addr
  %t = add i32 %s, 7
  %jdx = zext i32 %t to i64
  %b.addr = getelementptr [16 x i32], ptr @table, i64 0, i64 %jdx
  %b = load i32, ptr %b.addr
  %sum = add i32 %a, %b
  %all = add i32 %sum, %i
  ret i32 %all
end:
  ret i32 1
}

;--- sum.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %ip = getelementptr i8, ptr %ctx, i64 12
  %i = load i32, ptr %ip
  %small = icmp ult i32 %i, 8
  br i1 %small, label %go, label %end
go:
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %all = add i32 %i, 5
  ret i32 %all
end:
  ret i32 1
}

;--- size.ll
@buffer = global [16 x i8] zeroinitializer
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %ip = getelementptr i8, ptr %ctx, i64 12
  %i = load i32, ptr %ip
  %small = icmp ult i32 %i, 8
  br i1 %small, label %go, label %end
go:
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %n = call i64 inttoptr (i64 6 to ptr)(ptr @buffer, i32 %i)
  ret i32 1
end:
  ret i32 1
}
