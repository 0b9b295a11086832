// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LoopEntries.h"
#include "BlockCopies.h"
#include "Primitives.h"
#include "llvm/ADT/DepthFirstIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CycleAnalysis.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/FixIrreducible.h"
#include "llvm/Transforms/Utils/LowerSwitch.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace llvm::bpffiber {

/// Instructions that are copied for the entries of one cycle, at most.
static constexpr unsigned MaxCopied = 64;
/// Cycles that are entered by copies in a fiber, at most: an outer one that is
/// put right may have an inner one in the copy and in what was copied.
static constexpr unsigned MaxCycles = 16;

namespace {

/// What is executed from where a cycle is entered until its header.
struct EntryWay {
  SmallSetVector<BasicBlock *, 8> Blocks;
  SmallVector<BasicBlock *, 2> Entries;
  unsigned Size = 0;
};

} // namespace

static const Cycle *findIrreducible(const CycleInfo &Cycles) {
  for (const Cycle *Outermost : Cycles.toplevel_cycles())
    for (const Cycle *C : depth_first(Outermost))
      if (!C->isReducible())
        return C;
  return nullptr;
}

/// What has to be copied so that C is entered at Header only; nothing if it
/// cannot be, or is too much.
static std::optional<EntryWay> wayTo(const BasicBlock *Header, const Cycle &C) {
  EntryWay Way;
  for (BasicBlock *Entry : C.getEntries())
    if (Entry != Header)
      Way.Entries.push_back(Entry);
  Way.Blocks.insert(Way.Entries.begin(), Way.Entries.end());
  for (unsigned N = 0; N != Way.Blocks.size(); ++N) {
    BasicBlock *BB = Way.Blocks[N];
    for (const Instruction &I : *BB) {
      const auto *Call = dyn_cast<CallBase>(&I);
      if (isSuspend(I) || (Call && Call->cannotDuplicate()))
        return std::nullopt;
      if (!I.isDebugOrPseudoInst() && !isa<PHINode>(I) &&
          ++Way.Size > MaxCopied)
        return std::nullopt;
    }
    for (BasicBlock *Succ : successors(BB))
      if (Succ != Header && C.contains(Succ))
        Way.Blocks.insert(Succ);
  }
  return Way;
}

static void enterByCopy(const EntryWay &Way, const Cycle &C) {
  SmallVector<std::pair<BasicBlock *, BasicBlock *>> Jumps;
  for (BasicBlock *Entry : Way.Entries)
    for (BasicBlock *From : predecessors(Entry))
      if (!C.contains(From))
        Jumps.push_back({From, Entry});
  ValueToValueMapTy Map;
  auto Memory = copyBlocks(Way.Blocks.getArrayRef(), ".entry", Map);
  for (auto [From, Entry] : Jumps)
    From->getTerminator()->replaceSuccessorWith(Entry,
                                                cast<BasicBlock>(Map[Entry]));
  Function &Body = *Jumps.front().first->getParent();
  DominatorTree DT(Body);
  PromoteMemToReg(Memory, DT);
}

/// Whether there is no other way into the cycles of Body left.
static bool enterByCopies(Function &Body) {
  for (unsigned N = 0; N != MaxCycles; ++N) {
    CycleInfo Cycles;
    Cycles.compute(Body);
    const Cycle *C = findIrreducible(Cycles);
    if (!C)
      return true;
    std::optional<EntryWay> Best;
    for (const BasicBlock *Header : C->getEntries())
      if (auto Way = wayTo(Header, *C);
          Way && (!Best || Way->Size < Best->Size))
        Best = std::move(Way);
    if (!Best)
      return false;
    enterByCopy(*Best, *C);
  }
  return false;
}

void enterLoopsAtHeaders(Function &Body, FunctionAnalysisManager &FAM) {
  bool IsDone = enterByCopies(Body);
  FAM.invalidate(Body, PreservedAnalyses::none());
  if (IsDone)
    return;
  FunctionPassManager FPM;
  FPM.addPass(LowerSwitchPass()); // FixIrreducible knows branches only.
  FPM.addPass(FixIrreduciblePass());
  FPM.run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
}

} // namespace llvm::bpffiber
