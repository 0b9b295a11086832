; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; The body of a fiber moves, with its attributes, metadata and the names of its
; parameters, into a function that nobody calls; the verbs go on naming the
; fiber, which is a declaration now. What is no fiber stays as it is.
;
;   FIBER int f(void *ctx, int n) { co_await next_packet(n); co_return 3; }
;   ... __fiber_start(f, ...)
;
; RUN: %opt -passes=bpf-fiber-prepare,verify -S %s | FileCheck %s
;
; CHECK-NOT: llvm.global.annotations
; CHECK-LABEL: define i64 @program(
; CHECK: call i64 (ptr, ...) @__fiber_start(ptr @f)
; CHECK-NOT: @f
; CHECK-LABEL: define i32 @plain(
; CHECK: ret i32 4
;
; CHECK: {{^}}declare {{.*}}i32 @f(ptr, i32){{$}}
;
; CHECK-LABEL: define {{.*}}i32 @f.fiber(ptr %ctx, i32 %n)
; CHECK-SAME: #[[BODY:[0-9]+]] !dbg ![[SP:[0-9]+]] {
; CHECK-NEXT: entry:
; CHECK: call i64 @__fiber_suspend(
; CHECK: ret i32 3
;
; CHECK: attributes #[[BODY]] = {{{.*}}noinline{{.*}}"bpf-fiber"="f"{{.*}}"target-cpu"="v3"
; CHECK: ![[SP]] = distinct !DISubprogram(name: "f"

target triple = "bpf"

@text = private constant [10 x i8] c"bpf_fiber\00"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @f, ptr @text, ptr @text, i32 1, ptr null }], section "llvm.metadata"

define i64 @program(ptr %ctx) {
  %r = call i64 (ptr, ...) @__fiber_start(ptr @f)
  ret i64 %r
}

define i32 @plain() {
  ret i32 4
}

define internal i32 @f(ptr %ctx, i32 %n) #0 !dbg !3 {
entry:
  %wide = sext i32 %n to i64
  %r = call i64 @__fiber_suspend(ptr null, i64 %wide, ptr null)
  ret i32 3
}

declare i64 @__fiber_suspend(ptr, i64, ptr)
declare i64 @__fiber_start(ptr, ...)

attributes #0 = { noinline "target-cpu"="v3" }

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!1}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !2, emissionKind: FullDebug)
!1 = !{i32 2, !"Debug Info Version", i32 3}
!2 = !DIFile(filename: "f.c", directory: "/")
!3 = distinct !DISubprogram(name: "f", file: !2, line: 1, type: !4, unit: !0, spFlags: DISPFlagDefinition)
!4 = !DISubroutineType(types: !{null})
