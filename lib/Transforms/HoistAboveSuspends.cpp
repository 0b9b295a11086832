// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "HoistAboveSuspends.h"
#include "Compat.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"

namespace llvm::bpffiber {

static bool isMovable(const Instruction &I) {
  return I.getType()->isIntegerTy() && !isa<PHINode>(I) &&
         !I.mayReadOrWriteMemory() && isSafeToSpeculativelyExecute(&I) &&
         isa<BinaryOperator, CastInst, ICmpInst, SelectInst>(I);
}

/// Whether Op is used behind the suspend by nothing but I.
static bool diesIn(const Value *Op, const Instruction &I, const BasicBlock *Behind,
                   const DominatorTree &DT) {
  return all_of(Op->users(), [&](const User *U) {
    const auto *User = cast<Instruction>(U);
    return User == &I || (!isa<PHINode>(User) &&
                          DT.properlyDominates(User->getParent(), Behind));
  });
}

/// Whether a debug record above the suspend computes from an operand of I what
/// I computes: I was sunk from there, and is the variable's value at the await.
static bool isVariableAtSuspend(Instruction &I, const BasicBlock *Behind,
                                const DominatorTree &DT) {
  SmallVector<DbgVariableRecord *, 4> Mine, Records;
  compat::findDbgRecords(&I, Mine);
  for (Value *Op : I.operands()) {
    Records.clear();
    if (!isa<Constant>(Op))
      compat::findDbgRecords(Op, Records);
    for (DbgVariableRecord *R : Records)
      if (R->getExpression()->getNumElements() != 0 &&
          DT.properlyDominates(R->getParent(), Behind) &&
          any_of(Mine, [&](DbgVariableRecord *M) {
            return M->getVariable() == R->getVariable();
          }))
        return true;
  }
  return false;
}

static bool isWorthIt(Instruction &I, const BasicBlock *Before,
                      const BasicBlock *Behind, const DominatorTree &DT,
                      const DataLayout &DL) {
  const Instruction *At = Before->getTerminator();
  SmallPtrSet<Value *, 4> Operands;
  uint64_t Freed = 0;
  for (Value *Op : I.operands()) {
    if (isa<Constant>(Op))
      continue;
    if (auto *Def = dyn_cast<Instruction>(Op); Def && !DT.dominates(Def, At))
      return false;
    if (Operands.insert(Op).second && diesIn(Op, I, Behind, DT))
      Freed += DL.getTypeStoreSize(Op->getType());
  }
  uint64_t Needed = DL.getTypeStoreSize(I.getType());
  return Freed > Needed ||
         (Freed == Needed && isVariableAtSuspend(I, Behind, DT));
}

void hoistAboveSuspends(FiberShape &Shape) {
  const DataLayout &DL = Shape.getModule().getDataLayout();
  DominatorTree DT(*Shape.Body);
  ReversePostOrderTraversal<Function *> RPO(Shape.Body);
  for (const SuspendPoint &S : Shape.Suspends) {
    BasicBlock *Behind = S.Call->getParent();
    BasicBlock *Before = Behind->getSinglePredecessor();
    // In this order operands move before what is computed from them.
    for (BasicBlock *BB : RPO) {
      if (!DT.dominates(Behind, BB))
        continue;
      for (Instruction &I : make_early_inc_range(*BB))
        if (isMovable(I) && isWorthIt(I, Before, Behind, DT, DL))
          I.moveBefore(Before->getTerminator()->getIterator());
    }
  }
}

} // namespace llvm::bpffiber
