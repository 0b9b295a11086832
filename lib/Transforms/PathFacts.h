// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_PATHFACTS_H
#define BPF_FIBER_TRANSFORMS_PATHFACTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include <map>
#include <tuple>

namespace llvm::bpffiber {

/// The conditions of a function that are branched on more than once.
///
/// `if (c) lock(); ... if (c) unlock();` is right, and the verifier, which
/// walks paths, sees that it is. So does who carries along a path what its
/// branches have said. Two conditions are the same if they compare the same SSA
/// values the same way or the opposite way; what was known of one ends where
/// an operand is computed anew, in the next round of a loop.
class PathFacts {
public:
  explicit PathFacts(Function &F);

  /// A branch condition: its number and whether true means that it is false.
  struct Condition {
    unsigned Number;
    bool Negated;
  };
  unsigned size() const { return Count; }
  /// Nothing if the condition is branched on only once.
  std::optional<Condition> get(const BranchInst &Branch) const;
  /// The conditions that mean something else behind the entry of BB.
  ArrayRef<unsigned> changedIn(const BasicBlock *BB) const;

private:
  DenseMap<const BranchInst *, Condition> Conditions;
  DenseMap<const BasicBlock *, SmallVector<unsigned, 2>> Changed;
  unsigned Count = 0;
};

} // namespace llvm::bpffiber

#endif
