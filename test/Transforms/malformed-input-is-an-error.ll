; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; IR that no compiler of ours made, with truncated or mismatched pieces of the
; runtime, gives one error that says what is wrong. Nothing crashes, and what is
; left can go through code generation.
;
; RUN: split-file %s %t
; RUN: cat %module %t/body.ll | %lower -o /dev/null
;
; RUN: cat %module %t/computed-kind.ll | not %lower 2>&1 | FileCheck --check-prefix=KIND %s
; KIND: error: {{.*}}what this await waits for is not a constant [bpf-fiber-kind]
; KIND-NOT: error:
;
; RUN: cat %module %t/body.ll | sed 's/@home, i64 1/@empty, i64 1/' | not %lower 2>&1 | FileCheck --check-prefix=KIND %s
;
; RUN: cat %module %t/body.ll | sed 's/@home, i64 1/@odd, i64 1/' | not %lower 2>&1 | FileCheck --check-prefix=ODD %s
; ODD: error: {{.*}}'' is not a kind of wake-up [bpf-fiber-kind]
; ODD-NOT: error:
;
; RUN: cat %module %t/body.ll | sed 's/ptr @xdp,/ptr %%key,/' | not %lower 2>&1 | FileCheck --check-prefix=HOME %s
; HOME: error: {{.*}}the kind of context in which fiber 'f' is run is not a constant name [bpf-fiber-kind]
;
; RUN: cat %module %t/body.ll | sed 's/ptr @frames, ptr %%key,/ptr %%key, ptr %%key,/' | not %lower 2>&1 | FileCheck --check-prefix=MAP %s
; MAP: error: {{.*}}the map of fiber 'f' is not known at compile time here [bpf-fiber-verb-operand]
;
; RUN: cat %module %t/body.ll | sed 's/i64 4, i32 0, ptr @f_counters/i64 4, i32 %%word, ptr @f_counters/' | not %lower 2>&1 | FileCheck --check-prefix=FLAGS %s
; FLAGS: error: {{.*}}the properties of the map of fiber 'f' are not known at compile time here [bpf-fiber-verb-operand]
;
; The table of the runtime: without content, too short, with a hole, with a
; function of another type, none.
; RUN: cat %module %t/body.ll | sed 's/^declare void @delete(ptr %%map, /declare void @delete(i8 %%map, /' | not %lower 2>&1 | FileCheck --check-prefix=TABLE %s
; RUN: cat %module %t/body.ll | sed 's/^declare i32 @wq_fired(ptr %%frame, /declare i32 @wq_fired(/' | not %lower 2>&1 | FileCheck --check-prefix=TABLE %s
; RUN: cat %module %t/body.ll | sed 's/^@__fiber_runtime = .*/@__fiber_runtime = external global ptr/' | not %lower 2>&1 | FileCheck --check-prefix=TABLE %s
; RUN: cat %module %t/body.ll | sed 's/^\(@__fiber_runtime = internal constant { ptr\), ptr\(.*\) ptr @insert,/\1\2/' | not %lower 2>&1 | FileCheck --check-prefix=TABLE %s
; RUN: cat %module %t/body.ll | sed '/^@__fiber_runtime/s/ptr @insert/ptr null/' | not %lower 2>&1 | FileCheck --check-prefix=TABLE %s
; RUN: cat %module %t/body.ll | sed '/call/s/ptr @__fiber_runtime/ptr @home/' | not %lower 2>&1 | FileCheck --check-prefix=TABLE %s
; TABLE: error: {{.*}}the headers in <bpf_fiber/> are not those of this compiler [bpf-fiber-runtime-version]
; TABLE-NOT: error:
;
; Primitives of another type, in the declaration or in a call.
; RUN: cat %module %t/body.ll | sed '/@__fiber_suspend/s/, ptr null//; s/^declare i64 @__fiber_suspend(ptr, i64, ptr)/declare i64 @__fiber_suspend(ptr, i64)/' | not %lower 2>&1 | FileCheck --check-prefix=TYPE %s
; RUN: cat %module %t/body.ll | sed '/@__fiber_suspend/s/i64 1/i32 1/; s/^declare i64 @__fiber_suspend(ptr, i64, ptr)/declare i64 @__fiber_suspend(ptr, i32, ptr)/' | not %lower 2>&1 | FileCheck --check-prefix=TYPE %s
; TYPE: error: {{.*}}'__fiber_suspend' in the headers in <bpf_fiber/> is not that of this compiler [bpf-fiber-runtime-version]
; TYPE-NOT: error:
; RUN: cat %module %t/body.ll | sed '/call i64 @__fiber_suspend/s/, ptr null//' | not %lower 2>&1 | FileCheck --check-prefix=REST %s
;
; What is left over: outside of a fiber, a fiber without a body, an address.
; RUN: cat %module %t/outside.ll | not %lower 2>&1 | FileCheck --check-prefix=REST %s
; RUN: cat %module %t/body.ll %t/outside.ll | not %lower 2>&1 | FileCheck --check-prefix=REST %s
; RUN: cat %module %t/body.ll %t/address.ll | not %lower 2>&1 | FileCheck --check-prefix=REST %s
; REST: error: {{.*}}'__fiber_s{{uspend|tart}}' is used where it means nothing: outside of a fiber, for one without a body, or by its address [bpf-fiber-await-outside-fiber]
;
; RUN: cat %module %t/body.ll | sed 's/ !dbg !900 {/ {/' | not %lower 2>&1 | FileCheck --check-prefix=DEBUG %s
; DEBUG: error: {{.*}}fiber 'f' needs debug info [bpf-fiber-no-debug-info]
; DEBUG: note: compile with -g: the frame is described by BTF
;
; RUN: cat %module %t/body.ll | sed 's/name: "f_frame"/name: "g_frame"/' | not %lower 2>&1 | FileCheck --check-prefix=FRAME %s
; FRAME: error: {{.*}}no map has values of type 'struct f_frame' [bpf-fiber-no-debug-info]
; FRAME: note: declare one with FIBER_MAP()
;
; RUN: cat %module %t/no-context.ll | sed 's/^declare i32 @f(ptr)/declare i32 @f()/' | not %lower 2>&1 | FileCheck --check-prefix=CONTEXT %s
; CONTEXT: error: {{.*}}fiber 'f' must return an integer and take a context pointer first [bpf-fiber-prototype]
;
; Annotations that are none.
; RUN: %opt -passes=bpf-fiber-prepare,verify -S %t/annotations.ll | FileCheck --check-prefix=ANNOTATIONS %s
; ANNOTATIONS: @llvm.global.annotations = appending global [2 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } zeroinitializer, { ptr, ptr, ptr, i32, ptr } poison]

;--- body.ll
@empty = private constant [1 x i8] c"\00"
@odd = private constant [6 x i8] c"home|\00"
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  ret i32 3
}

;--- computed-kind.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %i = getelementptr i8, ptr %ctx, i64 12
  %n = load i32, ptr %i
  %c = icmp eq i32 %n, 3
  %kind = select i1 %c, ptr @home, ptr @wq
  %r = call i64 @__fiber_suspend(ptr %kind, i64 1, ptr null)
  ret i32 3
}

;--- outside.ll
define i64 @program(ptr %ctx) {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  ret i64 %r
}

;--- address.ll
@table = global ptr @__fiber_suspend

;--- no-context.ll
define i32 @f.fiber() #9 !dbg !900 {
  ret i32 3
}

;--- annotations.ll
target triple = "bpf"
@llvm.global.annotations = appending global [2 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } zeroinitializer, { ptr, ptr, ptr, i32, ptr } poison], section "llvm.metadata"
