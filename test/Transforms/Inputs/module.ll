; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
;
; What a module with a fiber has besides its body, made small: a test puts
; "define i32 @f.fiber(ptr %ctx) #9 !dbg !900", what the prepare pass makes of
; the fiber f, behind it. The runtime's functions have no bodies here, so the
; lowering's calls of them stay visible.

target datalayout = "e-m:e-p:64:64-i64:64-i128:128-n32:64-S128"
target triple = "bpf"

@frames = global [4 x ptr] zeroinitializer, section ".maps", align 8, !dbg !910
@f_counters = global [8 x i64] zeroinitializer, align 8
@home = private constant [5 x i8] c"home\00"
@timer = private constant [6 x i8] c"timer\00"
@home_or_timer = private constant [11 x i8] c"home|timer\00"
@wq = private constant [3 x i8] c"wq\00"
@syscall = private constant [8 x i8] c"syscall\00"
@xdp = private constant [4 x i8] c"xdp\00"

declare i32 @f(ptr)
declare i64 @__fiber_suspend(ptr, i64, ptr) #8
declare ptr @__fiber_ctx() #8
declare i64 @__fiber_value() #8
declare ptr @__fiber_key() #8
declare ptr @__fiber_timer() #8
declare ptr @__fiber_wq() #8
declare i64 @__fiber_start(ptr, ptr, ptr, ptr, ptr, i64, i32, ptr, ptr, ptr, i64, i64, ...) #8
declare i64 @__fiber_resume(ptr, ptr, ptr, ptr, ptr, i64, i32, ptr, ptr, ptr, i64, i64, i32) #8

@__fiber_runtime = internal constant { ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr } { ptr @insert, ptr @create, ptr @release, ptr @delete, ptr @not_waiting, ptr @aborted, ptr @submit, ptr @discard, ptr @init_timer, ptr @init_wq, ptr @start_wq, ptr @start_timer, ptr @stop_timer, ptr @wake_time, ptr @coarse_ns, ptr @timer_fired, ptr @wq_fired }
declare i64 @insert(ptr %map, ptr %key, ptr %image, i32 %flags, ptr %counters)
declare ptr @create(ptr %map, ptr %key, ptr %image, i32 %flags, ptr %counters)
declare void @release(ptr %frame, i32 %flags, i32 %state)
declare void @delete(ptr %map, ptr %key, i32 %flags, ptr %counters)
declare void @not_waiting(ptr %frame, i32 %flags, i32 %word, ptr %counters)
declare void @aborted(ptr %counters)
declare void @submit(ptr %record)
declare void @discard(ptr %record)
declare void @init_timer(ptr %timer, ptr %map, ptr %callback)
declare void @init_wq(ptr %wq, ptr %map, ptr %callback)
declare i32 @start_wq(ptr %wq)
declare i64 @start_timer(ptr %timer, i64 %ns)
declare void @stop_timer(ptr %timer)
declare i64 @wake_time(i64 %ns)
declare i64 @coarse_ns(i1 %is_coarse)
declare i32 @timer_fired(ptr %frame, ptr %timer, ptr %deadline, ptr %wake_time, i1 %is_coarse)
declare i32 @wq_fired(ptr %frame, ptr %wq)

; fiber_deliver(), without the claim.
define i64 @deliver(ptr %ctx, ptr %key, ptr %frame, i32 %word) section "xdp" {
  %new = icmp eq ptr %frame, null
  br i1 %new, label %start, label %resume
start:
  %started = call i64 (ptr, ptr, ptr, ptr, ptr, i64, i32, ptr, ptr, ptr, i64, i64, ...) @__fiber_start(ptr @f, ptr @__fiber_runtime, ptr @xdp, ptr @frames, ptr %key, i64 4, i32 0, ptr @f_counters, ptr null, ptr %ctx, i64 2, i64 0)
  ret i64 %started
resume:
  %resumed = call i64 @__fiber_resume(ptr @f, ptr @__fiber_runtime, ptr @xdp, ptr @frames, ptr %key, i64 4, i32 0, ptr @f_counters, ptr %frame, ptr %ctx, i64 2, i64 0, i32 %word)
  ret i64 %resumed
}

attributes #8 = { noduplicate nomerge nounwind }
attributes #9 = { noinline "bpf-fiber"="f" }

!llvm.dbg.cu = !{!902}
!llvm.module.flags = !{!903}
!900 = distinct !DISubprogram(name: "f", file: !901, line: 1, type: !904, unit: !902, spFlags: DISPFlagDefinition)
!901 = !DIFile(filename: "f.c", directory: "/src")
!902 = distinct !DICompileUnit(language: DW_LANG_C11, file: !901, emissionKind: FullDebug, globals: !{!910})
!903 = !{i32 2, !"Debug Info Version", i32 3}
!904 = !DISubroutineType(types: !{!905})
!905 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!906 = !DIBasicType(name: "unsigned char", size: 8, encoding: DW_ATE_unsigned_char)
!910 = !DIGlobalVariableExpression(var: !911, expr: !DIExpression())
!911 = distinct !DIGlobalVariable(name: "frames", scope: !902, file: !901, line: 1, type: !912, isLocal: false, isDefinition: true)
!912 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !913, size: 64)
!913 = !DICompositeType(tag: DW_TAG_structure_type, name: "f_frame", file: !901, line: 1, flags: DIFlagFwdDecl)
