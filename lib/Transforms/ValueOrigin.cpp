// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ValueOrigin.h"
#include "KernelReferences.h"
#include "Kinds.h"
#include "Primitives.h"
#include "SuspendLiveness.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

namespace llvm::bpffiber {

/// What a variable that is never written holds, as a helper's does before the
/// optimiser has seen to it.
static const Value *getOnlyContent(const Value *V) {
  const auto *Load = dyn_cast<LoadInst>(V);
  const auto *Variable =
      Load ? dyn_cast<GlobalVariable>(Load->getPointerOperand()) : nullptr;
  return Variable && Variable->hasLocalLinkage() &&
                 Variable->hasInitializer() &&
                 all_of(Variable->users(),
                        [](const User *U) { return isa<LoadInst>(U); })
             ? Variable->getInitializer()
             : V;
}

int64_t getHelper(const CallBase &Call) {
  const auto *Callee =
      dyn_cast<ConstantExpr>(getOnlyContent(Call.getCalledOperand()));
  if (!Callee || Callee->getOpcode() != Instruction::IntToPtr)
    return -1;
  const auto *Number = dyn_cast<ConstantInt>(Callee->getOperand(0));
  return Number ? Number->getSExtValue() : -1;
}

/// The bytes that Index adds: a constant, or a CO-RE offset, which is loaded
/// from a global that BPFAbstractMemberAccess named
/// "llvm.<type>:<relocation>:<offset>$<path>".
static std::optional<int64_t> offsetOf(const Value *Index) {
  if (const auto *C = dyn_cast<ConstantInt>(Index))
    return C->getSExtValue();
  const GlobalVariable *Global = getCoreOffset(Index);
  if (!Global)
    return std::nullopt;
  StringRef Name = Global->getName().split('$').first;
  int64_t Offset;
  if (Name.rsplit(':').second.getAsInteger(10, Offset))
    return std::nullopt;
  return Offset;
}

Value *lookThroughPassthrough(Value *V) {
  if (auto *II = dyn_cast<IntrinsicInst>(V))
    if (II->getIntrinsicID() == Intrinsic::bpf_passthrough)
      return II->getArgOperand(1);
  return nullptr;
}

std::optional<int64_t> getStepOffset(const GEPOperator &Step,
                                     const DataLayout &DL) {
  if (Step.getNumIndices() == 1 && Step.getSourceElementType()->isIntegerTy(8))
    return offsetOf(Step.getOperand(1));
  APInt Constant(64, 0);
  if (!Step.accumulateConstantOffset(DL, Constant))
    return std::nullopt;
  return Constant.getSExtValue();
}

std::optional<int64_t> getContextOffset(Value *P, const Argument *Home,
                                        Value *&Ctx) {
  int64_t Offset = 0;
  while (P != Home && !(isa<CallInst>(P) &&
                        getPrimitive(*cast<CallInst>(P)) == Primitive::Ctx)) {
    if (Value *Inner = lookThroughPassthrough(P)) {
      P = Inner;
    } else if (auto *GEP = dyn_cast<GetElementPtrInst>(P)) {
      auto Step = getStepOffset(*cast<GEPOperator>(GEP),
                                GEP->getModule()->getDataLayout());
      if (!Step)
        return std::nullopt;
      Offset += *Step;
      P = GEP->getPointerOperand();
    } else {
      return std::nullopt;
    }
  }
  Ctx = P;
  return Offset;
}

std::optional<PacketField> getPacketField(StringRef Kind, int64_t Offset) {
  // struct xdp_md and struct __sk_buff are UAPI; their offsets are fixed.
  static constexpr struct {
    StringLiteral Kind;
    int64_t Offset;
    PacketField Field;
  } Fields[] = {
      {"xdp", 0, PacketField::Data},     {"xdp", 4, PacketField::DataEnd},
      {"xdp", 8, PacketField::DataMeta}, {"tc", 76, PacketField::Data},
      {"tc", 80, PacketField::DataEnd},  {"tc", 140, PacketField::DataMeta},
  };
  for (const auto &F : Fields)
    if (F.Kind == Kind && F.Offset == Offset)
      return F.Field;
  return std::nullopt;
}

static bool isPacketField(StringRef Kind, int64_t Offset) {
  return getPacketField(Kind, Offset).has_value();
}

/// Whether Offset is that of a packet pointer in the context Ctx.
static bool isPacketFieldOf(const FiberShape &Shape, Value *Ctx,
                            int64_t Offset) {
  if (Ctx == Shape.Ctx)
    return isPacketField(Shape.HomeKind, Offset);
  // next_event() asks for the context directly behind the suspend.
  auto *Call = cast<CallInst>(Ctx);
  for (Instruction *I = Call->getPrevNode(); I; I = I->getPrevNode())
    if (isSuspend(*I)) {
      SmallVector<StringRef, 2> Kinds;
      getSuspendKinds(*cast<CallInst>(I)).split(Kinds, '|');
      return any_of(Kinds, [&](StringRef Kind) {
        return isPacketField(Kind == HomeKind ? Shape.HomeKind : Kind, Offset);
      });
    }
  return isPacketField(Shape.HomeKind, Offset);
}

ValueOrigins::Result ValueOrigins::computeCall(CallBase &Call) const {
  switch (getPrimitive(Call)) {
  case Primitive::Ctx:
    return {Origin::Context, &Call};
  case Primitive::Key:
    return {Origin::Key, &Call};
  case Primitive::None:
    break;
  default:
    return {};
  }
  if (Value *Inner = lookThroughPassthrough(&Call))
    return lookup(Inner);
  if (isOpaqueIdentity(Call))
    return lookup(Call.getArgOperand(0));
  if (!Call.getType()->isPointerTy())
    return {};
  if (Kernel.acquiredBy(Call))
    return {Origin::KernelRef, &Call};
  switch (getHelper(Call)) {
  case helper::MapLookupElem:
  case helper::MapLookupPercpuElem:
    return {Origin::MapValue, &Call};
  case helper::RingbufReserve:
    return {Origin::Record, &Call};
  case helper::SkLookupTcp:
  case helper::SkLookupUdp:
  case helper::SkcLookupTcp:
    return {Origin::Socket, &Call};
  default:
    break;
  }
  const Function *Callee = Call.getCalledFunction();
  if (Callee && Callee->hasSection() && Callee->getSection() == ".ksyms") {
    // Names are all that tells of kfuncs that nobody declared.
    StringRef Name = Callee->getName();
    if (Name.contains("_acquire") || Name.contains("_from_") ||
        Name.contains("_create") || Name.contains("obj_new"))
      return {Origin::KernelRef, &Call};
  }
  return {Origin::Pointer, &Call};
}

/// Whether nothing but numbers was put into Object, by helpers for instance.
bool ValueOrigins::holdsNumbers(AllocaInst &Object) const {
  bool Numbers = true;
  forEachAccess(Object, [&](Instruction *I) {
    auto *Store = dyn_cast_or_null<StoreInst>(I);
    if (!I || isa<AnyMemTransferInst>(I) ||
        (Store && lookup(Store->getValueOperand()).O != Origin::Scalar))
      Numbers = false;
  });
  return Numbers;
}

ValueOrigins::Result ValueOrigins::computeLoad(LoadInst &Load) const {
  Value *P = Load.getPointerOperand();
  Value *Ctx;
  if (auto Offset = getContextOffset(P, Shape.Ctx, Ctx))
    if (isPacketFieldOf(Shape, Ctx, *Offset))
      return {Origin::Packet, &Load};
  // A global's content is a number unless it is loaded as a pointer; the
  // CO-RE offsets are loaded this way too.
  if (!Load.getType()->isPointerTy())
    return {};
  if (auto *Object = dyn_cast<AllocaInst>(getUnderlyingObject(P)))
    if (holdsNumbers(*Object))
      return {};
  return {Origin::Pointer, &Load};
}

static bool isKeepable(Origin O) {
  return O == Origin::Scalar || O == Origin::Stack || O == Origin::Global;
}

ValueOrigins::Result ValueOrigins::join(const Result &A, const Result &B) {
  if (A.O == Origin::Scalar || (isKeepable(A.O) && !isKeepable(B.O)))
    return B;
  return A;
}

ValueOrigins::Result ValueOrigins::compute(Instruction &I) const {
  if (isa<AllocaInst>(I))
    return {Origin::Stack, &I};
  if (auto *Call = dyn_cast<CallBase>(&I))
    return computeCall(*Call);
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return computeLoad(*Load);
  // What a verb handed over is a pointer if the fiber says so.
  if (isa<IntToPtrInst>(I))
    if (auto *Call = dyn_cast<CallInst>(I.getOperand(0));
        Call && getPrimitive(*Call) == Primitive::Value)
      return {Origin::Handed, Call};
  if (isa<GetElementPtrInst, CastInst, FreezeInst>(I))
    return lookup(I.getOperand(0));
  if (auto *Select = dyn_cast<SelectInst>(&I))
    return join(lookup(Select->getTrueValue()),
                lookup(Select->getFalseValue()));
  if (auto *Phi = dyn_cast<PHINode>(&I)) {
    Result R;
    for (Value *In : Phi->incoming_values())
      R = join(R, lookup(In));
    return R;
  }
  if (I.getOpcode() == Instruction::Add || I.getOpcode() == Instruction::Sub ||
      I.getOpcode() == Instruction::Or) {
    Result L = lookup(I.getOperand(0)), R = lookup(I.getOperand(1));
    // The distance of two pointers is a number.
    if (I.getOpcode() == Instruction::Sub)
      return R.O != Origin::Scalar ? Result() : L;
    return L.O != Origin::Scalar ? L : R;
  }
  if (I.getType()->isPointerTy())
    return {Origin::Pointer, &I};
  return {};
}

ValueOrigins::Result ValueOrigins::lookup(Value *V) const {
  if (V == Shape.Ctx)
    return {Origin::Context, nullptr};
  if (isa<Argument>(V) && V->getType()->isPointerTy())
    return {Origin::Pointer, nullptr};
  if (auto *I = dyn_cast<Instruction>(V))
    return Known.lookup(I);
  if (isa<Constant>(V) && V->getType()->isPointerTy() &&
      isa<GlobalValue>(getUnderlyingObject(V)))
    return {Origin::Global, nullptr};
  return {};
}

ValueOrigins::ValueOrigins(const FiberShape &Shape,
                           const KernelReferences &Kernel)
    : Shape(Shape), Kernel(Kernel) {
  ReversePostOrderTraversal<Function *> RPO(Shape.Body);
  // A difference of pointers goes up and down again when its operands become
  // known one after the other, so bound the rounds; two are the rule.
  for (unsigned Round = 0; Round < 16; ++Round) {
    bool Changed = false;
    for (BasicBlock *BB : RPO)
      for (Instruction &I : *BB) {
        Result R = compute(I);
        Result &Old = Known[&I];
        Changed |= Old.O != R.O;
        Old = R;
      }
    if (!Changed)
      break;
  }
}

bool getAddressNumbers(Value *V, const FiberShape &Shape,
                       SmallVectorImpl<Value *> &Numbers) {
  if (!V->getType()->isPointerTy())
    return false;
  if (isa<AllocaInst, Constant>(V) || V == Shape.Ctx)
    return true;
  if (Value *Inner = lookThroughPassthrough(V))
    return getAddressNumbers(Inner, Shape, Numbers);
  if (auto *Select = dyn_cast<SelectInst>(V)) {
    Numbers.push_back(Select->getCondition());
    return getAddressNumbers(Select->getTrueValue(), Shape, Numbers) &&
           getAddressNumbers(Select->getFalseValue(), Shape, Numbers);
  }
  auto *GEP = dyn_cast<GetElementPtrInst>(V);
  if (!GEP)
    return false;
  for (Value *Index : GEP->indices())
    if (!isa<Constant>(Index) && !offsetOf(Index))
      Numbers.push_back(Index);
  return getAddressNumbers(GEP->getPointerOperand(), Shape, Numbers);
}

/// The pointer that I accesses memory through.
static Value *getAccessed(Instruction &I) {
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->getPointerOperand();
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return Load->getPointerOperand();
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return RMW->getPointerOperand();
  if (auto *CAS = dyn_cast<AtomicCmpXchgInst>(&I))
    return CAS->getPointerOperand();
  return nullptr;
}

bool isDereferencedBehind(Value *V, CallInst &Suspend) {
  // Casts to address spaces are left out: an arena takes numbers.
  SmallPtrSet<Value *, 16> Derived{V};
  SmallVector<Value *> Work{V};
  while (!Work.empty()) {
    Value *Now = Work.pop_back_val();
    for (User *U : Now->users()) {
      auto *GEP = dyn_cast<GetElementPtrInst>(U);
      auto *Select = dyn_cast<SelectInst>(U);
      bool IsDerived = isa<PHINode, FreezeInst, PtrToIntInst>(U) ||
                       (Select && Select->getCondition() != Now) ||
                       (GEP && GEP->getPointerOperand() == Now) ||
                       (isa<IntToPtrInst>(U) &&
                        U->getType()->getPointerAddressSpace() == 0) ||
                       lookThroughPassthrough(U) == Now;
      if (IsDerived && Derived.insert(U).second)
        Work.push_back(U);
    }
  }
  if (Derived.size() == 1 && !V->getType()->isPointerTy())
    return false;
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *> Blocks{Suspend.getParent()};
  while (!Blocks.empty()) {
    BasicBlock *BB = Blocks.pop_back_val();
    bool Redefined = false;
    for (Instruction &I : *BB) {
      Value *P = getAccessed(I);
      if (P && P->getType()->getPointerAddressSpace() == 0 &&
          Derived.contains(P))
        return true;
      if (&I == V) {
        Redefined = true;
        break;
      }
    }
    if (!Redefined)
      for (BasicBlock *Next : successors(BB))
        if (Seen.insert(Next).second)
          Blocks.push_back(Next);
  }
  return false;
}

const char *describe(Origin O) {
  switch (O) {
  case Origin::Scalar:
    return "value";
  case Origin::Context:
    return "context pointer";
  case Origin::Packet:
    return "packet pointer";
  case Origin::Stack:
    return "pointer to a local";
  case Origin::MapValue:
    return "map value pointer";
  case Origin::Record:
    return "ring buffer record";
  case Origin::Socket:
    return "socket reference";
  case Origin::KernelRef:
    return "kernel reference";
  case Origin::Key:
    return "key pointer";
  case Origin::Handed:
    return "pointer handed over by the resumer";
  case Origin::Global:
    return "address of a global variable";
  case Origin::Pointer:
    return "pointer";
  }
  return "value";
}

const char *remedy(Origin O) {
  switch (O) {
  case Origin::Packet:
    return "the packet is another one when the fiber is resumed, and the "
           "pointer can be made again in it only if it comes from the fiber's "
           "ctx and a check in front of the co_await covers every use (one in "
           "an inlined helper does where what that returns is tested directly "
           "behind the call): copy what you need into a local before the "
           "co_await, or derive the pointer from ctx->data again behind it";
  case Origin::Context:
    return "a context is only valid in its own activation: copy what you need "
           "into a local before the co_await";
  case Origin::MapValue:
    return "the element may be gone when the fiber is resumed, and it can be "
           "looked up again only if it is known in which map, and a test in "
           "front of the co_await says where to go without it: look it up "
           "again behind the co_await";
  case Origin::Stack:
    return "a local that lives across the co_await moves into the frame, which "
           "another activation sees at another address: keep the pointer in a "
           "variable of its own, not as a number or inside another local, or "
           "keep an index";
  case Origin::Global:
    return "the kernel knows it as an address only where it is taken: keep the "
           "pointer in a variable of its own, not as a number or inside "
           "another "
           "local, or keep an index";
  case Origin::Handed:
    return "it points into the program that ran this activation: copy what you "
           "need into a local before the co_await";
  case Origin::Record:
    return "no map can own a ring buffer record: submit or discard it before "
           "the co_await";
  case Origin::Socket:
    return "no map can own a socket reference: release it before the co_await "
           "and look the socket up again behind it";
  case Origin::KernelRef:
    return "release it before the co_await and acquire it again behind it";
  default:
    return "obtain it again behind the co_await";
  }
}

} // namespace llvm::bpffiber
