// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_REDERIVEDPOINTERS_H
#define BPF_FIBER_TRANSFORMS_REDERIVEDPOINTERS_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// A pointer that comes out of a map is a number to the verifier. But one into
/// a packet is a distance from its beginning, and one to a map's value is a
/// key. Those can live in a frame.
///
/// Makes what the user would write by hand: a distance of 16 bits, or the key's
/// bytes, next to the pointer; where the pointer of another activation is used,
/// data + distance, or another lookup; and in front of an access the user's own
/// check once more, with the user's own failure path (FailurePaths). From there
/// on these are numbers like others, and nothing else of the lowering knows of
/// it.
///
/// Pointers for which there is no such check stay what they are. The lowering
/// reports them.
///
/// Body's locals are SSA values; its failure paths are closed afterwards.
void rederivePointers(Function &Body, FunctionAnalysisManager &FAM);

} // namespace llvm::bpffiber

#endif
