// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "BlockCopies.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

namespace llvm::bpffiber {

SmallVector<AllocaInst *> copyBlocks(ArrayRef<BasicBlock *> Blocks,
                                     const Twine &Suffix,
                                     ValueToValueMapTy &Map) {
  SmallVector<AllocaInst *> Memory;
  SmallVector<PHINode *> Phis;
  for (BasicBlock *BB : Blocks)
    for (PHINode &Phi : BB->phis())
      Phis.push_back(&Phi);
  for (PHINode *Phi : Phis)
    Memory.push_back(DemotePHIToStack(Phi));
  SmallVector<Instruction *> Escaping;
  for (BasicBlock *BB : Blocks)
    for (Instruction &I : *BB)
      if (I.isUsedOutsideOfBlock(BB))
        Escaping.push_back(&I);
  for (Instruction *I : Escaping)
    Memory.push_back(DemoteRegToStack(*I));
  erase(Memory, nullptr); // Of a value without uses.

  SmallVector<BasicBlock *> Copies;
  for (BasicBlock *BB : Blocks) {
    BasicBlock *Copy = CloneBasicBlock(BB, Map, Suffix, BB->getParent());
    Map[BB] = Copy;
    Copies.push_back(Copy);
  }
  remapInstructionsInBlocks(Copies, Map);
  SmallPtrSet<BasicBlock *, 16> Copied(Blocks.begin(), Blocks.end());
  for (BasicBlock *BB : Blocks)
    for (BasicBlock *Succ : successors(BB))
      if (!Copied.contains(Succ))
        for (PHINode &Phi : Succ->phis()) {
          Value *In = Phi.getIncomingValueForBlock(BB);
          Value *Copy = Map.lookup(In);
          Phi.addIncoming(Copy ? Copy : In, cast<BasicBlock>(Map[BB]));
        }
  return Memory;
}

} // namespace llvm::bpffiber
