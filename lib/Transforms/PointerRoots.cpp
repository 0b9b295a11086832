// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "PointerRoots.h"
#include "Primitives.h"
#include "ValueOrigin.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

namespace llvm::bpffiber {

Instruction *PointerUse::getPlace() const { return whereNeeded(*U); }

/// The kind whose context has the packet where that of the first parameter has
/// it; empty if it has none.
static StringRef getContextKind(const Function &Body) {
  const DISubprogram *SP = Body.getSubprogram();
  if (!SP || SP->getType()->getTypeArray().size() < 2)
    return "";
  auto *Pointer = dyn_cast_or_null<DIDerivedType>(
      stripTypedefs(SP->getType()->getTypeArray()[1]));
  DIType *T = Pointer ? stripTypedefs(Pointer->getBaseType()) : nullptr;
  if (T && T->getName() == "xdp_md")
    return "xdp";
  if (T && T->getName() == "__sk_buff")
    return "tc";
  return "";
}

static bool isLookup(const CallBase &Call) {
  return getHelper(Call) == helper::MapLookupElem && Call.arg_size() == 2;
}

CallInst *getOuterLookup(const CallBase &Lookup) {
  auto *Outer = dyn_cast<CallInst>(Lookup.getArgOperand(0));
  return Outer && isLookup(*Outer) &&
                 isa<GlobalVariable>(Outer->getArgOperand(0))
             ? Outer
             : nullptr;
}

std::optional<MapDefinition> getLookedUpMap(const CallBase &Lookup) {
  if (!isLookup(Lookup))
    return std::nullopt;
  std::optional<MapDefinition> Definition;
  if (auto *Map = dyn_cast<GlobalVariable>(Lookup.getArgOperand(0)))
    Definition = getMapDefinition(*Map);
  else if (CallInst *Outer = getOuterLookup(Lookup))
    Definition =
        getInnerDefinition(*cast<GlobalVariable>(Outer->getArgOperand(0)));
  if (!Definition || (!Definition->hasPlainValues() && !Definition->isOfMaps()))
    return std::nullopt;
  return Definition;
}

std::optional<PacketField> PointerRoots::getField(const Instruction &I) const {
  if (!isa<IntToPtrInst>(I))
    return std::nullopt;
  Value *Number = I.getOperand(0);
  if (auto *Extension = dyn_cast<ZExtInst>(Number))
    Number = Extension->getOperand(0);
  auto *Load = dyn_cast<LoadInst>(Number);
  Value *Ctx = nullptr;
  auto Offset =
      Load ? getContextOffset(Load->getPointerOperand(), Body.getArg(0), Ctx)
           : std::nullopt;
  if (!Offset || Ctx != Body.getArg(0))
    return std::nullopt;
  return getPacketField(ContextKind, *Offset);
}

PointerRoots::Family PointerRoots::familyOf(const Value *V) const {
  if (isa<UndefValue>(V))
    return Unknown;
  return isa<Instruction>(V) ? Families.lookup(V) : Other;
}

static const Value *getPassedThrough(const Value *V) {
  return lookThroughPassthrough(const_cast<Value *>(V));
}

PointerRoots::Family PointerRoots::compute(const Instruction &I) const {
  if (!I.getType()->isPointerTy())
    return Other;
  if (auto Field = getField(I))
    return static_cast<Family>(InData + static_cast<unsigned>(*Field));
  if (const Value *Inner = getPassedThrough(&I))
    return familyOf(Inner);
  if (auto *Call = dyn_cast<CallBase>(&I))
    return getLookedUpMap(*Call) ? InMapValue : Other;
  if (auto *GEP = dyn_cast<GetElementPtrInst>(&I)) {
    // Nothing may be added to data_end (adjust_ptr_min_max_vals()).
    Family F = familyOf(GEP->getPointerOperand());
    return F == InDataEnd ? Other : F;
  }
  if (isa<FreezeInst>(I))
    return familyOf(I.getOperand(0));
  return isa<PHINode, SelectInst>(I) ? join(I) : Other;
}

/// Whether V is what a lookup gave, and not a part of it.
static bool isWholeValue(const Value *V) {
  for (;;) {
    if (const Value *Inner = getPassedThrough(V))
      V = Inner;
    else if (auto *Freeze = dyn_cast<FreezeInst>(V))
      V = Freeze->getOperand(0);
    else
      return !isa<GEPOperator>(V);
  }
}

/// Of a phi or a select.
PointerRoots::Family PointerRoots::join(const Instruction &I) const {
  Family Joined = Unknown;
  bool MayBeNull = false;
  for (const Use &U : I.operands()) {
    if (isa<SelectInst>(I) && U.getOperandNo() == 0)
      continue;
    MayBeNull |= isa<ConstantPointerNull>(U);
    Family F = isa<ConstantPointerNull>(U) ? Unknown : familyOf(U);
    if (F == Unknown)
      continue;
    if ((Joined != Unknown && F != Joined) ||
        (F == InMapValue && !isWholeValue(U)))
      return Other;
    Joined = F;
  }
  return MayBeNull && Joined != Unknown && Joined != InMapValue ? Other
                                                                : Joined;
}

void PointerRoots::findFamilies() {
  ReversePostOrderTraversal<Function *> RPO(&Body);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : RPO)
      for (Instruction &I : *BB) {
        // Only up: what is neither stays that.
        Family &Old = Families[&I];
        if (Old == Other)
          continue;
        Family New = compute(I);
        // Families may have grown.
        if (Families[&I] != New) {
          Families[&I] = New;
          Changed = true;
        }
      }
  }
}

Value *PointerRoots::getStepBase(const Value *Step) const {
  if (const Value *Inner = getPassedThrough(Step))
    return const_cast<Value *>(Inner);
  if (auto *Freeze = dyn_cast<FreezeInst>(Step))
    return Freeze->getOperand(0);
  auto *GEP = dyn_cast<GEPOperator>(Step);
  if (!GEP || !isa<Instruction>(Step))
    return nullptr;
  auto *I = cast<Instruction>(Step);
  if (familyOf(I) == InMapValue ||
      getStepOffset(*GEP, I->getModule()->getDataLayout()))
    return const_cast<Value *>(GEP->getPointerOperand());
  return nullptr;
}

/// How far V is behind its root.
std::optional<int64_t> PointerRoots::distanceOf(const Value *V) const {
  int64_t Distance = 0;
  while (const Value *Base = getStepBase(V)) {
    if (auto *GEP = dyn_cast<GEPOperator>(V)) {
      auto Step = getStepOffset(
          *GEP, cast<Instruction>(V)->getModule()->getDataLayout());
      if (!Step)
        return std::nullopt;
      Distance += *Step;
    }
    V = Base;
  }
  return Distance;
}

std::optional<unsigned> PointerRoots::getRootAt(const Instruction &I) const {
  auto It = RootAt.find(&I);
  if (It == RootAt.end())
    return std::nullopt;
  return It->second;
}

std::optional<unsigned> PointerRoots::getRoot(const Value *V) const {
  while (auto *I = dyn_cast<Instruction>(V)) {
    if (auto Root = getRootAt(*I))
      return Root;
    V = getStepBase(I);
    if (!V)
      break;
  }
  return std::nullopt;
}

void PointerRoots::addRoots() {
  for (Instruction &I : instructions(Body)) {
    Family F = familyOf(&I);
    if (F == Unknown || F == Other || getStepBase(&I))
      continue;
    PointerRoot Root;
    Root.V = &I;
    if (F == InMapValue)
      Root.Kind = isa<CallBase>(I) ? PointerRoot::Lookup : PointerRoot::Choice;
    else if (isa<IntToPtrInst>(I))
      Root.Kind = PointerRoot::Field;
    else
      Root.Kind =
          isa<GetElementPtrInst>(I) ? PointerRoot::Offset : PointerRoot::Merge;
    if (F != InMapValue)
      Root.Base = static_cast<PacketField>(F - InData);
    Root.Home = Root.Kind == PointerRoot::Field
                    ? static_cast<unsigned>(Root.Base)
                    : NumPacketFields + Roots.size();
    RootAt[&I] = Roots.size();
    Roots.push_back(Root);
  }
}

SmallVector<Use *, 2> PointerRoots::operandsOf(const PointerRoot &Root) const {
  SmallVector<Use *, 2> Operands;
  if (Root.Kind == PointerRoot::Offset)
    Operands.push_back(&Root.V->getOperandUse(0));
  else if (Root.Kind == PointerRoot::Merge || Root.Kind == PointerRoot::Choice)
    for (Use &U : Root.V->operands())
      if (getRoot(U))
        Operands.push_back(&U);
  return Operands;
}

/// What merges only a field's loads is that field again. Assume it of all and
/// take back what is not.
void PointerRoots::joinHomes() {
  SmallVector<unsigned> Own;
  for (PointerRoot &Root : Roots) {
    Own.push_back(Root.Home);
    if (Root.Kind == PointerRoot::Merge)
      Root.Home = static_cast<unsigned>(Root.Base);
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (auto [I, Root] : enumerate(Roots)) {
      if (Root.Kind != PointerRoot::Merge || !Root.isField())
        continue;
      if (all_of(operandsOf(Root), [&](Use *U) {
            // NOLINTNEXTLINE(clang-analyzer-core.*): not seen into SmallVector
            return Roots[*getRoot(*U)].isField() && distanceOf(*U) == 0;
          }))
        continue;
      Root.Home = Own[I];
      Changed = true;
    }
  }
}

/// What I accesses through its operand U, from there.
static int64_t getAccessed(const Instruction &I, const Use &U) {
  const DataLayout &DL = I.getModule()->getDataLayout();
  auto SizeOf = [&](Type *T) -> int64_t { return DL.getTypeStoreSize(T); };
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return SizeOf(Load->getType());
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return U.getOperandNo() == StoreInst::getPointerOperandIndex()
               ? SizeOf(Store->getValueOperand()->getType())
               : PointerUse::None;
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return U.getOperandNo() == AtomicRMWInst::getPointerOperandIndex()
               ? SizeOf(RMW->getValOperand()->getType())
               : PointerUse::None;
  if (auto *CAS = dyn_cast<AtomicCmpXchgInst>(&I))
    return U.getOperandNo() == AtomicCmpXchgInst::getPointerOperandIndex()
               ? SizeOf(CAS->getNewValOperand()->getType())
               : PointerUse::None;
  if (auto *Mem = dyn_cast<AnyMemIntrinsic>(&I)) {
    auto *Length = dyn_cast<ConstantInt>(Mem->getLength());
    return Length ? Length->getSExtValue() : PointerUse::Unknown;
  }
  return isa<CallBase>(I) && !isa<IntrinsicInst>(I) ? PointerUse::Unknown
                                                    : PointerUse::None;
}

static bool isNullTest(const User *U) {
  auto *Test = dyn_cast<ICmpInst>(U);
  return Test && Test->isEquality() &&
         isa<ConstantPointerNull>(Test->getOperand(1));
}

void PointerRoots::addUses() {
  for (Instruction &I : instructions(Body)) {
    if (I.isLifetimeStartOrEnd() || isa<DbgInfoIntrinsic>(I) || getStepBase(&I))
      continue;
    bool IsRoot = getRootAt(I).has_value();
    for (Use &U : I.operands()) {
      auto Root = getRoot(U);
      if (!Root || (IsRoot && !isa<CallBase>(I)))
        continue;
      int64_t Bytes = getAccessed(I, U);
      auto Distance = distanceOf(U);
      if (!Roots[*Root].isPacket())
        // All of a value is there or nothing.
        Bytes = isNullTest(&I) ? PointerUse::None : 1;
      else if (Bytes > 0)
        Bytes = std::max<int64_t>(1, Bytes + *Distance);
      PointerUse New{&U, *Root, Bytes};
      Uses[New.getPlace()].push_back(New);
    }
    if (auto *Branch = dyn_cast<BranchInst>(&I);
        Branch && Branch->isConditional())
      addCheck(*Branch);
  }
}

ArrayRef<PointerUse> PointerRoots::usesAt(const Instruction &Place) const {
  auto It = Uses.find(&Place);
  return It == Uses.end() ? ArrayRef<PointerUse>() : It->second;
}

void PointerRoots::addCheck(BranchInst &Branch) {
  auto *Test = dyn_cast<ICmpInst>(Branch.getCondition());
  if (!Test || Branch.getSuccessor(0) == Branch.getSuccessor(1))
    return;
  PointerCheck Check;
  Check.Branch = &Branch;
  Check.Test = Test;
  if (isNullTest(Test)) {
    auto Root = getRoot(Test->getOperand(0));
    if (!Root || Roots[*Root].isPacket() ||
        Test->getOperand(0) != Roots[*Root].V)
      return;
    Check.Good = Test->getPredicate() == ICmpInst::ICMP_EQ ? 1 : 0;
    Check.Pointer = Test->getOperand(0);
    Check.PointerOperand = 0;
    Check.Root = *Root;
    Check.Bytes = 1;
    Check.Limit = 0;
    Checks.push_back(Check);
    return;
  }
  for (unsigned Operand : {0, 1}) {
    Value *Pointer = Test->getOperand(Operand);
    Value *Limit = Test->getOperand(1 - Operand);
    auto P = getRoot(Pointer), L = getRoot(Limit);
    if (!P || !L || !Roots[*P].isPacket() || !Roots[*L].isField() ||
        distanceOf(Limit) != 0)
      continue;
    PacketField Behind = Roots[*P].Base == PacketField::DataMeta
                             ? PacketField::Data
                             : PacketField::DataEnd;
    if (Roots[*P].Base == PacketField::DataEnd || Roots[*L].Base != Behind)
      continue;
    ICmpInst::Predicate Predicate =
        Operand ? Test->getSwappedPredicate() : Test->getPredicate();
    if (Predicate == ICmpInst::ICMP_UGT || Predicate == ICmpInst::ICMP_UGE)
      Check.Good = 1;
    else if (Predicate == ICmpInst::ICMP_ULE || Predicate == ICmpInst::ICMP_ULT)
      Check.Good = 0;
    else
      continue;
    Check.Pointer = Pointer;
    Check.PointerOperand = Operand;
    Check.Root = *P;
    Check.Bytes = *distanceOf(Pointer);
    Check.Limit = Roots[*L].Home;
    Checks.push_back(Check);
    return;
  }
}

const PointerRoot *PointerRoots::findField(PacketField F) const {
  for (const PointerRoot &Root : Roots)
    if (Root.Kind == PointerRoot::Field && Root.Base == F)
      return &Root;
  return nullptr;
}

PointerRoots::PointerRoots(Function &Body)
    : Body(Body), ContextKind(getContextKind(Body)) {
  findFamilies();
  addRoots();
  joinHomes();
  addUses();
}

} // namespace llvm::bpffiber
