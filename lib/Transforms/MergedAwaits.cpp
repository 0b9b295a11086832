// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MergedAwaits.h"
#include "Compat.h"
#include "FiberShape.h"
#include "IntegerRanges.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "RangeDemand.h"
#include "ResumeDebugInfo.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace llvm::bpffiber {

/// On the branches into the shared code and on the switch behind it: which code
/// it is, and on a branch the return state.
static constexpr char ReturnMetadata[] = "bpf-fiber-return";

namespace {

class AwaitMerger {
public:
  explicit AwaitMerger(const AwaitGroup &Group)
      : Group(Group), Body(*Group.Sites.front()->getFunction()),
        Child(*Group.Sites.front()->getCalledFunction()), C(Body.getContext()),
        Entry(&*Body.getEntryBlock().getFirstInsertionPt()) {}
  CallInst *run();

private:
  unsigned stateBits() const;
  DIType *describeStates(DIBuilder &B, DISubprogram &SP) const;
  void describeState(AllocaInst *State, BasicBlock *Shared) const;
  CallInst *call(IRBuilder<> &B, SmallVectorImpl<AllocaInst *> &Slots);
  void leave(CallInst *Site, unsigned Number, BasicBlock *Shared);
  void demote();

  const AwaitGroup &Group;
  Function &Body, &Child;
  LLVMContext &C;
  /// Where locals are added.
  IRBuilder<> Entry;
  MDNode *Id = MDNode::getDistinct(C, {});
  /// Of the parameters; null where all pass the same.
  SmallVector<AllocaInst *> Slots;
  AllocaInst *State = nullptr, *Result = nullptr;
  SmallVector<BasicBlock *> Continuations;
};

} // namespace

/// In the frame. In a register it is as wide as that: nothing to be extended.
unsigned AwaitMerger::stateBits() const {
  return isUInt<8>(Group.Sites.size()) ? 8 : 16;
}

DIType *AwaitMerger::describeStates(DIBuilder &B, DISubprogram &SP) const {
  SmallVector<Metadata *> States;
  StringSet<> Names;
  States.push_back(B.createEnumerator("NONE", 0, /*IsUnsigned=*/true));
  for (auto [N, Site] : enumerate(Group.Sites)) {
    std::string Name = describeCall(Site->getDebugLoc().get(), Child.getName());
    std::string Unique = Name;
    for (unsigned Copy = 2; !Names.insert(Unique).second; ++Copy)
      Unique = Name + "_" + std::to_string(Copy);
    States.push_back(B.createEnumerator(Unique, N + 1, /*IsUnsigned=*/true));
  }
  unsigned Bits = stateBits();
  return B.createEnumerationType(
      SP.getFile(), (SP.getName() + "_" + Child.getName() + "_return").str(),
      SP.getFile(), SP.getLine(), Bits, Bits, B.getOrCreateArray(States),
      nullptr);
}

/// The return state has a name in the frame, as a variable of the fiber's.
void AwaitMerger::describeState(AllocaInst *State, BasicBlock *Shared) const {
  DISubprogram *SP = Body.getSubprogram();
  if (!SP)
    return;
  DIBuilder B(*Body.getParent(), false, SP->getUnit());
  DILocalVariable *Variable = B.createAutoVariable(
      SP, (Child.getName() + "_returns_to").str(), SP->getFile(), SP->getLine(),
      describeStates(B, *SP));
  B.finalize();
  auto *Declare = DbgVariableRecord::createDVRDeclare(
      State, Variable, DIExpression::get(C, {}),
      DILocation::get(C, SP->getLine(), 0, SP));
  BasicBlock &First = Body.getEntryBlock();
  First.insertDbgRecordBefore(Declare, First.getFirstInsertionPt());
}

/// The one call, with the arguments in locals.
CallInst *AwaitMerger::call(IRBuilder<> &B,
                            SmallVectorImpl<AllocaInst *> &Slots) {
  CallInst *First = Group.Sites.front();
  SmallVector<Value *> Arguments;
  for (auto [N, Common] : enumerate(Group.Arguments)) {
    Type *Ty = First->getArgOperand(N)->getType();
    Slots.push_back(nullptr);
    if (!Common.Base) {
      Slots.back() = Entry.CreateAlloca(Ty);
      Arguments.push_back(B.CreateLoad(Ty, Slots.back()));
    } else if (Common.Offset) {
      Arguments.push_back(
          B.CreatePtrAdd(Common.Base, B.getInt64(Common.Offset)));
    } else {
      Arguments.push_back(Common.Base);
    }
  }
  CallInst *Call = B.CreateCall(&Child, Arguments);
  // Inlined calls have a caller, and this is no single one: line 0.
  if (DISubprogram *SP = Body.getSubprogram())
    Call->setDebugLoc(DILocation::get(C, 0, 0, SP));
  return Call;
}

void AwaitMerger::leave(CallInst *Site, unsigned Number, BasicBlock *Shared) {
  BasicBlock *Head = Site->getParent();
  BasicBlock *Behind = SplitBlock(Head, Site->getNextNode());
  Continuations.push_back(Behind);
  IRBuilder<> B(Head->getTerminator());
  B.SetCurrentDebugLocation(Site->getDebugLoc());
  for (auto [Slot, Argument] : zip_equal(Slots, Site->args()))
    if (Slot)
      B.CreateStore(Argument, Slot);
  B.CreateStore(B.getInt64(Number), State);
  B.CreateBr(Shared)->setMetadata(
      ReturnMetadata,
      MDNode::get(C, {Id, ConstantAsMetadata::get(B.getInt64(Number))}));
  Head->getTerminator()->eraseFromParent();
  if (Result) {
    B.SetInsertPoint(&*Behind->getFirstInsertionPt());
    Site->replaceAllUsesWith(B.CreateLoad(Site->getType(), Result));
  }
  Site->eraseFromParent();
}

/// Gives a local to each value that does not dominate all of its uses.
void AwaitMerger::demote() {
  DominatorTree DT(Body);
  SmallVector<Instruction *> Values;
  for (Instruction &I : instructions(Body))
    if (!isa<AllocaInst>(I) && DT.isReachableFromEntry(I.getParent()) &&
        any_of(I.uses(), [&](Use &U) { return !DT.dominates(&I, U); }))
      Values.push_back(&I);
  for (Instruction *I : Values)
    DemoteRegToStack(*I, /*VolatileLoads=*/false,
                     Body.getEntryBlock().getFirstInsertionPt());
}

CallInst *AwaitMerger::run() {
  BasicBlock *Shared = BasicBlock::Create(C, Child.getName(), &Body);
  Type *I64 = Entry.getInt64Ty();
  State = Entry.CreateAlloca(I64, nullptr, Child.getName() + "_returns_to");
  if (!Child.getReturnType()->isVoidTy())
    Result = Entry.CreateAlloca(Child.getReturnType());
  describeState(State, Shared);

  IRBuilder<> B(Shared);
  CallInst *Call = call(B, Slots);
  B.SetCurrentDebugLocation(Call->getDebugLoc());
  if (Result)
    B.CreateStore(Call, Result);
  auto *Number = cast<CallInst>(hideIdentity(B, B.CreateLoad(I64, State)));
  Number->setDoesNotAccessMemory();
  Number->setDoesNotThrow();
  unsigned Sites = Group.Sites.size();
  for (auto [N, Site] : enumerate(Group.Sites))
    leave(Site, N + 1, Shared);
  // A state that was overwritten goes somewhere, as a variable of the user's
  // would.
  SwitchInst *Return = B.CreateSwitch(Number, Continuations.back(), Sites - 1);
  for (unsigned N = 0; N != Sites - 1; ++N)
    Return->addCase(B.getInt64(N + 1), Continuations[N]);
  Return->setMetadata(ReturnMetadata, MDNode::get(C, {Id}));
  demote();
  return Call;
}

CallInst *mergeAwaits(const AwaitGroup &Group) {
  return AwaitMerger(Group).run();
}

namespace {

/// One of the awaits that were merged: where it goes to the shared code, and
/// where that returns to.
struct ReturnEdge {
  BasicBlock *Site, *Behind;
};

class ReturnSeparator {
public:
  ReturnSeparator(SwitchInst &Return, FunctionAnalysisManager &FAM)
      : Return(Return), Body(*Return.getFunction()), FAM(FAM) {}
  void run();

private:
  struct Definition {
    PHINode *Phi;
    Value *V;
    BasicBlock *Behind;
  };

  void collectEdges();
  bool dropSwitch();
  void collectRegion();
  bool isUsedInRegion(const Value &V) const;
  void meetInvariants();
  Value *nameBehind(Value *V, const ReturnEdge &Edge,
                    const DominatorTree &DT) const;
  void nameAgain();
  bool isForgotten(const PHINode *Phi, const BasicBlock *BB) const;
  SmallPtrSet<const PHINode *, 16> findDemanded() const;
  SmallPtrSet<const BasicBlock *, 16>
  findLive(const Instruction &V,
           const SmallPtrSetImpl<const PHINode *> &Demanded) const;
  void forgetUnused();
  void shareForgotten();
  bool isLiveIntoShared(const Value &V,
                        const SmallPtrSetImpl<const Use *> &Without) const;
  void shareHandedDown();
  ConstantRange rangeAt(Value *V, const ReturnEdge &Edge) const;
  void keepUnion(PHINode &Phi);
  void keepRange(PHINode &Phi, const DominatorTree &DT);
  void keepRanges();
  void clearUnused();
  void define();

  SwitchInst &Return;
  Function &Body;
  FunctionAnalysisManager &FAM;
  /// Where the shared code begins, and what meets there.
  BasicBlock *Shared = nullptr;
  SmallVector<PHINode *> Phis;
  SmallVector<ReturnEdge> Edges;
  /// The shared code, and all that may run before it returns.
  SmallPtrSet<const BasicBlock *, 16> Region;
  /// What a phi is behind one return.
  SmallVector<Definition> Definitions;
  /// Operands of phis that are used behind no return.
  DenseSet<std::pair<const PHINode *, const BasicBlock *>> Unused;
  LazyValueInfo *LVI = nullptr;
  std::optional<IntegerRanges> Ranges;
  SmallVector<std::pair<PHINode *, ConstantRange>> Notes;
};

} // namespace

void ReturnSeparator::collectEdges() {
  auto IdOf = [](const Instruction &I) -> Metadata * {
    MDNode *N = I.getMetadata(ReturnMetadata);
    return N ? N->getOperand(0).get() : nullptr;
  };
  for (BasicBlock &BB : Body) {
    auto *Enter = dyn_cast<BranchInst>(BB.getTerminator());
    if (!Enter || !IdOf(*Enter) || IdOf(*Enter) != IdOf(Return))
      continue;
    auto *Number = mdconst::extract<ConstantInt>(
        Enter->getMetadata(ReturnMetadata)->getOperand(1));
    Shared = Enter->getSuccessor(0);
    Edges.push_back({&BB, Return.findCaseValue(Number)->getCaseSuccessor()});
  }
}

/// If all awaits but one were dead code there is nothing to tell apart.
bool ReturnSeparator::dropSwitch() {
  if (Edges.size() > 1)
    return false;
  for (const ReturnEdge &Edge : Edges) {
    for (BasicBlock *Succ : successors(&Return))
      if (Succ != Edge.Behind)
        Succ->removePredecessor(Return.getParent());
    BranchInst::Create(Edge.Behind, Return.getIterator());
    Return.eraseFromParent();
  }
  return true;
}

void ReturnSeparator::collectRegion() {
  SmallVector<BasicBlock *> Work{Shared};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (Region.insert(BB).second && BB != Return.getParent())
      append_range(Work, successors(BB));
  }
}

bool ReturnSeparator::isUsedInRegion(const Value &V) const {
  return any_of(V.uses(), [&](const Use &U) {
    return Region.contains(whereNeeded(U)->getParent());
  });
}

/// A number that is the same at all sites, as far as dominance goes, meets
/// nothing: it goes through the shared code for all of them, though behind some
/// return it is not used. When it has been pinned there, what is known of it is
/// what holds at every site. So it meets itself before.
void ReturnSeparator::meetInvariants() {
  DominatorTree DT(Body);
  SmallPtrSet<const PHINode *, 16> Demanded = findDemanded();
  SmallVector<Instruction *> Invariants;
  for (Instruction &I : instructions(Body)) {
    if (!I.getType()->isIntegerTy() || I.getType()->isIntegerTy(1) ||
        Region.contains(I.getParent()) || !DT.dominates(&I, Shared) ||
        isUsedInRegion(I) || !isUsedAsAddressSizeOrBound(I))
      continue;
    SmallPtrSet<const BasicBlock *, 16> Live = findLive(I, Demanded);
    auto IsLive = [&](const ReturnEdge &Edge) {
      return Live.contains(Edge.Behind);
    };
    if (any_of(Edges, IsLive) && !all_of(Edges, IsLive))
      Invariants.push_back(&I);
  }
  // Uses behind are of what has met, others of what it is made of.
  IRBuilder<> Entry(&*Body.getEntryBlock().getFirstInsertionPt());
  SmallVector<AllocaInst *> Promotable;
  for (Instruction *I : Invariants) {
    PHINode *Phi = PHINode::Create(I->getType(), Edges.size(), I->getName(),
                                   Shared->begin());
    for (BasicBlock *Pred : predecessors(Shared))
      Phi->addIncoming(I, Pred);
    describeLike(*I, Phi, *Shared, Shared->getFirstInsertionPt());
    Phis.push_back(Phi);
    AllocaInst *Home = Entry.CreateAlloca(I->getType());
    SmallVector<Use *> Uses;
    for (Use &U : I->uses())
      Uses.push_back(&U);
    for (Use *U : Uses)
      replaceUseByLoad(*U, Home);
    new StoreInst(I, Home, *I->getInsertionPointAfterDef());
    new StoreInst(Phi, Home, Shared->getFirstInsertionPt());
    Promotable.push_back(Home);
  }
  DT.recalculate(Body);
  PromoteMemToReg(Promotable, DT);
}

/// V as it can be had behind the return without having been kept; null if it
/// cannot.
Value *ReturnSeparator::nameBehind(Value *V, const ReturnEdge &Edge,
                                   const DominatorTree &DT) const {
  // What is made on the way has another value by then.
  auto *I = dyn_cast<Instruction>(V);
  if (!I || (!Region.contains(I->getParent()) && DT.dominates(I, Edge.Behind)))
    return V;
  if (!V->getType()->isPointerTy())
    return nullptr;
  const DataLayout &DL = Body.getParent()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(V->getType()), 0);
  Value *Base = V->stripAndAccumulateConstantOffsets(DL, Offset,
                                                     /*AllowNonInbounds=*/true);
  if (!isa<AllocaInst, Constant>(Base))
    return nullptr;
  IRBuilder<> B(&*Edge.Behind->getFirstInsertionPt());
  B.SetCurrentDebugLocation(Return.getDebugLoc());
  return B.CreatePtrAdd(Base, B.getInt64(Offset.getSExtValue()));
}

void ReturnSeparator::nameAgain() {
  DominatorTree DT(Body);
  for (PHINode *Phi : Phis)
    for (const ReturnEdge &Edge : Edges)
      if (Value *V =
              nameBehind(Phi->getIncomingValueForBlock(Edge.Site), Edge, DT))
        Definitions.push_back({Phi, V, Edge.Behind});
  define();
}

/// Puts the definitions in place; mem2reg finds where they meet.
void ReturnSeparator::define() {
  MapVector<PHINode *, AllocaInst *> Homes;
  IRBuilder<> Entry(&*Body.getEntryBlock().getFirstInsertionPt());
  for (const Definition &D : Definitions)
    if (!Homes.count(D.Phi))
      Homes[D.Phi] = Entry.CreateAlloca(D.Phi->getType());
  SmallVector<AllocaInst *> Promotable;
  for (auto &[Phi, Home] : Homes) {
    SmallVector<Use *> Uses;
    for (Use &U : Phi->uses())
      Uses.push_back(&U);
    for (Use *U : Uses)
      replaceUseByLoad(*U, Home);
    new StoreInst(Phi, Home, Shared->getFirstInsertionPt());
    Promotable.push_back(Home);
  }
  for (const Definition &D : Definitions) {
    auto *I = dyn_cast<Instruction>(D.V);
    BasicBlock::iterator Where = I && I->getParent() == D.Behind
                                     ? std::next(I->getIterator())
                                     : D.Behind->getFirstInsertionPt();
    new StoreInst(D.V, Homes[D.Phi], Where);
    describeLike(*D.Phi, D.V, *D.Behind, D.Behind->getFirstInsertionPt());
  }
  Definitions.clear();
  DominatorTree DT(Body);
  PromoteMemToReg(Promotable, DT);
}

/// Whether the operand of Phi from BB is one that nothing was found to need.
bool ReturnSeparator::isForgotten(const PHINode *Phi,
                                  const BasicBlock *BB) const {
  return Unused.contains({Phi, BB});
}

/// The phis that something else than phis uses, in the end.
SmallPtrSet<const PHINode *, 16> ReturnSeparator::findDemanded() const {
  SmallPtrSet<const PHINode *, 16> Demanded;
  SmallVector<const PHINode *> Work;
  auto Demand = [&](const Value *V) {
    if (auto *Phi = dyn_cast<PHINode>(V); Phi && Demanded.insert(Phi).second)
      Work.push_back(Phi);
  };
  for (const Instruction &I : instructions(Body))
    if (!isa<PHINode>(I))
      for (const Value *Op : I.operands())
        Demand(Op);
  while (!Work.empty()) {
    const PHINode *Phi = Work.pop_back_val();
    for (auto [V, BB] : zip_equal(Phi->incoming_values(), Phi->blocks()))
      if (!isForgotten(Phi, BB))
        Demand(V);
  }
  return Demanded;
}

/// The blocks into which V is live, up to the one where it is, and to the
/// shared code.
SmallPtrSet<const BasicBlock *, 16> ReturnSeparator::findLive(
    const Instruction &V,
    const SmallPtrSetImpl<const PHINode *> &Demanded) const {
  SmallPtrSet<const BasicBlock *, 16> Live;
  SmallVector<const BasicBlock *> Work;
  for (const Use &U : V.uses()) {
    BasicBlock *BB = whereNeeded(U)->getParent();
    auto *Merge = dyn_cast<PHINode>(U.getUser());
    if (!Merge || (Demanded.contains(Merge) && !isForgotten(Merge, BB)))
      Work.push_back(BB);
  }
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (BB != Shared && BB != V.getParent() && Live.insert(BB).second)
      append_range(Work, predecessors(BB));
  }
  return Live;
}

/// Of what meets in a phi, only that matters behind whose return the phi is
/// used. Nothing matters until it is found to: values that only go round, from
/// one return to the next call, would hold each other.
void ReturnSeparator::forgetUnused() {
  SmallVector<PHINode *> Open;
  for (PHINode *Phi : Phis) {
    if (isUsedInRegion(*Phi))
      continue;
    Open.push_back(Phi);
    for (const ReturnEdge &Edge : Edges)
      Unused.insert({Phi, Edge.Site});
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    SmallPtrSet<const PHINode *, 16> Demanded = findDemanded();
    for (PHINode *Phi : Open) {
      SmallPtrSet<const BasicBlock *, 16> Live = findLive(*Phi, Demanded);
      for (const ReturnEdge &Edge : Edges)
        if (Live.contains(Edge.Behind))
          Changed |= Unused.erase({Phi, Edge.Site});
    }
  }
  for (PHINode *Phi : Open)
    for (const ReturnEdge &Edge : Edges)
      if (isForgotten(Phi, Edge.Site))
        Phi->setIncomingValueForBlock(Edge.Site,
                                      PoisonValue::get(Phi->getType()));
}

/// What an await hands down and needs behind itself is kept once: a phi of
/// which an operand was forgotten is another one that has the same operands
/// otherwise.
void ReturnSeparator::shareForgotten() {
  auto IsLike = [](const PHINode *Phi, const PHINode *Other) {
    return Other != Phi && Other->getType() == Phi->getType() &&
           all_of(Phi->blocks(), [&](const BasicBlock *BB) {
             const Value *V = Phi->getIncomingValueForBlock(BB);
             return isa<UndefValue>(V) ||
                    V == Other->getIncomingValueForBlock(BB);
           });
  };
  for (PHINode *Phi : SmallVector<PHINode *>(Phis)) {
    auto It =
        find_if(Phis, [&](const PHINode *Other) { return IsLike(Phi, Other); });
    if (It == Phis.end())
      continue;
    Phi->replaceAllUsesWith(*It);
    erase(Phis, Phi);
    Phi->eraseFromParent();
  }
}

/// Whether V is live into the shared code for another use than Without.
bool ReturnSeparator::isLiveIntoShared(
    const Value &V, const SmallPtrSetImpl<const Use *> &Without) const {
  const auto *Def = dyn_cast<Instruction>(&V);
  SmallPtrSet<const BasicBlock *, 16> Seen;
  SmallVector<const BasicBlock *> Work;
  for (const Use &U : V.uses())
    if (!Without.contains(&U))
      Work.push_back(whereNeeded(U)->getParent());
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if ((Def && BB == Def->getParent()) || !Seen.insert(BB).second)
      continue;
    if (BB == Shared)
      return true;
    append_range(Work, predecessors(BB));
  }
  return false;
}

/// The same where the await that needs it comes before the others, so that
/// nothing met: behind its return it is what was handed down.
void ReturnSeparator::shareHandedDown() {
  DominatorTree DT(Body);
  for (PHINode *Phi : Phis) {
    SmallSetVector<Value *, 4> Values;
    for (const ReturnEdge &Edge : Edges)
      // (What the shared code makes is another one when it returns.)
      if (Value *V = Phi->getIncomingValueForBlock(Edge.Site);
          isa<Argument>(V) ||
          (isa<Instruction>(V) &&
           !Region.contains(cast<Instruction>(V)->getParent())))
        Values.insert(V);
    for (Value *V : Values) {
      SmallPtrSet<const Use *, 8> Behind;
      for (const ReturnEdge &Edge : Edges)
        if (Phi->getIncomingValueForBlock(Edge.Site) == V &&
            Edge.Behind->getSinglePredecessor())
          for (const Use &U : V->uses())
            if (DT.dominates(Edge.Behind, whereNeeded(U)->getParent()))
              Behind.insert(&U);
      if (!Behind.empty() && !isLiveIntoShared(*V, Behind))
        V->replaceUsesWithIf(Phi, [&](Use &U) { return Behind.contains(&U); });
    }
  }
}

ConstantRange ReturnSeparator::rangeAt(Value *V, const ReturnEdge &Edge) const {
  if (isa<PoisonValue>(V))
    return ConstantRange::getEmpty(V->getType()->getIntegerBitWidth());
  auto *I = dyn_cast<Instruction>(V);
  return LVI
      ->getConstantRange(V, Edge.Site->getTerminator(), /*UndefAllowed=*/false)
      .intersectWith(I && I->getParent() == Edge.Site
                         ? Ranges->get(V)
                         : Ranges->getAt(V, Edge.Site));
}

/// A number that is used in the shared code is there in one of its ranges.
void ReturnSeparator::keepUnion(PHINode &Phi) {
  ConstantRange Range =
      ConstantRange::getEmpty(Phi.getType()->getIntegerBitWidth());
  for (const ReturnEdge &Edge : Edges)
    Range =
        Range.unionWith(rangeAt(Phi.getIncomingValueForBlock(Edge.Site), Edge));
  if (Edges.size() == Phi.getNumIncomingValues())
    Notes.push_back({&Phi, Range});
}

/// A number that is used behind returns does not meet those that have another
/// range. It is in its own range whichever way the shared code is entered,
/// because it will be checked behind each suspend.
void ReturnSeparator::keepRange(PHINode &Phi, const DominatorTree &DT) {
  SmallVector<std::pair<ConstantRange, SmallVector<ReturnEdge>>> Groups;
  for (const ReturnEdge &Edge : Edges) {
    Value *V = Phi.getIncomingValueForBlock(Edge.Site);
    if (!DT.dominates(Shared, Edge.Behind))
      continue;
    ConstantRange Range = rangeAt(V, Edge);
    if (Range.isFullSet() || Range.isEmptySet())
      continue;
    auto It = find_if(Groups, [&](auto &G) { return G.first == Range; });
    if (It == Groups.end())
      Groups.push_back({Range, {Edge}});
    else
      It->second.push_back(Edge);
  }
  for (auto &[Range, Members] : Groups) {
    PHINode *Own = PHINode::Create(Phi.getType(), Edges.size(), Phi.getName(),
                                   Phi.getIterator());
    for (BasicBlock *BB : Phi.blocks())
      Own->addIncoming(ConstantInt::get(Phi.getType(), Range.getLower()), BB);
    for (const ReturnEdge &Edge : Members) {
      Own->setIncomingValueForBlock(Edge.Site,
                                    Phi.getIncomingValueForBlock(Edge.Site));
      Phi.setIncomingValueForBlock(Edge.Site, PoisonValue::get(Phi.getType()));
      Definitions.push_back({&Phi, Own, Edge.Behind});
    }
    describeLike(Phi, Own, *Shared, Shared->getFirstInsertionPt());
    Notes.push_back({Own, Range});
  }
}

void ReturnSeparator::keepRanges() {
  FAM.invalidate(Body, PreservedAnalyses::none());
  LVI = &FAM.getResult<LazyValueAnalysis>(Body);
  Ranges.emplace(Body, /*PoisonIsNone=*/true);
  DominatorTree DT(Body);
  for (PHINode *Phi : Phis) {
    // The optimiser will not forget what constants there are.
    if (!Phi->getType()->isIntegerTy() || Phi->getType()->isIntegerTy(1) ||
        all_of(Phi->incoming_values(),
               [](const Use &U) { return isa<Constant>(U); }) ||
        !isUsedAsAddressSizeOrBound(*Phi))
      continue;
    if (isUsedInRegion(*Phi))
      keepUnion(*Phi);
    else
      keepRange(*Phi, DT);
  }
  define();
  IRBuilder<> B(&*Shared->getFirstInsertionPt());
  B.SetCurrentDebugLocation(Return.getDebugLoc());
  for (auto &[Phi, Range] : Notes) {
    if (Range.isFullSet() || Range.isEmptySet())
      continue;
    Value *Noted = noteRange(B, Phi, Range);
    Phi->replaceUsesWithIf(Noted, [&](Use &U) { return U.getUser() != Noted; });
    describeLike(*Phi, Noted, *Shared, B.GetInsertPoint());
  }
}

/// Whatever is in a register would do, and would go into the frame. To the
/// verifier it would be another state of a loop: that of all that is reached
/// from the shared code and comes back to it. There it compares what it does
/// not know to be unused too (incomplete_read_marks()).
void ReturnSeparator::clearUnused() {
  for (PHINode &Phi : Shared->phis())
    for (unsigned N = 0; N != Phi.getNumIncomingValues(); ++N)
      if (isa<UndefValue>(Phi.getIncomingValue(N)))
        Phi.setIncomingValue(N, Constant::getNullValue(Phi.getType()));
}

void ReturnSeparator::run() {
  collectEdges();
  if (dropSwitch())
    return;
  Body.addFnAttr(MergedAwaitsAttr);
  collectRegion();
  for (PHINode &Phi : Shared->phis())
    Phis.push_back(&Phi);
  nameAgain();
  meetInvariants();
  forgetUnused();
  shareForgotten();
  shareHandedDown();
  keepRanges();
  clearUnused();
  FAM.invalidate(Body, PreservedAnalyses::none());
}

static SmallVector<SwitchInst *> findReturns(Function &Body) {
  SmallVector<SwitchInst *> Returns;
  for (BasicBlock &BB : Body)
    if (auto *Return = dyn_cast<SwitchInst>(BB.getTerminator());
        Return && Return->hasMetadata(ReturnMetadata))
      Returns.push_back(Return);
  return Returns;
}

/// The side, 0 or 1, on which all that Return leads to goes to one block when
/// the same condition holds, before anything else; or -1.
static int findCommonExit(SwitchInst &Return) {
  auto ExitOf = [](BasicBlock *BB) {
    auto *Branch = dyn_cast<BranchInst>(&*BB->getFirstNonPHIOrDbg());
    return Branch && Branch->isConditional() && BB->getSinglePredecessor()
               ? Branch
               : nullptr;
  };
  BranchInst *First = ExitOf(Return.getDefaultDest());
  if (!First)
    return -1;
  for (int Side : {0, 1}) {
    BasicBlock *Exit = First->getSuccessor(Side);
    if (all_of(successors(&Return), [&](BasicBlock *BB) {
          BranchInst *Branch = ExitOf(BB);
          return Branch && Branch->getCondition() == First->getCondition() &&
                 Branch->getSuccessor(Side) == Exit &&
                 Branch->getSuccessor(!Side) != Exit &&
                 all_of(Exit->phis(), [&](PHINode &Phi) {
                   return Phi.getIncomingValueForBlock(BB) ==
                          Phi.getIncomingValueForBlock(First->getParent());
                 });
        }))
      return Side;
  }
  return -1;
}

void joinCommonExits(Function &Body) {
  for (SwitchInst *Return : findReturns(Body)) {
    int Side = findCommonExit(*Return);
    if (Side < 0)
      continue;
    BasicBlock *Head = Return->getParent();
    auto *First = cast<BranchInst>(Return->getDefaultDest()->getTerminator());
    BasicBlock *Exit = First->getSuccessor(Side);
    BasicBlock *Tail = SplitBlock(Head, Return);
    Head->getTerminator()->eraseFromParent();
    IRBuilder<> B(Head);
    B.SetCurrentDebugLocation(First->getDebugLoc());
    B.CreateCondBr(First->getCondition(), Side ? Tail : Exit,
                   Side ? Exit : Tail);
    for (PHINode &Phi : Exit->phis())
      Phi.addIncoming(Phi.getIncomingValueForBlock(First->getParent()), Head);
    for (BasicBlock *BB : SmallSetVector<BasicBlock *, 8>(succ_begin(Return),
                                                          succ_end(Return))) {
      auto *Branch = cast<BranchInst>(BB->getTerminator());
      Exit->removePredecessor(BB, /*KeepOneInputPHIs=*/true);
      BranchInst::Create(Branch->getSuccessor(!Side), Branch->getIterator());
      Branch->eraseFromParent();
    }
  }
}

void endLocals(Function &Body) {
  if (findReturns(Body).empty())
    return;
  SmallVector<std::pair<Instruction *, AllocaInst *>> Starts;
  for (Instruction &I : instructions(Body)) {
    auto *II = dyn_cast<IntrinsicInst>(&I);
    if (!II || II->getIntrinsicID() != Intrinsic::lifetime_start)
      continue;
    for (Value *Op : II->args())
      if (auto *Local = dyn_cast<AllocaInst>(Op);
          Local && isAllocaPromotable(Local))
        Starts.push_back({II, Local});
  }
  for (auto [Start, Local] : Starts)
    new StoreInst(PoisonValue::get(Local->getAllocatedType()), Local,
                  std::next(Start->getIterator()));
}

void separateReturns(Function &Body, FunctionAnalysisManager &FAM) {
  SmallVector<SwitchInst *> Returns = findReturns(Body);
  for (SwitchInst *Return : Returns)
    ReturnSeparator(*Return, FAM).run();
  if (Returns.empty())
    return;
  // Phis that are only used by each other would be pinned.
  ADCEPass().run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
}

} // namespace llvm::bpffiber
