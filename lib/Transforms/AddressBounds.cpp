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

static std::optional<uint64_t> sizeOf(const Value *Object,
                                      const DataLayout &DL) {
  if (const auto *Local = dyn_cast<AllocaInst>(Object))
    if (auto Size = Local->getAllocationSize(DL))
      return Size->getFixedValue();
  if (const auto *Global = dyn_cast<GlobalVariable>(Object))
    return DL.getTypeAllocSize(Global->getValueType());
  return std::nullopt;
}

/// The values of the only number in Address with which so many bytes there are
/// in its object.
static std::optional<ConstantRange>
inObject(GetElementPtrInst &Address, const Value *Index, uint64_t Bytes) {
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
  auto Size = sizeOf(Object, DL);
  int64_t Stride = Numbers.front().second.getSExtValue();
  int64_t Begin = (Before + Offset).getSExtValue();
  if (!Size || !Bytes || Stride <= 0 || Begin < 0 || Begin + Bytes > *Size)
    return std::nullopt;
  int64_t Last = (*Size - Begin - Bytes) / Stride;
  return ConstantRange(APInt(Bits, 0), APInt(Bits, Last + 1));
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
    const BasicBlock *BB = Phi ? Phi->getIncomingBlock(U) : User->getParent();
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
  // What lives on is the number, and checked where it is reloaded.
  bool Lives = livesAcrossSuspend(Address);
  if (IsGood(Range)) {
    if (!Lives)
      Bounds.push_back({&Address, Operand, nullptr, BoundOf(Range)});
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
      Bounds.push_back({&Address, Operand, &U, BoundOf(Later)});
    else if (InObject && Address.isInBounds() && IsLost)
      Bounds.push_back({&Address, Operand, &U, *InObject});
  }
}

void AddressBounds::note() {
  SmallVector<WeakTrackingVH> Old;
  for (Bound &B : Bounds) {
    GetElementPtrInst *Address = B.Address;
    if (B.Access) {
      auto *User = cast<Instruction>(B.Access->getUser());
      Old.push_back(B.Access->get());
      Address = cast<GetElementPtrInst>(cast<Instruction>(Old.back())->clone());
      Address->insertBefore(User->getIterator());
      Address->setDebugLoc(User->getDebugLoc());
      B.Access->set(Address);
    }
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
