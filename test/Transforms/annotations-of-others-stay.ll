; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Of llvm.global.annotations only the fibers' entries are taken; others, on
; functions or variables, stay in their order and section, and a module without
; fibers is not touched.
;
; RUN: split-file %s %t
; RUN: %opt -passes=bpf-fiber-prepare,verify -S %t/some.ll | FileCheck %s
; RUN: %opt -passes=bpf-fiber-prepare,verify -S %t/none.ll -o %t/none.out
; RUN: %opt -passes=verify -S %t/none.ll -o %t/none.in
; RUN: cmp %t/none.in %t/none.out
;
; CHECK: @llvm.global.annotations = appending global [2 x { ptr, ptr, ptr, i32, ptr }]
; CHECK-SAME: [{ ptr, ptr, ptr, i32, ptr } { ptr @v, ptr @mine, ptr @mine, i32 2, ptr null }, { ptr, ptr, ptr, i32, ptr } { ptr @g, ptr @mine, ptr @mine, i32 3, ptr null }]
; CHECK-SAME: section "llvm.metadata"
; CHECK-NOT: llvm.global.annotations
; CHECK: define {{.*}}@f.fiber(

;--- some.ll
target triple = "bpf"
@v = global i32 0
@text = private constant [10 x i8] c"bpf_fiber\00"
@mine = private constant [5 x i8] c"mine\00"
@llvm.global.annotations = appending global [3 x { ptr, ptr, ptr, i32, ptr }] [
  { ptr, ptr, ptr, i32, ptr } { ptr @v, ptr @mine, ptr @mine, i32 2, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @f, ptr @text, ptr @mine, i32 1, ptr null },
  { ptr, ptr, ptr, i32, ptr } { ptr @g, ptr @mine, ptr @mine, i32 3, ptr null }], section "llvm.metadata"
define internal i32 @f(ptr %ctx) {
  ret i32 3
}
define i32 @g(ptr %ctx) {
  ret i32 4
}

;--- none.ll
target triple = "bpf"
@mine = private constant [5 x i8] c"mine\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @g, ptr @mine, ptr @mine, i32 3, ptr null }], section "llvm.metadata"
define i32 @g(ptr %ctx) {
  %r = call i64 @__fiber_suspend(ptr null, i64 0, ptr null)
  ret i32 4
}
declare i64 @__fiber_suspend(ptr, i64, ptr)
