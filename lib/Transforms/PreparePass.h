// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_PREPAREPASS_H
#define BPF_FIBER_TRANSFORMS_PREPAREPASS_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// TLDR: takes each fiber's body out of reach of interprocedural passes.
///
/// A fiber named f is split after the inliner and the simplification pipeline
/// have run. Until then nothing may be concluded from its call sites, because
/// after the split most of its code runs with other arguments: DeadArgElim
/// would turn arguments of a suspended body into poison, IPSCCP would fold
/// them, the inliner would copy suspend points into callers. So the body moves
/// into a function "f.fiber" that nothing calls and that carries the attribute
/// "bpf-fiber"="f", and f itself stays as a declaration that the verbs name.
///
/// Runs at PipelineStart, behind the BPF target's own callbacks there: CO-RE
/// accesses have been lowered already and stay relocatable when they move.
struct PreparePass : PassInfoMixin<PreparePass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

} // namespace llvm::bpffiber

#endif
