// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SharedAwaits.h"
#include "Guards.h"
#include "KernelReferences.h"
#include "OwnedReferences.h"
#include "Primitives.h"
#include "RangeDemand.h"
#include "SuspendLiveness.h"
#include "YieldPoints.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace llvm::bpffiber {

// Measured; an IR instruction is about one of BPF.
/// What a suspend becomes: to release the frame and return, to dispatch.
static constexpr unsigned SuspendCost = 10;
/// A yield point in a loop.
static constexpr unsigned YieldCost = 60;
/// To set the return state and to branch by it, at each await.
static constexpr unsigned ReturnCost = 5;
/// To keep the return state across the suspends.
static constexpr unsigned StateCost = 6;

namespace {

/// A copy of a function, with its locals in SSA form.
class SsaCopy {
public:
  SsaCopy(Function &F, FunctionAnalysisManager &FAM) : FAM(FAM) {
    Copy = CloneFunction(&F, Map);
    for (Instruction &I : F.getEntryBlock())
      if (isa<AllocaInst>(I))
        if (auto *New = dyn_cast_or_null<AllocaInst>(Map.lookup(&I)))
          Originals[New] = &I;
    for (auto [Old, New] : zip_equal(F.args(), Copy->args()))
      Originals[&New] = &Old;
    SROAPass(SROAOptions::ModifyCFG).run(*Copy, FAM);
    FAM.invalidate(*Copy, PreservedAnalyses::none());
    ADCEPass().run(*Copy, FAM);
    FAM.invalidate(*Copy, PreservedAnalyses::none());
  }
  ~SsaCopy() {
    FAM.clear(*Copy, Copy->getName());
    Copy->eraseFromParent();
  }
  SsaCopy(const SsaCopy &) = delete;
  SsaCopy &operator=(const SsaCopy &) = delete;

  Function &get() const { return *Copy; }
  /// Null if it was dead code.
  CallInst *get(const CallBase *Call) const {
    return dyn_cast_or_null<CallInst>(Map.lookup(Call));
  }
  /// Of a constant, a local or an argument of the copy; otherwise null.
  Value *getOriginal(Value *V) const {
    return isa<Constant>(V) ? V : Originals.lookup(V);
  }

private:
  FunctionAnalysisManager &FAM;
  Function *Copy;
  ValueToValueMapTy Map;
  DenseMap<const Value *, Value *> Originals;
};

/// Sorts the awaits of one fiber in one body.
class AwaitSorter {
public:
  AwaitSorter(Function &Body, Function &Child, const AwaitedFibers &Fibers,
              FunctionAnalysisManager &FAM)
      : Body(Body), Fibers(Fibers), FAM(FAM), Copy(Body, FAM),
        ChildCopy(Child, FAM), Kernel(*Body.getParent()) {}
  SmallVector<AwaitGroup> sort(ArrayRef<CallBase *> Awaits);

private:
  CommonArgument getPointer(Value *V) const;
  bool holdsPointers() const;
  bool isApart(CallInst &Await, const EdgeLiveness &Live,
               const OwnedReferences &References, unsigned &Kept) const;
  bool describeArguments(CallInst &Await, raw_ostream &OS) const;
  void describeBranches(Argument &Parameter, Constant *C,
                        raw_ostream &OS) const;
  bool findArguments(AwaitGroup &G) const;
  bool isSmaller(const AwaitGroup &G) const;

  Function &Body;
  const AwaitedFibers &Fibers;
  FunctionAnalysisManager &FAM;
  SsaCopy Copy, ChildCopy;
  KernelReferences Kernel;
};

} // namespace

/// The base is a constant, a local or the context; null for other pointers.
CommonArgument AwaitSorter::getPointer(Value *V) const {
  const DataLayout &DL = Body.getParent()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(V->getType()), 0);
  Value *Base = V->stripAndAccumulateConstantOffsets(DL, Offset,
                                                     /*AllowNonInbounds=*/true);
  Value *Original = Copy.getOriginal(Base);
  if (isa_and_nonnull<Argument>(Original) && Original != Body.getArg(0))
    Original = nullptr;
  return {Original, Offset.getSExtValue()};
}

/// Whether there is a pointer in memory whose way cannot be followed.
bool AwaitSorter::holdsPointers() const {
  bool Found = false;
  for (Instruction &I : Copy.get().getEntryBlock())
    if (auto *Object = dyn_cast<AllocaInst>(&I))
      forEachAccess(*Object, [&](Instruction *Access) {
        auto *Store = dyn_cast_or_null<StoreInst>(Access);
        Value *V = Store ? Store->getValueOperand() : nullptr;
        if (auto *Number = dyn_cast_or_null<PtrToIntInst>(V))
          V = Number->getPointerOperand();
        Found |= V && V->getType()->isPointerTy() && !getPointer(V).Base;
      });
  return Found;
}

bool AwaitSorter::isApart(CallInst &Await, const EdgeLiveness &Live,
                          const OwnedReferences &References,
                          unsigned &Kept) const {
  BasicBlock *BB = Await.getParent();
  Kept = 0;
  for (Value *V : Live.across(BB, BB->getSingleSuccessor())) {
    Type *Ty = V->getType();
    if (V != &Await &&
        (Ty->isIntegerTy() ? Ty->getIntegerBitWidth() > 64
                           : !Ty->isPointerTy() || !getPointer(V).Base))
      return true;
    Kept += V != &Await && Ty->isIntegerTy();
  }
  if (!References.heldAt(Await).empty())
    return true;
  return wantsYieldPoints() &&
         FAM.getResult<LoopAnalysis>(Copy.get()).getLoopFor(BB);
}

/// Calls Visit with each user by which a value that is computed from V and
/// constants decides about the way that is taken.
static void forEachDecision(Value &V, const AwaitedFibers &Fibers,
                            function_ref<void(Value &)> Visit) {
  SmallSetVector<Value *, 8> Values;
  Values.insert(&V);
  for (unsigned N = 0; N != Values.size(); ++N)
    for (Use &U : Values[N]->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      auto *Call = dyn_cast<CallBase>(I);
      if (isa<BranchInst, SwitchInst>(I) ||
          (isa<SelectInst>(I) && U.getOperandNo() == 0) ||
          (Call && Call->isArgOperand(&U) &&
           Fibers.branchesBy(Call->getCalledFunction(),
                             Call->getArgOperandNo(&U))))
        Visit(*Values[N]);
      if (isa<CastInst, BinaryOperator, CmpInst>(I) &&
          all_of(I->operands(), [&](Value *Op) {
            return isa<Constant>(Op) || Values.contains(Op);
          }))
        Values.insert(I);
    }
}

/// V, which is computed from Parameter and constants, if that is C.
static Constant *foldWith(Value *V, Argument &Parameter, Constant *C,
                          const DataLayout &DL) {
  if (V == &Parameter)
    return C;
  if (auto *Known = dyn_cast<Constant>(V))
    return Known;
  SmallVector<Constant *> Operands;
  for (Value *Op : cast<Instruction>(V)->operands()) {
    Operands.push_back(foldWith(Op, Parameter, C, DL));
    if (!Operands.back())
      return nullptr;
  }
  return ConstantFoldInstOperands(cast<Instruction>(V), Operands, DL);
}

/// Which way the branches of the fiber go that are decided by Parameter being
/// C.
void AwaitSorter::describeBranches(Argument &Parameter, Constant *C,
                                   raw_ostream &OS) const {
  const DataLayout &DL = Body.getParent()->getDataLayout();
  forEachDecision(Parameter, Fibers, [&](Value &V) {
    if (Constant *Known = foldWith(&V, Parameter, C, DL))
      OS << ' ' << *Known;
    else
      OS << " ?";
  });
}

/// Awaits of one group have the same description.
bool AwaitSorter::describeArguments(CallInst &Await, raw_ostream &OS) const {
  if (Await.arg_size() != ChildCopy.get().arg_size() ||
      Await.getType()->isPointerTy())
    return false;
  for (auto [N, Op] : enumerate(Await.args())) {
    OS << ',';
    Value *V = Op.get();
    if (V->getType()->isPointerTy()) {
      CommonArgument A = getPointer(V);
      if (!A.Base || Await.isByValArgument(N))
        return false;
      OS << static_cast<const void *>(A.Base) << '+' << A.Offset;
    } else if (!V->getType()->isIntegerTy()) {
      return false;
    } else if (auto *C = dyn_cast<Constant>(V)) {
      describeBranches(*ChildCopy.get().getArg(N), C, OS);
    }
  }
  return true;
}

bool AwaitSorter::findArguments(AwaitGroup &G) const {
  unsigned DifferentInAddresses = 0;
  for (unsigned N = 0; N != ChildCopy.get().arg_size(); ++N) {
    Value *First = Copy.get(G.Sites.front())->getArgOperand(N);
    if (First->getType()->isPointerTy()) {
      G.Arguments.push_back(getPointer(First));
      continue;
    }
    bool IsSame = isa<Constant>(First) && all_of(G.Sites, [&](CallInst *Site) {
                    return Copy.get(Site)->getArgOperand(N) == First;
                  });
    G.Arguments.push_back({IsSame ? First : nullptr, 0});
    DifferentInAddresses +=
        !IsSame && isUsedAsAddressOrSize(*ChildCopy.get().getArg(N));
  }
  return DifferentInAddresses <= 1;
}

/// The optimiser makes about a half of what is counted.
bool AwaitSorter::isSmaller(const AwaitGroup &G) const {
  unsigned Sites = G.Sites.size();
  unsigned AtEach =
      ReturnCost +
      count_if(G.Arguments, [](const CommonArgument &A) { return !A.Base; });
  unsigned Cost = Fibers.getCost(G.Sites.front()->getCalledFunction());
  return (Sites - 1) * Cost / 2 > Sites * AtEach + StateCost + G.Kept;
}

SmallVector<AwaitGroup> AwaitSorter::sort(ArrayRef<CallBase *> All) {
  if (holdsPointers())
    return {};
  SmallVector<CallBase *> Awaits;
  copy_if(All, std::back_inserter(Awaits),
          [&](CallBase *Await) { return Copy.get(Await); });
  SmallPtrSet<const CallBase *, 8> Guarded = findGuardedCalls(Body);
  // Liveness is asked at the ends of blocks.
  for (CallBase *Await : Awaits)
    SplitBlock(Copy.get(Await)->getParent(), Copy.get(Await)->getNextNode());
  FAM.invalidate(Copy.get(), PreservedAnalyses::none());
  FiberShape Shape;
  Shape.Body = &Copy.get();
  Shape.Ctx = Shape.Body->getArg(0);
  EdgeLiveness Live(*Shape.Body, *Shape.Ctx);
  OwnedReferences References(Shape, Kernel);

  StringMap<unsigned> Numbers;
  SmallVector<AwaitGroup> Groups;
  for (CallBase *Await : Awaits) {
    CallInst &Here = *Copy.get(Await);
    std::string Key;
    raw_string_ostream OS(Key);
    unsigned Kept;
    if (Guarded.contains(Await) || isApart(Here, Live, References, Kept) ||
        !describeArguments(Here, OS))
      continue;
    auto [It, IsNew] = Numbers.insert({Key, Groups.size()});
    if (IsNew)
      Groups.emplace_back();
    Groups[It->second].Sites.push_back(cast<CallInst>(Await));
    Groups[It->second].Kept += Kept;
  }
  erase_if(Groups, [&](AwaitGroup &G) {
    return G.Sites.size() < 2 || !findArguments(G) || !isSmaller(G);
  });
  return Groups;
}

SmallVector<AwaitGroup> findSharedAwaits(Function &Body, Function &Child,
                                         ArrayRef<CallBase *> Awaits,
                                         const AwaitedFibers &Fibers,
                                         FunctionAnalysisManager &FAM) {
  if (Awaits.size() < 2 || Body.arg_empty() ||
      !Body.getArg(0)->getType()->isPointerTy())
    return {};
  return AwaitSorter(Body, Child, Fibers, FAM).sort(Awaits);
}

void AwaitedFibers::add(const Function *Fiber, Function &Body,
                        FunctionAnalysisManager &FAM) {
  SsaCopy Copy(Body, FAM);
  Facts New;
  for (Instruction &I : instructions(Copy.get())) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (isSuspend(I))
      New.Cost += SuspendCost;
    else if (Call && contains(Call->getCalledFunction()))
      New.Cost += getCost(Call->getCalledFunction());
    else
      New.Cost += !isa<PHINode, AllocaInst>(I) && !I.isLifetimeStartOrEnd();
  }
  if (wantsYieldPoints())
    New.Cost +=
        YieldCost *
        FAM.getResult<LoopAnalysis>(Copy.get()).getLoopsInPreorder().size();
  New.Deciding.resize(Body.arg_size());
  for (Argument &A : Copy.get().args())
    forEachDecision(A, *this, [&](Value &) { New.Deciding.set(A.getArgNo()); });
  Known[Fiber] = std::move(New);
}

} // namespace llvm::bpffiber
