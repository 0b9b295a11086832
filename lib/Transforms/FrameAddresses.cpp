// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FrameAddresses.h"
#include "AddressWebs.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "SourceVariables.h"
#include "SuspendLiveness.h"
#include "ValueOrigin.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/Utils/Local.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

static constexpr char NumberKind[] = "bpf-fiber-address";

static void setAddressNumber(Value *Number, unsigned Bits,
                             DILocalVariable *Variable) {
  auto *I = dyn_cast<Instruction>(Number);
  if (!I || I->hasMetadata(NumberKind))
    return;
  LLVMContext &C = I->getContext();
  Metadata *Width =
      ConstantAsMetadata::get(ConstantInt::get(Type::getInt32Ty(C), Bits));
  I->setMetadata(NumberKind, MDNode::get(C, {Width, Variable}));
}

std::optional<AddressNumber> getAddressNumber(const Value *V) {
  auto *I = dyn_cast<Instruction>(V);
  MDNode *N = I ? I->getMetadata(NumberKind) : nullptr;
  if (!N)
    return std::nullopt;
  unsigned Bits =
      mdconst::extract<ConstantInt>(N->getOperand(0))->getZExtValue();
  return AddressNumber{Bits,
                       dyn_cast_or_null<DILocalVariable>(N->getOperand(1))};
}

namespace {
/// What an instruction does with the pointer that it uses.
struct Access {
  /// Accesses at least so many bytes, unless the pointer is null.
  uint64_t Bytes = 0;
  bool TakesNull = false;
};
} // namespace

/// Whether F accesses what its argument A points to, and asks no more of it
/// than whether it is null.
static bool isAccessed(Argument &A) {
  SmallVector<Value *> Work{&A};
  bool IsAccessed = false;
  while (!Work.empty())
    for (Use &U : Work.pop_back_val()->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      if (isa<GetElementPtrInst>(I))
        Work.push_back(I);
      else if (isa<LoadInst, CallBase, AtomicRMWInst, AtomicCmpXchgInst>(I) ||
               (isa<StoreInst>(I) && U.getOperandNo() == 1))
        IsAccessed = true;
      else if (!isa<ICmpInst>(I) || !isa<ConstantPointerNull>(I->getOperand(1)))
        return false;
    }
  return IsAccessed;
}

static Access accessByCall(const CallBase &Call, unsigned Operand) {
  if (Function *Callee = Call.getCalledFunction();
      Callee && !Callee->isDeclaration())
    return {Operand < Callee->arg_size() &&
                isAccessed(*Callee->getArg(Operand)),
            /*TakesNull=*/true};
  // The size stands behind a pointer to memory; what is small may be flags.
  auto *Size = Operand + 1 < Call.arg_size()
                   ? dyn_cast<ConstantInt>(Call.getArgOperand(Operand + 1))
                   : nullptr;
  bool IsSize = Size && Size->getValue().ugt(4) && Size->getValue().ult(512);
  return {IsSize ? Size->getZExtValue() : 1, /*TakesNull=*/true};
}

static Access accessBy(const Use &U, const DataLayout &DL) {
  auto *I = cast<Instruction>(U.getUser());
  auto SizeOf = [&](Value *V) {
    return Access{DL.getTypeStoreSize(V->getType()).getFixedValue()};
  };
  if (isa<LoadInst>(I))
    return SizeOf(I);
  if (isa<StoreInst>(I) && U.getOperandNo() == 1)
    return SizeOf(I->getOperand(0));
  if (isa<AtomicRMWInst, AtomicCmpXchgInst>(I) && U.getOperandNo() == 0)
    return SizeOf(I->getOperand(1));
  if (auto *Mem = dyn_cast<AnyMemIntrinsic>(I)) {
    auto *Length = dyn_cast<ConstantInt>(Mem->getLength());
    return {Length ? Length->getZExtValue() : 0};
  }
  if (auto *Call = dyn_cast<CallBase>(I); Call && Call->isArgOperand(&U))
    return accessByCall(*Call, Call->getArgOperandNo(&U));
  return {0, /*TakesNull=*/true};
}

namespace {

/// Lowers one web.
class WebLowering {
public:
  WebLowering(Function &F, const AddressWebs &Webs, const AddressWeb &Web)
      : F(F), Webs(Webs), Web(Web), DL(F.getParent()->getDataLayout()),
        I32(Type::getInt32Ty(F.getContext())) {}
  void run();
  /// Once all webs are lowered.
  void eraseNodes();

private:
  /// An object that a pointer may be in, and the largest offset at which it
  /// may be accessed.
  struct Target {
    const AddressedObject *Object;
    int64_t Last;
  };
  /// How a pointer has been made of a node's number.
  struct Address {
    Value *Pointer;
    SmallVector<Target, 2> Targets;
    bool MayBeNull;
  };
  using AddressCache = DenseMap<Instruction *, Address>;

  bool isChosen(const Value *V) const {
    return Webs.isChosen(V) && &Webs.webOf(V) == &Web;
  }
  bool hasNumber(Value *V) const {
    return (Webs.isNode(V) && &Webs.webOf(V) == &Web) ||
           AddressWebs::getLeaf(V, DL);
  }
  Value *numberOf(Value *V, Instruction *At);
  Value *computeNumber(Instruction &I, Instruction *At);
  void completePhis();
  void lowerComparisons();
  void lowerUses();
  void lowerUse(Use &U, Instruction *At, AddressCache &Cache);
  SmallVector<Target, 2> targetsOf(Instruction &Anchor, int64_t Member,
                                   uint64_t Bytes) const;
  Value *offsetIn(IRBuilder<> &B, const AddressedObject &O,
                  Instruction &Anchor);
  Value *addressIn(IRBuilder<> &B, const Target &T, Instruction &Anchor);
  Value *choose(const Address &A, Instruction &Anchor, Instruction *At);

  Function &F;
  const AddressWebs &Webs;
  const AddressWeb &Web;
  const DataLayout &DL;
  Type *I32;
  /// Of the chosen nodes.
  DenseMap<Value *, Value *> Numbers;
  SmallVector<PHINode *> Phis;
};

} // namespace

/// The number of V where At is.
Value *WebLowering::numberOf(Value *V, Instruction *At) {
  if (auto L = AddressWebs::getLeaf(V, DL))
    return ConstantInt::getSigned(I32, Webs.numberOf(Web, *L));
  auto *I = cast<Instruction>(V);
  // What can be computed anywhere is computed where it is needed, so that not
  // it but what it is computed from lives across suspends.
  if (!isChosen(I))
    return computeNumber(*I, At);
  if (Value *Known = Numbers.lookup(I))
    return Known;
  Value *Number = computeNumber(*I, I);
  setAddressNumber(Number, Web.Bits, findVariable(I));
  return Numbers[I] = Number;
}

Value *WebLowering::computeNumber(Instruction &I, Instruction *At) {
  IRBuilder<> B(At);
  B.SetCurrentDebugLocation(I.getDebugLoc());
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    Phis.push_back(Phi);
    return B.CreatePHI(I32, Phi->getNumIncomingValues(), Phi->getName());
  }
  if (auto *Select = dyn_cast<SelectInst>(&I)) {
    Value *T = numberOf(Select->getTrueValue(), At);
    Value *E = numberOf(Select->getFalseValue(), At);
    return B.CreateSelect(Select->getCondition(), T, E, Select->getName());
  }
  if (auto *GEP = dyn_cast<GetElementPtrInst>(&I)) {
    Value *Base = numberOf(GEP->getPointerOperand(), At);
    Value *Offset = B.CreateTrunc(emitGEPOffset(&B, DL, GEP), I32);
    return B.CreateAdd(Base, Offset, GEP->getName(), /*HasNUW=*/false,
                       /*HasNSW=*/GEP->isInBounds());
  }
  Value *Copied = numberOf(getPointerOperands(I).front(), At);
  return isa<FreezeInst>(I) ? B.CreateFreeze(Copied, I.getName()) : Copied;
}

void WebLowering::completePhis() {
  // More may be met on the way.
  for (unsigned N = 0; N != Phis.size(); ++N) {
    PHINode *Phi = Phis[N];
    auto *Number = cast<PHINode>(Numbers.lookup(Phi));
    SmallDenseMap<BasicBlock *, Value *, 4> From;
    for (auto [In, BB] : zip_equal(Phi->incoming_values(), Phi->blocks())) {
      Value *&Known = From[BB];
      if (!Known)
        Known = numberOf(In, BB->getTerminator());
      Number->addIncoming(Known, BB);
    }
  }
}

/// Comparisons and differences of pointers are those of their numbers.
void WebLowering::lowerComparisons() {
  SmallVector<Instruction *> Done;
  for (Instruction &I : instructions(F)) {
    bool IsSub = I.getOpcode() == Instruction::Sub;
    if (!isa<ICmpInst>(I) && !IsSub)
      continue;
    Value *P = IsSub ? getPointerOfNumber(I.getOperand(0)) : I.getOperand(0);
    Value *Q = IsSub ? getPointerOfNumber(I.getOperand(1)) : I.getOperand(1);
    if (!P || !Q || !(isChosen(P) || isChosen(Q)) || !hasNumber(P) ||
        !hasNumber(Q))
      continue;
    IRBuilder<> B(&I);
    Value *L = numberOf(P, &I), *R = numberOf(Q, &I), *New;
    if (IsSub)
      New = B.CreateSExt(B.CreateNSWSub(L, R), I.getType());
    else
      New = B.CreateICmp(
          ICmpInst::getUnsignedPredicate(cast<ICmpInst>(I).getPredicate()), L,
          R);
    New->takeName(&I);
    I.replaceAllUsesWith(New);
    Done.push_back(&I);
  }
  for (Instruction *I : Done) {
    SmallVector<Value *, 2> Operands(I->operand_values());
    I->eraseFromParent();
    for (Value *Op : Operands)
      if (auto *Cast = dyn_cast<PtrToIntInst>(Op); Cast && Cast->use_empty())
        Cast->eraseFromParent();
  }
}

/// Where a pointer that is Member bytes behind Anchor may be to have so many
/// Bytes accessed.
SmallVector<WebLowering::Target, 2>
WebLowering::targetsOf(Instruction &Anchor, int64_t Member,
                       uint64_t Bytes) const {
  SmallVector<Target, 2> Targets;
  for (unsigned N : Webs.pointsTo(&Anchor).set_bits()) {
    if (N == Web.Objects.size())
      continue;
    const AddressedObject &O = Web.Objects[N];
    if (O.isFixed()) {
      Targets.push_back({&O, O.Offset});
      continue;
    }
    int64_t Last = *O.Size;
    if (Bytes) {
      Last -= Member + static_cast<int64_t>(Bytes);
      if (Last < O.Offset) // never
        continue;
      Last -= (Last - O.Offset) % static_cast<int64_t>(O.Stride);
    }
    Targets.push_back({&O, Last});
  }
  return Targets;
}

/// The offset of Anchor in O, where it points to it.
Value *WebLowering::offsetIn(IRBuilder<> &B, const AddressedObject &O,
                             Instruction &Anchor) {
  if (Value *Walked = getWalkedOffset(Anchor, DL)) {
    auto L = AddressWebs::getLeaf(Anchor.getOperand(0), DL);
    return B.CreateAdd(B.CreateSExt(Walked, B.getInt64Ty()),
                       B.getInt64(L->Offset));
  }
  return B.CreateSub(B.CreateZExt(numberOf(&Anchor, &Anchor), B.getInt64Ty()),
                     B.getInt64(O.Number));
}

Value *WebLowering::addressIn(IRBuilder<> &B, const Target &T,
                              Instruction &Anchor) {
  const AddressedObject &O = *T.Object;
  if (O.isFixed())
    return B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), O.Base, O.Offset);
  Value *Offset = offsetIn(B, O, Anchor);
  Offset =
      markRange(B, Offset, ConstantRange(APInt(64, 0), APInt(64, T.Last + 1)));
  // On the stack the verifier wants accesses aligned (check_ptr_alignment()).
  Align Known = commonAlignment(commonAlignment(Align(8), O.Stride), O.Offset);
  if (Known > 1)
    Offset = B.CreateAnd(Offset, -static_cast<int64_t>(Known.value()));
  return B.CreateInBoundsGEP(B.getInt8Ty(), O.Base, Offset);
}

/// Asks the number of Anchor, before At, which object it is in.
Value *WebLowering::choose(const Address &A, Instruction &Anchor,
                           Instruction *At) {
  IRBuilder<> B(At);
  B.SetCurrentDebugLocation(At->getDebugLoc());
  if (A.Targets.empty())
    return ConstantPointerNull::get(B.getPtrTy());
  if (A.Targets.size() == 1 && !A.MayBeNull)
    return addressIn(B, A.Targets.front(), Anchor);

  Value *Number = numberOf(&Anchor, &Anchor);

  BasicBlock *Head = At->getParent();
  BasicBlock *Tail = SplitBlock(Head, At);
  Head->getTerminator()->eraseFromParent();
  PHINode *Chosen =
      PHINode::Create(B.getPtrTy(), A.Targets.size() + 1, "", Tail->begin());
  BasicBlock *Now = Head;
  auto Branch = [&](Value *Condition) {
    BasicBlock *Yes = BasicBlock::Create(F.getContext(), "in", &F, Tail);
    BasicBlock *No = BasicBlock::Create(F.getContext(), "not.in", &F, Tail);
    B.CreateCondBr(Condition, Yes, No);
    B.SetInsertPoint(Yes);
    Now = No;
  };
  auto Join = [&](Value *Pointer) {
    Chosen->addIncoming(Pointer, B.GetInsertBlock());
    B.CreateBr(Tail);
    B.SetInsertPoint(Now);
  };
  B.SetInsertPoint(Head);
  if (A.MayBeNull) {
    Branch(B.CreateIsNull(Number));
    Join(ConstantPointerNull::get(B.getPtrTy()));
  }
  for (const Target &T : A.Targets) {
    if (&T != &A.Targets.back()) {
      const AddressedObject &O = *T.Object;
      Value *Offset = B.CreateSub(Number, ConstantInt::get(I32, O.Number));
      Branch(B.CreateICmpULE(Offset,
                             ConstantInt::get(I32, O.Size.value_or(O.Offset))));
    }
    Join(addressIn(B, T, Anchor));
  }
  return Chosen;
}

void WebLowering::lowerUse(Use &U, Instruction *At, AddressCache &Cache) {
  auto *Anchor = cast<Instruction>(U.get());
  int64_t Member = 0;
  while (!Webs.isAnchor(*Anchor)) {
    APInt Offset(DL.getIndexTypeSizeInBits(Anchor->getType()), 0);
    cast<GetElementPtrInst>(Anchor)->accumulateConstantOffset(DL, Offset);
    Member += Offset.getSExtValue();
    Anchor = cast<Instruction>(Anchor->getOperand(0));
  }
  Access Access = accessBy(U, DL);
  bool MayBeNull = Webs.pointsTo(Anchor).test(Web.Objects.size());
  Address New{nullptr, targetsOf(*Anchor, Member, Access.Bytes),
              MayBeNull && Access.TakesNull};
  // What was asked before in this block serves here if that was not less.
  Address &Known = Cache[Anchor];
  bool Serves =
      Known.Pointer && Known.MayBeNull == New.MayBeNull &&
      equal(Known.Targets, New.Targets, [](const Target &A, const Target &B) {
        return A.Object == B.Object && A.Last <= B.Last;
      });
  if (!Serves) {
    New.Pointer = choose(New, *Anchor, At);
    Known = New;
  }
  IRBuilder<> B(At);
  B.SetCurrentDebugLocation(At->getDebugLoc());
  U.set(Member ? B.CreateConstGEP1_64(B.getInt8Ty(), Known.Pointer, Member)
               : Known.Pointer);
}

void WebLowering::lowerUses() {
  std::vector<SmallVector<Use *>> Uses;
  SmallVector<Use *> Edges;
  for (BasicBlock &BB : F) {
    Uses.emplace_back();
    for (Instruction &I : BB) {
      if (isChosen(&I))
        continue;
      for (Use &U : I.operands())
        if (isChosen(U))
          (isa<PHINode>(I) ? Edges : Uses.back()).push_back(&U);
    }
  }
  for (ArrayRef<Use *> InBlock : Uses) {
    AddressCache Cache;
    const Instruction *Last = nullptr;
    for (Use *U : InBlock) {
      auto *At = cast<Instruction>(U->getUser());
      // (A pointer that lived across the suspend would be in vain.)
      for (; Last && Last != At; Last = Last->getNextNode())
        if (isSuspend(*Last))
          Cache.clear();
      lowerUse(*U, At, Cache);
      Last = At;
    }
  }
  for (Use *U : Edges) {
    AddressCache Cache;
    auto *Phi = cast<PHINode>(U->getUser());
    lowerUse(*U, Phi->getIncomingBlock(*U)->getTerminator(), Cache);
  }
}

void WebLowering::eraseNodes() {
  SmallVector<Instruction *> Chosen;
  for (Instruction *I : Web.Nodes)
    if (isChosen(I))
      Chosen.push_back(I);
  for (Instruction *I : Chosen)
    I->replaceAllUsesWith(PoisonValue::get(I->getType()));
  for (Instruction *I : Chosen)
    I->eraseFromParent();
}

void WebLowering::run() {
  lowerComparisons();
  lowerUses();
  completePhis();
}

/// Whether V is or is computed from one of Values, which live across a suspend.
static bool dependsOn(Value *V, ArrayRef<Value *> Values) {
  SmallSetVector<Value *, 8> Slice;
  Slice.insert(V);
  for (unsigned N = 0; N != Slice.size(); ++N) {
    if (is_contained(Values, Slice[N]))
      return true;
    if (auto *I = dyn_cast<Instruction>(Slice[N]);
        I && isa<PHINode, BinaryOperator, CastInst>(I))
      Slice.insert(I->op_begin(), I->op_end());
  }
  return false;
}

void lowerFrameAddresses(FiberShape &Shape, bool Everywhere) {
  Function &Body = *Shape.Body;
  const DataLayout &DL = Body.getParent()->getDataLayout();
  AddressWebs Webs(Body);
  SmallPtrSet<const AddressWeb *, 4> Lives;
  if (!Everywhere) {
    EdgeLiveness Live(Body, *Shape.Ctx);
    for (const SuspendPoint &S : Shape.Suspends) {
      BasicBlock *BB = S.Call->getParent();
      SmallVector<Value *, 8> Across =
          Live.across(BB->getSinglePredecessor(), BB);
      for (Value *V : Across)
        if (Webs.isChosen(V))
          Lives.insert(&Webs.webOf(V));
      for (const AddressWeb &Web : Webs.webs())
        if (any_of(Web.Nodes, [&](Instruction *I) {
              Value *Walked = getWalkedOffset(*I, DL);
              return Walked && dependsOn(Walked, Across);
            }))
          Lives.insert(&Web);
    }
  }
  std::vector<WebLowering> Lowerings;
  for (const AddressWeb &Web : Webs.webs())
    if (Everywhere || Lives.contains(&Web))
      Lowerings.emplace_back(Body, Webs, Web);
  for (WebLowering &L : Lowerings)
    L.run();
  for (WebLowering &L : Lowerings)
    L.eraseNodes();
}

} // namespace llvm::bpffiber
