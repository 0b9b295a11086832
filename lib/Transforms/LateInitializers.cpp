// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LateInitializers.h"
#include "KernelObjects.h"
#include "Primitives.h"
#include "SuspendLiveness.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

/// Whether I writes a constant into a place in Object that is known, and does
/// nothing else.
static bool isConstantWrite(const Instruction &I, const AllocaInst &Object) {
  auto IsInObject = [&](const Value *To) {
    return To->stripInBoundsConstantOffsets() == &Object;
  };
  if (const auto *Store = dyn_cast<StoreInst>(&I))
    return Store->isSimple() && isa<Constant>(Store->getValueOperand()) &&
           IsInObject(Store->getPointerOperand());
  if (const auto *Set = dyn_cast<MemSetInst>(&I))
    return !Set->isVolatile() && isa<Constant>(Set->getValue()) &&
           isa<Constant>(Set->getLength()) && IsInObject(Set->getDest());
  const auto *Copy = dyn_cast<MemCpyInst>(&I);
  const auto *From =
      Copy ? dyn_cast<GlobalVariable>(getUnderlyingObject(Copy->getSource()))
           : nullptr;
  return From && From->isConstant() && !Copy->isVolatile() &&
         isa<Constant>(Copy->getLength()) && isa<Constant>(Copy->getSource()) &&
         IsInObject(Copy->getDest());
}

namespace {
class LateInitializer {
public:
  LateInitializer(AllocaInst &Object, const DominatorTree &DT)
      : Object(Object), DT(DT) {}
  void run();

private:
  bool collect();
  BasicBlock *findPlace() const;
  bool comesBack(const BasicBlock *Place) const;
  bool passesSuspend(const BasicBlock *Place) const;

  AllocaInst &Object;
  const DominatorTree &DT;
  /// In the order of the block that they are in.
  SmallVector<Instruction *> Writes;
  SmallVector<Instruction *> Uses;
};
} // namespace

/// Finds the writes, all in one block and before anything else is done with
/// the object, and the uses.
bool LateInitializer::collect() {
  SmallPtrSet<Instruction *, 8> Accesses;
  bool IsKnown = true;
  forEachAccess(Object, [&](Instruction *I) {
    if (!I)
      IsKnown = false;
    else if (I->mayReadOrWriteMemory() || isa<PHINode, SelectInst>(I))
      Accesses.insert(I);
  });
  if (!IsKnown)
    return false;
  BasicBlock *Home = nullptr;
  for (Instruction *I : Accesses) {
    bool IsFirst =
        isConstantWrite(*I, Object) &&
        all_of(Accesses, [&](Instruction *Other) {
          return isConstantWrite(*Other, Object) || DT.dominates(I, Other);
        });
    if (IsFirst && (!Home || DT.dominates(I->getParent(), Home)))
      Home = I->getParent();
  }
  if (!Home)
    return false;
  for (Instruction &I : *Home)
    if (Accesses.contains(&I)) {
      if (!isConstantWrite(I, Object))
        return false;
      Writes.push_back(&I);
      Accesses.erase(&I);
    }
  // In the order of the function.
  for (BasicBlock &BB : *Home->getParent())
    for (Instruction &I : BB)
      if (Accesses.contains(&I)) {
        if (!DT.dominates(Home, &BB))
          return false;
        Uses.push_back(&I);
      }
  return !Uses.empty();
}

/// Whether Place may be reached from itself without the writes before it.
bool LateInitializer::comesBack(const BasicBlock *Place) const {
  SmallPtrSet<const BasicBlock *, 16> Seen{Writes.front()->getParent()};
  SmallVector<const BasicBlock *> Work(successors(Place));
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (BB == Place)
      return true;
    if (Seen.insert(BB).second)
      append_range(Work, successors(BB));
  }
  return false;
}

/// The block of the first use, or from which all uses are reached.
BasicBlock *LateInitializer::findPlace() const {
  BasicBlock *Place = nullptr, *Home = Writes.front()->getParent();
  for (Instruction *I : Uses) {
    SmallVector<BasicBlock *> Blocks{I->getParent()};
    if (auto *Phi = dyn_cast<PHINode>(I))
      Blocks.assign(Phi->block_begin(), Phi->block_end());
    for (BasicBlock *BB : Blocks)
      if (DT.isReachableFromEntry(BB))
        Place = Place ? DT.findNearestCommonDominator(Place, BB) : BB;
  }
  while (Place && Place != Home && comesBack(Place))
    Place = DT.getNode(Place)->getIDom()->getBlock();
  return Place && Place != Home && DT.dominates(Home, Place) ? Place : nullptr;
}

bool LateInitializer::passesSuspend(const BasicBlock *Place) const {
  // A suspend is the first instruction of its block.
  SmallPtrSet<const BasicBlock *, 16> Seen;
  SmallVector<const BasicBlock *> Work(successors(Writes.front()->getParent()));
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (!Seen.insert(BB).second)
      continue;
    if (isSuspend(BB->front()))
      return true;
    if (BB != Place)
      append_range(Work, successors(BB));
  }
  return false;
}

/// The address of the object's byte that Write writes first.
static void addressAnew(Instruction &Write, AllocaInst &Object) {
  Use &To = Write.getOperandUse(
      isa<StoreInst>(Write) ? StoreInst::getPointerOperandIndex() : 0);
  const DataLayout &DL = Object.getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(To->getType()), 0);
  To->stripAndAccumulateInBoundsConstantOffsets(DL, Offset);
  IRBuilder<> B(&Write);
  To.set(Offset.isZero() ? &Object
                         : B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), &Object,
                                                        Offset.getZExtValue()));
}

void LateInitializer::run() {
  if (!collect())
    return;
  BasicBlock *Place = findPlace();
  if (!Place || !passesSuspend(Place))
    return;
  auto First = find_if(*Place, [&](Instruction &I) {
    return I.isTerminator() || (is_contained(Uses, &I) && !isa<PHINode>(I));
  });
  for (Instruction *Write : Writes) {
    Write->moveBefore(*Place, First);
    addressAnew(*Write, Object);
  }
}

void initializeLate(FiberShape &Shape) {
  Function &Body = *Shape.Body;
  DominatorTree DT(Body);
  for (Instruction &I : Body.getEntryBlock())
    if (auto *Object = dyn_cast<AllocaInst>(&I);
        Object && !isKernelObject(*Object) && !Shape.isRuntimeObject(Object))
      LateInitializer(*Object, DT).run();
}

} // namespace llvm::bpffiber
