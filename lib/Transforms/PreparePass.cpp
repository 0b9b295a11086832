// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PreparePass.h"
#include "EmbeddedFibers.h"
#include "FailurePaths.h"
#include "HelperBuffers.h"
#include "PinnedValues.h"
#include "Primitives.h"
#include "RederivedPointers.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

namespace llvm::bpffiber {

/// The text of an annotation, if it is a string.
static StringRef getAnnotation(const ConstantStruct *Entry) {
  const auto *Text =
      dyn_cast<GlobalVariable>(Entry->getOperand(1)->stripPointerCasts());
  if (!Text || !Text->hasInitializer())
    return "";
  const auto *Data = dyn_cast<ConstantDataSequential>(Text->getInitializer());
  return Data && Data->isCString() ? Data->getAsCString() : "";
}

/// The annotated functions, whose entries leave llvm.global.annotations.
static SmallVector<Function *> takeFibers(Module &M) {
  SmallVector<Function *> Fibers;
  GlobalVariable *Annotations = M.getGlobalVariable("llvm.global.annotations");
  if (!Annotations || !Annotations->hasInitializer())
    return Fibers;
  SmallVector<Constant *> Others;
  auto *Array = dyn_cast<ConstantArray>(Annotations->getInitializer());
  if (!Array)
    return Fibers;
  for (Use &Op : Array->operands()) {
    auto *Entry = dyn_cast<ConstantStruct>(Op);
    auto *F =
        Entry && Entry->getNumOperands() > 1
            ? dyn_cast<Function>(Entry->getOperand(0)->stripPointerCasts())
            : nullptr;
    StringRef Text = F ? getAnnotation(Entry) : "";
    if (Text == CancellableAnnotation)
      F->addFnAttr(CancellableAttr);
    else if (Text != FiberAnnotation)
      Others.push_back(cast<Constant>(Op));
    else if (!F->isDeclaration())
      Fibers.push_back(F);
  }
  if (Others.size() == Array->getNumOperands())
    return Fibers;
  std::string Section = Annotations->getSection().str();
  Annotations->eraseFromParent();
  if (!Others.empty()) {
    auto *Type = ArrayType::get(Others.front()->getType(), Others.size());
    auto *New = new GlobalVariable(
        M, Type, false, GlobalValue::AppendingLinkage,
        ConstantArray::get(Type, Others), "llvm.global.annotations");
    New->setSection(Section);
  }
  return Fibers;
}

static Function *moveBodyAway(Module &M, Function &F) {
  Function *Body =
      Function::Create(F.getFunctionType(), GlobalValue::ExternalLinkage,
                       F.getName() + ".fiber", &M);
  Body->copyAttributesFrom(&F);
  for (auto [Old, New] : zip_equal(F.args(), Body->args())) {
    New.takeName(&Old);
    Old.replaceAllUsesWith(&New);
  }
  Body->splice(Body->begin(), &F);
  Body->setSubprogram(F.getSubprogram());
  Body->addFnAttr(FiberBodyAttr, F.getName());
  Body->addFnAttr(Attribute::NoInline);
  F.clearMetadata();
  F.setLinkage(GlobalValue::ExternalLinkage);
  F.setAttributes(AttributeList());
  return Body;
}

/// Two suspend points must stay two, and one must stay one, whatever the
/// optimiser thinks of equal calls.
static void markPrimitives(Module &M) {
  for (Function &F : M) {
    if (getPrimitive(&F) == Primitive::None)
      continue;
    F.addFnAttr(Attribute::NoMerge);
    F.addFnAttr(Attribute::NoDuplicate);
    F.addFnAttr(Attribute::NoUnwind);
    for (User *U : F.users())
      if (auto *Call = dyn_cast<CallBase>(U)) {
        Call->addFnAttr(Attribute::NoMerge);
        Call->addFnAttr(Attribute::NoDuplicate);
      }
  }
}

/// -Og keeps variables alive to the end of their scope for the debugger. A
/// debugger cannot stop in BPF, and each would be kept in the frame. In the
/// programs they make LLVM spill the half of a register into which a packet
/// pointer was loaded, which no verifier accepts.
static void dropFakeUses(Module &M) {
  for (Function &F : M)
    if (F.getName().starts_with("llvm.fake.use"))
      for (User *U : make_early_inc_range(F.users()))
        cast<Instruction>(U)->eraseFromParent();
}

/// BPFAbstractMemberAccess of LLVM 19 casts pointers to pointers.
static void dropEmptyCasts(Module &M) {
  for (Function &F : M)
    for (Instruction &I : make_early_inc_range(instructions(F)))
      if (isa<BitCastInst>(I) && I.getType() == I.getOperand(0)->getType()) {
        I.replaceAllUsesWith(I.getOperand(0));
        I.eraseFromParent();
      }
}

PreservedAnalyses PreparePass::run(Module &M, ModuleAnalysisManager &MAM) {
  SmallVector<Function *> Fibers = takeFibers(M);
  if (Fibers.empty())
    return PreservedAnalyses::all();
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  dropFakeUses(M);
  dropEmptyCasts(M);
  MapVector<Function *, Function *> Bodies;
  for (Function *F : Fibers)
    Bodies.insert({F, moveBodyAway(M, *F)});
  markPrimitives(M);
  noteCleanups(M);
  embedAwaited(Bodies, FAM);
  for (auto &[F, Body] : Bodies)
    // A prototype that cannot be lowered is reported by the lowering.
    if (!Body->hasOptNone() && !Body->arg_empty()) {
      separateBuffers(*Body);
      bool HasLostPointers = openFailurePaths(*Body, FAM);
      promoteLocals(*Body, FAM, HasLostPointers);
      if (HasLostPointers)
        rederivePointers(*Body, FAM);
      pinValues(*Body, FAM);
    }
  forgetCleanups(M);
  return PreservedAnalyses::none();
}

} // namespace llvm::bpffiber
