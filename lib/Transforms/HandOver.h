// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_HANDOVER_H
#define BPF_FIBER_TRANSFORMS_HANDOVER_H

#include "llvm/IR/Instructions.h"

namespace llvm::bpffiber {

/// Where a start function that hands over says what is to be resumed: the
/// frame, which is claimed, and its word, which is 0 if nothing is.
struct HandOver {
  AllocaInst *Frame, *Word;
};

/// The call that resumes the fiber, in the same kind of activation and under
/// the same key, in the program of Start; null if there is none, or none any
/// more where it was dropped as unreachable.
CallInst *findResume(CallInst &Start);

/// Has a verb that starts a fiber resume it at once where the start function
/// hands over. The activation goes on in the verb's own call of the resume
/// function, so that there is one; if values that are computed in front of that
/// call are needed behind it, in one of its own.
///
///	slots.word = 0
///	verdict = __fiber_start(...)
///	if (slots.word)
///		goto resume, with slots.frame and slots.word
HandOver insertHandOver(CallInst &Start);

} // namespace llvm::bpffiber

#endif
