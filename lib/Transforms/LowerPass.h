// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LOWERPASS_H
#define BPF_FIBER_TRANSFORMS_LOWERPASS_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// TLDR: turns fibers into state machines.
///
/// The switch lowering of LLVM's own coroutines keeps function and context
/// pointers in the frame; check_mem_access() lets neither come back out of a
/// map as a pointer. Here a frame holds numbers, and each kind of activation
/// has a resume function of its own, which gets the pointers as arguments.
///
/// Runs at OptimizerEarly: awaitables are inlined by then, locals are SSA
/// values, and what is not needed across an await has been optimised away.
/// The always-inliner and a round of simplification must follow.
struct LowerPass : PassInfoMixin<LowerPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

/// Adds what has to run behind LowerPass. Does nothing to functions without
/// code of fibers.
struct CleanupPass : PassInfoMixin<CleanupPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

} // namespace llvm::bpffiber

#endif
