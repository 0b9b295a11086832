; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; What the lowering knows can be seen with opt, analysis by analysis, before it
; lowers. Printing changes nothing.
;
;   FIBER int f(struct xdp_md *ctx)
;   {
;           struct task_struct *task = bpf_task_from_pid(1);
;           int n = g(), wide = n;
;           struct pair o;
;
;           fill(&o);
;           co_await next_packet(1);
;           return o.a + n + wide + (task ? 1 : 0);
;   }
;
; RUN: cat %module %s | %opt -passes='print<bpf-fiber-liveness>' -disable-output - 2>&1 | FileCheck --check-prefix=LIVENESS %s
; RUN: cat %module %s | %opt -passes='print<bpf-fiber-origins>' -disable-output - 2>&1 | FileCheck --check-prefix=ORIGINS %s
; RUN: cat %module %s | %opt -passes='print<bpf-fiber-references>' -disable-output - 2>&1 | FileCheck --check-prefix=REFERENCES %s
; RUN: cat %module %s | %opt -passes='print<bpf-fiber-frame>' -disable-output - 2>&1 | FileCheck --check-prefix=FRAME %s
; RUN: cat %module %s | %opt -passes=verify -S - > %t.before
; RUN: cat %module %s | %opt -passes='print<bpf-fiber-frame>,print<bpf-fiber-liveness>,verify' -S - 2> /dev/null | cmp - %t.before
;
; LIVENESS: Live across the suspends of fiber 'f':
; LIVENESS-NEXT: L5_suspend
; LIVENESS-NEXT: values: ptr %task, i32 %n, i64 %wide
; LIVENESS-NEXT: objects: ptr %o
;
; ORIGINS: Pointers of fiber 'f':
; ORIGINS-NEXT: ptr %ctx: context pointer
; ORIGINS-NEXT: ptr %o: pointer to a local
; ORIGINS-NEXT: ptr %task: kernel reference
; ORIGINS-NEXT: ptr %p: pointer to a local from ptr %o
; ORIGINS-NOT: %n
;
; REFERENCES: Kernel references of fiber 'f':
; REFERENCES-NEXT: L5_suspend
; REFERENCES-NEXT: ptr %task (struct task_struct): held or null
;
; FRAME: fiber 'f' (f.c:1): a frame of 32 bytes in map 'frames', 0 of them padding, 0 saved by sharing
; FRAME: 0 4 state enum f_state of the runtime
; FRAME: suspended at L5_suspend (line 5), state 1, resumed by xdp:
; FRAME: n 4 defined at line 3, used at line 6

define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %o = alloca { i64, i64 }, align 8
  %task = call ptr @bpf_task_from_pid(i32 1), !dbg !2
  %n = call i32 @g(), !dbg !2
    #dbg_value(i32 %n, !0, !DIExpression(), !2)
  %wide = zext i32 %n to i64
  call void @fill(ptr %o), !dbg !2
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null), !dbg !3
  %p = getelementptr i8, ptr %o, i64 8
  %a = load i64, ptr %p, !dbg !4
  %some = icmp ne ptr %task, null, !dbg !4
  %one = zext i1 %some to i64
  %x = add i64 %a, %wide, !dbg !4
  %y = add i64 %x, %one, !dbg !4
  %z = trunc i64 %y to i32
  %v = add i32 %z, %n, !dbg !4
  ret i32 %v
}
declare i32 @g()
declare void @fill(ptr)
declare !dbg !10 ptr @bpf_task_from_pid(i32) section ".ksyms"

!0 = !DILocalVariable(name: "n", scope: !900, file: !901, line: 3, type: !905)
!2 = !DILocation(line: 3, column: 1, scope: !900)
!3 = !DILocation(line: 5, column: 1, scope: !900)
!4 = !DILocation(line: 6, column: 1, scope: !900)
!10 = !DISubprogram(name: "bpf_task_from_pid", scope: !901, file: !901, type: !11, spFlags: DISPFlagOptimized)
!11 = !DISubroutineType(types: !{!12, !905})
!12 = !DIDerivedType(tag: DW_TAG_pointer_type, baseType: !13, size: 64)
!13 = !DICompositeType(tag: DW_TAG_structure_type, name: "task_struct", flags: DIFlagFwdDecl)
