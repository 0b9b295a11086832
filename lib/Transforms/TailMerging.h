// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_TAILMERGING_H
#define BPF_FIBER_TRANSFORMS_TAILMERGING_H

#include "llvm/IR/Function.h"

namespace llvm::bpffiber {

/// Makes one of the ends of an activation that are alike: what an awaitable
/// does to arm its wake-up, the saves, the release, the return. Inlining has
/// given each await its own; who writes by hand has one, and the verifier walks
/// one.
///
/// Two ends are alike if they are the same graph of blocks with the same
/// instructions, up to numbers: those become phis. Pointers are not joined,
/// because the verifier knows what each of them points to. LLVM sinks
/// instructions into a common successor too, but not across a branch, as on
/// whether the timer could be started.
void mergeTails(Function &F);

/// The same for a program, before parts of fibers are put into it: what several
/// verbs of one fiber do is there once. A packet that only resumes a fiber and
/// one that also starts it then share the claim and the resume function.
void mergeVerbs(Function &F);

/// The same for a program, with what has been inlined into it. Only ends
/// without a number that differs: the ways that lead to these are many, and the
/// verifier walks what is behind a join once for each number it knows there.
/// But for the last access of all, a release or a count, behind which nothing
/// differs.
void mergeEqualTails(Function &F);

} // namespace llvm::bpffiber

#endif
