// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "EmbeddedFibers.h"
#include "Diagnostics.h"
#include "Guards.h"
#include "MergedAwaits.h"
#include "SharedAwaits.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
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

/// What a fiber awaits is put into it from the top down: then all awaits of one
/// fiber, whatever they are inlined from, are known when it is its turn. So the
/// bodies are the fibers' own until each gets its turn, callers first.
class Embedder {
public:
  Embedder(MapVector<Function *, Function *> &Bodies,
           FunctionAnalysisManager &FAM)
      : Bodies(Bodies), FAM(FAM) {}
  void run();

private:
  enum State { New, OnPath, Done };
  void visit(Function *Fiber);
  void embed(Function &Body, Function *Child);
  SmallVector<CallBase *> awaitsIn(Function &Body, Function *Child) const;
  bool isOnlyAwaited(Function *Fiber) const;
  void reportRecursion(CallBase &Await) const;

  MapVector<Function *, Function *> &Bodies;
  FunctionAnalysisManager &FAM;
  DenseMap<Function *, State> States;
  SmallVector<CallBase *> Path;
  /// Those that have been visited, what they await first.
  SmallVector<Function *> Order;
  AwaitedFibers Fibers;
};

} // namespace

/// Those of Child, or of any fiber if it is null.
SmallVector<CallBase *> Embedder::awaitsIn(Function &Body,
                                           Function *Child) const {
  SmallVector<CallBase *> Awaits;
  for (Instruction &I : instructions(Body))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Function *Callee = Call->getCalledFunction())
        if (Child ? Callee == Child : Bodies.contains(Callee))
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
  for (CallBase *Await : awaitsIn(Body, nullptr)) {
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
    }
  }
  States[Fiber] = Done;
  Order.push_back(Fiber);
  Fibers.add(Fiber, Body, FAM);
}

void Embedder::embed(Function &Body, Function *Child) {
  Function &ChildBody = *Bodies.lookup(Child);
  for (const AwaitGroup &Group :
       findSharedAwaits(Body, ChildBody, awaitsIn(Body, Child), Fibers, FAM))
    mergeAwaits(Group);
  for (CallBase *Await : awaitsIn(Body, Child)) {
    Await->setCalledFunction(&ChildBody);
    InlineFunctionInfo Info;
    [[maybe_unused]] InlineResult Result = InlineFunction(*Await, Info);
    assert(Result.isSuccess() && "nothing about a fiber forbids it");
  }
}

bool Embedder::isOnlyAwaited(Function *Fiber) const {
  Fiber->removeDeadConstantUsers();
  return !Fiber->use_empty() && all_of(Fiber->uses(), [&](Use &U) {
    auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !Call->isCallee(&U))
      return false;
    return any_of(Order, [&](Function *Other) {
      return Bodies.lookup(Other) == Call->getFunction();
    });
  });
}

void Embedder::run() {
  for (auto &[Fiber, Body] : Bodies)
    if (States.lookup(Fiber) == New && !Body->hasOptNone())
      visit(Fiber);
  SmallSetVector<Function *, 8> Parts;
  for (Function *Fiber : Order)
    if (isOnlyAwaited(Fiber))
      Parts.insert(Fiber);
  for (auto Fiber = Order.rbegin(); Fiber != Order.rend(); ++Fiber) {
    if (Parts.contains(*Fiber))
      continue;
    Function &Body = *Bodies.lookup(*Fiber);
    for (auto Child = std::next(Fiber); Child != Order.rend(); ++Child)
      embed(Body, *Child);
    lowerGuards(Body);
  }
  for (Function *Fiber : Parts)
    Bodies.lookup(Fiber)->deleteBody();
  for (Function *Fiber : Parts)
    for (Function *F : {Bodies.lookup(Fiber), Fiber}) {
      FAM.clear(*F, F->getName());
      F->eraseFromParent();
    }
  Bodies.remove_if([&](auto &Entry) { return Parts.contains(Entry.first); });
}

void embedAwaited(MapVector<Function *, Function *> &Bodies,
                  FunctionAnalysisManager &FAM) {
  Embedder(Bodies, FAM).run();
}

} // namespace llvm::bpffiber
