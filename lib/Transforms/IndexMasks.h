// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_INDEXMASKS_H
#define BPF_FIBER_TRANSFORMS_INDEXMASKS_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// Tells the verifier of each index into a local, a global, or the frame that
/// is in range as LLVM knows and, as F is now, not the verifier.
///
/// AddressBounds.h does so where a fiber is split. What is optimised afterwards
/// is functions in which an index may be a number from a frame, and a test
/// says something of another register than the one that is used: of a number
/// extended with its sign it is done in the narrow one, an address is computed
/// in front of a loop in which its index is tested, a mask that a test has made
/// superfluous is gone (V27 in docs/verifier-model.md).
///
/// Such an index is masked with all the bits that it may have where the access
/// is, or, if an element beyond the last one has no others, compared; in an asm
/// of which LLVM knows nothing. What it says it knows is so: neither does
/// anything.
///
/// For OptimizerLast, where only code generation comes behind it.
void maskIndices(Function &F, FunctionAnalysisManager &FAM);

} // namespace llvm::bpffiber

#endif
