// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RederivedPointers.h"
#include "Compat.h"
#include "FailurePaths.h"
#include "PointerRoots.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "RederivationPlan.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/Utils/Local.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include <map>

namespace llvm::bpffiber {

/// MAX_PACKET_OFF in the kernel: nothing behind it is ever found to be there
/// (find_good_pkt_pointers()).
static constexpr int64_t MaxPacketOffset = 0xffff;

namespace {

/// Carries a plan out.
class Rederiver {
public:
  Rederiver(Function &Body, const PointerRoots &Pointers,
            const RederivationPlan &Plan)
      : Body(Body), Pointers(Pointers), Plan(Plan), M(*Body.getParent()),
        DL(M.getDataLayout()), C(Body.getContext()) {}
  void run();

private:
  const PointerRoot &rootOf(unsigned Home) const {
    return Pointers.roots()[Home - NumPacketFields];
  }
  AllocaInst *getVariable(unsigned Home);
  AllocaInst *createVariable(Type *Ty, const Twine &Name);
  void storeDefinitions();

  Value *getDistance(unsigned Root);
  Value *getDistanceAt(IRBuilder<> &B, Value *Pointer);
  Value *saturate(IRBuilder<> &B, Value *Distance);
  int64_t getFurthest(unsigned Home) const;
  int64_t getLimit(const PointerRoot &Root) const;
  bool mayBeTooFar(const PointerRoot &Root, Value *Distance) const;

  struct SavedKey {
    /// What the key's bytes are kept in: as one number in a variable that
    /// becomes an SSA value, or in an object.
    AllocaInst *Variable;
    /// At the lookup; null if it is none.
    Value *Number = nullptr;
  };
  const SavedKey &getKey(const PointerRoot &Lookup);
  unsigned numberOf(unsigned Lookup);
  Value *mirror(unsigned Choice, Type *Ty, const Twine &Name,
                WeakTrackingVH &New,
                function_ref<Value *(std::optional<unsigned>)> Of);
  Value *getChoice(unsigned Root);
  Value *getChosenKey(unsigned Root, Type *Ty);
  void clearKey(const PointerRoot &Root);
  Value *loadKey(IRBuilder<> &B, const PointerRoot &Root);
  SmallVector<unsigned, 4> lookupsOf(unsigned Choice) const;

  Value *cloneComputation(IRBuilder<> &B, Value *V);
  Value *cloneSteps(IRBuilder<> &B, Value *Pointer, Value *Base);
  Value *createField(IRBuilder<> &B, PacketField F);
  Value *createPacketPointer(IRBuilder<> &B, const PointerRoot &Root,
                             unsigned Index);
  Value *createLookup(IRBuilder<> &B, const PointerRoot &Root, Value *Number);
  void createChoice(Instruction *Before, unsigned Root);
  /// The check that a place is a part of.
  struct Decision {
    BranchInst *Branch = nullptr;
    /// Where it goes if the pointer is beyond Limit.
    BasicBlock *To = nullptr;
    PacketField Limit = PacketField::DataEnd;
  };
  Decision findDecision(Instruction &Place) const;
  void failIfTooFar(Instruction *Before, const PointerRoot &Root,
                    unsigned Index);
  void refresh(const RederivationPlan::Refresh &R);
  void rewrite(const RederivationPlan::Rewrite &R);
  void recheck(const RederivationPlan::Recheck &R);
  void eraseDeadSteps();

  DILocalVariable *describe(Value *Number, const PointerRoot &Of,
                            StringRef Suffix, DIType *Ty, bool IsInMemory);
  DIType *getDistanceType();
  DIType *getChoiceType();

  Function &Body;
  const PointerRoots &Pointers;
  const RederivationPlan &Plan;
  Module &M;
  const DataLayout &DL;
  LLVMContext &C;
  /// What has been rewritten.
  SmallVector<WeakTrackingVH> OldSteps;
  /// By home: the pointer as the present activation knows it.
  DenseMap<unsigned, AllocaInst *> Variables;
  SmallVector<AllocaInst *> Promotable;
  DenseMap<unsigned, WeakTrackingVH> Distances;
  DenseMap<const Instruction *, SavedKey> Keys;
  /// Of lookups that are chosen from, from 1; and which one a choice is.
  DenseMap<unsigned, unsigned> Numbers;
  DenseMap<unsigned, WeakTrackingVH> Choices;
  /// The keys of choices, of one size.
  std::map<std::pair<unsigned, Type *>, WeakTrackingVH> ChosenKeys;
  SmallPtrSet<const AllocaInst *, 2> Cleared;
  DenseMap<std::pair<DILocalVariable *, DIType *>, DILocalVariable *> Described;
};

} // namespace

AllocaInst *Rederiver::createVariable(Type *Ty, const Twine &Name) {
  IRBuilder<> B(&*Body.getEntryBlock().getFirstInsertionPt());
  return B.CreateAlloca(Ty, nullptr, Name);
}

AllocaInst *Rederiver::getVariable(unsigned Home) {
  AllocaInst *&Variable = Variables[Home];
  if (!Variable) {
    Variable = createVariable(PointerType::get(C, 0), "home");
    Promotable.push_back(Variable);
  }
  return Variable;
}

/// The record that says which C variable V is, of the fiber itself if any is.
static DbgVariableRecord *findRecord(Value *V) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(V, Records);
  DbgVariableRecord *Found = nullptr;
  for (DbgVariableRecord *R : Records)
    if (R->getExpression()->getNumElements() == 0 &&
        (!Found || !R->getDebugLoc().getInlinedAt()))
      Found = R;
  return Found;
}

DIType *Rederiver::getDistanceType() {
  DIBuilder DIB(M, /*AllowUnresolved=*/false, Body.getSubprogram()->getUnit());
  return DIB.createBasicType("unsigned short", 16, dwarf::DW_ATE_unsigned);
}

DIType *Rederiver::getChoiceType() {
  DIBuilder DIB(M, /*AllowUnresolved=*/false, Body.getSubprogram()->getUnit());
  return DIB.createBasicType("unsigned char", 8, dwarf::DW_ATE_unsigned_char);
}

/// Gives what stands for a pointer in the frame a name made of that of the
/// pointer's variable.
DILocalVariable *Rederiver::describe(Value *Number, const PointerRoot &Of,
                                     StringRef Suffix, DIType *Ty,
                                     bool IsInMemory) {
  DbgVariableRecord *Known = findRecord(Of.V);
  auto *Def = dyn_cast<Instruction>(Number);
  if (!Known || !Def || !Body.getSubprogram())
    return nullptr;
  DILocalVariable *Pointer = Known->getVariable();
  DILocalVariable *&Variable = Described[{Pointer, Ty}];
  if (!Variable) {
    DIBuilder DIB(M, /*AllowUnresolved=*/false,
                  Body.getSubprogram()->getUnit());
    Variable = DIB.createAutoVariable(
        Pointer->getScope(), (Pointer->getName() + Suffix).str(),
        Pointer->getFile(), Pointer->getLine(), Ty, /*AlwaysPreserve=*/false,
        DINode::FlagArtificial);
  }
  auto *Expression = DIExpression::get(C, {});
  DILocation *Loc = Known->getDebugLoc().get();
  DbgVariableRecord *Record =
      IsInMemory ? DbgVariableRecord::createDVRDeclare(Number, Variable,
                                                       Expression, Loc)
                 : DbgVariableRecord::createDbgVariableRecord(Number, Variable,
                                                              Expression, Loc);
  BasicBlock *BB = Def->getParent();
  if (isa<PHINode>(Def))
    BB->insertDbgRecordBefore(Record, BB->getFirstInsertionPt());
  else
    BB->insertDbgRecordAfter(Record, Def);
  return Variable;
}

/// A distance in 16 bits. What is too far, or in front of the packet, stays out
/// of it.
Value *Rederiver::saturate(IRBuilder<> &B, Value *Distance) {
  if (auto *Constant = dyn_cast<ConstantInt>(Distance))
    return B.getInt16(std::min<uint64_t>(Constant->getZExtValue(), 0xffff));
  Value *Max = B.getInt64(MaxPacketOffset);
  Value *Limited =
      computeKnownBits(Distance, DL).getMaxValue().ule(MaxPacketOffset)
          ? Distance
          : B.CreateSelect(B.CreateICmpULT(Distance, Max), Distance, Max);
  return B.CreateTrunc(Limited, B.getInt16Ty(), "distance");
}

/// The distance of Pointer, which has a root, where B is.
Value *Rederiver::getDistanceAt(IRBuilder<> &B, Value *Pointer) {
  Value *Steps = nullptr;
  unsigned Root = *Pointers.getRoot(Pointer);
  for (Value *V = Pointer; V != Pointers.roots()[Root].V;
       V = Pointers.getStepBase(V)) {
    auto *GEP = dyn_cast<GEPOperator>(V);
    if (!GEP)
      continue;
    Value *Step = emitGEPOffset(&B, DL, GEP);
    Steps = Steps ? B.CreateAdd(Steps, Step) : Step;
  }
  Value *Distance = B.CreateZExt(getDistance(Root), B.getInt64Ty());
  return Steps ? B.CreateAdd(Distance, Steps) : Distance;
}

/// The distance of a packet pointer from its field, computed where the pointer
/// is.
Value *Rederiver::getDistance(unsigned Index) {
  const PointerRoot &Root = Pointers.roots()[Index];
  if (Root.isField())
    return ConstantInt::get(Type::getInt16Ty(C), 0);
  if (Value *Known = Distances.lookup(Index))
    return Known;
  IRBuilder<> B(Root.V);
  B.SetCurrentDebugLocation(Root.V->getDebugLoc());
  Value *Distance;
  if (auto *Phi = dyn_cast<PHINode>(Root.V)) {
    PHINode *New =
        B.CreatePHI(B.getInt16Ty(), Phi->getNumIncomingValues(), "distance");
    Distances[Index] = New; // it may go round
    for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks())) {
      IRBuilder<> Edge(From->getTerminator());
      Edge.SetCurrentDebugLocation(Root.V->getDebugLoc());
      New->addIncoming(Pointers.getRoot(In)
                           ? saturate(Edge, getDistanceAt(Edge, In))
                           : Edge.getInt16(0),
                       From);
    }
    Distance = New;
    if (Value *Same = New->hasConstantValue();
        isa_and_nonnull<ConstantInt>(Same)) {
      New->replaceAllUsesWith(Same);
      New->eraseFromParent();
      Distance = Same;
    }
  } else if (auto *Select = dyn_cast<SelectInst>(Root.V)) {
    auto Of = [&](Value *V) -> Value * {
      return Pointers.getRoot(V) ? getDistanceAt(B, V) : B.getInt64(0);
    };
    Value *True = Of(Select->getTrueValue());
    Value *False = Of(Select->getFalseValue());
    Distance = saturate(B, B.CreateSelect(Select->getCondition(), True, False));
  } else {
    auto *GEP = cast<GEPOperator>(Root.V);
    Value *Base = getDistanceAt(B, GEP->getPointerOperand());
    Distance = saturate(B, B.CreateAdd(Base, emitGEPOffset(&B, DL, GEP)));
  }
  Distances[Index] = Distance;
  if (!isa<Constant>(Distance) && Body.getSubprogram())
    describe(Distance, Root, "_offset", getDistanceType(),
             /*IsInMemory=*/false);
  return Distance;
}

/// The bytes behind a home's pointer that are asked for anywhere.
int64_t Rederiver::getFurthest(unsigned Home) const {
  int64_t Furthest = 0;
  for (const PointerCheck &Check : Pointers.checks())
    if (Pointers.roots()[Check.Root].Home == Home)
      Furthest = std::max(Furthest, Check.Bytes);
  return std::min(Furthest, MaxPacketOffset);
}

Value *Rederiver::cloneComputation(IRBuilder<> &B, Value *V) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return V;
  SmallVector<Value *> Operands;
  for (Value *Op : I->operands())
    Operands.push_back(cloneComputation(B, Op));
  Instruction *New = I->clone();
  for (auto [U, Op] : zip_equal(New->operands(), Operands))
    U.set(Op);
  New->setDebugLoc(B.getCurrentDebugLocation());
  return B.Insert(New);
}

/// Pointer, computed from Base in place of its root.
Value *Rederiver::cloneSteps(IRBuilder<> &B, Value *Pointer, Value *Base) {
  if (Pointers.getRootAt(*cast<Instruction>(Pointer)))
    return Base;
  auto *Step = cast<Instruction>(Pointer);
  Value *From = Pointers.getStepBase(Step);
  Value *NewFrom = cloneSteps(B, From, Base);
  Instruction *New = Step->clone();
  for (Use &U : New->operands()) {
    if (U.get() == From)
      U.set(NewFrom);
    else if (getCoreOffset(U))
      U.set(cloneComputation(B, U));
  }
  New->setDebugLoc(B.getCurrentDebugLocation());
  return B.Insert(New);
}

Value *Rederiver::createField(IRBuilder<> &B, PacketField F) {
  return cloneComputation(B, Pointers.findField(F)->V);
}

/// How far a pointer may be for the verifier to see that the furthest check of
/// it is within its limits. The distance of one that has passed it is.
int64_t Rederiver::getLimit(const PointerRoot &Root) const {
  return MaxPacketOffset - getFurthest(Root.Home);
}

bool Rederiver::mayBeTooFar(const PointerRoot &Root, Value *Distance) const {
  return !isa<Constant>(Distance) &&
         computeKnownBits(Distance, DL).getMaxValue().ugt(getLimit(Root));
}

Value *Rederiver::createPacketPointer(IRBuilder<> &B, const PointerRoot &Root,
                                      unsigned Index) {
  Value *Field = createField(B, Root.Base);
  Value *Distance = getDistance(Index);
  if (isa<Constant>(Distance))
    return B.CreateGEP(B.getInt8Ty(), Field,
                       B.CreateZExt(Distance, B.getInt64Ty()));
  Value *Wide = B.CreateZExt(Distance, B.getInt64Ty());
  if (mayBeTooFar(Root, Distance))
    Wide = markRange(
        B, Wide, ConstantRange(APInt(64, 0), APInt(64, getLimit(Root) + 1)));
  // What is checked and what is accessed must have this one sum in common.
  return hideIdentity(B, B.CreateGEP(B.getInt8Ty(), Field, Wide));
}

const Rederiver::SavedKey &Rederiver::getKey(const PointerRoot &Root) {
  auto [It, IsNew] = Keys.try_emplace(Root.V);
  SavedKey &Saved = It->second;
  if (!IsNew)
    return Saved;
  auto *Lookup = cast<CallInst>(Root.V);
  MapDefinition Map = *getLookedUpMap(*Lookup);
  Value *Key = Lookup->getArgOperand(1);
  Align Alignment = Key->getPointerAlignment(DL);
  IRBuilder<> B(Lookup);
  if (Map.KeySize <= 8 && isPowerOf2_64(Map.KeySize)) {
    Type *Ty = B.getIntNTy(Map.KeySize * 8);
    Saved.Variable = createVariable(Ty, "key");
    Promotable.push_back(Saved.Variable);
    Saved.Number = B.CreateAlignedLoad(Ty, Key, Alignment, "key");
    B.CreateStore(Saved.Number, Saved.Variable);
    if (Map.Key)
      describe(Saved.Number, Root, "_key", Map.Key, /*IsInMemory=*/false);
    return Saved;
  }
  Saved.Variable =
      createVariable(ArrayType::get(B.getInt8Ty(), Map.KeySize), "key");
  Saved.Variable->setAlignment(Align(8));
  B.CreateMemCpy(Saved.Variable, Align(8), Key, Alignment, Map.KeySize);
  if (Map.Key)
    describe(Saved.Variable, Root, "_key", Map.Key, /*IsInMemory=*/true);
  return Saved;
}

/// The key that was kept, if it is a number.
Value *Rederiver::loadKey(IRBuilder<> &B, const PointerRoot &Root) {
  const SavedKey &Saved = getKey(Root);
  return Saved.Number ? B.CreateLoad(Saved.Number->getType(), Saved.Variable)
                      : nullptr;
}

/// Looks up under the key that was kept: Number, if it is one.
Value *Rederiver::createLookup(IRBuilder<> &B, const PointerRoot &Root,
                               Value *Number) {
  Value *Key = getKey(Root).Variable;
  if (Number) {
    Key = createVariable(Number->getType(), "key.again");
    B.CreateStore(Number, Key);
  }
  auto *Lookup = cast<CallInst>(Root.V);
  auto *New = cast<CallInst>(Lookup->clone());
  New->setArgOperand(1, Key);
  New->setDebugLoc(B.getCurrentDebugLocation());
  CallInst *Outer = getOuterLookup(*Lookup);
  if (!Outer) {
    New->setCalledOperand(cloneComputation(B, Lookup->getCalledOperand()));
    return B.Insert(New);
  }
  // Without the map there is no element.
  const PointerRoot &OuterRoot = Pointers.roots()[*Pointers.getRootAt(*Outer)];
  clearKey(OuterRoot);
  Value *Map = createLookup(B, OuterRoot, loadKey(B, OuterRoot));
  AllocaInst *Found = createVariable(B.getPtrTy(), "found");
  Promotable.push_back(Found);
  B.CreateStore(ConstantPointerNull::get(B.getPtrTy()), Found);
  Value *IsThere = B.CreateIsNotNull(Map);
  Instruction *At = &*B.GetInsertPoint();
  IRBuilder<> Then(
      SplitBlockAndInsertIfThen(IsThere, At, /*Unreachable=*/false));
  Then.SetCurrentDebugLocation(B.getCurrentDebugLocation());
  New->setCalledOperand(cloneComputation(Then, Lookup->getCalledOperand()));
  New->setArgOperand(0, Map);
  Then.CreateStore(Then.Insert(New), Found);
  B.SetInsertPoint(At);
  return B.CreateLoad(B.getPtrTy(), Found);
}

unsigned Rederiver::numberOf(unsigned Lookup) {
  return Numbers.try_emplace(Lookup, Numbers.size() + 1).first->second;
}

/// A number of which Of says what it is for each pointer that Choice may be; of
/// NULL for none. It may go round: New is set before others are asked for.
Value *Rederiver::mirror(unsigned Choice, Type *Ty, const Twine &Name,
                         WeakTrackingVH &New,
                         function_ref<Value *(std::optional<unsigned>)> Of) {
  Instruction *V = Pointers.roots()[Choice].V;
  IRBuilder<> B(V);
  B.SetCurrentDebugLocation(V->getDebugLoc());
  if (auto *Select = dyn_cast<SelectInst>(V)) {
    Value *True = Of(Pointers.getRoot(Select->getTrueValue()));
    Value *False = Of(Pointers.getRoot(Select->getFalseValue()));
    New = B.CreateSelect(Select->getCondition(), True, False, Name);
    return New;
  }
  auto *Phi = cast<PHINode>(V);
  PHINode *Numbers = B.CreatePHI(Ty, Phi->getNumIncomingValues(), Name);
  New = Numbers;
  for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks()))
    Numbers->addIncoming(Of(Pointers.getRoot(In)), From);
  return Numbers;
}

/// Which lookup a root is the result of, by its number; 0 is NULL.
Value *Rederiver::getChoice(unsigned Index) {
  const PointerRoot &Root = Pointers.roots()[Index];
  Type *Ty = Type::getInt16Ty(C);
  if (Root.Kind == PointerRoot::Lookup)
    return ConstantInt::get(Ty, numberOf(Index));
  if (Value *Known = Choices.lookup(Index))
    return Known;
  WeakTrackingVH New;
  Value *Choice = mirror(Index, Ty, "choice", New, [&](auto Chosen) -> Value * {
    Choices[Index] = New;
    return Chosen ? getChoice(*Chosen) : ConstantInt::get(Ty, 0);
  });
  Choices[Index] = Choice;
  if (Body.getSubprogram())
    describe(Choice, Root, "_choice", getChoiceType(), /*IsInMemory=*/false);
  return Choice;
}

/// The key of the lookup that a root is the result of, if its keys are numbers
/// of type Ty. Others are 0: the verifier wants to see that it is something.
Value *Rederiver::getChosenKey(unsigned Index, Type *Ty) {
  const PointerRoot &Root = Pointers.roots()[Index];
  Value *None = ConstantInt::get(Ty, 0);
  if (Root.Kind == PointerRoot::Lookup) {
    Value *Number = getKey(Root).Number;
    return Number && Number->getType() == Ty ? Number : None;
  }
  if (auto It = ChosenKeys.find({Index, Ty}); It != ChosenKeys.end())
    return It->second;
  WeakTrackingVH New;
  Value *Key = mirror(Index, Ty, "key", New, [&](auto Chosen) {
    ChosenKeys[{Index, Ty}] = New;
    return Chosen ? getChosenKey(*Chosen, Ty) : None;
  });
  ChosenKeys[{Index, Ty}] = Key;
  for (unsigned Lookup : lookupsOf(Index)) {
    MapDefinition Map =
        *getLookedUpMap(*cast<CallInst>(Pointers.roots()[Lookup].V));
    if (Map.Key && Map.KeySize * 8 == Ty->getIntegerBitWidth()) {
      describe(Key, Root, "_key", Map.Key, /*IsInMemory=*/false);
      break;
    }
  }
  return Key;
}

/// The lookups that a choice may be the result of.
SmallVector<unsigned, 4> Rederiver::lookupsOf(unsigned Choice) const {
  SmallVector<unsigned, 4> Lookups;
  SmallSetVector<unsigned, 8> Work;
  Work.insert(Choice);
  for (unsigned Next = 0; Next != Work.size(); ++Next) {
    const PointerRoot &Root = Pointers.roots()[Work[Next]];
    if (Root.Kind == PointerRoot::Lookup)
      Lookups.push_back(Work[Next]);
    for (Use *U : Pointers.operandsOf(Root))
      Work.insert(*Pointers.getRoot(*U));
  }
  return Lookups;
}

/// Where the lookup was not made there is something, too.
void Rederiver::clearKey(const PointerRoot &Root) {
  const SavedKey &Saved = getKey(Root);
  AllocaInst &Key = *Saved.Variable;
  if (!Cleared.insert(&Key).second)
    return;
  IRBuilder<> B(Key.getNextNode());
  if (Saved.Number)
    B.CreateStore(Constant::getNullValue(Key.getAllocatedType()), &Key);
  else
    B.CreateMemSet(&Key, B.getInt8(0),
                   DL.getTypeAllocSize(Key.getAllocatedType()), Key.getAlign());
}

/// The verifier wants each lookup to be in one map.
void Rederiver::createChoice(Instruction *Before, unsigned Index) {
  const PointerRoot &Root = Pointers.roots()[Index];
  Value *Choice = getChoice(Index);
  AllocaInst *Variable = getVariable(Root.Home);
  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(Before->getDebugLoc());
  B.CreateStore(ConstantPointerNull::get(B.getPtrTy()), Variable);
  for (unsigned Lookup : lookupsOf(Index)) {
    B.SetInsertPoint(Before);
    Value *IsChosen = B.CreateICmpEQ(Choice, getChoice(Lookup));
    const PointerRoot &Chosen = Pointers.roots()[Lookup];
    Value *Number = getKey(Chosen).Number;
    Value *Key = Number ? getChosenKey(Index, Number->getType()) : nullptr;
    if (!Key)
      clearKey(Chosen);
    IRBuilder<> Then(
        SplitBlockAndInsertIfThen(IsChosen, Before, /*Unreachable=*/false));
    Then.SetCurrentDebugLocation(Before->getDebugLoc());
    Then.CreateStore(createLookup(Then, Chosen, Key), Variable);
  }
}

/// The check, made again or the user's own, that Place is a part of, if nothing
/// happens in between.
Rederiver::Decision Rederiver::findDecision(Instruction &Place) const {
  auto Of = [&](BranchInst *Branch, unsigned Bad, const PointerCheck &Check) {
    return Decision{Branch, Branch->getSuccessor(Bad),
                    static_cast<PacketField>(Check.Limit)};
  };
  for (const RederivationPlan::Recheck &R : Plan.rechecks())
    if (R.Failure == &Place)
      return Of(cast<BranchInst>(Place.getParent()->getTerminator()),
                1 - FailurePathGood, Pointers.checks()[R.Check]);
  for (const PointerCheck &Check : Pointers.checks())
    if (Check.Test == &Place &&
        Place.getParent() == Check.Branch->getParent() &&
        none_of(make_range(Place.getIterator(), Check.Branch->getIterator()),
                [](const Instruction &I) { return I.mayHaveSideEffects(); }))
      return Of(Check.Branch, 1 - Check.Good, Check);
  return {};
}

/// What is farther than any packet is beyond the end of each: the check fails,
/// before there is a pointer that the verifier would not accept.
void Rederiver::failIfTooFar(Instruction *Before, const PointerRoot &Root,
                             unsigned Index) {
  Value *Distance = getDistance(Index);
  Decision D = findDecision(*Before);
  if (!mayBeTooFar(Root, Distance) || !D.Branch)
    return;
  BasicBlock *Head = Before->getParent();
  auto Incoming = [&](PHINode &Phi) {
    return Phi.getIncomingValueForBlock(D.Branch->getParent());
  };
  for (PHINode &Phi : D.To->phis())
    if (auto *In = dyn_cast<Instruction>(Incoming(Phi));
        In && In->getParent() == Head && !In->comesBefore(Before))
      return;
  BasicBlock *Tail = SplitBlock(Head, Before);
  Head->getTerminator()->eraseFromParent();
  IRBuilder<> B(Head);
  B.SetCurrentDebugLocation(Before->getDebugLoc());
  // Where it leads there are a pointer and the end of the packet, too.
  Value *Limit = B.getInt64(getLimit(Root));
  B.CreateStore(B.CreateGEP(B.getInt8Ty(), createField(B, Root.Base), Limit),
                getVariable(Root.Home));
  B.CreateStore(createField(B, D.Limit),
                getVariable(static_cast<unsigned>(D.Limit)));
  B.CreateCondBr(B.CreateICmpUGT(B.CreateZExt(Distance, B.getInt64Ty()), Limit),
                 D.To, Tail);
  for (PHINode &Phi : D.To->phis())
    Phi.addIncoming(Incoming(Phi), Head);
}

void Rederiver::refresh(const RederivationPlan::Refresh &R) {
  if (R.Home >= NumPacketFields && rootOf(R.Home).Kind == PointerRoot::Choice)
    return createChoice(R.Before, R.Home - NumPacketFields);
  if (R.Home >= NumPacketFields && rootOf(R.Home).isPacket())
    failIfTooFar(R.Before, rootOf(R.Home), R.Home - NumPacketFields);
  IRBuilder<> B(R.Before);
  B.SetCurrentDebugLocation(R.Before->getDebugLoc());
  Value *Pointer;
  if (R.Home < NumPacketFields) {
    Pointer = createField(B, static_cast<PacketField>(R.Home));
  } else {
    const PointerRoot &Root = rootOf(R.Home);
    Pointer = Root.isPacket()
                  ? createPacketPointer(B, Root, R.Home - NumPacketFields)
                  : createLookup(B, Root, loadKey(B, Root));
  }
  B.CreateStore(Pointer, getVariable(R.Home));
}

void Rederiver::rewrite(const RederivationPlan::Rewrite &R) {
  const PointerRoot &Root = Pointers.roots()[R.Root];
  Value *Old = *R.U;
  OldSteps.push_back(Old);
  if (R.IsDead) {
    R.U->set(PoisonValue::get(Old->getType()));
    return;
  }
  Instruction *Place = PointerUse{R.U, R.Root, 0}.getPlace();
  IRBuilder<> B(Place);
  B.SetCurrentDebugLocation(Place->getDebugLoc());
  Value *Base = B.CreateLoad(B.getPtrTy(), getVariable(Root.Home));
  // Nothing may be added to what may still be null.
  if (!Root.isPacket() && R.IsAccess && Old != Root.V)
    Base = hideIdentity(B, Base);
  R.U->set(cloneSteps(B, Old, Base));
}

void Rederiver::recheck(const RederivationPlan::Recheck &R) {
  const PointerCheck &Check = Pointers.checks()[R.Check];
  const PointerRoot &Root = Pointers.roots()[R.Root];
  IRBuilder<> B(R.Failure);
  B.SetCurrentDebugLocation(R.Failure->getDebugLoc());
  Value *Base = B.CreateLoad(B.getPtrTy(), getVariable(Root.Home));
  Value *Operands[2];
  Operands[Check.PointerOperand] = cloneSteps(B, Check.Pointer, Base);
  Operands[1 - Check.PointerOperand] =
      Root.isPacket() ? static_cast<Value *>(B.CreateLoad(
                            B.getPtrTy(), getVariable(Check.Limit)))
                      : ConstantPointerNull::get(B.getPtrTy());
  CmpInst::Predicate Predicate = Check.Test->getPredicate();
  if (Check.Good == 0)
    Predicate = CmpInst::getInversePredicate(Predicate);
  R.Failure->replaceAllUsesWith(
      B.CreateICmp(Predicate, Operands[0], Operands[1]));
  R.Failure->eraseFromParent();
}

/// What the activation computes itself is what its homes have from there on.
void Rederiver::storeDefinitions() {
  for (const PointerRoot &Root : Pointers.roots()) {
    AllocaInst *Variable = Variables.lookup(Root.Home);
    if (!Variable || (Root.isField() && Root.Kind != PointerRoot::Field))
      continue;
    new StoreInst(Root.V, Variable, *Root.V->getInsertionPointAfterDef());
  }
}

/// To LLVM a passthrough has effects. Unused ones would keep pointers alive.
void Rederiver::eraseDeadSteps() {
  for (WeakTrackingVH &Old : OldSteps)
    while (auto *Step =
               dyn_cast_or_null<Instruction>(static_cast<Value *>(Old))) {
      Value *Base = Pointers.getStepBase(Step);
      if (!Base || !Step->use_empty())
        break;
      Step->eraseFromParent();
      Old = Base;
    }
}

void Rederiver::run() {
  // Each goes in front of its place, so what comes later is behind what comes
  // earlier.
  for (const RederivationPlan::Refresh &R : Plan.refreshes())
    refresh(R);
  for (const RederivationPlan::Rewrite &R : Plan.rewrites())
    rewrite(R);
  for (const RederivationPlan::Recheck &R : Plan.rechecks())
    recheck(R);
  storeDefinitions();
  eraseDeadSteps();
  DominatorTree DT(Body);
  PromoteMemToReg(Promotable, DT);
}

void rederivePointers(Function &Body, FunctionAnalysisManager &FAM) {
  {
    PointerRoots Pointers(Body);
    RederivationPlan Plan(Body, Pointers);
    Rederiver(Body, Pointers, Plan).run();
  }
  closeFailurePaths(Body);
  FAM.invalidate(Body, PreservedAnalyses::none());
  // What only lost pointers needed.
  ADCEPass().run(Body, FAM);
  FAM.invalidate(Body, PreservedAnalyses::none());
}

} // namespace llvm::bpffiber
