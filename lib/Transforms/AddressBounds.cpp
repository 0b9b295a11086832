// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AddressBounds.h"
#include "Compat.h"
#include "IntegerRanges.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/Local.h"

namespace llvm::bpffiber {

/// Whether U is the address of what its user, or the function that it calls,
/// reads or writes.
static bool isAccess(const Use &U) {
  auto *I = cast<Instruction>(U.getUser());
  if (isa<LoadInst, AtomicRMWInst, AtomicCmpXchgInst>(I))
    return U.getOperandNo() == 0;
  if (isa<StoreInst>(I))
    return U.getOperandNo() == 1;
  auto *Call = dyn_cast<CallBase>(I);
  return Call && Call->isArgOperand(&U) && !isSuspend(*I);
}

/// The bytes that are accessed at U; 0 if that is not to be seen.
static uint64_t bytesAt(const Use &U, const DataLayout &DL) {
  const auto *I = cast<Instruction>(U.getUser());
  if (const auto *Copy = dyn_cast<MemIntrinsic>(I))
    if (const auto *Length = dyn_cast<ConstantInt>(Copy->getLength()))
      return Length->getZExtValue();
  if (!isAccess(U) || isa<CallBase>(I))
    return 0;
  Type *Ty = isa<LoadInst>(I) ? I->getType() : I->getOperand(1)->getType();
  if (isa<StoreInst>(I))
    Ty = I->getOperand(0)->getType();
  return DL.getTypeStoreSize(Ty);
}

static uint64_t bytesAt(const GetElementPtrInst &Address,
                        const DataLayout &DL) {
  uint64_t Bytes = 0;
  for (const Use &U : Address.uses()) {
    uint64_t AtUse = bytesAt(U, DL);
    if (!AtUse)
      return 0;
    Bytes = std::max(Bytes, AtUse);
  }
  return Bytes;
}

namespace {

/// An access at a constant distance behind an address.
struct AccessBehind {
  Use *Access;
  int64_t Distance;
};

} // namespace

/// LLVM computes `&a[i + 1]` from `&a[i]`, in front of the test whether there
/// is one.
static void collectBehind(GetElementPtrInst &Address, int64_t Distance,
                          SmallVectorImpl<AccessBehind> &Found) {
  const DataLayout &DL = Address.getModule()->getDataLayout();
  for (User *U : Address.users()) {
    auto *Next = dyn_cast<GetElementPtrInst>(U);
    APInt Offset(DL.getIndexTypeSizeInBits(Address.getType()), 0);
    if (!Next || !Next->accumulateConstantOffset(DL, Offset))
      continue;
    int64_t There = Distance + Offset.getSExtValue();
    for (Use &At : Next->uses())
      if (isAccess(At))
        Found.push_back({&At, There});
    collectBehind(*Next, There, Found);
  }
}

std::optional<uint64_t> getVariableSize(const Value *Object,
                                        const DataLayout &DL) {
  if (const auto *Local = dyn_cast<AllocaInst>(Object))
    if (auto Size = Local->getAllocationSize(DL))
      return Size->getFixedValue();
  if (const auto *Global = dyn_cast<GlobalVariable>(Object))
    return DL.getTypeAllocSize(Global->getValueType());
  return std::nullopt;
}

/// The values of the only number in Address with which so many bytes there, or
/// so far behind it, are in its object.
static std::optional<ConstantRange> inObject(GetElementPtrInst &Address,
                                             const Value *Index, uint64_t Bytes,
                                             int64_t Behind = 0) {
  const DataLayout &DL = Address.getModule()->getDataLayout();
  unsigned Bits = DL.getIndexTypeSizeInBits(Address.getType());
  compat::CollectedOffsets Numbers;
  APInt Offset(Bits, 0), Before(Bits, 0);
  if (!Address.collectOffset(DL, Bits, Numbers, Offset) ||
      Numbers.size() != 1 || Numbers.front().first != Index ||
      Index->getType()->getIntegerBitWidth() != Bits)
    return std::nullopt;
  const Value *Object =
      Address.getPointerOperand()->stripAndAccumulateConstantOffsets(
          DL, Before, /*AllowNonInbounds=*/false);
  auto Size = getVariableSize(Object, DL);
  int64_t Stride = Numbers.front().second.getSExtValue();
  int64_t Begin = (Before + Offset).getSExtValue() + Behind;
  if (!Size || !Bytes || Stride <= 0)
    return std::nullopt;
  int64_t First = Begin < 0 ? divideCeil(-Begin, Stride) : 0;
  int64_t Room = *Size - Begin - Bytes;
  if (Room < First * Stride)
    return std::nullopt;
  return ConstantRange(APInt(Bits, First), APInt(Bits, Room / Stride + 1));
}

AddressBounds::AddressBounds(Function &F, LazyValueInfo &LVI,
                             ScalarEvolution &SE, bool LoopsYield)
    : F(F), LVI(LVI), SE(SE), LoopsYield(LoopsYield), DT(F), Ranges(F) {
  for (Instruction &I : instructions(F))
    if (auto *Address = dyn_cast<GetElementPtrInst>(&I))
      for (Use &Index : Address->indices())
        if (isa<Instruction, Argument>(Index) && !getCoreOffset(Index) &&
            Index->getType()->getIntegerBitWidth() <= 64)
          analyze(*Address, Index.getOperandNo());
}

ConstantRange AddressBounds::rangeAt(Value *Index, Instruction &At) const {
  ConstantRange Range = Ranges.getAt(Index, At.getParent());
  Range = Range.intersectWith(
      LVI.getConstantRange(Index, &At, /*UndefAllowed=*/false));
  return Range.intersectWith(SE.getUnsignedRange(SE.getSCEV(Index)));
}

/// Whether the fiber may be suspended between V and a use of it.
bool AddressBounds::livesAcrossSuspend(const Value &V) const {
  const auto *Def = dyn_cast<Instruction>(&V);
  const BasicBlock *Home = Def ? Def->getParent() : &F.getEntryBlock();
  auto Begin = Def ? Def->getIterator() : Home->begin();
  SmallPtrSet<const BasicBlock *, 16> Between;
  SmallVector<const BasicBlock *> Work;
  for (const Use &U : V.uses()) {
    auto *User = cast<Instruction>(U.getUser());
    auto *Phi = dyn_cast<PHINode>(User);
    const BasicBlock *BB = whereNeeded(U)->getParent();
    if (BB != Home || (!Phi && Def && User->comesBefore(Def)))
      Work.push_back(BB);
    else if (any_of(make_range(Begin, Phi ? BB->end() : User->getIterator()),
                    [](const Instruction &I) { return isSuspend(I); }))
      return true;
  }
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (!Between.insert(BB).second)
      continue;
    auto From = BB == Home ? Begin : BB->begin();
    if (any_of(make_range(From, BB->end()),
               [](const Instruction &I) { return isSuspend(I); }))
      return true;
    if (BB != Home)
      append_range(Work, predecessors(BB));
  }
  // A block that can be come back to without V being computed again.
  if (LoopsYield)
    for (const BasicBlock *BB : Between)
      for (const BasicBlock *Next : successors(BB))
        if (BB != Home && Next != Home && Between.contains(Next) &&
            DT.dominates(Next, BB))
          return true;
  return false;
}

/// Whether Index is computed from something that has been in a frame.
bool AddressBounds::isFromFrame(Value *Index) const {
  SmallSetVector<Value *, 8> Slice;
  Slice.insert(Index);
  for (unsigned N = 0; N != Slice.size(); ++N) {
    auto *I = dyn_cast<Instruction>(Slice[N]);
    if ((I || isa<Argument>(Slice[N])) && livesAcrossSuspend(*Slice[N]))
      return true;
    if (I && isa<PHINode, BinaryOperator, CastInst, SelectInst>(I))
      Slice.insert(I->op_begin(), I->op_end());
  }
  return false;
}

void AddressBounds::analyze(GetElementPtrInst &Address, unsigned Operand) {
  const DataLayout &DL = F.getParent()->getDataLayout();
  Value *Index = Address.getOperand(Operand);
  ConstantRange Range = rangeAt(Index, Address);
  auto InObject = inObject(Address, Index, bytesAt(Address, DL));
  auto IsGood = [&](const ConstantRange &R) {
    return !R.isFullSet() && (!InObject || InObject->contains(R));
  };
  auto BoundOf = [&](const ConstantRange &R) {
    // Tests that contradict each other are ways that the verifier walks.
    return InObject.value_or(
        R.isEmptySet() ? ConstantRange(APInt::getZero(R.getBitWidth())) : R);
  };
  SmallVector<AccessBehind> Behind;
  collectBehind(Address, 0, Behind);
  for (auto [Access, Distance] : Behind) {
    auto There = inObject(Address, Index, bytesAt(*Access, DL), Distance);
    if (!There || There->contains(Range))
      continue;
    ConstantRange Later = rangeAt(Index, *cast<Instruction>(Access->getUser()));
    if (There->contains(Later))
      Bounds.push_back(
          {&Address, Operand, Access, Later.isEmptySet() ? *There : Later});
  }
  // What lives on is the number, and checked where it is reloaded.
  bool Lives = livesAcrossSuspend(Address);
  if (IsGood(Range)) {
    if (!Lives)
      Bounds.push_back(
          {&Address, Operand, nullptr, BoundOf(Range), InObject.has_value()});
    return;
  }
  bool IsLost = F.hasFnAttribute(MergedAwaitsAttr) && isFromFrame(Index);
  for (Use &U : Address.uses()) {
    auto *User = cast<Instruction>(U.getUser());
    if (!isAccess(U))
      continue;
    InObject = inObject(Address, Index, bytesAt(U, DL));
    ConstantRange Later = rangeAt(Index, *User);
    if (Later != Range && IsGood(Later) && (InObject || !Lives))
      Bounds.push_back(
          {&Address, Operand, &U, BoundOf(Later), InObject.has_value()});
    else if (InObject && Address.isInBounds() && IsLost)
      Bounds.push_back({&Address, Operand, &U, *InObject, /*InObject=*/true});
  }
}

/// Computes the address at Access in front of it, from its number on.
static GetElementPtrInst *cloneAddress(Use &Access) {
  auto *Before = cast<Instruction>(Access.getUser());
  DebugLoc Loc = Before->getDebugLoc();
  for (Use *At = &Access;;) {
    auto *Old = cast<GetElementPtrInst>(At->get());
    auto *New = cast<GetElementPtrInst>(Old->clone());
    New->insertBefore(Before->getIterator());
    New->setDebugLoc(Loc);
    At->set(New);
    if (!Old->hasAllConstantIndices())
      return New;
    Before = New;
    At = &New->getOperandUse(0);
  }
}

void AddressBounds::note() {
  SmallVector<WeakTrackingVH> Old;
  for (Bound &B : Bounds) {
    GetElementPtrInst *Address = B.Address;
    if (B.Access) {
      Old.push_back(B.Access->get());
      Address = cloneAddress(*B.Access);
    }
    if (B.InObject)
      for (User *U : Address->users())
        cast<Instruction>(U)->setMetadata(InObjectMetadata,
                                          MDNode::get(F.getContext(), {}));
    IRBuilder<> Builder(Address);
    Use &Index = Address->getOperandUse(B.Operand);
    Index.set(noteBound(Builder, Index, B.Range));
  }
  for (WeakTrackingVH &Address : Old)
    if (Address)
      RecursivelyDeleteTriviallyDeadInstructions(Address);
}

void checkAddressBounds(Function &F, ScalarEvolution &SE) {
  struct Check {
    Use *Index;
    ConstantRange Range;
  };
  SmallVector<Check> Checks;
  {
    IntegerRanges Ranges(F);
    for (Instruction &I : instructions(F)) {
      auto *Address = dyn_cast<GetElementPtrInst>(&I);
      if (!Address)
        continue;
      for (Use &Index : Address->indices()) {
        // A CO-RE offset libbpf has to find as it is.
        if (!isa<Instruction>(Index) || getCoreOffset(Index))
          continue;
        // ScalarEvolution knows strides.
        ConstantRange Range =
            Ranges.getAt(Index, I.getParent())
                .intersectWith(SE.getUnsignedRange(SE.getSCEV(Index)));
        if (!Range.isFullSet() && !Range.isEmptySet())
          Checks.push_back({&Index, Range});
      }
    }
  }
  for (auto &[Index, Range] : Checks) {
    auto *Address = cast<Instruction>(Index->getUser());
    IRBuilder<> B(Address);
    Index->set(markRange(B, Index->get(), Range));
  }
}

} // namespace llvm::bpffiber
