// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SuspendLiveness.h"
#include "KernelObjects.h"
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

bool EdgeLiveness::isLiveInto(const Value *V, const BasicBlock *BB) const {
  auto It = Numbers.find(const_cast<Value *>(V));
  auto Live = LiveIn.find(const_cast<BasicBlock *>(BB));
  return It != Numbers.end() && Live != LiveIn.end() &&
         Live->second.test(It->second);
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
      if (isa<GetElementPtrInst, PHINode, SelectInst, CastInst, FreezeInst>(
              I) ||
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

/// Whether I writes every byte of Object and reads none.
static bool overwrites(const Instruction &I, const AllocaInst &Object) {
  const DataLayout &DL = I.getModule()->getDataLayout();
  TypeSize Size = DL.getTypeAllocSize(Object.getAllocatedType());
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->getPointerOperand() == &Object &&
           DL.getTypeStoreSize(Store->getValueOperand()->getType()) == Size;
  auto *Mem = dyn_cast<AnyMemIntrinsic>(&I);
  auto *Length = Mem ? dyn_cast<ConstantInt>(Mem->getLength()) : nullptr;
  if (!Length || Mem->getDest() != &Object || Length->getZExtValue() != Size)
    return false;
  auto *Copy = dyn_cast<AnyMemTransferInst>(Mem);
  return !Copy || getUnderlyingObject(Copy->getSource()) != &Object;
}

namespace {
/// What happens to one object, and where it is live.
class ObjectLifetime {
public:
  ObjectLifetime(Function &F, AllocaInst &Object);
  bool isLiveAtEntry(BasicBlock *BB) const {
    return Touched.lookup(BB) && (Escapes || Needed.lookup(BB));
  }
  BitVector points(Function &F) const;

private:
  enum Effect { None, Access, Birth };
  /// In execution order.
  struct BlockEffect {
    Effect First = None, Last = None;
    void append(Effect E) {
      if (First == None)
        First = E;
      Last = E;
    }
  };
  void appendEffects(const Instruction &I, BlockEffect &To) const;

  AllocaInst &Object;
  bool Escapes = false;
  SmallPtrSet<const Instruction *, 16> Accesses;
  DenseMap<BasicBlock *, BlockEffect> Effects;
  /// At block entry: touched since its birth, accessed before its next birth.
  DenseMap<BasicBlock *, bool> Touched, Needed;
};
} // namespace

void ObjectLifetime::appendEffects(const Instruction &I,
                                   BlockEffect &To) const {
  if (I.isLifetimeStartOrEnd()) {
    // Behind its end there is nothing to be kept either.
    if (is_contained(I.operands(), &Object))
      To.append(Birth);
  } else if (Accesses.contains(&I)) {
    if (overwrites(I, Object))
      To.append(Birth);
    To.append(Access);
  }
}

ObjectLifetime::ObjectLifetime(Function &F, AllocaInst &Object)
    : Object(Object) {
  forEachAccess(Object, [&](Instruction *A) {
    if (!A)
      Escapes = true;
    else if (A->mayReadOrWriteMemory()) // not where an address is computed
      Accesses.insert(A);
  });
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      appendEffects(I, Effects[&BB]);

  ReversePostOrderTraversal<Function *> RPO(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : RPO) {
      if (Touched.lookup(BB))
        continue;
      if (any_of(predecessors(BB), [&](BasicBlock *Pred) {
            Effect Last = Effects.lookup(Pred).Last;
            return Last == Access || (Last == None && Touched.lookup(Pred));
          }))
        Touched[BB] = Changed = true;
    }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : post_order(&F)) {
      if (Needed.lookup(BB))
        continue;
      Effect First = Effects.lookup(BB).First;
      if (First == Access ||
          (First == None && any_of(successors(BB), [&](BasicBlock *Succ) {
             return Needed.lookup(Succ);
           })))
        Needed[BB] = Changed = true;
    }
  }
}

BitVector ObjectLifetime::points(Function &F) const {
  BitVector Points(F.getInstructionCount());
  unsigned N = 0;
  for (BasicBlock &BB : F) {
    BitVector Before;
    bool IsTouched = Touched.lookup(&BB);
    for (Instruction &I : BB) {
      Before.push_back(IsTouched);
      BlockEffect E;
      appendEffects(I, E);
      if (E.Last != None)
        IsTouched = E.Last == Access;
    }
    bool IsNeeded = any_of(
        successors(&BB), [&](BasicBlock *Succ) { return Needed.lookup(Succ); });
    unsigned Behind = N + Before.size();
    for (Instruction &I : reverse(BB)) {
      --Behind;
      if (Accesses.contains(&I) ||
          (Before.test(Behind - N) && (Escapes || IsNeeded)))
        Points.set(Behind);
      BlockEffect E;
      appendEffects(I, E);
      if (E.First != None)
        IsNeeded = E.First == Access;
    }
    N += Before.size();
  }
  return Points;
}

void SuspendLiveness::computeObjects(const FiberShape &Shape) {
  Function &F = *Shape.Body;
  for (Instruction &I : F.getEntryBlock()) {
    auto *Object = dyn_cast<AllocaInst>(&I);
    if (!Object || isKernelObject(*Object))
      continue;
    bool Fixed = Shape.isRuntimeObject(Object);
    ObjectLifetime Lifetime(F, *Object);
    bool Lives = false;
    for (auto [N, S] : enumerate(Shape.Suspends))
      // A suspend is the first instruction of its block.
      if (Fixed || Lifetime.isLiveAtEntry(S.Call->getParent())) {
        Objects[N].push_back(Object);
        Lives = true;
      }
    if (Lives)
      Points[Object] = Lifetime.points(F);
  }
}

} // namespace llvm::bpffiber
