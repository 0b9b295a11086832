// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "OwnedReferences.h"
#include "SuspendLiveness.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/IR/PatternMatch.h"

namespace llvm::bpffiber {

using namespace PatternMatch;

static OwnedReferences::State join(OwnedReferences::State A,
                                   OwnedReferences::State B) {
  using R = OwnedReferences;
  if (A > B)
    std::swap(A, B);
  if (A == B || A == R::Unreached)
    return B;
  if (B == R::Mixed)
    return R::Mixed;
  if (B == R::Released)
    return A == R::Null ? R::Released : R::Mixed;
  return R::MaybeNull;
}

static bool isNothing(const Value *V) {
  return isa<ConstantPointerNull, UndefValue>(V);
}

/// What a phi or select merges.
static SmallVector<const Value *, 4> mergedBy(const Instruction &I) {
  if (auto *Select = dyn_cast<SelectInst>(&I))
    return {Select->getTrueValue(), Select->getFalseValue()};
  SmallVector<const Value *, 4> Values;
  for (const Use &U : cast<PHINode>(I).incoming_values())
    Values.push_back(U.get());
  return Values;
}

/// Whether the values that I merges end there. If one is used behind it the
/// merge is only another name for it.
static bool endsOperands(const Instruction &I, const EdgeLiveness &Live) {
  for (const Value *V : mergedBy(I)) {
    if (isNothing(V) || V == &I)
      continue;
    if (isa<PHINode>(I) && Live.isLiveInto(V, I.getParent()))
      return false;
    if (isa<SelectInst>(I))
      for (const User *U : V->users())
        if (U != &I && !isa<ICmpInst>(U) &&
            (cast<Instruction>(U)->getParent() != I.getParent() ||
             I.comesBefore(cast<Instruction>(U))))
          return false;
  }
  return true;
}

void OwnedReferences::findOwners() {
  MapVector<const Value *, Reference> Found;
  SetVector<const Instruction *> Merges;
  EdgeLiveness Live(*Shape.Body, *Shape.Ctx);
  for (const Instruction &I : instructions(*Shape.Body)) {
    if (auto *Call = dyn_cast<CallBase>(&I)) {
      if (auto Ref = Kernel.acquiredBy(*Call))
        Found[&I] = *Ref;
    } else if (isa<PHINode, SelectInst>(I) && I.getType()->isPointerTy() &&
               endsOperands(I, Live)) {
      Merges.insert(&I);
    }
  }
  if (Found.empty())
    return;
  // Assume of all merges that they hold what they merge, until one does not.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Instruction *I : Merges)
      if (!all_of(mergedBy(*I), [&](const Value *V) {
            auto *From = dyn_cast<Instruction>(V);
            return isNothing(V) || Found.count(V) ||
                   (From && Merges.contains(From));
          })) {
        Merges.remove(I);
        Changed = true;
        break;
      }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const Instruction *I : Merges)
      for (const Value *V : mergedBy(*I))
        if (auto It = Found.find(V); !Found.count(I) && It != Found.end()) {
          Reference Ref = It->second;
          Found.insert({I, Ref});
          Changed = true;
        }
  }
  for (const Instruction &I : instructions(*Shape.Body))
    if (auto It = Found.find(&I); It != Found.end()) {
      Numbers[&I] = Owners.size();
      Owners.insert(*It);
    }
}

OwnedReferences::State OwnedReferences::of(const Value *V,
                                           const States &S) const {
  if (isNothing(V))
    return Null;
  auto It = Numbers.find(V);
  return It == Numbers.end() ? Released : S[It->second];
}

void OwnedReferences::transfer(const Instruction &I, States &S) const {
  if (auto *Call = dyn_cast<CallBase>(&I)) {
    for (const Value *Arg : Call->args())
      if (auto It = Numbers.find(Arg);
          It != Numbers.end() && Kernel.isReleasedBy(Arg, *Call))
        S[It->second] = Released;
    if (auto It = Numbers.find(&I); It != Numbers.end())
      S[It->second] = MaybeNull;
    return;
  }
  auto It = Numbers.find(&I);
  if (It == Numbers.end() || isa<PHINode>(I))
    return;
  State New = Unreached;
  for (const Value *V : mergedBy(I)) {
    New = join(New, of(V, S));
    if (auto Operand = Numbers.find(V); Operand != Numbers.end())
      S[Operand->second] = Released;
  }
  S[It->second] = New;
}

/// What is known when Condition holds, or does not.
void OwnedReferences::refine(const Value *Condition, bool Holds,
                             States &S) const {
  const Value *A, *B;
  if (auto *II = dyn_cast<IntrinsicInst>(Condition);
      II && II->getIntrinsicID() == Intrinsic::bpf_passthrough)
    return refine(II->getArgOperand(1), Holds, S);
  if (match(Condition, m_Not(m_Value(A))))
    return refine(A, !Holds, S);
  if (Holds ? match(Condition, m_LogicalAnd(m_Value(A), m_Value(B)))
            : match(Condition, m_LogicalOr(m_Value(A), m_Value(B)))) {
    refine(A, Holds, S);
    return refine(B, Holds, S);
  }
  auto *Compare = dyn_cast<ICmpInst>(Condition);
  if (!Compare || !Compare->isEquality() ||
      !isa<ConstantPointerNull>(Compare->getOperand(1)))
    return;
  auto It = Numbers.find(Compare->getOperand(0));
  if (It == Numbers.end())
    return;
  State &Now = S[It->second];
  bool IsNull = (Compare->getPredicate() == ICmpInst::ICMP_EQ) == Holds;
  if (IsNull && (Now == Held || Now == MaybeNull))
    Now = Null;
  else if (!IsNull && (Now == Null || Now == MaybeNull))
    Now = Held;
}

OwnedReferences::States OwnedReferences::edge(const BasicBlock *From,
                                              const BasicBlock *To) const {
  States S = In.lookup(From);
  for (const Instruction &I : *From)
    transfer(I, S);
  if (auto *Br = dyn_cast<BranchInst>(From->getTerminator());
      Br && Br->isConditional() && Br->getSuccessor(0) != Br->getSuccessor(1))
    refine(Br->getCondition(), Br->getSuccessor(0) == To, S);
  // Phis take over what they merge, all at once.
  States Out = S;
  SmallVector<const Value *, 4> Taken;
  for (const PHINode &Phi : To->phis()) {
    auto It = Numbers.find(&Phi);
    if (It == Numbers.end())
      continue;
    const Value *V = Phi.getIncomingValueForBlock(From);
    Out[It->second] = of(V, S);
    if (V != &Phi)
      Taken.push_back(V);
  }
  for (const Value *V : Taken)
    if (auto It = Numbers.find(V); It != Numbers.end())
      if (!isa<PHINode>(V) || cast<PHINode>(V)->getParent() != To)
        Out[It->second] = Released;
  return Out;
}

void OwnedReferences::solve() {
  ReversePostOrderTraversal<Function *> RPO(Shape.Body);
  for (BasicBlock *BB : RPO)
    In[BB].assign(Owners.size(), Unreached);
  In[&Shape.Body->getEntryBlock()].assign(Owners.size(), Released);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : RPO) {
      States &Here = In[BB];
      for (const BasicBlock *Pred : predecessors(BB)) {
        if (!In.count(Pred)) // unreachable
          continue;
        States S = edge(Pred, BB);
        for (auto [Old, New] : zip_equal(Here, S)) {
          State Joined = join(Old, New);
          Changed |= Joined != Old;
          Old = Joined;
        }
      }
    }
  }
}

OwnedReferences::OwnedReferences(const FiberShape &Shape,
                                 const KernelReferences &Kernel)
    : Shape(Shape), Kernel(Kernel) {
  findOwners();
  if (!Owners.empty())
    solve();
}

OwnedReferences::States OwnedReferences::before(const Instruction &I) const {
  States S = In.lookup(I.getParent());
  if (S.empty()) // unreachable
    S.assign(Owners.size(), Unreached);
  for (const Instruction &J : *I.getParent()) {
    if (&J == &I)
      break;
    transfer(J, S);
  }
  return S;
}

const Reference *OwnedReferences::getReference(const Value *V) const {
  auto It = Owners.find(V);
  return It == Owners.end() ? nullptr : &It->second;
}

OwnedReferences::State OwnedReferences::stateAt(const Value *V,
                                                const Instruction &I) const {
  return Owners.count(V) ? of(V, before(I)) : Released;
}

SmallVector<Value *> OwnedReferences::heldIn(const States &S) const {
  SmallVector<Value *> Values;
  for (auto &[V, Ref] : Owners)
    if (State Now = S[Numbers.lookup(V)]; Now == Held || Now == MaybeNull)
      Values.push_back(const_cast<Value *>(V));
  return Values;
}

SmallVector<Value *> OwnedReferences::heldAt(const Instruction &I) const {
  return Owners.empty() ? SmallVector<Value *>() : heldIn(before(I));
}

SmallVector<Value *> OwnedReferences::heldBetween(const BasicBlock &From,
                                                  const BasicBlock &To) const {
  return Owners.empty() || !In.count(&From) ? SmallVector<Value *>()
                                            : heldIn(edge(&From, &To));
}

} // namespace llvm::bpffiber
