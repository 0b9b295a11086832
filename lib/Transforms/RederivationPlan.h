// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_REDERIVATIONPLAN_H
#define BPF_FIBER_TRANSFORMS_REDERIVATIONPLAN_H

#include "PointerRoots.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Dominators.h"

namespace llvm::bpffiber {

/// Where pointers of an earlier activation are used, and what must happen in
/// front of that.
///
/// Forward dataflow over the body. Of each root: whether it may have been
/// computed before the last suspend. Of each home: whether the present
/// activation has not computed it yet; the join of both is union. And how many
/// bytes behind it this activation has proved to be there; the join is the
/// minimum. A pointer is made again at its first use behind the suspend, so
/// from there on it is one of the present activation.
///
/// An access that nothing behind the suspend has proved needs the check that
/// proved it before: the one with the fewest bytes among those that it comes
/// behind on all ways. That is made again where the prepared failure path of
/// the access leads away (FailurePaths); without one it is missing.
class RederivationPlan {
public:
  RederivationPlan(Function &Body, const PointerRoots &Pointers);

  /// Makes the pointer of a home again.
  struct Refresh {
    Instruction *Before;
    unsigned Home;
  };
  /// An operand that refers to an earlier activation.
  struct Rewrite {
    Use *U;
    unsigned Root;
    /// Nothing will use it before it is made again; or what its home has.
    bool IsDead;
    bool IsAccess;
  };
  /// Of a failure path: the check that decides on it.
  struct Recheck {
    CallInst *Failure;
    unsigned Check;
    unsigned Root;
  };
  struct Missing {
    const Instruction *Access;
    unsigned Check;
  };

  ArrayRef<Refresh> refreshes() const { return Refreshes; }
  ArrayRef<Rewrite> rewrites() const { return Rewrites; }
  ArrayRef<Recheck> rechecks() const { return Rechecks; }
  ArrayRef<Missing> missing() const { return MissingPaths; }

private:
  struct State {
    BitVector Crossed, Stale;
    SmallVector<int64_t> Proved;
  };
  State entryState(bool IsReached) const;
  void join(State &Into, const State &From) const;
  State onEdge(const State &Out, BasicBlock *From, unsigned Successor) const;
  State atEntry(BasicBlock &BB) const;
  bool isLost(const State &S, const Value *Operand) const;
  void define(State &S, unsigned Root, bool IsLost) const;
  void step(State &S, Instruction &I) const;
  void solve();
  bool improve();
  const PointerCheck *findCheck(const PointerUse &U) const;
  CallInst *findFailure(const Instruction &Access,
                        const PointerCheck &Check) const;
  void record();
  void keepHopeless();

  Function &Body;
  const PointerRoots &Pointers;
  DominatorTree DT;
  SmallVector<BasicBlock *> Order;
  DenseMap<const BasicBlock *, State> Out;
  DenseMap<const BranchInst *, unsigned> CheckAt;
  /// By the calls of the failure paths that are needed.
  MapVector<CallInst *, Recheck> Selected;
  /// Accesses that no check is found for. They stay what they are, and so do
  /// their roots and what those are computed from.
  SmallPtrSet<const Use *, 8> Hopeless;
  SmallVector<unsigned> HopelessRoots;

  SmallVector<Refresh> Refreshes;
  SmallVector<Rewrite> Rewrites;
  SmallVector<Recheck> Rechecks;
  SmallVector<Missing> MissingPaths;
};

} // namespace llvm::bpffiber

#endif
