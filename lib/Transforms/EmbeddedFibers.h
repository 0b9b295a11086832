// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_EMBEDDEDFIBERS_H
#define BPF_FIBER_TRANSFORMS_EMBEDDEDFIBERS_H

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// A fiber can only suspend in its own body: there is one frame, and no stack
/// in it. So what it awaits is made a part of its body, the awaitables and the
/// fibers, and what those await, to any depth. The locals of an awaited fiber
/// are then locals of the one that awaits it, and the lowering keeps in the
/// frame what it keeps of any local. Several awaits of one fiber are one piece
/// of code if that is smaller (SharedAwaits.h, MergedAwaits.h).
///
/// This is done before anything is known about values, when nearly everything
/// is in allocas still, and whatever the size: the inliner must not decide
/// about it.
///
/// Bodies has the body of each fiber under its declaration. Those that were
/// only there to be awaited are erased, and leave Bodies.
void embedAwaited(MapVector<Function *, Function *> &Bodies,
                  FunctionAnalysisManager &FAM);

} // namespace llvm::bpffiber

#endif
