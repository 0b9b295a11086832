// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PathFacts.h"
#include "ValueOrigin.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/PatternMatch.h"

namespace llvm::bpffiber {

namespace {
struct Comparison {
  CmpInst::Predicate Predicate;
  const Value *L, *R;
  bool operator<(const Comparison &O) const {
    return std::tie(Predicate, L, R) < std::tie(O.Predicate, O.L, O.R);
  }
};
} // namespace

/// Predicate and its inverse become one of them.
static Comparison comparisonOf(Value *Condition, bool &Negated) {
  Negated = false;
  for (Value *Inner = nullptr;;) {
    if (Value *Hidden = lookThroughPassthrough(Condition))
      Condition = Hidden;
    else if (PatternMatch::match(
                 Condition,
                 PatternMatch::m_Not(PatternMatch::m_Value(Inner)))) {
      Condition = Inner;
      Negated = !Negated;
    } else if (auto *Freeze = dyn_cast<FreezeInst>(Condition))
      Condition = Freeze->getOperand(0);
    else
      break;
  }
  auto *Cmp = dyn_cast<ICmpInst>(Condition);
  if (!Cmp)
    return {CmpInst::BAD_ICMP_PREDICATE, Condition, nullptr};
  CmpInst::Predicate P = Cmp->getPredicate();
  if (Cmp->getInversePredicate() < P) {
    P = Cmp->getInversePredicate();
    Negated = !Negated;
  }
  return {P, Cmp->getOperand(0), Cmp->getOperand(1)};
}

PathFacts::PathFacts(Function &F) {
  // The map is only looked up in: its order, of addresses, does not matter.
  std::map<Comparison, SmallVector<std::pair<const BranchInst *, bool>, 2>>
      Branches;
  SmallVector<Comparison> Order;
  for (BasicBlock &BB : F) {
    auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
    if (!Branch || !Branch->isConditional())
      continue;
    bool Negated;
    Comparison C = comparisonOf(Branch->getCondition(), Negated);
    auto &List = Branches[C];
    if (List.empty())
      Order.push_back(C);
    List.push_back({Branch, Negated});
  }
  for (const Comparison &C : Order) {
    auto &List = Branches[C];
    if (List.size() < 2)
      continue;
    for (auto [Branch, Negated] : List)
      Conditions[Branch] = {Count, Negated};
    for (const Value *Operand : {C.L, C.R})
      if (auto *I = dyn_cast_or_null<Instruction>(Operand))
        Changed[I->getParent()].push_back(Count);
    ++Count;
  }
}

std::optional<PathFacts::Condition>
PathFacts::get(const BranchInst &Branch) const {
  auto It = Conditions.find(&Branch);
  if (It == Conditions.end())
    return std::nullopt;
  return It->second;
}

ArrayRef<unsigned> PathFacts::changedIn(const BasicBlock *BB) const {
  auto It = Changed.find(BB);
  return It == Changed.end() ? ArrayRef<unsigned>() : It->second;
}

} // namespace llvm::bpffiber
