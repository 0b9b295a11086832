// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_REFERENCEMOVES_H
#define BPF_FIBER_TRANSFORMS_REFERENCEMOVES_H

#include "FiberShape.h"
#include "FrameLayout.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/ValueHandle.h"

namespace llvm::bpffiber {

/// Moves kernel references between registers and the frame's kptr fields.
///
/// A reference is in one place only, so bpf_kptr_xchg() moves it, and what was
/// in the other place must be released: the verifier does not know that a
/// field is empty (check_reference_leak()). Each move is a call of a function
/// made here, which is inlined afterwards.
///
/// An activation that does not use a reference leaves it where it is. That
/// shows only when the clone has been simplified, so a take is decided in a
/// second step: one that is not needed is replaced by null, which keeping and
/// dropping ignore.
class ReferenceMoves {
public:
  ReferenceMoves(const FiberShape &Shape, const FrameLayout &Layout,
                 const KernelReferences &Kernel)
      : Shape(Shape), Layout(Layout), Kernel(Kernel) {}

  /// Out of the field at Address. NonNull: null would be a corrupted frame.
  Value *take(IRBuilder<> &B, unsigned Field, Value *Address, bool NonNull,
              unsigned Suspend);
  /// Into the field at Address.
  void keep(IRBuilder<> &B, unsigned Field, Value *Address, Value *V);
  /// Releases V if it is not null.
  void drop(IRBuilder<> &B, const Reference &Ref, Value *V);
  /// Has Mark, a range check to be, drop the references when it fails.
  CallInst *dropAtFailure(CallInst &Mark,
                          ArrayRef<std::pair<Value *, const Reference *>> Held);
  /// Emits what dropAtFailure() asked for; then goes to Target.
  BasicBlock *failureOf(CallInst &Mark, BasicBlock *Target);

  /// void (ptr frame): releases what the frame owns, which stays in its map.
  Function *getClear();

  /// Decides on the takes of a simplified clone. A take that may not be null
  /// goes to Abort() if it is. Where frames stay in their map a drop is a use.
  void lowerTakes(function_ref<BasicBlock *()> Abort, bool DropsAreUses);

private:
  struct Take {
    WeakTrackingVH Call;
    unsigned Field;
    unsigned Suspend;
    bool NonNull;
  };
  Function *create(const Twine &Name, Type *Result, ArrayRef<Type *> Params);
  Function *getKeep(unsigned Field);
  bool isIdle(const Use &U, unsigned Field, bool DropsAreUses) const;
  void sink(CallInst &Call, unsigned Field, bool DropsAreUses) const;
  bool isNeeded(CallInst &Call, unsigned Field, bool DropsAreUses) const;

  const FiberShape &Shape;
  const FrameLayout &Layout;
  const KernelReferences &Kernel;
  std::vector<Take> Takes;
};

} // namespace llvm::bpffiber

#endif
