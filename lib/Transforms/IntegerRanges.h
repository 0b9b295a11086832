// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_INTEGERRANGES_H
#define BPF_FIBER_TRANSFORMS_INTEGERRANGES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/Function.h"

namespace llvm::bpffiber {

/// What is known of a function's integers wherever they are defined.
///
/// LazyValueInfo knows the conditions on the way to a value, but gives up at a
/// cycle; ScalarEvolution knows counters, but only regular ones. Neither sees
/// that a counter that starts at 0 and only ever has something added to it,
/// without overflow, is not negative. Interval analysis does: the lattice are
/// constant ranges, the join is their union, and a bound that still moves after
/// some rounds is widened to the type's.
class IntegerRanges {
public:
  explicit IntegerRanges(Function &F);

  ConstantRange get(Value *V) const;

private:
  ConstantRange compute(Instruction &I) const;

  DenseMap<Instruction *, ConstantRange> Known;
};

} // namespace llvm::bpffiber

#endif
