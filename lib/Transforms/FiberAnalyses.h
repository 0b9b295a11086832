// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_FIBERANALYSES_H
#define BPF_FIBER_TRANSFORMS_FIBERANALYSES_H

#include "FiberShape.h"
#include "FrameLayout.h"
#include "OwnedReferences.h"
#include "SuspendLiveness.h"
#include "ValueOrigin.h"
#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// Whether the primitives are those of this compiler; reports if not.
bool checkPrimitives(Module &M);

/// Brings a body into the form that the analyses are of and that is split: its
/// suspend points are found, or put there with a quantum, and nothing stands
/// between them that no activation could do. Reports errors; false then.
bool prepareForSplit(FiberShape &Shape, const KernelReferences &Kernel,
                     FunctionAnalysisManager &FAM);

/// What the split needs to know of a body that has been prepared for it. Any
/// change of the body invalidates it.
struct FiberAnalyses {
  FiberAnalyses(const FiberShape &Shape, const KernelReferences &Kernel);

  const FiberShape &Shape;
  SuspendLiveness Liveness;
  ValueOrigins Origins;
  OwnedReferences References;

  /// Reports values that cannot live across an await; the layout is not valid
  /// then. It refers to the analyses while it is made only.
  std::unique_ptr<FrameLayout> layOutFrame(FunctionAnalysisManager &FAM) const;
};

} // namespace llvm::bpffiber

#endif
