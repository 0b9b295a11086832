// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LoopLocals.h"
#include "YieldPoints.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

/// What the verifier knows the stack by (BPF_REG_SIZE).
static constexpr unsigned SlotSize = 8;

/// The load of a number of type Ty with which the loop begins that is entered
/// from From; null if there is none.
static LoadInst *findLoad(const BasicBlock &Header, const BasicBlock *From,
                          Type *Ty) {
  for (const PHINode &Phi : Header.phis()) {
    Value *V = Phi.getIncomingValueForBlock(From);
    // What is not known to the verifier is added to a constant.
    match(V, m_c_Add(m_Value(V), m_ConstantInt()));
    if (auto *Load = dyn_cast<LoadInst>(V); Load && Load->getType() == Ty)
      return Load;
  }
  return nullptr;
}

/// Whether all of Local is written by U.
static bool isWhole(const User *U, const AllocaInst &Local,
                    const DataLayout &DL) {
  auto *Store = dyn_cast<StoreInst>(U);
  return Store && Store->getPointerOperand() == &Local &&
         DL.getTypeStoreSize(Store->getValueOperand()->getType()) ==
             Local.getAllocationSize(DL);
}

/// Whether Local is written, in whole, before whatever else is done to it.
static bool isWrittenFirst(const AllocaInst &Local, const DominatorTree &DT) {
  const DataLayout &DL = Local.getModule()->getDataLayout();
  return all_of(Local.uses(), [&](const Use &U) {
    return cast<Instruction>(U.getUser())->isLifetimeStartOrEnd() ||
           isWhole(U.getUser(), Local, DL) ||
           any_of(Local.users(), [&](const User *Store) {
             return isWhole(Store, Local, DL) &&
                    DT.dominates(cast<Instruction>(Store), U);
           });
  });
}

static void storeBefore(const Loop &L, AllocaInst &Local,
                        const DominatorTree &DT) {
  BasicBlock *Header = L.getHeader();
  Value *Inside = nullptr;
  for (User *U : Local.users()) {
    auto *Store = dyn_cast<StoreInst>(U);
    if (!Store || Store->getPointerOperand() != &Local)
      continue;
    if (L.contains(Store))
      Inside = Store->getValueOperand();
    else if (DT.dominates(Store->getParent(), Header))
      return;
  }
  if (!Inside || !Inside->getType()->isIntegerTy() ||
      !isWrittenFirst(Local, DT))
    return;
  // As wide as what is stored in the loop: all of a register becomes known as
  // the content.
  Type *Ty = Inside->getType();
  if (auto *Trunc = dyn_cast<TruncInst>(Inside))
    Ty = Trunc->getSrcTy();
  for (BasicBlock *From : predecessors(Header)) {
    LoadInst *Load = L.contains(From) ? nullptr : findLoad(*Header, From, Ty);
    if (!Load)
      continue;
    // Once more: the number itself would be known to be what is stored.
    IRBuilder<> B(From->getTerminator());
    auto *Again = cast<LoadInst>(B.Insert(Load->clone()));
    Again->setVolatile(true);
    B.CreateStore(B.CreateTrunc(Again, Inside->getType()), &Local);
  }
}

void separateLocals(Function &F) {
  if (none_of(F, [](const BasicBlock &BB) { return asksMayGoto(BB); }))
    return;
  SmallVector<AllocaInst *> Locals;
  for (Instruction &I : instructions(F))
    if (auto *Local = dyn_cast<AllocaInst>(&I)) {
      Local->setAlignment(std::max(Local->getAlign(), Align(SlotSize)));
      Locals.push_back(Local);
    }
  DominatorTree DT(F);
  LoopInfo LI(DT);
  for (const Loop *L : LI.getLoopsInPreorder())
    if (asksMayGoto(*L->getHeader()))
      for (AllocaInst *Local : Locals)
        storeBefore(*L, *Local, DT);
}

} // namespace llvm::bpffiber
