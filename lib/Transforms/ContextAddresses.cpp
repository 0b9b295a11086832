// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ContextAddresses.h"
#include "Primitives.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"

namespace llvm::bpffiber {

/// A step of the computation of a member's address: its base operand, or null.
/// What is indexed is no context, and the index, which may have been loaded
/// from memory that has changed since, is not computed again.
static Value *baseOf(Value *V) {
  if (auto *GEP = dyn_cast<GetElementPtrInst>(V))
    return all_of(GEP->indices(),
                  [](Value *Index) {
                    return isa<Constant>(Index) || getCoreOffset(Index);
                  })
               ? GEP->getPointerOperand()
               : nullptr;
  if (auto *II = dyn_cast<IntrinsicInst>(V))
    if (II->getIntrinsicID() == Intrinsic::bpf_passthrough)
      return II->getArgOperand(1);
  return nullptr;
}

static bool isContextAddress(Value *V, const Argument *Ctx) {
  while (V != Ctx) {
    V = baseOf(V);
    if (!V)
      return false;
  }
  return true;
}

/// Clones the computation of Address, up to the context, before At.
static Value *cloneBefore(Value *Address, Argument *Ctx, Instruction *At) {
  if (Address == Ctx)
    return Ctx;
  auto *Step = cast<Instruction>(Address);
  Value *Base = cloneBefore(baseOf(Step), Ctx, At);
  Instruction *New = Step->clone();
  New->setDebugLoc(At->getDebugLoc());
  New->replaceUsesOfWith(baseOf(Step), Base);
  for (Use &U : New->operands())
    if (getCoreOffset(U)) {
      Instruction *Offset = cast<LoadInst>(U)->clone();
      Offset->setDebugLoc(At->getDebugLoc());
      Offset->insertBefore(At->getIterator());
      U = Offset;
    }
  New->insertBefore(At->getIterator());
  return New;
}

/// Whether IsSame accepts all operands of Phi, through other phis.
static bool allMerged(PHINode &Phi, function_ref<bool(Value *)> IsSame) {
  SmallPtrSet<PHINode *, 8> Seen{&Phi};
  SmallVector<PHINode *> Work{&Phi};
  while (!Work.empty())
    for (Value *In : Work.pop_back_val()->incoming_values()) {
      if (auto *Inner = dyn_cast<PHINode>(In)) {
        if (Seen.insert(Inner).second)
          Work.push_back(Inner);
        continue;
      }
      if (!IsSame(In))
        return false;
    }
  return true;
}

/// The one CO-RE offset that all operands of Phi, through other phis, are
/// loads of; or null.
static GlobalVariable *commonOffset(PHINode &Phi) {
  GlobalVariable *Common = nullptr;
  bool Merged = allMerged(Phi, [&](Value *In) {
    GlobalVariable *G = getCoreOffset(In);
    if (!G || (Common && G != Common))
      return false;
    Common = G;
    return true;
  });
  return Merged ? Common : nullptr;
}

/// GVN joins the loads of a CO-RE offset in phis; libbpf can only relocate the
/// load itself.
static void localizeCoreOffsets(Function &Body) {
  SmallVector<std::pair<PHINode *, GlobalVariable *>> Joined;
  for (Instruction &I : instructions(Body))
    if (auto *Phi = dyn_cast<PHINode>(&I); Phi && Phi->getType()->isIntegerTy())
      if (GlobalVariable *G = commonOffset(*Phi))
        Joined.push_back({Phi, G});
  for (auto [Phi, G] : Joined) {
    auto *Load = new LoadInst(Phi->getType(), G, "",
                              Phi->getParent()->getFirstInsertionPt());
    Phi->replaceAllUsesWith(Load);
  }
  for (auto [Phi, G] : Joined)
    Phi->eraseFromParent();

  SmallVector<Instruction *> Loads;
  for (Instruction &I : instructions(Body))
    if (getCoreOffset(&I))
      Loads.push_back(&I);
  for (Instruction *Load : Loads) {
    for (Use &U : make_early_inc_range(Load->uses())) {
      auto *User = cast<Instruction>(U.getUser());
      if (isa<PHINode>(User) || User->getParent() == Load->getParent())
        continue;
      Instruction *Near = Load->clone();
      Near->insertBefore(User->getIterator());
      U.set(Near);
    }
    RecursivelyDeleteTriviallyDeadInstructions(Load);
  }
}

/// The same number in every activation: a constant, or a CO-RE offset.
static bool isSameOffset(Value *A, Value *B) {
  return A == B || (getCoreOffset(A) && getCoreOffset(A) == getCoreOffset(B));
}

static bool isSameAddress(Value *A, Value *B, const Argument &Ctx) {
  while (A != &Ctx && B != &Ctx) {
    // How often an address was passed through makes no difference to it.
    while (isa<IntrinsicInst>(A) && baseOf(A))
      A = baseOf(A);
    while (isa<IntrinsicInst>(B) && baseOf(B))
      B = baseOf(B);
    auto *GA = dyn_cast<GetElementPtrInst>(A);
    auto *GB = dyn_cast<GetElementPtrInst>(B);
    if (!GA || !GB ||
        GA->getSourceElementType() != GB->getSourceElementType() ||
        !equal(GA->indices(), GB->indices(), isSameOffset))
      return false;
    A = GA->getPointerOperand();
    B = GB->getPointerOperand();
  }
  return A == B;
}

/// The address in the context that all operands of Phi, through other phis,
/// compute; or null.
static Value *commonAddress(PHINode &Phi, const Argument &Ctx) {
  Value *Common = nullptr;
  bool Merged = allMerged(Phi, [&](Value *In) {
    if (!baseOf(In) || !isContextAddress(In, &Ctx) ||
        (Common && !isSameAddress(In, Common, Ctx)))
      return false;
    Common = In;
    return true;
  });
  return Merged ? Common : nullptr;
}

/// Jump threading and hoisting join addresses in phis.
static void splitJoinedAddresses(Function &F, Argument &Ctx) {
  SmallVector<std::pair<PHINode *, Value *>> Joined;
  for (Instruction &I : instructions(F))
    if (auto *Phi = dyn_cast<PHINode>(&I); Phi && Phi->getType()->isPointerTy())
      if (Value *Address = commonAddress(*Phi, Ctx))
        Joined.push_back({Phi, Address});
  SmallVector<Value *> Addresses;
  for (auto [Phi, Address] : Joined)
    Addresses.push_back(
        cloneBefore(Address, &Ctx, &*Phi->getParent()->getFirstInsertionPt()));
  for (auto [Pair, Address] : zip_equal(Joined, Addresses))
    Pair.first->replaceAllUsesWith(Address);
  for (auto [Phi, Address] : Joined)
    Phi->eraseFromParent();
}

/// Whether V is one of several addresses, of which some are in the context.
static bool isJoinedAddress(Value *V, const Argument &Ctx) {
  auto IsContext = [&](Value *In) { return isContextAddress(In, &Ctx); };
  if (auto *Choice = dyn_cast<SelectInst>(V))
    return IsContext(Choice->getTrueValue()) ||
           IsContext(Choice->getFalseValue());
  auto *Phi = dyn_cast<PHINode>(V);
  return Phi && any_of(Phi->incoming_values(), IsContext);
}

/// Whether Phi merges, through other phis, itself.
static bool isCyclic(PHINode &Phi) {
  SmallPtrSet<PHINode *, 8> Seen;
  SmallVector<PHINode *> Work{&Phi};
  while (!Work.empty())
    for (Value *In : Work.pop_back_val()->incoming_values())
      if (auto *Inner = dyn_cast<PHINode>(In);
          Inner && Seen.insert(Inner).second)
        Work.push_back(Inner);
  return Seen.contains(&Phi);
}

/// Whether Load can be moved up to where its address is chosen, as the
/// optimiser moved it down.
static bool canFollowAddress(LoadInst &Load) {
  auto *Address = cast<Instruction>(Load.getPointerOperand());
  BasicBlock *Home = Address->getParent();
  if (!Load.isSimple() || Load.getParent() != Home ||
      any_of(make_range(Address->getIterator(), Load.getIterator()),
             [](Instruction &I) {
               return I.mayWriteToMemory() ||
                      !isGuaranteedToTransferExecutionToSuccessor(&I);
             }))
    return false;
  auto *Phi = dyn_cast<PHINode>(Address);
  if (!Phi)
    return true;
  if (isCyclic(*Phi))
    return false;
  SmallPtrSet<BasicBlock *, 4> Seen;
  return all_of(predecessors(Home), [&](BasicBlock *Pred) {
    return Seen.insert(Pred).second &&
           !isa<IndirectBrInst>(Pred->getTerminator());
  });
}

/// Has each of the addresses that Load's is one of loaded from by itself; adds
/// the new loads to Loads.
static void splitLoad(LoadInst &Load, SmallVectorImpl<LoadInst *> &Loads) {
  BasicBlock *Home = Load.getParent();
  auto LoadFrom = [&](Value *Address, BasicBlock *BB) -> Value * {
    auto *New = cast<LoadInst>(Load.clone());
    New->setOperand(LoadInst::getPointerOperandIndex(), Address);
    New->insertBefore(BB->getTerminator()->getIterator());
    Loads.push_back(New);
    return New;
  };
  PHINode *Result;
  if (auto *Choice = dyn_cast<SelectInst>(Load.getPointerOperand())) {
    Instruction *Then, *Else;
    SplitBlockAndInsertIfThenElse(Choice->getCondition(), &Load, &Then, &Else);
    BasicBlock *IfTrue = Then->getParent(), *IfFalse = Else->getParent();
    Result = PHINode::Create(Load.getType(), 2, "", Load.getParent()->begin());
    Result->addIncoming(LoadFrom(Choice->getTrueValue(), IfTrue), IfTrue);
    Result->addIncoming(LoadFrom(Choice->getFalseValue(), IfFalse), IfFalse);
  } else {
    auto *Phi = cast<PHINode>(Load.getPointerOperand());
    for (BasicBlock *From : to_vector(Phi->blocks()))
      if (!From->getSingleSuccessor())
        SplitEdge(From, Home);
    Result = PHINode::Create(Load.getType(), Phi->getNumIncomingValues(), "",
                             Home->begin());
    for (unsigned I = 0, E = Phi->getNumIncomingValues(); I != E; ++I) {
      BasicBlock *From = Phi->getIncomingBlock(I);
      Result->addIncoming(LoadFrom(Phi->getIncomingValue(I), From), From);
    }
  }
  Load.replaceAllUsesWith(Result);
  Load.eraseFromParent();
}

void splitJoinedLoads(Function &F, Argument &Ctx) {
  SmallVector<LoadInst *> Loads;
  for (Instruction &I : instructions(F))
    if (auto *Load = dyn_cast<LoadInst>(&I))
      Loads.push_back(Load);
  SmallVector<WeakTrackingVH> Old;
  while (!Loads.empty()) {
    LoadInst *Load = Loads.pop_back_val();
    Value *Address = Load->getPointerOperand();
    if (!isJoinedAddress(Address, Ctx) || !canFollowAddress(*Load))
      continue;
    splitLoad(*Load, Loads);
    Old.push_back(Address);
  }
  for (WeakTrackingVH &Address : Old)
    if (Address)
      RecursivelyDeleteTriviallyDeadInstructions(Address);
}

/// The loads at the end of BB, as far as two blocks are likely to be the same.
static SmallVector<LoadInst *, 2> lastLoads(BasicBlock &BB) {
  static constexpr unsigned MaxBehind = 4;
  SmallVector<LoadInst *, 2> Loads;
  unsigned Behind = 0;
  for (Instruction &I : reverse(BB)) {
    if (I.isDebugOrPseudoInst())
      continue;
    if (auto *Load = dyn_cast<LoadInst>(&I))
      Loads.push_back(Load);
    if (Behind++ > MaxBehind)
      break;
  }
  return Loads;
}

void keepContextLoadsApart(Function &F, Argument &Ctx) {
  auto IsOfContext = [&](LoadInst *Load) {
    return isContextAddress(Load->getPointerOperand(), &Ctx);
  };
  // In front of which something is that code generation leaves where it is.
  SmallSetVector<Instruction *, 4> Apart;
  for (BasicBlock &BB : F) {
    for (Instruction &I : BB) {
      auto *Choice = dyn_cast<SelectInst>(&I);
      auto *X = Choice ? dyn_cast<LoadInst>(Choice->getTrueValue()) : nullptr,
           *Y = Choice ? dyn_cast<LoadInst>(Choice->getFalseValue()) : nullptr;
      if (X && Y && X->getParent() == Y->getParent() &&
          IsOfContext(X) != IsOfContext(Y))
        Apart.insert(X->comesBefore(Y) ? Y : X);
    }
    if (!BB.hasNPredecessorsOrMore(2))
      continue;
    SmallVector<LoadInst *, 8> Last;
    for (BasicBlock *From : predecessors(&BB))
      append_range(Last, lastLoads(*From));
    for (LoadInst *Load : Last)
      if (IsOfContext(Load) && any_of(Last, [&](LoadInst *Other) {
            return Other->getParent() != Load->getParent() &&
                   Other->getType() == Load->getType() && !IsOfContext(Other);
          }))
        Apart.insert(Load->getNextNode());
  }
  for (Instruction *I : Apart) {
    IRBuilder<> B(I);
    createBarrier(B);
  }
}

/// The extension of V, which is a load or merges loads, where V is.
static Value *widen(Value *V, Type *Ty, DenseMap<Value *, Value *> &Wide) {
  auto [It, Inserted] = Wide.try_emplace(V);
  if (!Inserted)
    return It->second;
  if (auto *Load = dyn_cast<LoadInst>(V)) {
    IRBuilder<> B(Load->getNextNode());
    return Wide[V] = B.CreateZExt(Load, Ty);
  }
  auto *Phi = cast<PHINode>(V);
  auto *New = PHINode::Create(Ty, Phi->getNumIncomingValues(), Phi->getName(),
                              Phi->getIterator());
  New->setDebugLoc(Phi->getDebugLoc());
  Wide[V] = New;
  for (auto [In, From] : zip_equal(Phi->incoming_values(), Phi->blocks()))
    New->addIncoming(widen(In, Ty, Wide), From);
  return New;
}

void widenJoinedLoads(Function &F, Argument &Ctx) {
  SmallVector<ZExtInst *> Extended;
  for (Instruction &I : instructions(F)) {
    auto *Extension = dyn_cast<ZExtInst>(&I);
    auto *Phi = Extension ? dyn_cast<PHINode>(I.getOperand(0)) : nullptr;
    if (Phi && Phi->getType()->isIntegerTy(32) &&
        I.getType()->isIntegerTy(64) && allMerged(*Phi, [&](Value *In) {
          auto *Load = dyn_cast<LoadInst>(In);
          return Load && isContextAddress(Load->getPointerOperand(), &Ctx);
        }))
      Extended.push_back(Extension);
  }
  DenseMap<Value *, Value *> Wide;
  for (ZExtInst *Extension : Extended) {
    Value *Narrow = Extension->getOperand(0);
    Extension->replaceAllUsesWith(widen(Narrow, Extension->getType(), Wide));
    Extension->eraseFromParent();
    RecursivelyDeleteDeadPHINode(cast<PHINode>(Narrow));
  }
}

void localizeContextAddresses(Function &F, Argument &Ctx) {
  localizeCoreOffsets(F);
  splitJoinedAddresses(F, Ctx);
  SmallVector<Use *> Uses;
  for (Instruction &I : instructions(F))
    if (baseOf(&I) && isContextAddress(&I, &Ctx))
      for (Use &U : I.uses())
        if (auto *User = cast<Instruction>(U.getUser());
            !baseOf(User) && !isa<PHINode>(User))
          Uses.push_back(&U);
  SmallVector<WeakTrackingVH> Old;
  for (Use *U : Uses) {
    Old.push_back(U->get());
    U->set(cloneBefore(U->get(), &Ctx, cast<Instruction>(U->getUser())));
  }
  for (WeakTrackingVH &V : Old)
    if (V)
      RecursivelyDeleteTriviallyDeadInstructions(V);
}

void separatePassthroughs(Function &F) {
  // Behind those of BPFAbstractMemberAccess, which count from 0.
  unsigned Next = 1u << 24;
  for (Instruction &I : instructions(F))
    if (auto *II = dyn_cast<IntrinsicInst>(&I);
        II && II->getIntrinsicID() == Intrinsic::bpf_passthrough)
      II->setArgOperand(
          0, ConstantInt::get(II->getArgOperand(0)->getType(), Next++));
}

void localizeMemberAddresses(FiberShape &Shape) {
  const DataLayout &DL = Shape.Body->getParent()->getDataLayout();
  struct Member {
    Use *U;
    Value *Local;
    int64_t Offset;
  };
  SmallVector<Member> Members;
  SmallVector<WeakTrackingVH> Old;
  for (Instruction &I : instructions(*Shape.Body)) {
    if (!isa<GetElementPtrInst>(I))
      continue;
    APInt Offset(DL.getIndexTypeSizeInBits(I.getType()), 0);
    Value *Local = I.stripAndAccumulateConstantOffsets(
        DL, Offset, /*AllowNonInbounds=*/false);
    if (!isa<AllocaInst>(Local))
      continue;
    Old.push_back(&I);
    for (Use &U : I.uses())
      if (auto *User = cast<Instruction>(U.getUser());
          !isa<PHINode, GetElementPtrInst>(User))
        Members.push_back({&U, Local, Offset.getSExtValue()});
  }
  for (const Member &M : Members) {
    IRBuilder<> B(cast<Instruction>(M.U->getUser()));
    M.U->set(B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), M.Local, M.Offset));
  }
  for (WeakTrackingVH &V : Old)
    if (V)
      RecursivelyDeleteTriviallyDeadInstructions(V);
}

} // namespace llvm::bpffiber
