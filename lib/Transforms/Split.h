// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_SPLIT_H
#define BPF_FIBER_TRANSFORMS_SPLIT_H

#include "FiberShape.h"
#include "FrameLayout.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// The functions that one fiber becomes.
struct FiberParts {
  /// i<n> (key, ctx, i64 value, i64 refused, i32 flags, args...), with the
  /// frame first in an array; and if it hands over, behind the flags, with
  /// where to store the frame and what the resume function takes for its word.
  Function *Start = nullptr;
  /// i<n> (frame, i32 word, key, [ctx], i64 value, i64 refused), by kind.
  MapVector<StringRef, Function *> Resume;
  /// void (frame): releases what a frame in an array owns; null if nothing.
  Function *Clear = nullptr;
};

/// Clones the body once for the start and once per kind of wake-up; each clone
/// keeps only what its kind reaches.
///
/// In a clone every suspend point ends the activation: what lives across is
/// stored, the frame is released, the verdict returned. A resume function
/// begins with a switch on the state, reloads, and goes on behind the suspend.
/// All frame traffic stands at these two places, so the code between them is
/// what it would be without fibers.
///
/// A fiber has no frame before its first suspend. If nothing must be armed
/// through the frame, the start function builds its image on the stack and
/// inserts it, complete, with one helper call; otherwise it inserts a claimed
/// frame when it first needs its address.
///
/// Reports uses of a context that the activation does not have; false then.
bool splitFiber(const FiberShape &Shape, const SuspendLiveness &Liveness,
                const FrameLayout &Layout, const OwnedReferences &References,
                const KernelReferences &Kernel, FunctionAnalysisManager &FAM,
                FiberParts &Parts);

/// The offset of the token in the fiber's frame.
uint64_t getTokenOffset(const FiberShape &Shape, const FrameLayout &Layout);

} // namespace llvm::bpffiber

#endif
