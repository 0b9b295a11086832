// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LostReferences.h"
#include "OwnedReferences.h"
#include "SuspendLiveness.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

using Held = SmallVector<Value *, 2>;

/// What is lost on the edge, in the order of the body.
static Held lostBetween(BasicBlock *From, BasicBlock *To,
                        const OwnedReferences &References,
                        const EdgeLiveness &Live) {
  Held Lost;
  for (Value *V : References.heldBetween(*From, *To))
    if (References.getReference(V)->isOwnable() &&
        References.stateAt(V, To->front()) == OwnedReferences::Mixed &&
        !Live.isLiveInto(V, To))
      Lost.push_back(V);
  return Lost;
}

static void drop(Instruction *At, const Held &Values,
                 const OwnedReferences &References,
                 const KernelReferences &Kernel) {
  IRBuilder<> B(At);
  if (!B.getCurrentDebugLocation())
    if (DISubprogram *SP = At->getFunction()->getSubprogram())
      B.SetCurrentDebugLocation(
          DILocation::get(SP->getContext(), SP->getLine(), 0, SP));
  for (Value *V : Values)
    Kernel.emitDrop(B, *References.getReference(V), V);
}

void releaseLostReferences(const FiberShape &Shape,
                           const KernelReferences &Kernel) {
  Function &Body = *Shape.Body;
  OwnedReferences References(Shape, Kernel);
  if (References.empty())
    return;
  EdgeLiveness Live(Body, *Shape.Ctx);
  struct Edge {
    BasicBlock *From, *To;
    Held Lost;
  };
  SmallVector<Edge> Edges;
  SmallVector<std::pair<Instruction *, Held>> Ends;
  for (BasicBlock &BB : Body) {
    SetVector<BasicBlock *> Preds(pred_begin(&BB), pred_end(&BB));
    for (BasicBlock *Pred : Preds)
      if (Held Lost = lostBetween(Pred, &BB, References, Live); !Lost.empty())
        Edges.push_back({Pred, &BB, Lost});
    if (auto *Return = dyn_cast<ReturnInst>(BB.getTerminator())) {
      Held Last;
      for (Value *V : References.heldAt(*Return))
        if (References.getReference(V)->isOwnable())
          Last.push_back(V);
      if (!Last.empty())
        Ends.push_back({Return, Last});
    }
  }
  for (auto &[Return, Last] : Ends)
    drop(Return, Last, References, Kernel);
  for (Edge &E : Edges)
    drop(SplitBlockPredecessors(E.To, {E.From}, ".lost")->getTerminator(),
         E.Lost, References, Kernel);
}

} // namespace llvm::bpffiber
