; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; Blocks that end with one atomic access each, and then do the same, share it:
; releases with different states, and three additions to members of one
; variable. What comes back from it, another variable, another way behind it and
; only two different members are each for themselves.
;
; RUN: %opt -passes=bpf-fiber-cleanup,verify -S %s | FileCheck %s

@c = global [8 x i64] zeroinitializer
@d = global [8 x i64] zeroinitializer

; CHECK-LABEL: define i32 @releases(
; CHECK: joined:
; CHECK-NEXT: %[[S:.*]] = phi i32 [ {{2|7}}, %{{.*}} ], [ {{2|7}}, %{{.*}} ]
; CHECK-NEXT: atomicrmw xchg ptr %frame, i32 %[[S]] seq_cst
; CHECK-NOT: atomicrmw xchg ptr %frame
; CHECK: }
define i32 @releases(ptr %frame, i32 %n) #0 {
  %even = icmp eq i32 %n, 4
  br i1 %even, label %one, label %other
one:
  store volatile i32 1, ptr @d
  %a = atomicrmw xchg ptr %frame, i32 2 seq_cst
  br label %end
other:
  %b = atomicrmw xchg ptr %frame, i32 7 seq_cst
  br label %end
end:
  ret i32 0
}

; The same release with two verdicts.
; CHECK-LABEL: define i32 @ends(
; CHECK: joined:
; CHECK-NEXT: %[[V:.*]] = phi i32 [ {{1|2}}, %{{.*}} ], [ {{1|2}}, %{{.*}} ]
; CHECK-NEXT: atomicrmw xchg ptr %frame, i32 0 seq_cst
; CHECK-NOT: atomicrmw xchg ptr %frame
; CHECK: %verdict = phi i32 [ %[[V]], %joined ]
define i32 @ends(ptr %frame, i32 %n) #0 {
  %even = icmp eq i32 %n, 4
  br i1 %even, label %one, label %other
one:
  store volatile i32 1, ptr @d
  %a = atomicrmw xchg ptr %frame, i32 0 seq_cst
  br label %end
other:
  store volatile i32 3, ptr @d
  %b = atomicrmw xchg ptr %frame, i32 0 seq_cst
  br label %end
end:
  %verdict = phi i32 [ 1, %one ], [ 2, %other ]
  ret i32 %verdict
}

; Each number would be in a register beside the verdict.
; CHECK-LABEL: define i32 @verdicts_differ(
; CHECK: atomicrmw xchg
; CHECK: atomicrmw xchg
; CHECK: }
define i32 @verdicts_differ(ptr %frame, i32 %n) #0 {
  %even = icmp eq i32 %n, 4
  br i1 %even, label %one, label %other
one:
  store volatile i32 1, ptr @d
  %a = atomicrmw xchg ptr %frame, i32 2 seq_cst
  br label %end
other:
  %b = atomicrmw xchg ptr %frame, i32 7 seq_cst
  br label %end
end:
  %verdict = phi i32 [ 1, %one ], [ 2, %other ]
  ret i32 %verdict
}

; CHECK-LABEL: define i32 @results_are_used(
; CHECK: atomicrmw xchg
; CHECK: atomicrmw xchg
; CHECK: }
define i32 @results_are_used(ptr %frame, i32 %n) #0 {
  %even = icmp eq i32 %n, 4
  br i1 %even, label %one, label %other
one:
  store volatile i32 1, ptr @d
  %a = atomicrmw xchg ptr %frame, i32 2 seq_cst
  br label %end
other:
  %b = atomicrmw xchg ptr %frame, i32 7 seq_cst
  br label %end
end:
  %before = phi i32 [ %a, %one ], [ %b, %other ]
  ret i32 %before
}

; CHECK-LABEL: define i32 @counters(
; CHECK: atomicrmw add ptr @d, i64 1 monotonic
; CHECK: joined:
; CHECK-NEXT: %[[O:.*]] = phi i64 [ {{0|16|48}}, %{{.*}} ], [ {{0|16|48}}, %{{.*}} ], [ {{0|16|48}}, %{{.*}} ]
; CHECK-NEXT: %[[A:.*]] = getelementptr inbounds i8, ptr @c, i64 %[[O]]
; CHECK-NEXT: atomicrmw add ptr %[[A]], i64 1 monotonic
; CHECK-NOT: atomicrmw
; CHECK: }
define i32 @counters(i32 %n) #0 {
  switch i32 %n, label %none [ i32 1, label %one
                               i32 2, label %two
                               i32 3, label %three ]
none:
  %z = atomicrmw add ptr @d, i64 1 monotonic
  br label %end
one:
  store volatile i32 1, ptr @d
  %x = atomicrmw add ptr @c, i64 1 monotonic
  br label %end
two:
  store volatile i32 2, ptr @d
  %y = atomicrmw add ptr getelementptr (i8, ptr @c, i64 16), i64 1 monotonic
  br label %end
three:
  store volatile i32 3, ptr @d
  %w = atomicrmw add ptr getelementptr (i8, ptr @c, i64 48), i64 1 monotonic
  br label %end
end:
  ret i32 2
}

; To join two of them costs as much as it saves.
; CHECK-LABEL: define i32 @two_counters(
; CHECK: atomicrmw add
; CHECK: atomicrmw add
; CHECK: }
define i32 @two_counters(i32 %n) #0 {
  switch i32 %n, label %end [ i32 1, label %one
                              i32 2, label %two ]
one:
  store volatile i32 1, ptr @d
  %x = atomicrmw add ptr @c, i64 1 monotonic
  br label %end
two:
  store volatile i32 2, ptr @d
  %y = atomicrmw add ptr getelementptr (i8, ptr @c, i64 16), i64 1 monotonic
  br label %end
end:
  ret i32 2
}

attributes #0 = { "bpf-fiber-code" }
