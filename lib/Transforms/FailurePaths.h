// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_FAILUREPATHS_H
#define BPF_FIBER_TRANSFORMS_FAILUREPATHS_H

#include "llvm/IR/Instructions.h"
#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// Where a pointer is made again behind a suspend, it may turn out that the
/// packet is too short now or the element gone. The program then goes where the
/// check in front of the suspend would have gone, with its variables as they
/// are. What that makes of them, mem2reg finds out, if the way is there while
/// variables are still in memory:
///
///   %failure = call i1 @__fiber_failure(i32 Access, i32 Check)
///   br i1 %failure, label %where the check goes, label %access
///
/// So the prepare pass asks a copy of the body, which it makes SSA values in,
/// which accesses need such a way, and opens it. RederivedPointers puts the
/// condition in.

/// A failure path does not do what __attribute__((cleanup)) demands at the end
/// of a scope, so none leads out of such a one. Which they are is seen before
/// functions have been inlined.
void noteCleanups(Module &M);
void forgetCleanups(Module &M);

/// Opens what Body needs. False if no pointer of it is to be made again.
bool openFailurePaths(Function &Body, FunctionAnalysisManager &FAM);

/// Whether I is the call of a failure path in front of Access that leads where
/// Check does.
bool isFailurePathOf(const Instruction &I, const Instruction &Access,
                     const BranchInst &Check);
/// The successor behind which the access is.
inline constexpr unsigned FailurePathGood = 1;

/// Closes the failure paths that are left, and forgets what was noted for them.
void closeFailurePaths(Function &Body);

} // namespace llvm::bpffiber

#endif
