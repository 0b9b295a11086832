// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_SUSPENDLIVENESS_H
#define BPF_FIBER_TRANSFORMS_SUSPENDLIVENESS_H

#include "FiberShape.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace llvm::bpffiber {

/// Which SSA values and which stack objects live across each suspend point.
///
/// Values: backward liveness over blocks; the lattice is the power set of the
/// body's instructions and start arguments, the join is union. A value is live
/// across a suspend if it is defined before and used behind it. The context
/// parameter is not tracked: each activation has its own.
///
/// Stack objects: an object is live at a point if an access may come before it
/// and, unless a lifetime marker or a write to all of it is in between, another
/// behind it. Accesses are those through any pointer computed from the object;
/// if its address is stored into another object, that one's accesses count too;
/// if it is stored elsewhere, the object lives until a lifetime marker.
/// Iterators and dynptrs, which cannot be in a frame, are left out
/// (AtomicSections).
///
/// Computed once, after canonicalizeSuspends(); any change of the body
/// invalidates it.
class SuspendLiveness {
public:
  explicit SuspendLiveness(const FiberShape &Shape);

  /// In the order of the body's instructions. Index into Shape.Suspends.
  ArrayRef<Value *> valuesAcross(unsigned Suspend) const {
    return Values[Suspend];
  }
  ArrayRef<AllocaInst *> objectsAcross(unsigned Suspend) const {
    return Objects[Suspend];
  }
  /// Whether two objects that live across suspends, perhaps not the same ones,
  /// must be apart: one is live, or written in vain, where the other is live.
  bool interfere(const AllocaInst *A, const AllocaInst *B) const {
    return Points.find(A)->second.anyCommon(Points.find(B)->second);
  }

private:
  void computeValues(const FiberShape &Shape);
  void computeObjects(const FiberShape &Shape);

  std::vector<SmallVector<Value *, 8>> Values;
  std::vector<SmallVector<AllocaInst *, 4>> Objects;
  /// By instruction, in the order of the body: whether the object is accessed
  /// there or live across it.
  DenseMap<const AllocaInst *, BitVector> Points;
};

/// The SSA values that are live along an edge of a fiber's body, by the same
/// liveness.
class EdgeLiveness {
public:
  EdgeLiveness(Function &Body, const Argument &Ctx);
  SmallVector<Value *, 8> across(BasicBlock *From, BasicBlock *To) const;
  /// At BB's begin, for others than its phis.
  bool isLiveInto(const Value *V, const BasicBlock *BB) const;

private:
  friend class SuspendLiveness;
  void use(BitVector &Live, const Value *V) const;
  void usePhis(BitVector &Live, BasicBlock *From, BasicBlock *To) const;

  MapVector<Value *, unsigned> Numbers;
  DenseMap<BasicBlock *, BitVector> LiveIn;
};

/// Calls Visit for each instruction that may access Object or that carries its
/// address on. Visit gets null once if the address is stored where no use of
/// it can be followed.
void forEachAccess(AllocaInst &Object, function_ref<void(Instruction *)> Visit);

} // namespace llvm::bpffiber

#endif
