// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SuspendLiveness.h"
#include "Primitives.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

SuspendLiveness::SuspendLiveness(const FiberShape &Shape)
    : Values(Shape.Suspends.size()), Objects(Shape.Suspends.size()) {
  computeValues(Shape);
  computeObjects(Shape);
}

void EdgeLiveness::use(BitVector &Live, const Value *V) const {
  auto It = Numbers.find(const_cast<Value *>(V));
  if (It != Numbers.end())
    Live.set(It->second);
}

void EdgeLiveness::usePhis(BitVector &Live, BasicBlock *From,
                           BasicBlock *To) const {
  for (PHINode &Phi : To->phis())
    use(Live, Phi.getIncomingValueForBlock(From));
}

EdgeLiveness::EdgeLiveness(Function &Body, const Argument &Ctx) {
  for (Argument &A : Body.args())
    if (&A != &Ctx)
      Numbers.insert({&A, Numbers.size()});
  for (Instruction &I : instructions(Body))
    if (!I.getType()->isVoidTy() && !isa<AllocaInst>(I))
      Numbers.insert({&I, Numbers.size()});
  for (BasicBlock &BB : Body)
    LiveIn[&BB].resize(Numbers.size());

  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : post_order(&Body)) {
      BitVector Live(Numbers.size());
      for (BasicBlock *Succ : successors(BB)) {
        Live |= LiveIn[Succ];
        usePhis(Live, BB, Succ);
        // A suspend's operands are used before the fiber is suspended.
        if (isSuspend(Succ->front()))
          for (const Value *Op : Succ->front().operands())
            use(Live, Op);
      }
      for (Instruction &I : reverse(*BB)) {
        if (auto It = Numbers.find(&I); It != Numbers.end())
          Live.reset(It->second);
        // A phi's operands are used in the predecessors.
        if (isa<PHINode>(I) || (isSuspend(I) && &I == &BB->front()))
          continue;
        for (const Value *Op : I.operands())
          use(Live, Op);
      }
      if (Live != LiveIn[BB]) {
        LiveIn[BB] = Live;
        Changed = true;
      }
    }
  }
}

SmallVector<Value *, 8> EdgeLiveness::across(BasicBlock *From,
                                             BasicBlock *To) const {
  BitVector Live = LiveIn.lookup(To);
  usePhis(Live, From, To);
  SmallVector<Value *, 8> Values;
  for (unsigned N : Live.set_bits())
    Values.push_back((Numbers.begin() + N)->first);
  return Values;
}

void SuspendLiveness::computeValues(const FiberShape &Shape) {
  EdgeLiveness Live(*Shape.Body, *Shape.Ctx);
  for (auto [I, S] : enumerate(Shape.Suspends)) {
    BasicBlock *BB = S.Call->getParent();
    Values[I] = Live.across(BB->getSinglePredecessor(), BB);
  }
}

void forEachAccess(AllocaInst &Object,
                   function_ref<void(Instruction *)> Visit) {
  SmallVector<Value *> Work{&Object};
  SmallPtrSet<Value *, 16> Seen{&Object};
  auto Follow = [&](Value *V) {
    if (Seen.insert(V).second)
      Work.push_back(V);
  };
  while (!Work.empty()) {
    Value *V = Work.pop_back_val();
    for (Use &U : V->uses()) {
      auto *I = dyn_cast<Instruction>(U.getUser());
      if (!I || I->isLifetimeStartOrEnd())
        continue;
      Visit(I);
      if (isa<GetElementPtrInst, PHINode, SelectInst, CastInst, FreezeInst>(I) ||
          (isa<IntrinsicInst>(I) && I->getType()->isPointerTy()) ||
          (isa<BinaryOperator>(I)))
        Follow(I);
      auto *Store = dyn_cast<StoreInst>(I);
      if (!Store || U.getOperandNo() != 0)
        continue;
      if (auto *Holder = dyn_cast<AllocaInst>(
              getUnderlyingObject(Store->getPointerOperand())))
        Follow(Holder);
      else
        Visit(nullptr);
    }
  }
}

namespace {
/// One object's accesses and births in a block, in both directions.
struct BlockEffect {
  /// First effect in execution order, and last: 0 none, 1 access, 2 birth.
  enum Effect { None, Access, Birth } First = None, Last = None;
  void append(Effect E) {
    if (First == None)
      First = E;
    Last = E;
  }
};
} // namespace

void SuspendLiveness::computeObjects(const FiberShape &Shape) {
  Function &F = *Shape.Body;
  ReversePostOrderTraversal<Function *> RPO(&F);
  for (Instruction &I : F.getEntryBlock()) {
    auto *Object = dyn_cast<AllocaInst>(&I);
    if (!Object)
      continue;
    bool Fixed = Object == Shape.Deadline || Object == Shape.Token;
    bool Escapes = false;
    SmallPtrSet<Instruction *, 16> Accesses;
    forEachAccess(*Object, [&](Instruction *A) {
      if (!A)
        Escapes = true;
      else if (A->mayReadOrWriteMemory()) // not where an address is computed
        Accesses.insert(A);
    });
    SmallPtrSet<Instruction *, 4> Births;
    for (User *U : Object->users())
      if (auto *II = dyn_cast<IntrinsicInst>(U))
        if (II->getIntrinsicID() == Intrinsic::lifetime_start)
          Births.insert(II);

    DenseMap<BasicBlock *, BlockEffect> Effects;
    for (BasicBlock &BB : F)
      for (Instruction &J : BB) {
        if (Births.contains(&J))
          Effects[&BB].append(BlockEffect::Birth);
        else if (Accesses.contains(&J))
          Effects[&BB].append(BlockEffect::Access);
      }

    // Forward: touched since its birth. Backward: accessed before its next
    // birth. A suspend is the first instruction of its block, so both are
    // asked at block entry.
    DenseMap<BasicBlock *, bool> Touched, Needed;
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (BasicBlock *BB : RPO) {
        if (Touched.lookup(BB))
          continue;
        for (BasicBlock *Pred : predecessors(BB)) {
          BlockEffect::Effect Last = Effects.lookup(Pred).Last;
          if (Last == BlockEffect::Access ||
              (Last == BlockEffect::None && Touched.lookup(Pred))) {
            Touched[BB] = Changed = true;
            break;
          }
        }
      }
    }
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (BasicBlock *BB : post_order(&F)) {
        if (Needed.lookup(BB))
          continue;
        BlockEffect::Effect First = Effects.lookup(BB).First;
        bool Need = First == BlockEffect::Access;
        if (First == BlockEffect::None)
          Need = any_of(successors(BB), [&](BasicBlock *S) {
            return Needed.lookup(S);
          });
        if (Need)
          Needed[BB] = Changed = true;
      }
    }
    for (auto [N, S] : enumerate(Shape.Suspends)) {
      BasicBlock *BB = S.Call->getParent();
      if (Fixed || (Touched.lookup(BB) && (Escapes || Needed.lookup(BB))))
        Objects[N].push_back(Object);
    }
  }
}

} // namespace llvm::bpffiber
