// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LowerPass.h"
#include "ContextAddresses.h"
#include "Diagnostics.h"
#include "FiberAnalyses.h"
#include "FiberShape.h"
#include "FrameDebugInfo.h"
#include "FrameLayout.h"
#include "FrameReport.h"
#include "HandOver.h"
#include "KernelReferences.h"
#include "KernelSupport.h"
#include "Kinds.h"
#include "Lints.h"
#include "Primitives.h"
#include "RuntimeTable.h"
#include "Split.h"
#include "TailMerging.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/DeadStoreElimination.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/JumpThreading.h"
#include "llvm/Transforms/Scalar/LowerConstantIntrinsics.h"
#include "llvm/Transforms/Scalar/MemCpyOptimizer.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include <functional>

namespace llvm::bpffiber {

namespace {

class ModuleLowering {
public:
  ModuleLowering(Module &M, FunctionAnalysisManager &FAM)
      : M(M), FAM(FAM), Kernel(M) {}
  bool run();

private:
  struct LoweredFiber {
    std::unique_ptr<FiberShape> Shape;
    std::unique_ptr<FrameLayout> Layout;
    FiberParts Parts;
    /// By start.
    DenseMap<CallInst *, HandOver> HandOvers;
    /// Only if somebody wants it.
    std::optional<FrameReport> Report;
  };
  bool lower(Function &Body);
  void insertHandOvers(LoweredFiber &Fiber);
  void replaceVerbs(LoweredFiber &Fiber);
  void replaceStart(LoweredFiber &Fiber, CallInst &Call);
  void replaceResume(LoweredFiber &Fiber, CallInst &Call);
  bool checkRecursion();
  bool checkRest();
  void giveUp();
  void showReports();

  Module &M;
  FunctionAnalysisManager &FAM;
  KernelReferences Kernel;
  std::vector<LoweredFiber> Fibers;
};

} // namespace

bool ModuleLowering::lower(Function &Body) {
  LoweredFiber Fiber;
  Fiber.Shape = collectVerbs(Body);
  if (!Fiber.Shape)
    return false;
  FiberShape &Shape = *Fiber.Shape;
  if (Shape.Starts.empty()) {
    // Nothing can run it; whoever resumes it finds nobody.
    Fibers.push_back(std::move(Fiber));
    return true;
  }
  if (!prepareForSplit(Shape, Kernel, FAM))
    return false;
  FiberAnalyses Analyses(Shape, Kernel);
  lintFiber(Shape, Analyses.Liveness);
  if (!checkKernelSupport(Shape, Analyses.References))
    return false;
  Fiber.Layout = Analyses.layOutFrame(FAM);
  if (!Fiber.Layout->isValid())
    return false;
  auto &Remarks = FAM.getResult<OptimizationRemarkEmitterAnalysis>(Body);
  if (wantsFrameReport() || Remarks.allowExtraAnalysis(RemarkPass))
    Fiber.Report = explainFrame(Shape, *Fiber.Layout);
  if (!completeFrameType(Shape, *Fiber.Layout) ||
      !splitFiber(Shape, Analyses.Liveness, *Fiber.Layout, Analyses.References,
                  Kernel, FAM, Fiber.Parts))
    return false;
  if (Fiber.Report) {
    addParts(*Fiber.Report, Shape, Fiber.Parts);
    emitFrameRemarks(*Fiber.Report, Body,
                     FAM.getResult<OptimizationRemarkEmitterAnalysis>(Body));
  }
  Fibers.push_back(std::move(Fiber));
  return true;
}

static void replaceVerb(CallInst &Call, Value *Result) {
  Call.replaceAllUsesWith(Result);
  Call.getFunction()->addFnAttr("no-jump-tables", "true");
  Call.getFunction()->addFnAttr(HasFiberCodeAttr);
  Call.eraseFromParent();
}

/// As C converts what the fiber returns to the verb's type.
static Value *extendVerdict(IRBuilder<> &B, CallInst *Verdict, CallInst &Verb) {
  return Verdict->getCalledFunction()->hasRetAttribute(Attribute::ZExt)
             ? B.CreateZExt(Verdict, Verb.getType())
             : B.CreateSExt(Verdict, Verb.getType());
}

static bool hasContext(StringRef Kind) {
  return getKindTraits(Kind).HasContext;
}

void ModuleLowering::replaceStart(LoweredFiber &Fiber, CallInst &Call) {
  IRBuilder<> B(&Call);
  Function *Start = Fiber.Parts.Start;
  SmallVector<Value *> Args;
  if (Fiber.Shape->isArray())
    Args.push_back(Call.getArgOperand(verbop::Frame));
  Args.push_back(Call.getArgOperand(verbop::Key));
  if (hasContext(Fiber.Shape->HomeKind))
    Args.push_back(Call.getArgOperand(verbop::Ctx));
  Args.push_back(Call.getArgOperand(verbop::Value));
  Args.push_back(Call.getArgOperand(verbop::Refused));
  Args.push_back(Call.getArgOperand(verbop::Flags));
  if (Fiber.Shape->HandsOver) {
    HandOver Slots = Fiber.HandOvers.lookup(&Call);
    Args.append({Slots.Frame, Slots.Word});
  }
  // The header checked the arguments against the prototype, but they come
  // through an ellipsis: promoted.
  for (unsigned I = verbop::FirstStartArg; I < Call.arg_size(); ++I) {
    if (Args.size() == Start->arg_size())
      break;
    Value *V = Call.getArgOperand(I);
    Type *Ty = Start->getArg(Args.size())->getType();
    if (V->getType() != Ty && Ty->isIntegerTy() && V->getType()->isIntegerTy())
      V = B.CreateSExtOrTrunc(V, Ty);
    Args.push_back(V);
  }
  CallInst *Verdict = B.CreateCall(Start, Args);
  replaceVerb(Call, extendVerdict(B, Verdict, Call));
}

void ModuleLowering::replaceResume(LoweredFiber &Fiber, CallInst &Call) {
  IRBuilder<> B(&Call);
  StringRef Kind;
  getConstantStringInfo(Call.getArgOperand(verbop::Kind), Kind);
  Function *Resume = Fiber.Parts.Resume.lookup(Kind);
  if (!Resume) { // nothing starts it
    replaceVerb(Call, Call.getArgOperand(verbop::Refused));
    return;
  }
  SmallVector<Value *> Args{Call.getArgOperand(verbop::Frame),
                            Call.getArgOperand(verbop::ResumeWord),
                            Call.getArgOperand(verbop::Key)};
  if (hasContext(Kind))
    Args.push_back(Call.getArgOperand(verbop::Ctx));
  Args.push_back(Call.getArgOperand(verbop::Value));
  Args.push_back(Call.getArgOperand(verbop::Refused));
  CallInst *Verdict = B.CreateCall(Resume, Args);
  replaceVerb(Call, extendVerdict(B, Verdict, Call));
}

void ModuleLowering::insertHandOvers(LoweredFiber &Fiber) {
  if (!Fiber.Shape->HandsOver)
    return;
  SmallVector<CallInst *> Starts;
  for (User *U : Fiber.Shape->Declaration->users())
    if (auto *Call = dyn_cast<CallInst>(U);
        Call && getPrimitive(*Call) == Primitive::Start)
      Starts.push_back(Call);
  for (CallInst *Start : Starts)
    Fiber.HandOvers[Start] = insertHandOver(*Start);
}

void ModuleLowering::replaceVerbs(LoweredFiber &Fiber) {
  FiberShape &Shape = *Fiber.Shape;
  if (!Shape.Declaration)
    return;
  for (Function &F : M)
    for (Instruction &I : make_early_inc_range(instructions(F))) {
      auto *Call = dyn_cast<CallInst>(&I);
      if (!Call || Call->arg_empty() ||
          Call->getArgOperand(verbop::Fiber) != Shape.Declaration)
        continue;
      switch (getPrimitive(*Call)) {
      case Primitive::Start:
        replaceStart(Fiber, *Call);
        break;
      case Primitive::Resume:
        replaceResume(Fiber, *Call);
        break;
      case Primitive::Cancel: {
        Function *Resume = Fiber.Parts.Resume.lookup(CancelKind);
        IRBuilder<> B(Call);
        Value *Zero = B.getInt64(0);
        replaceVerb(
            *Call, Resume ? B.CreateCall(Resume,
                                         {Call->getArgOperand(cancelop::Frame),
                                          Call->getArgOperand(cancelop::Word),
                                          Call->getArgOperand(cancelop::Key),
                                          Zero /* value */, Zero /* refused */})
                          : Zero);
        break;
      }
      case Primitive::IsCancellable:
        replaceVerb(*Call,
                    ConstantInt::get(Call->getType(), Shape.IsCancelled));
        break;
      case Primitive::TokenOffset:
        if (!Shape.Token)
          Diagnostic(F, DS_Error, Call->getDebugLoc(), "bpf-fiber-no-token",
                     "fiber '" + Shape.Name +
                         "' never waits in yield_to_user(), so there is "
                         "nothing to reply to");
        replaceVerb(
            *Call, ConstantInt::get(
                       Call->getType(),
                       Shape.Token ? getTokenOffset(Shape, *Fiber.Layout) : 0));
        break;
      case Primitive::Disarm: {
        if (Fiber.Layout && Fiber.Layout->timerField() >= 0) {
          IRBuilder<> B(Call);
          Function *Stop = getRuntimeFn(*Shape.Runtime, RuntimeFn::StopTimer);
          const FrameField &Timer =
              Fiber.Layout->fields()[Fiber.Layout->timerField()];
          B.CreateCall(Stop->getFunctionType(), Stop,
                       {B.CreateConstInBoundsGEP1_64(B.getInt8Ty(),
                                                     Call->getArgOperand(2),
                                                     Timer.Offset)});
        }
        if (Function *Clear = Fiber.Parts.Clear)
          IRBuilder<>(Call).CreateCall(Clear, {Call->getArgOperand(2)});
        replaceVerb(*Call, PoisonValue::get(Call->getType()));
        break;
      }
      default:
        break;
      }
    }
  if (Shape.Declaration->use_empty())
    Shape.Declaration->eraseFromParent();
}

/// Clang's plugin has checked the source; this is for IR that it never saw.
bool ModuleLowering::checkRest() {
  bool Good = true;
  for (Function &F : M) {
    if (getPrimitive(&F) == Primitive::None)
      continue;
    for (User *U : F.users()) {
      auto *I = dyn_cast<Instruction>(U);
      // Left behind where it was inlined.
      if (I && I->getFunction()->hasLocalLinkage() &&
          I->getFunction()->use_empty())
        continue;
      Diagnostic(
          I ? *I->getFunction() : F, DS_Error,
          I ? I->getDebugLoc() : DebugLoc(), "bpf-fiber-await-outside-fiber",
          "'" + F.getName() +
              "' is used where it means nothing: "
              "outside of a fiber, for one without a body, or by its address");
      Good = false;
      break;
    }
  }
  return Good;
}

/// A fiber may run other fibers, but not, through them, itself: everything is
/// inlined, and the verifier allows no recursion either
/// (check_max_stack_depth).
bool ModuleLowering::checkRecursion() {
  MapVector<Function *, StringRef> Parts;
  for (LoweredFiber &Fiber : Fibers) {
    if (Fiber.Parts.Start)
      Parts[Fiber.Parts.Start] = Fiber.Shape->Name;
    for (auto &[Kind, Resume] : Fiber.Parts.Resume)
      Parts[Resume] = Fiber.Shape->Name;
  }
  SmallPtrSet<Function *, 8> Done;
  SmallVector<std::pair<Function *, CallInst *>> Path;
  std::function<bool(Function *)> Visit = [&](Function *F) {
    for (Instruction &I : instructions(*F)) {
      auto *Call = dyn_cast<CallInst>(&I);
      Function *Callee = Call ? Call->getCalledFunction() : nullptr;
      if (!Callee || !Parts.count(Callee) || Done.contains(Callee))
        continue;
      Path.push_back({F, Call});
      bool Cycle = any_of(Path, [&](auto &P) { return P.first == Callee; });
      if (Cycle) {
        Diagnostic D(*F, DS_Error, Call->getDebugLoc(), "bpf-fiber-recursion",
                     "fiber '" + Parts[Callee] + "' runs itself");
        for (auto &[Caller, At] : Path)
          D.note(At->getDebugLoc(),
                 "fiber '" + Parts[Caller] + "' runs fiber '" +
                     Parts[At->getCalledFunction()] + "' here");
        return false;
      }
      if (!Visit(Callee))
        return false;
      Path.pop_back();
    }
    Done.insert(F);
    return true;
  };
  return all_of(Parts, [&](auto &Part) { return Visit(Part.first); });
}

/// After an error there is no object file, but code generation still runs:
/// leave nothing that would make it complain too.
void ModuleLowering::giveUp() {
  for (Function &F : M)
    for (Instruction &I : make_early_inc_range(instructions(F))) {
      auto *Call = dyn_cast<CallInst>(&I);
      Function *Callee = Call ? Call->getCalledFunction() : nullptr;
      if (getPrimitive(I) == Primitive::None &&
          !(Callee && Callee->hasFnAttribute(FiberPartAttr)))
        continue;
      I.replaceAllUsesWith(PoisonValue::get(I.getType()));
      I.eraseFromParent();
    }
}

void ModuleLowering::showReports() {
  if (!wantsFrameReport())
    return;
  std::vector<FrameReport> Reports;
  for (LoweredFiber &Fiber : Fibers)
    if (Fiber.Report)
      Reports.push_back(std::move(*Fiber.Report));
  showFrameReports(Reports, M);
}

bool ModuleLowering::run() {
  SmallVector<Function *> Bodies;
  for (Function &F : M)
    if (F.hasFnAttribute(FiberBodyAttr) && !F.isDeclaration())
      Bodies.push_back(&F);
  if (Bodies.empty())
    return !checkRest();
  bool Typed = checkPrimitives(M), Good = Typed && checkKernelSupport(M);
  for (Function *Body : Bodies)
    Good &= Typed && lower(*Body);
  // Bodies hold verbs too, of which the clones have copies.
  for (Function *Body : Bodies) {
    FAM.clear(*Body, Body->getName());
    Body->eraseFromParent();
  }
  if (!Good) {
    giveUp();
    return true;
  }
  for (Function &F : M)
    mergeVerbs(F);
  for (LoweredFiber &Fiber : Fibers) {
    insertHandOvers(Fiber);
    replaceVerbs(Fiber);
  }
  if (!checkRecursion() || !checkRest())
    giveUp();
  else
    showReports();
  // The runtime table has been read.
  for (LoweredFiber &Fiber : Fibers)
    if (GlobalVariable *Table = Fiber.Shape->Runtime)
      Table->removeDeadConstantUsers();
  return true;
}

PreservedAnalyses LowerPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  bool Changed = ModuleLowering(M, FAM).run();
  Changed |= KernelReferences::eraseDeclarations(M);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

static void eraseIfDead(GlobalVariable *G) {
  if (!G)
    return;
  G->removeDeadConstantUsers();
  if (G->use_empty() && G->hasLocalLinkage())
    G->eraseFromParent();
}

/// The generation is counted for those who read it around a claim. A fiber
/// that is never entered that way need not count.
static void dropUnreadGeneration(GlobalVariable &Counters) {
  SmallVector<AtomicRMWInst *> Writes;
  for (User *U : Counters.users()) {
    // By itself, or in a register (__fiber_enter()).
    if (isa<LoadInst, CallBase>(U))
      return;
    if (auto *Write = dyn_cast<AtomicRMWInst>(U);
        Write && Write->getPointerOperand() == &Counters && Write->use_empty())
      Writes.push_back(Write);
  }
  for (AtomicRMWInst *Write : Writes)
    Write->eraseFromParent();
}

PreservedAnalyses CleanupPass::run(Module &M, ModuleAnalysisManager &MAM) {
  bool Any =
      any_of(M, [](Function &F) { return F.hasFnAttribute(HasFiberCodeAttr); });
  if (!Any)
    return PreservedAnalyses::all();
  AlwaysInlinerPass().run(M, MAM);
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  // Two copies of an access to a packet are one in front of a branch as long as
  // their addresses go through the same call, and nothing stands between them
  // that only waits to be folded, as in htons().
  FunctionPassManager Hoisting;
  Hoisting.addPass(LowerConstantIntrinsicsPass());
  Hoisting.addPass(
      SimplifyCFGPass(SimplifyCFGOptions().hoistCommonInsts(true)));
  FunctionPassManager FPM;
  FPM.addPass(SROAPass(SROAOptions::ModifyCFG));
  FPM.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
  FPM.addPass(SimplifyCFGPass());
  FPM.addPass(JumpThreadingPass());
  FPM.addPass(InstCombinePass());
  // Zeros become one memset, and what is copied into an image is made there.
  FPM.addPass(MemCpyOptPass());
  FPM.addPass(DSEPass());
  FPM.addPass(ADCEPass());
  FPM.addPass(SimplifyCFGPass());
  for (Function &F : M) {
    if (F.isDeclaration() ||
        !(F.hasFnAttribute(HasFiberCodeAttr) || F.hasFnAttribute(CallbackAttr)))
      continue;
    Hoisting.run(F, FAM);
    for (Argument &A : F.args())
      if (A.getType()->isPointerTy())
        localizeContextAddresses(F, A);
    separatePassthroughs(F);
    FAM.invalidate(F, PreservedAnalyses::none());
    FPM.run(F, FAM);
    mergeEqualTails(F);
    FAM.invalidate(F, PreservedAnalyses::none());
    F.addFnAttr(HasFiberCodeAttr);
  }
  for (GlobalVariable &G : M.globals())
    if (G.getName().ends_with("_counters"))
      dropUnreadGeneration(G);
  eraseIfDead(M.getGlobalVariable("__fiber_runtime", /*AllowInternal=*/true));
  return PreservedAnalyses::none();
}

} // namespace llvm::bpffiber
