; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Ends that differ in a number are one, with a phi in front of them. Not if the
; number is an address, or what an address is computed with: the verifier would
; know of it what it knows of both.
;
; RUN: split-file %s %t
; RUN: cat %module %t/number.ll | %lower | FileCheck --check-prefix=ONE %s
; RUN: cat %module %t/number.ll | sed 's/= add i64 \(%%.*\), 0/= ptrtoint ptr \1 to i64/; s/i64 @from/ptr @from/' | \
; RUN:   %lower | FileCheck --check-prefix=TWO %s
; RUN: cat %module %t/index.ll | %lower | FileCheck --check-prefix=TWO %s
;
; ONE-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; ONE: call i64 @w(
; ONE-NOT: call i64 @w(
; ONE: {{^}}}
;
; TWO-LABEL: define internal {{.*}}i32 @f__resume_xdp(
; TWO-COUNT-2: call i64 @w(
; TWO-NOT: call i64 @w(
; TWO: {{^}}}

;--- number.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %x = call i64 @from(i64 1)
  %y = call i64 @from(i64 2)
  %n = add i64 %x, 0
  %m = add i64 %y, 0
  %g = call i1 @g()
  br i1 %g, label %one, label %two
one:
  %w1 = call i64 @w(i64 1, i64 2, i64 3, i64 4, i64 %n)
  %u1 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  %t1 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  br label %end
two:
  %w2 = call i64 @w(i64 1, i64 2, i64 3, i64 4, i64 %m)
  %u2 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  %t2 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  br label %end
end:
  ret i32 0
}
declare i1 @g()
declare i64 @from(i64)
declare i64 @v(i64, i64, i64, i64, i64)
declare i64 @w(i64, i64, i64, i64, i64)

;--- index.ll
define i32 @f.fiber(ptr %ctx) #9 !dbg !900 {
  %r = call i64 @__fiber_suspend(ptr @home, i64 1, ptr null)
  %g = call i1 @g()
  br i1 %g, label %one, label %two
one:
  %x = call ptr @place(i64 1, i64 2, i64 3, i64 4, i64 5)
  %p = getelementptr i8, ptr %x, i64 8
  %w1 = call i64 @w(ptr %p, i64 2, i64 3, i64 4, i64 5)
  %u1 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  br label %end
two:
  %y = call ptr @place(i64 1, i64 2, i64 3, i64 4, i64 5)
  %q = getelementptr i8, ptr %y, i64 16
  %w2 = call i64 @w(ptr %q, i64 2, i64 3, i64 4, i64 5)
  %u2 = call i64 @v(i64 6, i64 7, i64 8, i64 9, i64 10)
  br label %end
end:
  ret i32 0
}
declare i1 @g()
declare ptr @place(i64, i64, i64, i64, i64)
declare i64 @v(i64, i64, i64, i64, i64)
declare i64 @w(ptr, i64, i64, i64, i64)
