// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "EmbeddedFibers.h"
#include "Diagnostics.h"
#include "Guards.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace llvm::bpffiber {

static Function *getInlinable(Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && !Callee->isDeclaration() &&
                 Callee->hasFnAttribute(Attribute::AlwaysInline)
             ? Callee
             : nullptr;
}

/// Inlining it would not end. What the optimiser makes of it, a loop perhaps,
/// is its affair; an awaitable that is recursive was reported by the frontend.
static bool isRecursive(Function &F) {
  SmallPtrSet<Function *, 8> Seen;
  SmallVector<Function *> Work{&F};
  while (!Work.empty())
    for (Instruction &I : instructions(*Work.pop_back_val()))
      if (Function *Callee = getInlinable(I)) {
        if (Callee == &F)
          return true;
        if (Seen.insert(Callee).second)
          Work.push_back(Callee);
      }
  return false;
}

/// Suspends are inside the awaitables.
static void inlineAwaitables(Function &Body) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    SmallVector<CallBase *> Calls;
    for (Instruction &I : instructions(Body))
      if (Function *Callee = getInlinable(I); Callee && !isRecursive(*Callee))
        Calls.push_back(cast<CallBase>(&I));
    for (CallBase *Call : Calls) {
      InlineFunctionInfo Info;
      Changed |= InlineFunction(*Call, Info).isSuccess();
    }
  }
}

namespace {

/// Walks the graph of who awaits whom, depth first, so that what is inlined
/// awaits nothing any more.
class Embedder {
public:
  Embedder(MapVector<Function *, Function *> &Bodies,
           FunctionAnalysisManager &FAM)
      : Bodies(Bodies), FAM(FAM) {}
  void run();

private:
  enum State { New, OnPath, Done };
  void visit(Function *Fiber);
  SmallVector<CallBase *> awaitsIn(Function &Body) const;
  void reportRecursion(CallBase &Await) const;

  MapVector<Function *, Function *> &Bodies;
  FunctionAnalysisManager &FAM;
  DenseMap<Function *, State> States;
  SmallPtrSet<Function *, 8> Awaited;
  SmallVector<CallBase *> Path;
};

} // namespace

SmallVector<CallBase *> Embedder::awaitsIn(Function &Body) const {
  SmallVector<CallBase *> Awaits;
  for (Instruction &I : instructions(Body))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Function *Callee = Call->getCalledFunction())
        if (Bodies.contains(Callee))
          Awaits.push_back(Call);
  return Awaits;
}

/// Clang's plugin has reported it; this is for IR that it never saw.
void Embedder::reportRecursion(CallBase &Await) const {
  Function *Fiber = Await.getCalledFunction();
  Diagnostic D(*Await.getFunction(), DS_Error, Await.getDebugLoc(),
               "bpf-fiber-recursion",
               "fiber '" + Fiber->getName() + "' awaits itself");
  for (CallBase *Step : Path)
    D.note(Step->getDebugLoc(), "fiber '" +
                                    Step->getCalledFunction()->getName() +
                                    "' is awaited here");
}

void Embedder::visit(Function *Fiber) {
  Function &Body = *Bodies.lookup(Fiber);
  States[Fiber] = OnPath;
  inlineAwaitables(Body);
  for (CallBase *Await : awaitsIn(Body)) {
    Function *Child = Await->getCalledFunction();
    if (States.lookup(Child) == New) {
      Path.push_back(Await);
      visit(Child);
      Path.pop_back();
    }
    if (States.lookup(Child) == OnPath) {
      reportRecursion(*Await);
      Await->replaceAllUsesWith(PoisonValue::get(Await->getType()));
      Await->eraseFromParent();
      continue;
    }
    Awaited.insert(Child);
    Await->setCalledFunction(Bodies.lookup(Child));
    InlineFunctionInfo Info;
    [[maybe_unused]] InlineResult Result = InlineFunction(*Await, Info);
    assert(Result.isSuccess() && "nothing about a fiber forbids it");
  }
  lowerGuards(Body);
  States[Fiber] = Done;
}

void Embedder::run() {
  for (auto &[Fiber, Body] : Bodies)
    if (States.lookup(Fiber) == New && !Body->hasOptNone())
      visit(Fiber);
  Bodies.remove_if([&](auto &Entry) {
    auto [Fiber, Body] = Entry;
    Fiber->removeDeadConstantUsers();
    if (!Awaited.contains(Fiber) || !Fiber->use_empty())
      return false;
    for (Function *F : {Body, Fiber}) {
      FAM.clear(*F, F->getName());
      F->eraseFromParent();
    }
    return true;
  });
}

void embedAwaited(MapVector<Function *, Function *> &Bodies,
                  FunctionAnalysisManager &FAM) {
  Embedder(Bodies, FAM).run();
}

} // namespace llvm::bpffiber
