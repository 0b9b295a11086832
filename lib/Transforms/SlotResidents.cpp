// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SlotResidents.h"
#include "Compat.h"
#include "Primitives.h"
#include "RangeDemand.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

namespace {

/// Registers that a helper leaves alone (R6 to R9), and all but the frame
/// pointer and one to compute in.
constexpr unsigned SavedRegisters = 4, Registers = 9;

/// Where in the frame.
struct Slot {
  Value *Base = nullptr;
  int64_t Offset = 0;
  bool operator==(const Slot &O) const {
    return Base == O.Base && Offset == O.Offset;
  }
};

class SlotKeeper {
public:
  explicit SlotKeeper(Function &F) : F(F), DT(F), LI(DT) {}
  bool run();

private:
  /// A number that is to be kept in its slot.
  struct Resident {
    Slot S;
    Type *Ty;
    /// What is the content of the slot where it is used: what is reloaded, or
    /// goes round and what it becomes where ways meet. All are replaced by
    /// loads.
    SmallSetVector<Instruction *, 4> Contents;
    /// A number that the slot becomes, at the instruction in front of which it
    /// is stored.
    SmallVector<std::pair<Value *, Instruction *>, 4> Stores;
    /// Saves of what is in the slot already, and of something else.
    SmallVector<StoreInst *, 2> Saves, Others;
  };
  bool runOnLoop(Loop &L);
  std::optional<Resident> carried(Loop &L, PHINode &Phi);
  std::optional<Resident> invariant(Loop &L, LoadInst &Reload);
  bool collectStores(const Loop &L, PHINode &Phi, Value *Next, BasicBlock *From,
                     Resident &R);
  bool takeSaves(const Loop &L, Resident &R);
  bool holdsAtUses(const Resident &R, BasicBlock *Barrier);
  void keep(Resident &R);
  void describeInSlot(Instruction &Content, const Slot &S);

  Function &F;
  DominatorTree DT;
  LoopInfo LI;
};

} // namespace

static Slot slotOf(Value *Pointer, const DataLayout &DL) {
  APInt Offset(DL.getIndexTypeSizeInBits(Pointer->getType()), 0);
  Value *Base = Pointer->stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  return {Base, Offset.getSExtValue()};
}

static LoadInst *asReload(Value *V) {
  auto *Load = dyn_cast<LoadInst>(V);
  return Load && Load->isSimple() && Load->getType()->isIntegerTy() &&
                 Load->hasMetadata(SlotMetadata)
             ? Load
             : nullptr;
}

/// Whether the verifier may have to know what was found out about V.
static bool mustBeKnown(Value &V) {
  return isUsedAsAddressOrSize(V) || any_of(V.users(), [&](User *U) {
           auto *Test = dyn_cast<ICmpInst>(U);
           return Test && any_of(Test->operands(), [&](Value *Op) {
                    return Op != &V && isa<Instruction>(Op) &&
                           isUsedAsAddressOrSize(*Op);
                  });
         });
}

/// Whether To can come behind From, without Barrier in between, or is the same.
static bool comesBehind(Instruction *From, Instruction *To,
                        BasicBlock *Barrier) {
  if (From->getParent() == To->getParent() &&
      (From == To || From->comesBefore(To)))
    return true;
  SmallPtrSet<BasicBlock *, 16> Seen{Barrier};
  SmallVector<BasicBlock *> Work(successors(From->getParent()));
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (!Seen.insert(BB).second)
      continue;
    if (BB == To->getParent())
      return true;
    append_range(Work, successors(BB));
  }
  return false;
}

/// Next is what Phi, or a meeting of ways, becomes behind From.
bool SlotKeeper::collectStores(const Loop &L, PHINode &Phi, Value *Next,
                               BasicBlock *From, Resident &R) {
  if (Next == &Phi)
    return true;
  auto *Meeting = dyn_cast<PHINode>(Next);
  if (Meeting && L.contains(Meeting) &&
      !LI.isLoopHeader(Meeting->getParent())) {
    if (!R.Contents.insert(Meeting))
      return true;
    return all_of(
        zip(Meeting->incoming_values(), Meeting->blocks()), [&](auto Way) {
          auto &[V, BB] = Way;
          return V == &Phi ||
                 (BB->getSingleSuccessor() && collectStores(L, Phi, V, BB, R));
        });
  }
  // An arm stores at its end; what the round ends with, as soon as it is there.
  auto *I = dyn_cast<Instruction>(Next);
  if (From) {
    R.Stores.push_back({Next, From->getTerminator()});
    return true;
  }
  if (!I || !L.contains(I) || isa<PHINode>(I) || I->isTerminator())
    return false;
  R.Stores.push_back({I, I->getNextNode()});
  return true;
}

/// Whether each use of a content finds it in the slot: nothing can have been
/// stored there since it became that. A round begins with Barrier.
bool SlotKeeper::holdsAtUses(const Resident &R, BasicBlock *Barrier) {
  auto CanDiffer = [&](Instruction *Content, Instruction *Store,
                       Instruction *At) {
    return comesBehind(Content, Store, Barrier) &&
           comesBehind(Store, At, Barrier);
  };
  for (Instruction *Content : R.Contents)
    for (const Use &U : Content->uses()) {
      Instruction *At = whereNeeded(U);
      if (any_of(R.Stores,
                 [&](auto &S) { return CanDiffer(Content, S.second, At); }) ||
          any_of(R.Others,
                 [&](StoreInst *S) { return CanDiffer(Content, S, At); }))
        return false;
    }
  return true;
}

/// Takes the stores into the slot where the loop has yielded. Whether none of
/// all those that there are can be followed by a round, and nothing is read
/// behind one that will be stored in a round.
bool SlotKeeper::takeSaves(const Loop &L, Resident &R) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  for (Instruction &I : instructions(F)) {
    if (auto *Load = dyn_cast<LoadInst>(&I);
        Load && !R.Stores.empty() &&
        slotOf(Load->getPointerOperand(), DL) == R.S &&
        isPotentiallyReachable(L.getHeader(), Load->getParent(), nullptr, &DT,
                               &LI))
      return false;
    auto *Store = dyn_cast<StoreInst>(&I);
    if (!Store || !(slotOf(Store->getPointerOperand(), DL) == R.S))
      continue;
    if (L.contains(Store) || Store->getValueOperand()->getType() != R.Ty ||
        isPotentiallyReachable(Store->getParent(), L.getHeader(), nullptr, &DT,
                               &LI))
      return false;
    auto IsInSlot = [&](Value *V) {
      auto *I = dyn_cast<Instruction>(V);
      return I && (R.Contents.contains(I) || any_of(R.Stores, [&](auto &S) {
                     return S.first == I && !S.second->isTerminator();
                   }));
    };
    // It yields where a round begins or ends.
    auto *Yielded = dyn_cast<PHINode>(Store->getValueOperand());
    if (IsInSlot(Store->getValueOperand()) ||
        (Yielded && !L.contains(Yielded) &&
         all_of(Yielded->incoming_values(), IsInSlot)))
      R.Saves.push_back(Store);
    else
      R.Others.push_back(Store);
  }
  return true;
}

std::optional<SlotKeeper::Resident> SlotKeeper::carried(Loop &L, PHINode &Phi) {
  Resident R;
  R.Ty = Phi.getType();
  R.Contents.insert(&Phi);
  SmallVector<std::pair<Value *, BasicBlock *>, 2> Others;
  const DataLayout &DL = F.getParent()->getDataLayout();
  for (auto [V, BB] : zip(Phi.incoming_values(), Phi.blocks())) {
    if (L.contains(BB))
      continue;
    LoadInst *Reload = asReload(V);
    Slot S = Reload ? slotOf(Reload->getPointerOperand(), DL) : Slot();
    if (Reload && (!R.S.Base || R.S == S))
      R.S = S;
    else
      Others.push_back({V, BB});
  }
  // A slot that is written must be that of what goes round, not of what enters
  // and lives on beside it: the one into which it is saved.
  if (!R.S.Base ||
      !collectStores(L, Phi, Phi.getIncomingValueForBlock(L.getLoopLatch()),
                     nullptr, R) ||
      !takeSaves(L, R) || !holdsAtUses(R, L.getHeader()) ||
      (R.Saves.empty() && !(R.Stores.empty() && Others.empty())) ||
      any_of(R.Contents, [](Instruction *I) { return mustBeKnown(*I); }) ||
      any_of(R.Stores, [](auto &S) { return mustBeKnown(*S.first); }))
    return std::nullopt;
  for (auto [V, BB] : Others) {
    auto *Base = dyn_cast<Instruction>(R.S.Base);
    if (!BB->getSingleSuccessor() ||
        (Base && !DT.dominates(Base, BB->getTerminator())))
      return std::nullopt;
    R.Stores.push_back({V, BB->getTerminator()});
  }
  return R;
}

std::optional<SlotKeeper::Resident> SlotKeeper::invariant(Loop &L,
                                                          LoadInst &Reload) {
  Resident R;
  R.S = slotOf(Reload.getPointerOperand(), F.getParent()->getDataLayout());
  R.Ty = Reload.getType();
  R.Contents.insert(&Reload);
  if (mustBeKnown(Reload) || !takeSaves(L, R) ||
      !holdsAtUses(R, /*Barrier=*/nullptr))
    return std::nullopt;
  return R;
}

/// A debugger finds it in the frame.
void SlotKeeper::describeInSlot(Instruction &Content, const Slot &S) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(&Content, Records);
  for (DbgVariableRecord *Record : Records) {
    if (Record->getNumVariableLocationOps() != 1) {
      Record->setKillLocation();
      continue;
    }
    Record->replaceVariableLocationOp(&Content, S.Base);
    Record->setExpression(DIExpression::prepend(
        Record->getExpression(), DIExpression::DerefAfter, S.Offset));
  }
}

void SlotKeeper::keep(Resident &R) {
  auto Address = [&](IRBuilder<> &B) {
    return B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), R.S.Base, R.S.Offset);
  };
  for (auto [V, Before] : R.Stores) {
    IRBuilder<> B(Before);
    B.CreateStore(V, Address(B));
  }
  for (StoreInst *Save : R.Saves)
    Save->eraseFromParent();
  // What is stored where it is computed stays in its register to the end of the
  // round only.
  SmallVector<Use *> Uses;
  for (Instruction *Content : R.Contents) {
    describeInSlot(*Content, R.S);
    for (Use &U : Content->uses())
      if (!is_contained(R.Contents, U.getUser()) || isa<LoadInst>(Content))
        Uses.push_back(&U);
  }
  // One load for all that is used in one place; a phi may be led to from there
  // twice.
  DenseMap<Instruction *, LoadInst *> Loads;
  for (Use *U : Uses) {
    auto *Content = cast<Instruction>(U->get());
    Instruction *At = whereNeeded(*U);
    if (isa<LoadInst>(Content) && At->getParent() == Content->getParent())
      continue;
    LoadInst *&Load = Loads[At];
    if (!Load) {
      IRBuilder<> B(At);
      Load = B.CreateLoad(R.Ty, Address(B), Content->getName());
    }
    U->set(Load);
  }
  for (Instruction *Content : R.Contents)
    if (isa<PHINode>(Content))
      Content->replaceAllUsesWith(PoisonValue::get(R.Ty));
  for (Instruction *Content : R.Contents)
    if (Content->use_empty())
      Content->eraseFromParent();
}

bool SlotKeeper::runOnLoop(Loop &L) {
  if (!L.getLoopLatch() || none_of(L.blocks(), [](BasicBlock *BB) {
        return isa<CallBrInst>(BB->getTerminator());
      }))
    return false;
  SmallSetVector<Value *, 16> Outside;
  bool HasCall = false;
  for (BasicBlock *BB : L.blocks())
    for (Instruction &I : *BB) {
      auto *Call = dyn_cast<CallInst>(&I);
      HasCall |= Call && !Call->isInlineAsm() && !isa<IntrinsicInst>(Call);
      for (Value *Op : I.operands()) {
        auto *Def = dyn_cast<Instruction>(Op);
        if ((Def && !L.contains(Def) && !isa<AllocaInst>(Def)) ||
            isa<Argument>(Op))
          Outside.insert(Op);
      }
    }
  SmallVector<PHINode *> Phis;
  for (PHINode &Phi : L.getHeader()->phis())
    Phis.push_back(&Phi);
  unsigned Live = Phis.size() + Outside.size();
  unsigned Free = HasCall ? SavedRegisters : Registers;
  bool Changed = false;
  auto Keep = [&](std::optional<Resident> R) {
    if (!R)
      return;
    keep(*R);
    --Live;
    Changed = true;
  };
  for (Value *V : Outside)
    if (LoadInst *Reload = asReload(V); Reload && Live > Free)
      Keep(invariant(L, *Reload));
  for (PHINode *Phi : Phis)
    if (Phi->getType()->isIntegerTy() && Live > Free)
      Keep(carried(L, *Phi));
  return Changed;
}

bool SlotKeeper::run() {
  bool Changed = false;
  for (Loop *L : LI.getLoopsInPreorder())
    Changed |= runOnLoop(*L);
  return Changed;
}

void keepInSlots(Function &F) { SlotKeeper(F).run(); }

} // namespace llvm::bpffiber
