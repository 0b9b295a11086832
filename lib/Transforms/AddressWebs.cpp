// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AddressWebs.h"
#include "KernelObjects.h"
#include "ValueOrigin.h"
#include "llvm/ADT/IntEqClasses.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include <numeric>

namespace llvm::bpffiber {

/// A member of NULL is no object.
static constexpr uint64_t FirstNumber = 4096;
/// Room for what is computed from an address but never accessed.
static constexpr uint64_t Gap = 256;

SmallVector<Value *, 4> getPointerOperands(Instruction &V) {
  if (auto *Phi = dyn_cast<PHINode>(&V))
    return SmallVector<Value *, 4>(Phi->incoming_values());
  if (auto *Select = dyn_cast<SelectInst>(&V))
    return {Select->getTrueValue(), Select->getFalseValue()};
  if (Value *Inner = lookThroughPassthrough(&V))
    return {Inner};
  return {V.getOperand(0)};
}

Value *getPointerOfNumber(Value *V) {
  auto *Cast = dyn_cast<PtrToIntOperator>(V);
  return Cast && Cast->getType()->isIntegerTy(64) ? Cast->getPointerOperand()
                                                  : nullptr;
}

std::optional<AddressWebs::Leaf> AddressWebs::getLeaf(Value *V,
                                                      const DataLayout &DL) {
  auto *Ty = dyn_cast<PointerType>(V->getType());
  if (!Ty || Ty->getAddressSpace() != 0)
    return std::nullopt;
  if (isa<UndefValue>(V))
    return Leaf{nullptr, 0};
  APInt Offset(DL.getIndexTypeSizeInBits(V->getType()), 0);
  Value *Base = V->stripAndAccumulateConstantOffsets(DL, Offset,
                                                     /*AllowNonInbounds=*/true);
  if (Base->getType() != V->getType())
    return std::nullopt;
  if (isa<ConstantPointerNull>(Base))
    return Leaf{nullptr, Offset.getSExtValue()};
  auto *Local = dyn_cast<AllocaInst>(Base);
  if (isa<GlobalObject>(Base) ||
      (Local && Local->isStaticAlloca() && !isKernelObject(*Local)))
    return Leaf{Base, Offset.getSExtValue()};
  return std::nullopt;
}

static bool mayBeNode(Instruction &I, const DataLayout &DL) {
  auto *Ty = dyn_cast<PointerType>(I.getType());
  return Ty && Ty->getAddressSpace() == 0 &&
         (isa<PHINode, SelectInst, GetElementPtrInst, FreezeInst>(I) ||
          lookThroughPassthrough(&I)) &&
         !AddressWebs::getLeaf(&I, DL);
}

/// What remains when those are taken away that are computed from anything else.
void AddressWebs::collectNodes(Function &F) {
  for (Instruction &I : instructions(F))
    if (mayBeNode(I, DL))
      Candidates.insert(&I);
  auto IsGood = [&](Value *Op) {
    auto *I = dyn_cast<Instruction>(Op);
    return (I && Candidates.contains(I)) || getLeaf(Op, DL);
  };
  while (Candidates.remove_if(
      [&](Instruction *I) { return !all_of(getPointerOperands(*I), IsGood); }))
    ;
}

/// Calls Visit(A, B) for the pointers A and B that I compares or subtracts.
static void visitCompared(Instruction &I,
                          function_ref<void(Value *, Value *)> Visit) {
  if (isa<ICmpInst>(I) && I.getOperand(0)->getType()->isPointerTy())
    Visit(I.getOperand(0), I.getOperand(1));
  if (I.getOpcode() != Instruction::Sub)
    return;
  Value *A = getPointerOfNumber(I.getOperand(0));
  Value *B = getPointerOfNumber(I.getOperand(1));
  if (A && B)
    Visit(A, B);
}

void AddressWebs::joinWebs(Function &F) {
  DenseMap<const Value *, unsigned> Index;
  for (Instruction *I : Candidates)
    Index.insert({I, Index.size()});
  IntEqClasses Classes(Candidates.size());
  auto Join = [&](Value *A, Value *B) {
    auto ItA = Index.find(A), ItB = Index.find(B);
    if (ItA != Index.end() && ItB != Index.end())
      Classes.join(ItA->second, ItB->second);
  };
  for (Instruction *I : Candidates)
    for (Value *Op : getPointerOperands(*I))
      Join(I, Op);
  for (Instruction &I : instructions(F))
    visitCompared(I, Join);
  Classes.compress();
  Webs.resize(Classes.getNumClasses());
  for (Instruction *I : Candidates) {
    unsigned Web = Classes[Index.lookup(I)];
    Webs[Web].Nodes.push_back(I);
    Nodes.insert({I, {Web}});
  }
}

static bool isConstantStep(const Instruction &I) {
  auto *GEP = dyn_cast<GetElementPtrInst>(&I);
  return GEP && GEP->hasAllConstantIndices();
}

/// What V is a multiple of; 0 if it is 0. Overflow, which would leave every
/// object, is not thought of.
static uint64_t multipleOf(Value *V, SmallPtrSetImpl<Value *> &Seen) {
  if (auto *C = dyn_cast<ConstantInt>(V); C && C->getBitWidth() <= 64)
    return std::abs(C->getSExtValue());
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return 1;
  if (!Seen.insert(I).second) // round a loop, or another operand told
    return 0;
  auto Of = [&](unsigned N) { return multipleOf(I->getOperand(N), Seen); };
  auto *Constant = I->getNumOperands() == 2
                       ? dyn_cast<ConstantInt>(I->getOperand(1))
                       : nullptr;
  switch (I->getOpcode()) {
  case Instruction::PHI: {
    uint64_t All = 0;
    for (Value *In : cast<PHINode>(I)->incoming_values())
      All = std::gcd(All, multipleOf(In, Seen));
    return All;
  }
  case Instruction::Add:
  case Instruction::Sub:
    return std::gcd(Of(0), Of(1));
  case Instruction::Mul:
    return Constant ? Of(0) * std::abs(Constant->getSExtValue()) : 1;
  case Instruction::Shl:
    return Constant && Constant->getZExtValue() < 32
               ? Of(0) << Constant->getZExtValue()
               : 1;
  case Instruction::ZExt:
  case Instruction::SExt:
    return Of(0);
  default:
    return 1;
  }
}

/// What the parts of an address computation are all multiples of.
static uint64_t strideOf(GetElementPtrInst &GEP, const DataLayout &DL) {
  uint64_t Stride = 0;
  int64_t Constant = 0;
  for (auto It = gep_type_begin(GEP), End = gep_type_end(GEP); It != End;
       ++It) {
    auto *Index = dyn_cast<ConstantInt>(It.getOperand());
    if (StructType *Ty = It.getStructTypeOrNull())
      Constant += DL.getStructLayout(Ty)->getElementOffset(
          cast<ConstantInt>(It.getOperand())->getZExtValue());
    else if (Index)
      Constant += Index->getSExtValue() *
                  static_cast<int64_t>(It.getSequentialElementStride(DL));
    else {
      SmallPtrSet<Value *, 8> Seen;
      Stride =
          std::gcd(Stride, It.getSequentialElementStride(DL).getFixedValue() *
                               multipleOf(It.getOperand(), Seen));
    }
  }
  return std::gcd(Stride, static_cast<uint64_t>(std::abs(Constant)));
}

bool AddressWebs::isAnchor(const Instruction &I) const {
  return !isConstantStep(I) || any_of(I.users(), [&](const User *U) {
    return Nodes.contains(U) && isAnchor(*cast<Instruction>(U));
  });
}

unsigned AddressWebs::addObject(AddressWeb &Web, Value *Base) {
  for (auto [I, Known] : enumerate(Web.Objects))
    if (Known.Base == Base)
      return I;
  AddressedObject New{Base, std::nullopt};
  if (auto *Local = dyn_cast<AllocaInst>(Base))
    New.Size = DL.getTypeAllocSize(Local->getAllocatedType());
  else if (auto *G = dyn_cast<GlobalVariable>(Base);
           G && !G->isDeclaration() && !G->isInterposable() &&
           !G->getSection().starts_with(".maps"))
    New.Size = DL.getTypeAllocSize(G->getValueType());
  Web.Objects.push_back(New);
  return Web.Objects.size() - 1;
}

/// Finds the objects, and which offsets in them are possible.
void AddressWebs::collectObjects(AddressWeb &Web) {
  // Of what steps there are, each address is a sum.
  uint64_t Step = 0;
  SmallPtrSet<Value *, 8> Seen;
  for (Instruction *I : Web.Nodes) {
    if (auto *GEP = dyn_cast<GetElementPtrInst>(I); GEP && isAnchor(*I))
      Step = std::gcd(Step, strideOf(*GEP, DL));
    for (Value *Op : getPointerOperands(*I)) {
      auto L = getLeaf(Op, DL);
      if (!L || !L->Base)
        continue;
      AddressedObject &O = Web.Objects[addObject(Web, L->Base)];
      if (Seen.insert(L->Base).second)
        O.Offset = L->Offset;
      else
        O.Stride = std::gcd(
            O.Stride, static_cast<uint64_t>(std::abs(L->Offset - O.Offset)));
    }
  }
  for (AddressedObject &O : Web.Objects) {
    O.Stride = std::gcd(O.Stride, Step);
    if (O.Stride)
      O.Offset = ((O.Offset % int64_t(O.Stride)) + O.Stride) % O.Stride;
  }
}

/// What nodes are only compared with need not be known otherwise.
void AddressWebs::collectCompared(Function &F) {
  for (Instruction &I : instructions(F))
    visitCompared(I, [&](Value *A, Value *B) {
      for (auto [P, Q] : {std::pair(A, B), std::pair(B, A)})
        if (auto It = Nodes.find(P); It != Nodes.end())
          if (auto L = getLeaf(Q, DL); L && L->Base)
            addObject(Webs[It->second.Web], L->Base);
    });
}

void AddressWebs::numberAddresses(AddressWeb &Web) {
  uint64_t Next = FirstNumber;
  for (AddressedObject &O : Web.Objects) {
    O.Number = Next;
    Next = alignTo(Next + O.Size.value_or(0) + Gap, Gap);
  }
  Web.Bits = isUInt<16>(Next) ? 16 : 32;
  Web.IsNumbered =
      isInt<32>(Next) && all_of(Web.Objects, [](const AddressedObject &O) {
        return O.isFixed() || O.Size;
      });
}

Value *getWalkedOffset(const Instruction &I, const DataLayout &DL) {
  auto *GEP = dyn_cast<GetElementPtrInst>(&I);
  if (!GEP || GEP->getNumIndices() != 1 ||
      !GEP->getSourceElementType()->isIntegerTy(8) ||
      !AddressWebs::getLeaf(GEP->getOperand(0), DL))
    return nullptr;
  Value *Offset = GEP->getOperand(1);
  SmallPtrSet<Value *, 8> Seen;
  if (multipleOf(Offset, Seen) < 2)
    return nullptr;
  return any_of(Seen, [](Value *V) { return isa<PHINode>(V); }) ? Offset
                                                                : nullptr;
}

/// A condition tells as well which of two objects it is, and in one byte. To
/// the verifier it must also tell whether it is one at all, which it would not
/// know of two conditions that are alike.
static bool isChoice(Instruction &I, const DataLayout &DL) {
  return isa<PHINode, FreezeInst>(I) || getWalkedOffset(I, DL) ||
         (isa<SelectInst>(I) && !all_of(getPointerOperands(I), [&](Value *Op) {
            auto L = AddressWebs::getLeaf(Op, DL);
            return L && L->Base;
          }));
}

void AddressWebs::computePointsTo(AddressWeb &Web) {
  for (Instruction *I : Web.Nodes)
    Nodes.find(I)->second.PointsTo.resize(Web.Objects.size() + 1);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (Instruction *I : Web.Nodes) {
      Node &N = Nodes.find(I)->second;
      BitVector PointsTo = N.PointsTo;
      bool IsChosen = N.IsChosen || isChoice(*I, DL);
      for (Value *Op : getPointerOperands(*I))
        if (auto L = getLeaf(Op, DL)) {
          PointsTo.set(L->Base ? addObject(Web, L->Base) : Web.Objects.size());
        } else {
          const Node &From = Nodes.find(Op)->second;
          PointsTo |= From.PointsTo;
          IsChosen |= From.IsChosen;
        }
      Changed |= PointsTo != N.PointsTo || IsChosen != N.IsChosen;
      N.PointsTo = std::move(PointsTo);
      N.IsChosen = IsChosen;
    }
  }
}

AddressWebs::AddressWebs(Function &F) : DL(F.getParent()->getDataLayout()) {
  collectNodes(F);
  joinWebs(F);
  for (AddressWeb &Web : Webs)
    collectObjects(Web);
  collectCompared(F);
  for (AddressWeb &Web : Webs) {
    numberAddresses(Web);
    computePointsTo(Web);
  }
}

bool AddressWebs::isChosen(const Value *V) const {
  auto It = Nodes.find(V);
  return It != Nodes.end() && It->second.IsChosen &&
         Webs[It->second.Web].IsNumbered;
}

uint64_t AddressWebs::numberOf(const AddressWeb &Web, const Leaf &L) const {
  for (const AddressedObject &O : Web.Objects)
    if (O.Base == L.Base)
      return O.Number + L.Offset;
  return L.Offset;
}

} // namespace llvm::bpffiber
