// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "StackAddresses.h"
#include "ContextAddresses.h"
#include "ExitTests.h"
#include "IndexMasks.h"
#include "JoinedChoices.h"
#include "LatchInductions.h"
#include "LoopLocals.h"
#include "MaskedTests.h"
#include "NarrowCounters.h"
#include "Primitives.h"
#include "SlotResidents.h"
#include "YieldPoints.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

namespace llvm::bpffiber {

/// What instruction selection may align a local to (the stack's slots).
static constexpr uint64_t SlotAlign = 8;

static Align localAlign(Value *Base) {
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Base, Objects);
  Align Largest(1);
  for (const Value *Object : Objects)
    if (auto *Local = dyn_cast<AllocaInst>(Object))
      Largest = std::max({Largest, Local->getAlign(), Align(SlotAlign)});
  return Largest;
}

/// Whether an index of GEP may be taken for low bits of an address that is
/// aligned to A. How large it can be instruction selection knows better: across
/// blocks, through phis, and by what other operations ask of it.
static bool fitsBelow(GetElementPtrInst &GEP, Align A, const DataLayout &DL) {
  for (auto It = gep_type_begin(GEP), End = gep_type_end(GEP); It != End; ++It)
    if (!It.isStruct() && !isa<Constant>(It.getOperand()) &&
        It.getSequentialElementStride(DL) < A.value())
      return true;
  return false;
}

/// Whether more is added, to an address whose low bits an index that has been
/// scaled has left as they were.
static bool isBase(GetElementPtrInst &GEP) {
  return any_of(GEP.users(), [](User *U) { return isa<GetElementPtrInst>(U); });
}

/// A choice between two places in one local: the condition is an index.
static bool choosesInLocal(const SelectInst &S) {
  const Value *Object = getUnderlyingObject(S.getTrueValue());
  return isa<AllocaInst>(Object) &&
         Object == getUnderlyingObject(S.getFalseValue());
}

static void runOnFunction(Function &F) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  SmallVector<GetElementPtrInst *> Indexed;
  SmallVector<SelectInst *> Chosen;
  for (Instruction &I : instructions(F)) {
    if (auto *S = dyn_cast<SelectInst>(&I))
      if (S->getType()->isPointerTy() && choosesInLocal(*S))
        Chosen.push_back(S);
    auto *GEP = dyn_cast<GetElementPtrInst>(&I);
    if (!GEP || GEP->hasAllConstantIndices())
      continue;
    Align A = localAlign(GEP->getPointerOperand());
    if (A > 1 && (fitsBelow(*GEP, A, DL) || isBase(*GEP)))
      Indexed.push_back(GEP);
  }
  for (GetElementPtrInst *GEP : Indexed) {
    IRBuilder<> B(GEP);
    GEP->setOperand(0, hideIdentity(B, GEP->getPointerOperand()));
  }
  for (SelectInst *S : Chosen) {
    IRBuilder<> B(S);
    S->setTrueValue(hideIdentity(B, S->getTrueValue()));
  }
}

/// What nobody has defined is whatever is in the register. Where the allocator
/// has none it spills that, and the verifier lets nobody read a register that
/// has not been written (check_reg_arg()).
static void defineMerged(Function &F) {
  for (BasicBlock &BB : F)
    for (PHINode &Phi : BB.phis())
      if (Phi.getType()->isIntegerTy() || Phi.getType()->isPointerTy())
        for (Use &In : Phi.incoming_values())
          if (isa<UndefValue>(In))
            In.set(Constant::getNullValue(Phi.getType()));
}

PreservedAnalyses StackAddressPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  bool Changed = false;
  for (Function &F : M)
    if (F.hasFnAttribute(HasFiberCodeAttr)) {
      separateLocals(F);
      joinChoices(F);
      runOnFunction(F);
      for (Argument &A : F.args())
        if (A.getType()->isPointerTy()) {
          splitJoinedLoads(F, A);
          widenJoinedLoads(F, A);
          localizeContextAddresses(F, A);
          keepContextLoadsApart(F, A);
        }
      keepInSlots(F);
      stepBehindTests(F);
      widenNarrowCounters(F);
      compareMaskedTests(F);
      boundExitTests(F);
      maskIndices(F, FAM);
      keepInductions(F, FAM.getResult<TargetIRAnalysis>(F));
      defineMerged(F);
      goRoundByJump(F);
      F.removeFnAttr(HasFiberCodeAttr);
      Changed = true;
    }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace llvm::bpffiber
