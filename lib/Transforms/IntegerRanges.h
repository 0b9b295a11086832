// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_INTEGERRANGES_H
#define BPF_FIBER_TRANSFORMS_INTEGERRANGES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstrTypes.h"

namespace llvm::bpffiber {

/// What is known of a function's integers, where they are defined and where a
/// branch has said more.
///
/// LazyValueInfo knows the conditions on the way to a value, but gives up at a
/// cycle; ScalarEvolution knows counters, but only regular ones. Neither sees
/// that a counter that starts at 0 and only ever has something added to it,
/// without overflow, is not negative, nor that one which counts down to another
/// stays below where it began. Interval analysis does: the lattice are constant
/// ranges, the join is their union, a bound that still moves after some rounds
/// is widened to the type's, and what that took too far the conditions bring
/// back.
///
/// What the verifier knows is less. It refines the register that is compared
/// (reg_set_min_max()) and its copies; it follows no division and no shift by
/// an unknown number (adjust_scalar_min_max_vals()); it has not seen what LLVM
/// concluded something from, be it the flags of an addition. A cautious one
/// does not even know which of the registers that a number is in will be the
/// one that is compared.
class IntegerRanges {
public:
  enum WhoKnows { Compiler, Verifier, CautiousVerifier };
  /// Poison is any number, or, where it will be replaced, none.
  explicit IntegerRanges(Function &F, bool PoisonIsNone = false,
                         WhoKnows Who = Compiler);

  /// Wherever V is.
  ConstantRange get(Value *V) const;
  /// At the beginning of BB, which V dominates.
  ConstantRange getAt(Value *V, const BasicBlock *BB) const;
  /// What the verifier knows of V if it is computed, in registers, from what
  /// IsGiven says is known of numbers.
  using RangeOf = function_ref<ConstantRange(Value *)>;
  using GivenRange = function_ref<std::optional<ConstantRange>(Value *)>;
  ConstantRange getFrom(Value *V, GivenRange IsGiven) const;

private:
  /// Behind the edge "Compared Predicate Bound" holds.
  struct Condition {
    BasicBlockEdge Edge;
    Value *Compared;
    CmpInst::Predicate Predicate;
    Value *Bound;
  };
  void collectConditions(Function &F);
  void addComparison(Value *V, const Condition &C);
  ConstantRange allowedBy(const Condition &C, Value *V) const;
  ConstantRange onEdge(Value *V, const BasicBlock *From,
                       const BasicBlock *To) const;
  ConstantRange compute(Instruction &I) const;
  ConstantRange computeAt(Value *V, const BasicBlock *BB, unsigned Depth) const;
  ConstantRange computeForVerifier(Instruction &I, RangeOf At) const;
  ConstantRange meet(Value *V, const BasicBlock *BB, unsigned Depth) const;
  ConstantRange refine(Value *V, const BasicBlock *BB) const;
  bool iterate(Function &F);
  void tighten(Function &F);

  bool PoisonIsNone;
  WhoKnows Who;
  DominatorTree DT;
  SmallVector<BasicBlock *> Order;
  DenseMap<Value *, SmallVector<Condition, 2>> Conditions;
  DenseMap<Instruction *, ConstantRange> Known;
};

/// Operations of whose result in 32 bits the verifier does not even see that
/// the upper half of the register is zero (is_safe_to_compute_dst_reg_range()).
bool isUnknownToVerifier(const Instruction &I);

} // namespace llvm::bpffiber

#endif
