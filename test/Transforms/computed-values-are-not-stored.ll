; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; What can be computed again from other live values, constants, the key, a
; global's or a local's address is not stored.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           long n = g(), twice = n * 2, odd = twice + 1;
;           struct pair *element = &table[n];
;           const void *key = fiber_self();
;
;           co_await next_packet(1);
;           return use(n, twice, odd, &element->b, key);
;   }
;
; RUN: cat %module %s | %lower | FileCheck %s
;
; CHECK-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; CHECK: %[[N:.*]] = load i64, ptr %{{.*}}addr
; CHECK-NOT: load
; CHECK-DAG: %[[TWICE:.*]] = shl i64 %[[N]], 1
; CHECK-DAG: %[[ODD:.*]] = or i64 %[[TWICE]], 1
; CHECK-DAG: %[[P:.*]] = getelementptr [16 x i64], ptr @table, i64 0, i64 %[[N]]
; CHECK-DAG: %[[B:.*]] = getelementptr i8, ptr %[[P]], i64 4
; CHECK: call i32 @use(i64 %[[N]], i64 %[[TWICE]], i64 %[[ODD]], ptr %[[B]], ptr %key)
;
; CHECK: !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame",{{.*}} size: 128

@table = global [16 x i64] zeroinitializer
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %n = call i64 @g()
  %twice = shl i64 %n, 1
  %odd = or i64 %twice, 1
  %p = getelementptr [16 x i64], ptr @table, i64 0, i64 %n
  %b = getelementptr i8, ptr %p, i64 4
  %key = call ptr @__fiber_key()
  %x = call i32 @use(i64 %n, i64 %twice, i64 %odd, ptr %b, ptr %key)
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %y = call i32 @use(i64 %n, i64 %twice, i64 %odd, ptr %b, ptr %key)
  ret i32 %y
}
declare i64 @g()
declare i32 @use(i64, i64, i64, ptr, ptr)
