// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_OWNEDREFERENCES_H
#define BPF_FIBER_TRANSFORMS_OWNEDREFERENCES_H

#include "FiberShape.h"
#include "KernelReferences.h"
#include "llvm/ADT/MapVector.h"

namespace llvm::bpffiber {

/// Which kernel references a fiber holds at each point of its body.
///
/// A reference is held by one SSA value: the call that acquired it, or the phi
/// or select that it was merged into. Forward dataflow over the blocks; the
/// lattice of each value is
///
///                 Mixed
///                /     \                                             .
///        MaybeNull     Released
///          /    \      /
///       Held     Null
///          \    /
///         Unreached
///
/// A comparison with null decides on the edges of its branch; a null holds
/// nothing, so it joins either side. Mixed: held on one path and not on
/// another.
///
/// Computed once, after canonicalizeSuspends(); any change of the body
/// invalidates it.
class OwnedReferences {
public:
  OwnedReferences(const FiberShape &Shape, const KernelReferences &Kernel);

  enum State : uint8_t { Unreached, Null, Held, MaybeNull, Released, Mixed };

  /// Whether V can hold a reference, and what one. Stays valid with the
  /// analysis.
  const Reference *getReference(const Value *V) const;
  bool empty() const { return Owners.empty(); }
  /// Of V, directly before I.
  State stateAt(const Value *V, const Instruction &I) const;
  /// What is certainly held directly before I, or null, in the order of the
  /// body.
  SmallVector<Value *> heldAt(const Instruction &I) const;
  /// The same on an edge, behind the phis.
  SmallVector<Value *> heldBetween(const BasicBlock &From,
                                   const BasicBlock &To) const;

private:
  using States = SmallVector<State, 8>;
  void findOwners();
  void solve();
  void transfer(const Instruction &I, States &S) const;
  States edge(const BasicBlock *From, const BasicBlock *To) const;
  void refine(const Value *Condition, bool Holds, States &S) const;
  States before(const Instruction &I) const;
  SmallVector<Value *> heldIn(const States &S) const;
  State of(const Value *V, const States &S) const;

  const FiberShape &Shape;
  const KernelReferences &Kernel;
  MapVector<const Value *, Reference> Owners;
  DenseMap<const Value *, unsigned> Numbers;
  DenseMap<const BasicBlock *, States> In;
};

} // namespace llvm::bpffiber

#endif
