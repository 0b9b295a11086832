// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LatchInductions.h"
#include "Primitives.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"

namespace llvm::bpffiber {

/// Whether the block in front of the latch asks the kernel's may_goto.
static bool isYieldPoint(const BasicBlock *Latch) {
  const BasicBlock *Check = Latch->getSinglePredecessor();
  return Check && isa<CallBrInst>(Check->getTerminator());
}

static void hide(Instruction &Increment) {
  IRBuilder<> B(Increment.getNextNode());
  B.SetCurrentDebugLocation(Increment.getDebugLoc());
  Value *Hidden = hideIdentity(B, &Increment);
  Increment.replaceUsesWithIf(Hidden,
                              [&](Use &U) { return U.getUser() != Hidden; });
}

void keepIncrementsInPlace(Function &F) {
  if (none_of(F, [](const BasicBlock &BB) {
        return isa<CallBrInst>(BB.getTerminator());
      }))
    return;
  DominatorTree DT(F);
  LoopInfo LI(DT);
  for (Loop *L : LI.getLoopsInPreorder()) {
    BasicBlock *Latch = L->getLoopLatch();
    if (!Latch || !isYieldPoint(Latch))
      continue;
    for (PHINode &Phi : L->getHeader()->phis()) {
      using namespace PatternMatch;
      auto *Increment =
          dyn_cast<Instruction>(Phi.getIncomingValueForBlock(Latch));
      if (Increment && Increment->getParent() != Latch &&
          match(Increment, m_c_Add(m_Specific(&Phi), m_ConstantInt())))
        hide(*Increment);
    }
  }
}

} // namespace llvm::bpffiber
