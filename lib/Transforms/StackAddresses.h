// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_STACKADDRESSES_H
#define BPF_FIBER_TRANSFORMS_STACKADDRESSES_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// TLDR: an index is added to the address of a local, never or'ed.
///
/// Instruction selection makes an or of an addition whose operands have no bit
/// in common, and an index into a local of 8 bytes has none in common with an
/// address that is a multiple of 8. The verifier knows addition only. A local
/// need not be aligned like that in the source: copying it into a frame in one
/// piece aligns it. So such addresses go through an empty asm, and so does one
/// of two in one local that a select chooses from.
///
/// And addresses in the context are computed at their uses again, from where
/// the optimiser has moved them, one for each access (ContextAddresses.h), and
/// loops keep their increments (LatchInductions.h) and locals (LoopLocals.h),
/// in registers of their own width (NarrowCounters.h), and, if they yield, in
/// the frame what finds no register (SlotResidents.h). What is small is found
/// so by a comparison (MaskedTests.h), and what is chosen by one condition by
/// one jump (JoinedChoices.h). Indices of which the verifier knows too little
/// are masked (IndexMasks.h).
///
/// Runs at OptimizerLast, where it costs no optimisation. Does nothing to
/// functions without code of fibers.
struct StackAddressPass : PassInfoMixin<StackAddressPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }
};

} // namespace llvm::bpffiber

#endif
