// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_LOOPENTRIES_H
#define BPF_FIBER_TRANSFORMS_LOOPENTRIES_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// Makes a loop of each cycle that a jump enters in its middle, as only loops
/// get yield points.
///
/// What is executed from such a jump until the loop's header is copied, if that
/// is little and nothing awaits there: then all goes as it did (node splitting;
/// Aho, Sethi, Ullman, "Compilers", 10.4). Otherwise the cycle gets a header
/// that leads on to where it was entered (FixIrreducible), which the verifier
/// does not follow as well: ways meet there of which it knew what they know.
///
/// To run before addresses are lowered, which may go round the loop.
void enterLoopsAtHeaders(Function &Body, FunctionAnalysisManager &FAM);

} // namespace llvm::bpffiber

#endif
