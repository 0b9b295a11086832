// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects of the kernel's that the verifier wants on the stack: iterators and
// dynptrs.

#ifndef BPF_FIBER_TRANSFORMS_KERNELOBJECTS_H
#define BPF_FIBER_TRANSFORMS_KERNELOBJECTS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace llvm::bpffiber {

/// What a call does to one.
struct ObjectEffect {
  enum Kind {
    Use,   ///< Anything else that is done with it.
    Make,  ///< It is made, and need not be ended: bpf_dynptr_from_xdp().
    Open,  ///< It is made, and must be ended: bpf_iter_num_new().
    Close, ///< It is ended.
  };
  Kind K;
  AllocaInst *Object;
};

/// Appends what Call does to the locals whose addresses it is given.
void getObjectEffects(CallBase &Call, SmallVectorImpl<ObjectEffect> &Effects);

/// "open iterator", if Call is of a function of such objects; otherwise null.
const char *describeObjectOf(const CallBase &Call);

/// Whether Object is such an object and nothing else. It never lives in a
/// frame.
bool isKernelObject(AllocaInst &Object);

} // namespace llvm::bpffiber

#endif
