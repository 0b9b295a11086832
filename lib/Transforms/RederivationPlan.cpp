// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RederivationPlan.h"
#include "FailurePaths.h"
#include "Primitives.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include <limits>

namespace llvm::bpffiber {

RederivationPlan::State RederivationPlan::entryState(bool IsReached) const {
  State S;
  S.Crossed.resize(Pointers.roots().size());
  S.Stale.resize(Pointers.getNumHomes());
  S.Proved.assign(Pointers.getNumHomes(),
                  IsReached ? 0 : std::numeric_limits<int64_t>::max());
  return S;
}

void RederivationPlan::join(State &Into, const State &From) const {
  Into.Crossed |= From.Crossed;
  Into.Stale |= From.Stale;
  for (auto [A, B] : zip_equal(Into.Proved, From.Proved))
    A = std::min(A, B);
}

RederivationPlan::State RederivationPlan::onEdge(const State &S,
                                                 BasicBlock *From,
                                                 unsigned Successor) const {
  State Edge = S;
  auto *Branch = dyn_cast<BranchInst>(From->getTerminator());
  if (!Branch || !Branch->isConditional())
    return Edge;
  auto Prove = [&](unsigned Home, const PointerCheck &Check) {
    Edge.Proved[Home] = std::max(Edge.Proved[Home], Check.Bytes);
  };
  if (auto It = CheckAt.find(Branch); It != CheckAt.end()) {
    const PointerCheck &Check = Pointers.checks()[It->second];
    if (Successor == Check.Good)
      Prove(Pointers.roots()[Check.Root].Home, Check);
  } else if (auto *Call = dyn_cast<CallInst>(Branch->getCondition())) {
    auto It = Selected.find(Call);
    if (It != Selected.end() && Successor == FailurePathGood)
      Prove(Pointers.roots()[It->second.Root].Home,
            Pointers.checks()[It->second.Check]);
  }
  return Edge;
}

/// Whether Operand is of an earlier activation and not yet made again.
bool RederivationPlan::isLost(const State &S, const Value *Operand) const {
  auto Root = Pointers.getRoot(Operand);
  return Root && S.Crossed[*Root] && S.Stale[Pointers.roots()[*Root].Home];
}

void RederivationPlan::define(State &S, unsigned Root, bool IsLost) const {
  const PointerRoot &R = Pointers.roots()[Root];
  S.Crossed[Root] = IsLost;
  if (R.Kind == PointerRoot::Field)
    S.Stale.reset(R.Home);
  if (R.isField())
    return;
  S.Stale[R.Home] = IsLost;
  S.Proved[R.Home] = 0;
}

RederivationPlan::State RederivationPlan::atEntry(BasicBlock &BB) const {
  State In = entryState(&BB == &Body.getEntryBlock());
  SmallVector<std::pair<unsigned, bool>> Merged;
  for (PHINode &Phi : BB.phis())
    if (auto Root = Pointers.getRootAt(Phi))
      Merged.push_back({*Root, false});
  for (BasicBlock *Pred : predecessors(&BB)) {
    auto It = Out.find(Pred);
    if (It == Out.end())
      continue;
    Instruction *End = Pred->getTerminator();
    for (unsigned I = 0; I != End->getNumSuccessors(); ++I)
      if (End->getSuccessor(I) == &BB)
        join(In, onEdge(It->second, Pred, I));
    for (auto &[Root, IsLostHere] : Merged)
      IsLostHere |= isLost(It->second, cast<PHINode>(Pointers.roots()[Root].V)
                                           ->getIncomingValueForBlock(Pred));
  }
  for (auto [Root, IsLostHere] : Merged)
    define(In, Root, IsLostHere);
  return In;
}

void RederivationPlan::step(State &S, Instruction &I) const {
  if (auto *Call = dyn_cast<CallInst>(&I))
    if (auto It = Selected.find(Call); It != Selected.end()) {
      S.Stale.reset(Pointers.roots()[It->second.Root].Home);
      S.Stale.reset(Pointers.checks()[It->second.Check].Limit);
    }
  for (const PointerUse &U : Pointers.usesAt(I))
    if (!Hopeless.contains(U.U))
      S.Stale.reset(Pointers.roots()[U.Root].Home);
  if (isSuspend(I)) {
    S.Crossed.set();
    S.Stale.set();
    S.Proved.assign(S.Proved.size(), 0);
  }
  auto Root = Pointers.getRootAt(I);
  if (!Root || isa<PHINode>(I))
    return;
  bool IsLostHere = any_of(Pointers.operandsOf(Pointers.roots()[*Root]),
                           [&](Use *U) { return isLost(S, *U); });
  define(S, *Root, IsLostHere);
}

void RederivationPlan::solve() {
  Out.clear();
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      State S = atEntry(*BB);
      for (Instruction &I : *BB)
        step(S, I);
      auto [It, IsNew] = Out.try_emplace(BB, S);
      if (!IsNew && It->second.Crossed == S.Crossed &&
          It->second.Stale == S.Stale && It->second.Proved == S.Proved)
        continue;
      It->second = std::move(S);
      Changed = true;
    }
  }
}

const PointerCheck *RederivationPlan::findCheck(const PointerUse &U) const {
  const BasicBlock *At = U.getPlace()->getParent();
  unsigned Home = Pointers.roots()[U.Root].Home;
  const PointerCheck *Best = nullptr;
  for (const PointerCheck &Check : Pointers.checks()) {
    if (Pointers.roots()[Check.Root].Home != Home || Check.Bytes < U.Bytes ||
        !DT.dominates(
            BasicBlockEdge(Check.Branch->getParent(), Check.getGood()), At))
      continue;
    // Of one whose size nobody knows all that was proved is used.
    bool IsBetter =
        !Best || (U.Bytes == PointerUse::Unknown ? Check.Bytes > Best->Bytes
                                                 : Check.Bytes < Best->Bytes);
    if (IsBetter || (Check.Bytes == Best->Bytes &&
                     DT.dominates(Best->Branch, Check.Branch)))
      Best = &Check;
  }
  return Best;
}

CallInst *RederivationPlan::findFailure(const Instruction &Access,
                                        const PointerCheck &Check) const {
  for (Instruction &I : instructions(Body))
    if (isFailurePathOf(I, Access, *Check.Branch))
      return cast<CallInst>(&I);
  return nullptr;
}

/// Finds the first access whose check is to be made again.
bool RederivationPlan::improve() {
  for (BasicBlock *BB : Order) {
    State S = atEntry(*BB);
    for (Instruction &I : *BB) {
      for (const PointerUse &U : Pointers.usesAt(I)) {
        int64_t Proved = S.Proved[Pointers.roots()[U.Root].Home];
        if (U.Bytes == PointerUse::None || !S.Crossed[U.Root] ||
            (U.Bytes == PointerUse::Unknown ? Proved > 0 : Proved >= U.Bytes) ||
            !Hopeless.insert(U.U).second)
          continue;
        const PointerCheck *Check = findCheck(U);
        if (!Check) {
          HopelessRoots.push_back(U.Root);
          continue;
        }
        unsigned Index = Check - Pointers.checks().begin();
        CallInst *Failure = findFailure(I, *Check);
        if (Failure && !Selected.contains(Failure)) {
          Selected[Failure] = {Failure, Index, U.Root};
          // It may serve this access now.
          Hopeless.erase(U.U);
          return true;
        }
        HopelessRoots.push_back(U.Root);
        if (!Failure)
          MissingPaths.push_back({&I, Index});
      }
      step(S, I);
    }
  }
  return false;
}

/// Says what is to be done, with what has been found.
void RederivationPlan::record() {
  for (BasicBlock &BB : Body) {
    if (!Out.contains(&BB))
      continue;
    State S = atEntry(BB);
    for (Instruction &I : BB) {
      auto MakeFresh = [&](unsigned Home) {
        if (S.Stale[Home])
          Refreshes.push_back({&I, Home});
        S.Stale.reset(Home);
      };
      if (auto *Call = dyn_cast<CallInst>(&I))
        if (auto It = Selected.find(Call); It != Selected.end()) {
          const PointerCheck &Check = Pointers.checks()[It->second.Check];
          MakeFresh(Pointers.roots()[It->second.Root].Home);
          if (Pointers.roots()[Check.Root].isPacket())
            MakeFresh(Check.Limit);
          Rechecks.push_back(It->second);
        }
      for (const PointerUse &U : Pointers.usesAt(I)) {
        if (!S.Crossed[U.Root] || Hopeless.contains(U.U))
          continue;
        MakeFresh(Pointers.roots()[U.Root].Home);
        Rewrites.push_back(
            {U.U, U.Root, /*IsDead=*/false, U.Bytes != PointerUse::None});
      }
      auto Operand = [&](Use &U) {
        auto Root = Pointers.getRoot(U);
        if (Root && S.Crossed[*Root] && !Hopeless.contains(&U))
          Rewrites.push_back({&U, *Root, isLost(S, U), /*IsAccess=*/false});
      };
      if (auto Root = Pointers.getRootAt(I); Root && !isa<PHINode>(I))
        for (Use *U : Pointers.operandsOf(Pointers.roots()[*Root]))
          Operand(*U);
      if (I.isTerminator())
        for (BasicBlock *Succ : successors(&BB))
          for (PHINode &Phi : Succ->phis())
            if (Pointers.getRootAt(Phi))
              for (Use &U : Phi.incoming_values())
                if (Phi.getIncomingBlock(U) == &BB)
                  Operand(U);
      step(S, I);
    }
  }
}

/// What is computed for a pointer that nothing is done about must not be given
/// up: it is what the lowering is going to report.
void RederivationPlan::keepHopeless() {
  BitVector Kept(Pointers.roots().size());
  while (!HopelessRoots.empty()) {
    unsigned Root = HopelessRoots.pop_back_val();
    if (Kept[Root])
      continue;
    Kept.set(Root);
    for (Use *U : Pointers.operandsOf(Pointers.roots()[Root])) {
      HopelessRoots.push_back(*Pointers.getRoot(*U));
      Hopeless.insert(U);
    }
  }
}

RederivationPlan::RederivationPlan(Function &Body, const PointerRoots &Pointers)
    : Body(Body), Pointers(Pointers), DT(Body) {
  ReversePostOrderTraversal<Function *> RPO(&Body);
  append_range(Order, RPO);
  for (auto [I, Check] : enumerate(Pointers.checks()))
    CheckAt[Check.Branch] = I;
  do
    solve();
  while (improve());
  // What is not made again for those that are hopeless is not there for others.
  keepHopeless();
  solve();
  record();
}

} // namespace llvm::bpffiber
