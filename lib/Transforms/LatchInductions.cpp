// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LatchInductions.h"
#include "Primitives.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm::PatternMatch;

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

static void keepIncrementsInPlace(const LoopInfo &LI) {
  for (Loop *L : LI.getLoopsInPreorder()) {
    BasicBlock *Latch = L->getLoopLatch();
    if (!Latch || !isYieldPoint(Latch))
      continue;
    for (PHINode &Phi : L->getHeader()->phis()) {
      auto *Increment =
          dyn_cast<Instruction>(Phi.getIncomingValueForBlock(Latch));
      if (Increment && Increment->getParent() != Latch &&
          match(Increment, m_c_Add(m_Specific(&Phi), m_ConstantInt())))
        hide(*Increment);
    }
  }
}

/// Counters of L that may begin with what is not a constant.
static void keepCountersFromUnknown(const Loop &L) {
  for (PHINode &Phi : L.getHeader()->phis()) {
    SmallSetVector<Instruction *, 2> Increments;
    bool FromUnknown = false;
    for (auto [In, From] : zip_equal(Phi.incoming_values(), Phi.blocks()))
      if (!L.contains(From))
        FromUnknown |= !isa<Constant>(In);
      else if (match(In.get(), m_c_Add(m_Specific(&Phi), m_ConstantInt())))
        Increments.insert(cast<Instruction>(In));
    if (FromUnknown)
      for (Instruction *Increment : Increments)
        hide(*Increment);
  }
}

void keepInductions(Function &F) {
  DominatorTree DT(F);
  LoopInfo LI(DT);
  keepIncrementsInPlace(LI);
  for (Loop *L : LI.getLoopsInPreorder())
    keepCountersFromUnknown(*L);
}

} // namespace llvm::bpffiber
