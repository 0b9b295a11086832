// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FailurePaths.h"
#include "BlockCopies.h"
#include "PinnedValues.h"
#include "PointerRoots.h"
#include "Primitives.h"
#include "RederivationPlan.h"
#include "SuspendLiveness.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace llvm::bpffiber {

static constexpr char FailureName[] = "__fiber_failure";
/// Numbers an instruction, for as long as there are copies of it.
static constexpr char PlaceKind[] = "bpf-fiber-place";

/// On a variable at whose end of scope something is done.
static constexpr char CleanupKind[] = "bpf-fiber-cleanup";

/// As clang does for __attribute__((cleanup)): a call with the variable's
/// address directly in front of the end of its lifetime. The end of a guard is
/// gone when guards have been lowered.
static bool isCleanedUp(const AllocaInst &A) {
  for (const User *U : A.users()) {
    auto *End = dyn_cast<IntrinsicInst>(U);
    if (!End || End->getIntrinsicID() != Intrinsic::lifetime_end)
      continue;
    auto *Call = dyn_cast_or_null<CallBase>(End->getPrevNode());
    if (Call && !isa<IntrinsicInst>(Call) &&
        getPrimitive(*Call) != Primitive::GuardEnd &&
        is_contained(Call->args(), &A))
      return true;
  }
  return false;
}

void noteCleanups(Module &M) {
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *A = dyn_cast<AllocaInst>(&I); A && isCleanedUp(*A))
        A->setMetadata(CleanupKind, MDNode::get(M.getContext(), {}));
}

void forgetCleanups(Module &M) {
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (isa<AllocaInst>(I))
        I.setMetadata(CleanupKind, nullptr);
}

static std::optional<uint64_t> getPlace(const Instruction &I) {
  MDNode *Node = I.getMetadata(PlaceKind);
  if (!Node)
    return std::nullopt;
  return mdconst::extract<ConstantInt>(Node->getOperand(0))->getZExtValue();
}

static bool isFailurePath(const Instruction &I) {
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == FailureName;
}

bool isFailurePathOf(const Instruction &I, const Instruction &Access,
                     const BranchInst &Check) {
  if (!isFailurePath(I))
    return false;
  auto Number = [&](unsigned Operand) {
    return cast<ConstantInt>(I.getOperand(Operand))->getZExtValue();
  };
  return getPlace(Access) == Number(0) && getPlace(Check) == Number(1);
}

static FunctionCallee getFailure(Module &M) {
  Type *I32 = Type::getInt32Ty(M.getContext());
  FunctionCallee Callee = M.getOrInsertFunction(
      FailureName,
      FunctionType::get(Type::getInt1Ty(M.getContext()), {I32, I32}, false));
  auto *F = cast<Function>(Callee.getCallee());
  F->setMemoryEffects(MemoryEffects::inaccessibleMemOnly());
  F->setWillReturn();
  F->setDoesNotThrow();
  F->addFnAttr(Attribute::NoDuplicate);
  F->addFnAttr(Attribute::NoMerge);
  return Callee;
}

namespace {

/// Opens failure paths in a body whose variables are in memory.
class PathOpener {
public:
  PathOpener(Function &Body, FunctionAnalysisManager &FAM)
      : Body(Body), FAM(FAM), Places(numberPlaces(Body)) {}
  bool run();

private:
  struct Wanted {
    uint64_t Access, Check;
    unsigned Good;
  };
  static SmallVector<Instruction *> numberPlaces(Function &Body);
  bool askCopy(SmallVectorImpl<Wanted> &Paths);
  bool open(const Wanted &Path);
  bool isInScope(const Instruction &Access, const BranchInst &Check,
                 BasicBlock &To) const;
  BasicBlock *separate(BasicBlock *From, BasicBlock *Check, BasicBlock *To);

  Function &Body;
  FunctionAnalysisManager &FAM;
  SmallVector<Instruction *> Places;
  SmallSetVector<std::pair<uint64_t, uint64_t>, 8> Tried;
};

/// Where an alloca is in scope: between its lifetime markers.
class Scopes {
public:
  explicit Scopes(Function &Body);
  /// Whether it may not be in scope in front of I.
  bool mayBeOut(const AllocaInst &A, const Instruction &I) const;
  ArrayRef<AllocaInst *> allocas() const { return Allocas; }

private:
  void step(BitVector &Out, const Instruction &I) const;

  SmallVector<AllocaInst *> Allocas;
  DenseMap<const Value *, unsigned> Numbers;
  DenseMap<const BasicBlock *, BitVector> OutAt;
};

} // namespace

SmallVector<Instruction *> PathOpener::numberPlaces(Function &Body) {
  LLVMContext &C = Body.getContext();
  SmallVector<Instruction *> Places;
  for (Instruction &I : instructions(Body)) {
    if (!I.mayReadOrWriteMemory() && !isa<BranchInst>(I))
      continue;
    I.setMetadata(PlaceKind,
                  MDNode::get(C, ConstantAsMetadata::get(ConstantInt::get(
                                     Type::getInt32Ty(C), Places.size()))));
    Places.push_back(&I);
  }
  return Places;
}

/// Whether anything is to be made again, and what is missing for that.
bool PathOpener::askCopy(SmallVectorImpl<Wanted> &Paths) {
  ValueToValueMapTy Map;
  Function *Copy = CloneFunction(&Body, Map);
  promoteLocals(*Copy, FAM, /*HasFailurePaths=*/true);
  bool Any;
  {
    PointerRoots Pointers(*Copy);
    RederivationPlan Plan(*Copy, Pointers);
    // Not only what is refreshed: the activation may have the pointer itself.
    Any = !Plan.rewrites().empty() || !Plan.missing().empty();
    for (const RederivationPlan::Missing &M : Plan.missing()) {
      const PointerCheck &Check = Pointers.checks()[M.Check];
      auto Access = getPlace(*M.Access), Branch = getPlace(*Check.Branch);
      if (Access && Branch)
        Paths.push_back({*Access, *Branch, Check.Good});
    }
  }
  FAM.clear(*Copy, Copy->getName());
  Copy->eraseFromParent();
  return Any;
}

Scopes::Scopes(Function &Body) {
  for (Instruction &I : instructions(Body))
    if (auto *A = dyn_cast<AllocaInst>(&I);
        A && any_of(A->users(), [](User *U) {
          return cast<Instruction>(U)->isLifetimeStartOrEnd();
        })) {
      Numbers[A] = Allocas.size();
      Allocas.push_back(A);
    }
  BitVector Nothing(Allocas.size());
  for (BasicBlock &BB : Body)
    OutAt[&BB] = Nothing;
  OutAt[&Body.getEntryBlock()].set();
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock &BB : Body) {
      BitVector Out = OutAt[&BB];
      for (Instruction &I : BB)
        step(Out, I);
      for (BasicBlock *Succ : successors(&BB)) {
        BitVector &In = OutAt[Succ];
        BitVector New = In;
        New |= Out;
        Changed |= New != In;
        In = New;
      }
    }
  }
}

void Scopes::step(BitVector &Out, const Instruction &I) const {
  if (!I.isLifetimeStartOrEnd())
    return;
  bool IsStart =
      cast<IntrinsicInst>(I).getIntrinsicID() == Intrinsic::lifetime_start;
  for (const Value *Op : I.operands())
    if (auto It = Numbers.find(Op); It != Numbers.end())
      Out[It->second] = !IsStart;
}

bool Scopes::mayBeOut(const AllocaInst &A, const Instruction &I) const {
  BitVector Out = OutAt.find(I.getParent())->second;
  for (const Instruction &Before : *I.getParent()) {
    if (&Before == &I)
      break;
    step(Out, Before);
  }
  return Out[Numbers.find(&A)->second];
}

/// Whether A may be read or written from To on before it comes into scope.
static bool isAccessedFrom(BasicBlock &To, AllocaInst &A) {
  SmallPtrSet<Instruction *, 16> Accesses;
  bool Escapes = false;
  forEachAccess(A, [&](Instruction *I) {
    if (!I)
      Escapes = true;
    else if (I->mayReadOrWriteMemory())
      Accesses.insert(I);
  });
  if (Escapes)
    return true;
  SmallPtrSet<BasicBlock *, 16> Seen{&To};
  SmallVector<BasicBlock *> Work{&To};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    bool Begins = false;
    for (Instruction &I : *BB) {
      auto *Marker = dyn_cast<IntrinsicInst>(&I);
      if (Marker && Marker->getIntrinsicID() == Intrinsic::lifetime_start &&
          is_contained(Marker->operands(), &A)) {
        Begins = true;
        break;
      }
      if (Accesses.contains(&I))
        return true;
    }
    if (!Begins)
      for (BasicBlock *Succ : successors(BB))
        if (Seen.insert(Succ).second)
          Work.push_back(Succ);
  }
  return false;
}

/// A way out of a scope, or back into one, that the source does not have. What
/// variables hold that are numbers is known either way. The bytes of one whose
/// scope has ended may belong to another; and what is to be done at the end of
/// a scope would not be done.
bool PathOpener::isInScope(const Instruction &Access, const BranchInst &Check,
                           BasicBlock &To) const {
  Scopes S(Body);
  for (AllocaInst *A : S.allocas()) {
    bool OutAtAccess = S.mayBeOut(*A, Access);
    bool OutAtCheck = S.mayBeOut(*A, Check);
    if (OutAtAccess && !OutAtCheck && !isAllocaPromotable(A) &&
        isAccessedFrom(To, *A))
      return false;
    if (OutAtCheck && !OutAtAccess && A->hasMetadata(CleanupKind))
      return false;
  }
  return true;
}

/// The blocks that are reached from From, in either direction, without Except.
template <typename NextFn>
static SmallPtrSet<BasicBlock *, 16>
collectReached(BasicBlock *From, const BasicBlock *Except, NextFn Next) {
  SmallPtrSet<BasicBlock *, 16> Reached{From};
  SmallVector<BasicBlock *> Work{From};
  while (!Work.empty())
    for (BasicBlock *BB : Next(Work.pop_back_val()))
      if (BB != Except && Reached.insert(BB).second)
        Work.push_back(BB);
  return Reached;
}

/// Where a failing check's way meets the other one again, in the return of an
/// inlined helper, a variable says which it was. A failure path through that
/// block would seem to lead round to the access, and in loops ways are not
/// separated. So what lies on such a way is copied; the copy knows the
/// variable. Returns the copy of To.
BasicBlock *PathOpener::separate(BasicBlock *From, BasicBlock *Check,
                                 BasicBlock *To) {
  static constexpr unsigned MaxBlocks = 64;
  auto Ahead =
      collectReached(To, Check, [](BasicBlock *BB) { return successors(BB); });
  auto Back = collectReached(From, Check,
                             [](BasicBlock *BB) { return predecessors(BB); });
  auto IsToBeCopied = [&](BasicBlock *BB) {
    return Ahead.contains(BB) && Back.contains(BB) && BB != From &&
           none_of(*BB, [](Instruction &I) {
             auto *Call = dyn_cast<CallBase>(&I);
             return Call && Call->cannotDuplicate();
           });
  };
  SmallSetVector<BasicBlock *, 16> Way;
  SmallVector<BasicBlock *> Work{To};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (!IsToBeCopied(BB) || !Way.insert(BB))
      continue;
    if (Way.size() > MaxBlocks)
      return To;
    append_range(Work, successors(BB));
  }
  if (Way.empty())
    return To;

  ValueToValueMapTy Map;
  // Through memory, as all variables are here.
  copyBlocks(Way.getArrayRef(), ".failure", Map);
  return cast<BasicBlock>(Map[To]);
}

bool PathOpener::open(const Wanted &Path) {
  if (!Tried.insert({Path.Access, Path.Check}))
    return false;
  Instruction *Access = Places[Path.Access];
  auto *Check = cast<BranchInst>(Places[Path.Check]);
  BasicBlock *To = Check->getSuccessor(1 - Path.Good);
  if (!isInScope(*Access, *Check, *To))
    return false;
  To = separate(Access->getParent(), Check->getParent(), To);
  DominatorTree DT(Body);
  for (PHINode &Phi : To->phis()) {
    auto *In =
        dyn_cast<Instruction>(Phi.getIncomingValueForBlock(Check->getParent()));
    if (In && !DT.dominates(In, Access))
      return false;
  }
  BasicBlock *From = Access->getParent();
  BasicBlock *Behind = SplitBlock(From, Access);
  From->getTerminator()->eraseFromParent();
  IRBuilder<> B(From);
  B.SetCurrentDebugLocation(Access->getDebugLoc());
  Value *Failure = B.CreateCall(
      getFailure(*Body.getParent()),
      {B.getInt32(Path.Access), B.getInt32(Path.Check)}, "failure");
  static_assert(FailurePathGood == 1);
  B.CreateCondBr(Failure, To, Behind);
  for (PHINode &Phi : To->phis())
    Phi.addIncoming(Phi.getIncomingValueForBlock(Check->getParent()), From);
  return true;
}

bool PathOpener::run() {
  // A way that is open leads to accesses that were not behind a suspend.
  for (;;) {
    SmallVector<Wanted> Paths;
    bool Any = askCopy(Paths);
    bool Opened = false;
    for (const Wanted &Path : Paths)
      Opened |= open(Path);
    if (!Opened)
      return Any;
  }
}

bool openFailurePaths(Function &Body, FunctionAnalysisManager &FAM) {
  if (none_of(instructions(Body), [](Instruction &I) { return isSuspend(I); }))
    return false;
  bool Any = PathOpener(Body, FAM).run();
  if (!Any)
    closeFailurePaths(Body);
  return Any;
}

void closeFailurePaths(Function &Body) {
  SmallVector<CallInst *> Calls;
  for (Instruction &I : instructions(Body)) {
    I.setMetadata(PlaceKind, nullptr);
    if (isFailurePath(I))
      Calls.push_back(cast<CallInst>(&I));
  }
  for (CallInst *Call : Calls) {
    BasicBlock *BB = Call->getParent();
    Call->replaceAllUsesWith(ConstantInt::getFalse(Call->getType()));
    Call->eraseFromParent();
    BasicBlock *Behind = BB->getTerminator()->getSuccessor(FailurePathGood);
    ConstantFoldTerminator(BB);
    MergeBlockIntoPredecessor(Behind);
  }
  if (Function *F = Body.getParent()->getFunction(FailureName);
      F && F->use_empty())
    F->eraseFromParent();
  for (BasicBlock &BB : Body)
    if (BB.getSinglePredecessor())
      FoldSingleEntryPHINodes(&BB);
}

} // namespace llvm::bpffiber
