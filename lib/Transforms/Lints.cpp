// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Lints.h"
#include "Diagnostics.h"
#include "Kinds.h"
#include "Primitives.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

static void lintNeverResumed(const FiberShape &Shape) {
  StringSet<> Run;
  for (const CallInst *Resume : Shape.Resumes) {
    StringRef Kind;
    getConstantStringInfo(Resume->getArgOperand(verbop::Kind), Kind);
    Run.insert(Kind);
  }
  for (const SuspendPoint &S : Shape.Suspends) {
    if (S.IsYield || any_of(S.Kinds, [&](StringRef Kind) {
          return !getKindTraits(Kind).HasContext || Run.contains(Kind);
        }))
      continue;
    std::string Kinds;
    for (StringRef Kind : S.Kinds)
      Kinds += (Kinds.empty() ? "'" : " or '") + Kind.str() + "'";
    DebugLoc At = S.Call->getDebugLoc();
    Diagnostic(*Shape.Body, DS_Warning, At, "bpf-fiber-never-resumed",
               "nothing resumes fiber '" + Shape.Name +
                   "' from this co_await: no verb runs it in context " + Kinds)
        .note(At, "call fiber_deliver() or fiber_resume() in such a program");
  }
}

/// The global variables that V was computed from, and the loads that read them.
static SmallVector<const LoadInst *, 2> globalsIn(const Value *V) {
  SmallVector<const LoadInst *, 2> Loads;
  SmallPtrSet<const Value *, 8> Seen{V};
  SmallVector<const Value *> Work{V};
  while (!Work.empty()) {
    const Value *Now = Work.pop_back_val();
    if (auto *Load = dyn_cast<LoadInst>(Now)) {
      auto *G = dyn_cast<GlobalVariable>(
          Load->getPointerOperand()->stripPointerCasts());
      if (G && !G->isConstant() && !G->hasAttribute("btf_ama"))
        Loads.push_back(Load);
    } else if (isa<BinaryOperator, CastInst>(Now)) {
      for (const Value *Op : cast<Instruction>(Now)->operand_values())
        if (Seen.insert(Op).second)
          Work.push_back(Op);
    }
  }
  return Loads;
}

/// The blocks that are reached from S before V is computed anew.
static SmallPtrSet<const BasicBlock *, 16> blocksBehind(const SuspendPoint &S,
                                                        const Instruction &V) {
  SmallPtrSet<const BasicBlock *, 16> Blocks;
  SmallVector<const BasicBlock *> Work{S.Call->getParent()};
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (BB != V.getParent() && Blocks.insert(BB).second)
      append_range(Work, successors(BB));
  }
  return Blocks;
}

/// A store to Home, behind S, of what is computed from V there.
static const StoreInst *findStore(const SuspendPoint &S, const Instruction &V,
                                  const Value *Home) {
  auto Blocks = blocksBehind(S, V);
  SmallPtrSet<const Value *, 16> Seen{&V};
  SmallVector<const Value *> Work{&V};
  while (!Work.empty()) {
    const Value *Now = Work.pop_back_val();
    for (const Use &U : Now->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      if (!Blocks.contains(I->getParent()))
        continue;
      if (auto *Phi = dyn_cast<PHINode>(I);
          Phi && !Blocks.contains(Phi->getIncomingBlock(U)))
        continue;
      if (auto *Store = dyn_cast<StoreInst>(I)) {
        if (Store->getValueOperand() == Now &&
            Store->getPointerOperand()->stripPointerCasts() == Home)
          return Store;
      } else if ((isa<BinaryOperator, CastInst, PHINode, SelectInst>(I) ||
                  isa<IntrinsicInst>(I)) &&
                 I->getType()->isIntegerTy() && Seen.insert(I).second) {
        Work.push_back(I);
      }
    }
  }
  return nullptr;
}

/// Only global variables that are numbers: whether two addresses are the same
/// is more than a warning should guess.
static void lintLostUpdates(const FiberShape &Shape,
                            const SuspendLiveness &Liveness) {
  SmallPtrSet<const StoreInst *, 4> Reported;
  for (auto [Index, S] : enumerate(Shape.Suspends)) {
    if (S.IsYield)
      continue;
    for (Value *V : Liveness.valuesAcross(Index)) {
      auto *I = dyn_cast<Instruction>(V);
      if (!I || !V->getType()->isIntegerTy())
        continue;
      for (const LoadInst *Load : globalsIn(I)) {
        const Value *Home = Load->getPointerOperand()->stripPointerCasts();
        const StoreInst *Store = findStore(S, *I, Home);
        if (!Store || !Reported.insert(Store).second)
          continue;
        Diagnostic(*Shape.Body, DS_Warning, Store->getDebugLoc(),
                   "bpf-fiber-lost-update",
                   "'" + Home->getName() +
                       "' is written with a value that was read before a "
                       "co_await: what others wrote meanwhile is lost")
            .note(Load->getDebugLoc(), "it is read here")
            .note(S.Call->getDebugLoc(), "the fiber is suspended here")
            .note(Store->getDebugLoc(), "read it again behind the co_await, or "
                                        "use an atomic operation");
      }
    }
  }
}

void lintFiber(const FiberShape &Shape, const SuspendLiveness &Liveness) {
  lintNeverResumed(Shape);
  lintLostUpdates(Shape, Liveness);
}

} // namespace llvm::bpffiber
