// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FiberAnalyses.h"
#include "AddressBounds.h"
#include "AtomicSections.h"
#include "ContextAddresses.h"
#include "Diagnostics.h"
#include "ExitTests.h"
#include "FrameAddresses.h"
#include "KernelSupport.h"
#include "LateInitializers.h"
#include "LoopEntries.h"
#include "LostReferences.h"
#include "MergedAwaits.h"
#include "NarrowCounters.h"
#include "PinnedValues.h"
#include "Primitives.h"
#include "RuntimeTable.h"
#include "TimerWaits.h"
#include "YieldPoints.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"

namespace llvm::bpffiber {

bool checkPrimitives(Module &M) {
  for (Function &F : M)
    if (getPrimitive(&F) != Primitive::None && !hasExpectedType(F)) {
      Diagnostic(F, DS_Error, DebugLoc(), "bpf-fiber-runtime-version",
                 "'" + F.getName() +
                     "' in the headers in <bpf_fiber/> is not "
                     "that of this compiler");
      return false;
    }
  return true;
}

/// A label's address belongs to one function; a fiber becomes several.
static bool checkJumps(const FiberShape &Shape) {
  for (BasicBlock &BB : *Shape.Body) {
    auto *Jump = dyn_cast<IndirectBrInst>(BB.getTerminator());
    if (!Jump)
      continue;
    // Clang gives the jump no location; what leads to it has one.
    DebugLoc Loc;
    for (Instruction &I : BB)
      if (I.getDebugLoc() && I.getDebugLoc().getLine())
        Loc = I.getDebugLoc();
    Diagnostic(*Shape.Body, DS_Error, Loc, "bpf-fiber-computed-goto",
               "computed goto in fiber '" + Shape.Name + "'")
        .note(Loc,
              "a fiber is split into several functions, and the address of a "
              "label means nothing in another one: use a switch");
    return false;
  }
  return true;
}

namespace {

/// BPFAdjustOpt hides conditions behind llvm.bpf.passthrough, so that nobody
/// sees what they say about ranges. Opens them while it lives.
class PassthroughWindow {
public:
  explicit PassthroughWindow(Function &F) {
    for (Instruction &I : instructions(F))
      if (auto *II = dyn_cast<IntrinsicInst>(&I);
          II && II->getIntrinsicID() == Intrinsic::bpf_passthrough &&
          II->getType()->isIntegerTy())
        for (Use &U : II->uses())
          Hidden.push_back({&U, II});
    for (auto [U, II] : Hidden)
      U->set(II->getArgOperand(1));
  }
  ~PassthroughWindow() {
    for (auto [U, II] : Hidden)
      U->set(II);
  }

private:
  SmallVector<std::pair<Use *, IntrinsicInst *>> Hidden;
};

} // namespace

static void noteAddressBounds(Function &Body, FunctionAnalysisManager &FAM) {
  FAM.invalidate(Body, PreservedAnalyses::none());
  std::optional<AddressBounds> Bounds;
  {
    PassthroughWindow Window(Body);
    Bounds.emplace(Body, FAM.getResult<LazyValueAnalysis>(Body),
                   FAM.getResult<ScalarEvolutionAnalysis>(Body),
                   wantsYieldPoints());
  }
  noteNoOverflow(Body, Bounds->getRanges());
  Bounds->note();
  FAM.invalidate(Body, PreservedAnalyses::none());
}

bool prepareForSplit(FiberShape &Shape, const KernelReferences &Kernel,
                     FunctionAnalysisManager &FAM) {
  Function &Body = *Shape.Body;
  if (!isRuntimeTable(*Shape.Runtime)) {
    Diagnostic(Body, DS_Error, DebugLoc(), "bpf-fiber-runtime-version",
               "the headers in <bpf_fiber/> are not those of this compiler");
    return false;
  }
  if (!checkJumps(Shape))
    return false;
  joinCommonExits(Body);
  unpinValues(Body, FAM);
  if (wantsYieldPoints()) {
    enterLoopsAtHeaders(Body, FAM);
    // Any of them may go round a loop that will yield.
    lowerFrameAddresses(Shape, /*Everywhere=*/true);
    noteAddressBounds(Body, FAM);
    insertYieldPoints(Shape, Kernel, FAM);
  }
  boundExitTests(Body);
  if (!canonicalizeSuspends(Shape) || !checkAtomicSections(Shape))
    return false;
  lowerFrameAddresses(Shape, /*Everywhere=*/false);
  if (!wantsYieldPoints())
    noteAddressBounds(Body, FAM);
  if (!kernelHas(KernelFeature::LinkedBounds)) {
    FAM.invalidate(Body, PreservedAnalyses::none());
    checkAddressBounds(Body, FAM.getResult<ScalarEvolutionAnalysis>(Body));
  }
  lowerTimerWaits(Shape);
  initializeLate(Shape);
  localizeContextAddresses(Body, *Shape.Ctx);
  localizeMemberAddresses(Shape);
  releaseLostReferences(Shape, Kernel);
  FAM.invalidate(Body, PreservedAnalyses::none());
  return true;
}

FiberAnalyses::FiberAnalyses(const FiberShape &Shape,
                             const KernelReferences &Kernel)
    : Shape(Shape), Liveness(Shape), Origins(Shape, Kernel),
      References(Shape, Kernel) {}

std::unique_ptr<FrameLayout>
FiberAnalyses::layOutFrame(FunctionAnalysisManager &FAM) const {
  Function &Body = *Shape.Body;
  std::unique_ptr<FrameLayout> Layout;
  {
    PassthroughWindow Window(Body);
    Layout = std::make_unique<FrameLayout>(
        Shape, Liveness, Origins, References,
        FAM.getResult<LazyValueAnalysis>(Body),
        FAM.getResult<ScalarEvolutionAnalysis>(Body));
  }
  FAM.invalidate(Body, PreservedAnalyses::none());
  return Layout;
}

} // namespace llvm::bpffiber
