// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "YieldPoints.h"
#include "Compat.h"
#include "Diagnostics.h"
#include "HandOver.h"
#include "Kinds.h"
#include "OwnedReferences.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "RangeDemand.h"
#include "ResumeDebugInfo.h"
#include "SuspendLiveness.h"
#include "ValueOrigin.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/LoopRotation.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

namespace llvm::bpffiber {

static cl::opt<unsigned>
    Quantum("bpf-fiber-quantum", cl::init(0), cl::value_desc("instructions"),
            cl::desc("Make fibers yield after about this many instructions"));

bool wantsYieldPoints() { return Quantum != 0; }

using IsUseFn = function_ref<bool(const Instruction &)>;

namespace {

class YieldInserter {
public:
  YieldInserter(FiberShape &Shape, const KernelReferences &Kernel,
                FunctionAnalysisManager &FAM)
      : Shape(Shape), Body(*Shape.Body), Kernel(Kernel), FAM(FAM),
        M(Shape.getModule()), C(M.getContext()) {}
  void run();

private:
  /// A loop that is to get a yield point.
  struct Yielding {
    Loop *L;
    SmallVector<BasicBlock *, 2> Latches;
    unsigned Cost;
    DebugLoc Loc;
    /// Of a fiber that hands over: where the loop is entered, through what, and
    /// with what in the header's phis.
    BasicBlock *Outside = nullptr, *Entered = nullptr;
    SmallVector<Value *> Initial;
  };
  SmallVector<Yielding> collect(LoopInfo &LI);
  bool canGoRoundWithoutSuspend(const Loop &L);
  void dropIllegal(SmallVectorImpl<Yielding> &Loops);
  Instruction *findUse(BasicBlock *From, IsUseFn IsUse);
  void hideConstants(Loop &L, ScalarEvolution &SE);
  void checkIndices(Loop &L, ScalarEvolution &SE);
  void insert(const Yielding &Loop);
  void refill(IRBuilder<> &B);
  GlobalVariable *quantumVariable();

  FiberShape &Shape;
  Function &Body;
  const KernelReferences &Kernel;
  FunctionAnalysisManager &FAM;
  Module &M;
  LLVMContext &C;
  AllocaInst *Budget = nullptr;
};

} // namespace

static constexpr char UnknownZeroName[] = "__fiber_unknown_zero";

/// Written out until there is nothing left that would combine it with the
/// addition, or the budget with a counter.
static constexpr char IsUsedUp[] = "if $0 s> -1 goto ${1:l}";

static bool endsWithAsm(const BasicBlock &BB, StringRef Text) {
  auto *Jump = dyn_cast<CallBrInst>(BB.getTerminator());
  auto *Asm = Jump ? dyn_cast<InlineAsm>(Jump->getCalledOperand()) : nullptr;
  return Asm && StringRef(Asm->getAsmString()).starts_with(Text);
}

bool asksMayGoto(const BasicBlock &BB) { return endsWithAsm(BB, "may_goto"); }

bool isUnknownZero(const Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  return Load && Load->getPointerOperand()->getName() == UnknownZeroName;
}

/// BPF instructions in one round of L, without those of inner loops, which pay
/// for themselves. An IR instruction is about one; this is the quantum's unit,
/// not its guarantee.
static unsigned roundCost(const Loop &L, const LoopInfo &LI) {
  unsigned Cost = 0;
  for (BasicBlock *BB : L.blocks())
    if (LI.getLoopFor(BB) == &L)
      for (Instruction &I : *BB)
        if (!isa<PHINode>(I) && !I.isLifetimeStartOrEnd())
          ++Cost;
  return std::max(Cost, 1u);
}

bool YieldInserter::canGoRoundWithoutSuspend(const Loop &L) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *> Work{L.getHeader()};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (!L.contains(BB) || !Seen.insert(BB).second ||
        any_of(*BB, [](Instruction &I) { return isSuspend(I); }))
      continue;
    for (BasicBlock *Succ : successors(BB)) {
      if (Succ == L.getHeader())
        return true;
      Work.push_back(Succ);
    }
  }
  return false;
}

SmallVector<YieldInserter::Yielding> YieldInserter::collect(LoopInfo &LI) {
  SmallVector<Yielding> Loops;
  for (Loop *L : LI.getLoopsInPreorder()) {
    if (!canGoRoundWithoutSuspend(*L))
      continue;
    Yielding &Y = Loops.emplace_back();
    Y.L = L;
    L->getLoopLatches(Y.Latches);
    Y.Cost = roundCost(*L, LI);
    Y.Loc = L->getStartLoc();
    if (!Y.Loc)
      Y.Loc = Y.Latches.front()->getTerminator()->getDebugLoc();
  }
  return Loops;
}

GlobalVariable *YieldInserter::quantumVariable() {
  std::string Name = Shape.Name + "_quantum";
  auto *Ty = Type::getInt32Ty(C);
  // A variable of the user's with another type is another variable.
  if (GlobalVariable *Known = M.getGlobalVariable(Name);
      Known && Known->getValueType() == Ty)
    return Known;
  auto *G = new GlobalVariable(M, Ty, false, GlobalValue::ExternalLinkage,
                               ConstantInt::get(Ty, Quantum), Name);
  G->setAlignment(Align(4));
  if (DISubprogram *SP = Body.getSubprogram()) {
    DIBuilder B(M, false, SP->getUnit());
    DIType *U32 = B.createBasicType("unsigned int", 32, dwarf::DW_ATE_unsigned);
    G->addDebugInfo(B.createGlobalVariableExpression(
        SP->getUnit(), Name, "", SP->getFile(), SP->getLine(), U32,
        /*IsLocalToUnit=*/false));
    B.finalize();
  }
  return G;
}

/// The verifier knows the content of .rodata only (bpf_map_direct_read()).
static GlobalVariable *unknownZero(Module &M) {
  if (GlobalVariable *Known = M.getGlobalVariable(UnknownZeroName, true))
    return Known;
  auto *Ty = Type::getInt64Ty(M.getContext());
  auto *G = new GlobalVariable(M, Ty, false, GlobalValue::InternalLinkage,
                               ConstantInt::get(Ty, 0), UnknownZeroName);
  G->setAlignment(Align(8));
  return G;
}

void YieldInserter::refill(IRBuilder<> &B) {
  Value *Q = B.CreateLoad(B.getInt32Ty(), quantumVariable());
  Value *Halves = B.CreateZExt(B.CreateLShr(Q, 1), Budget->getAllocatedType());
  B.CreateStore(B.CreateNot(Halves), Budget);
}

/// Whether L ends wherever Test has the value Side.
static bool endsLoop(const ICmpInst &Test, bool Side, const Loop &L) {
  return all_of(Test.users(), [&](const User *U) {
    auto *Branch = dyn_cast<BranchInst>(U);
    return Branch && !L.contains(Branch->getSuccessor(Side ? 0 : 1));
  });
}

/// Whether a test in L leaves one value of Phi on a side of it, as i == 0 does,
/// and L goes on there. The verifier would count on from it, round by round.
static bool isPinnedInside(PHINode &Phi, const Loop &L, ScalarEvolution &SE) {
  SmallVector<Instruction *> Work{&Phi};
  SmallPtrSet<Instruction *, 8> Seen{&Phi};
  while (!Work.empty()) {
    Instruction *V = Work.pop_back_val();
    ConstantRange Range = SE.getUnsignedRange(SE.getSCEV(V));
    for (User *U : V->users()) {
      auto *I = cast<Instruction>(U);
      if (!L.contains(I))
        continue;
      // A minimum and the like become a test, at -Oz a branch. What is compared
      // with another number is known to be less and less, never one value.
      if (isa<SwitchInst, SaturatingInst>(I) ||
          (isa<MinMaxIntrinsic>(I) && any_of(I->operands(), [](Value *Op) {
             return isa<ConstantInt>(Op);
           })))
        return true;
      if (auto *Test = dyn_cast<ICmpInst>(I)) {
        const APInt *C;
        if (!match(Test->getOperand(1), PatternMatch::m_APInt(C)))
          continue;
        ConstantRange True =
            ConstantRange::makeExactICmpRegion(Test->getPredicate(), *C);
        if ((Range.intersectWith(True).isSingleElement() &&
             !endsLoop(*Test, true, L)) ||
            (Range.intersectWith(True.inverse()).isSingleElement() &&
             !endsLoop(*Test, false, L)))
          return true;
      } else if ((isa<CastInst>(I) && I->getType()->isIntegerTy()) ||
                 (I->getOpcode() == Instruction::Add &&
                  isa<ConstantInt>(I->getOperand(1)))) {
        if (Seen.insert(I).second)
          Work.push_back(I);
      }
    }
  }
  return false;
}

/// Whether V, with which Phi of L begins, is in L something else as well. The
/// verifier knows that the two are the same at first, and no longer when Phi
/// has changed.
static bool isUsedBeside(Value &V, const PHINode &Phi, const Loop &L) {
  return any_of(V.users(), [&](User *U) {
    return U != &Phi && isa<Instruction>(U) && L.contains(cast<Instruction>(U));
  });
}

/// Makes numbers of 32 bits again what goes round L, and is tested in it, that
/// LLVM has made 64 bits wide.
///
/// What the verifier knows of another number changes when it is compared with,
/// and if a round is not like the one before, it forgets what it knew of those
/// (widen_imprecise_scalars()). A counter of 64 bits that was below a number of
/// 32 in the first round would then grow from round to round. One of 32 bits
/// overflows at once, and may be anything.
static void narrowNumbers(Loop &L, ScalarEvolution &SE) {
  auto IsNarrow = [&](Value *V) {
    return V->getType()->isIntegerTy(64) &&
           SE.getUnsignedRange(SE.getSCEV(V)).getActiveBits() <= 32;
  };
  SmallVector<PHINode *> Phis;
  for (PHINode &Phi : L.getHeader()->phis())
    if (IsNarrow(&Phi))
      Phis.push_back(&Phi);
  SmallVector<ICmpInst *> Tests;
  for (BasicBlock *BB : L.blocks())
    for (Instruction &I : *BB)
      if (auto *Test = dyn_cast<ICmpInst>(&I);
          Test && all_of(Test->operands(), IsNarrow))
        Tests.push_back(Test);

  Type *Ty = Type::getInt32Ty(L.getHeader()->getContext());
  for (ICmpInst *Test : Tests) {
    // Neither is negative.
    CmpInst::Predicate P = Test->getPredicate();
    IRBuilder<> B(Test);
    Value *Narrow = B.CreateICmp(
        ICmpInst::isSigned(P) ? ICmpInst::getUnsignedPredicate(P) : P,
        B.CreateTrunc(Test->getOperand(0), Ty),
        B.CreateTrunc(Test->getOperand(1), Ty));
    Test->replaceAllUsesWith(Narrow);
    Test->eraseFromParent();
  }
  for (PHINode *Phi : Phis) {
    IRBuilder<> B(Phi);
    PHINode *Narrow = B.CreatePHI(Ty, Phi->getNumIncomingValues());
    Narrow->takeName(Phi);
    for (auto [V, From] : zip_equal(Phi->incoming_values(), Phi->blocks())) {
      B.SetInsertPoint(From->getTerminator());
      // A switch may lead there more than once.
      int Known = Narrow->getBasicBlockIndex(From);
      Narrow->addIncoming(Known >= 0 ? Narrow->getIncomingValue(Known)
                                     : B.CreateTrunc(V, Ty),
                          From);
    }
    SmallVector<DbgVariableRecord *, 4> Records;
    compat::findDbgRecords(Phi, Records);
    for (DbgVariableRecord *Record : Records)
      Record->replaceVariableLocationOp(Phi, Narrow);
    B.SetInsertPoint(L.getHeader(), L.getHeader()->getFirstInsertionPt());
    Phi->replaceAllUsesWith(B.CreateZExt(Narrow, Phi->getType()));
    Phi->eraseFromParent();
  }
  if (!Phis.empty() || !Tests.empty())
    SE.forgetLoop(&L);
}

/// Where a way from From leads past L it may have Hidden as well, which is
/// Known to all but the verifier: what comes out of L is in the same register
/// then.
static void shareHidden(const Loop &L, BasicBlock &From, Value &Known,
                        Value &Hidden) {
  if (!isa<ConstantInt>(Known))
    return;
  for (BasicBlock *To : successors(&From))
    for (PHINode &Phi : To->phis())
      if (!L.contains(To) && !isUsedAsAddressSizeOrBound(Phi))
        for (auto [BB, In] : zip_equal(Phi.blocks(), Phi.incoming_values()))
          if (BB == &From && In == &Known)
            In.set(&Hidden);
}

/// Known, of which the verifier does not know what it is, at the end of BB.
static Value *hide(Value &Known, BasicBlock &BB) {
  IRBuilder<> B(BB.getTerminator());
  // Volatile: LLVM too knows a global that nobody writes. Not wider than what
  // goes round, or its first state is another than all later ones.
  Type *Ty = Known.getType();
  Value *Zero =
      B.CreateLoad(B.getIntNTy(std::clamp<unsigned>(
                       PowerOf2Ceil(Ty->getIntegerBitWidth()), 8, 64)),
                   unknownZero(*BB.getModule()), /*isVolatile=*/true);
  return B.CreateAdd(B.CreateZExtOrTrunc(Zero, Ty), &Known);
}

void YieldInserter::hideConstants(Loop &L, ScalarEvolution &SE) {
  for (PHINode &Phi : L.getHeader()->phis()) {
    if (!Phi.getType()->isIntegerTy() || Phi.getType()->isIntegerTy(1))
      continue;
    bool IsPinned = isPinnedInside(Phi, L, SE);
    for (unsigned I = 0; I != Phi.getNumIncomingValues(); ++I) {
      if (L.contains(Phi.getIncomingBlock(I))
              ? !IsPinned
              : !isa<ConstantInt>(Phi.getIncomingValue(I)) &&
                    !isUsedBeside(*Phi.getIncomingValue(I), Phi, L))
        continue;
      Value *Known = Phi.getIncomingValue(I);
      Value *Hidden = hide(*Known, *Phi.getIncomingBlock(I));
      Phi.setIncomingValue(I, Hidden);
      shareHidden(L, *Phi.getIncomingBlock(I), *Known, *Hidden);
    }
  }
}

/// After hideConstants() the verifier knows nothing of an index but what is
/// checked in every round.
void YieldInserter::checkIndices(Loop &L, ScalarEvolution &SE) {
  SmallVector<std::pair<PHINode *, ConstantRange>> Indices;
  for (PHINode &Phi : L.getHeader()->phis()) {
    if (!SE.isSCEVable(Phi.getType()) || !isUsedAsAddressOrSize(Phi))
      continue;
    ConstantRange Range = SE.getUnsignedRange(SE.getSCEV(&Phi));
    if (!Range.isFullSet() && !Range.isEmptySet())
      Indices.push_back({&Phi, Range});
  }
  for (auto &[Phi, Range] : Indices) {
    IRBuilder<> B(&*L.getHeader()->getFirstInsertionPt());
    B.SetCurrentDebugLocation(L.getStartLoc());
    Value *Mark = markRange(B, Phi, Range);
    Phi->replaceUsesWithIf(Mark, [&](Use &U) { return U.getUser() != Mark; });
  }
}

void YieldInserter::insert(const Yielding &Y) {
  BasicBlock *Header = Y.L->getHeader();
  BasicBlock *Yield = BasicBlock::Create(C, "yield", &Body);
  IRBuilder<> B(Yield);
  B.SetCurrentDebugLocation(Y.Loc);
  SmallVector<PHINode *> Yielded;
  for (PHINode &Phi : Header->phis())
    Yielded.push_back(B.CreatePHI(Phi.getType(), 2 + Y.Latches.size(),
                                  Phi.getName() + ".yielded"));
  auto LeadToYield = [&](BasicBlock *From, auto &&GetValue) {
    for (auto [Phi, V] : zip_equal(Header->phis(), Yielded))
      V->addIncoming(GetValue(Phi), From);
  };
  FunctionCallee Callee = M.getOrInsertFunction(
      getPrimitiveName(Primitive::Suspend),
      FunctionType::get(B.getInt64Ty(),
                        {B.getPtrTy(), B.getInt64Ty(), B.getPtrTy()}, false));
  CallInst *Call = B.CreateCall(
      Callee, {B.CreateGlobalString(YieldKind, "yield.kind"), B.getInt64(0),
               ConstantPointerNull::get(B.getPtrTy())});
  Call->addFnAttr(Attribute::NoMerge);
  Call->addFnAttr(Attribute::NoDuplicate);
  B.CreateBr(Header);
  for (auto [Phi, V] : zip_equal(Header->phis(), Yielded)) {
    describeLike(Phi, V, *Yield, Yield->getFirstInsertionPt(),
                 Phi.getIncomingValueForBlock(Y.Latches.front()));
    Phi.addIncoming(V, Yield);
  }

  BasicBlock *Round = SplitBlock(Header, Header->getFirstNonPHIIt());
  Round->setName("round");
  Header->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Header);
  auto *MayGotoTy = FunctionType::get(B.getVoidTy(), false);
  B.CreateCallBr(MayGotoTy,
                 InlineAsm::get(MayGotoTy, "may_goto ${0:l}", "!i",
                                /*hasSideEffects=*/true),
                 Round, {Yield}, {});
  LeadToYield(Header, [](PHINode &Phi) { return &Phi; });

  Type *BudgetTy = Budget->getAllocatedType();
  auto *PayTy = FunctionType::get(B.getVoidTy(), {BudgetTy}, false);
  auto *Ask = InlineAsm::get(PayTy, IsUsedUp,
                             BudgetTy->isIntegerTy(32) ? "w,!i" : "r,!i",
                             /*hasSideEffects=*/true);
  for (BasicBlock *Latch : Y.Latches) {
    BasicBlock *Pay = SplitEdge(Latch == Header ? Round : Latch, Header);
    Pay->setName("pay");
    Pay->getTerminator()->eraseFromParent();
    B.SetInsertPoint(Pay);
    Value *Paid =
        B.CreateAdd(B.CreateLoad(BudgetTy, Budget),
                    ConstantInt::get(BudgetTy, divideCeil(Y.Cost, 2)));
    B.CreateStore(Paid, Budget);
    B.CreateCallBr(PayTy, Ask, Header, {Yield}, {Paid});
    LeadToYield(
        Pay, [&](PHINode &Phi) { return Phi.getIncomingValueForBlock(Pay); });
  }

  if (!Y.Outside)
    return;
  // The start suspends where it would enter the loop.
  for (auto [First, V] : zip_equal(Y.Initial, Yielded))
    V->addIncoming(First, Y.Outside);
  Y.Outside->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Y.Outside);
  FunctionCallee IsStart =
      M.getOrInsertFunction(getPrimitiveName(Primitive::IsStart),
                            FunctionType::get(B.getInt32Ty(), false));
  B.CreateCondBr(B.CreateIsNotNull(B.CreateCall(IsStart)), Yield, Y.Entered);
}

/// Of what only the present activation has, in or behind the loop that begins
/// at From.
Instruction *YieldInserter::findUse(BasicBlock *From, IsUseFn IsUse) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *> Work{From};
  while (!Work.empty()) {
    BasicBlock *BB = Work.pop_back_val();
    if (!Seen.insert(BB).second)
      continue;
    bool Suspends = false;
    for (Instruction &I : *BB) {
      if (IsUse(I))
        return &I;
      if (isSuspend(I)) {
        Suspends = true;
        break;
      }
    }
    if (!Suspends)
      append_range(Work, successors(BB));
  }
  return nullptr;
}

/// Takes those loops out in which the fiber could not be resumed, as if that
/// were a suspend point, and says so.
void YieldInserter::dropIllegal(SmallVectorImpl<Yielding> &Loops) {
  ValueOrigins Origins(Shape, Kernel);
  OwnedReferences References(Shape, Kernel);
  auto IsOwned = [&](Value *V, BasicBlock *Latch) {
    const Reference *Ref = References.getReference(V);
    return Ref && Ref->isOwnable() &&
           is_contained(References.heldAt(*Latch->getTerminator()), V);
  };
  EdgeLiveness Live(Body, *Shape.Ctx);
  erase_if(Loops, [&](const Yielding &Y) {
    Value *Pointer = nullptr;
    for (BasicBlock *Latch : Y.Latches)
      for (Value *V : Live.across(Latch, Y.L->getHeader()))
        if (Origin O = Origins.get(V); O != Origin::Scalar &&
                                       O != Origin::Context &&
                                       O != Origin::Key && !IsOwned(V, Latch))
          if (SmallVector<Value *, 2> Numbers;
              !getAddressNumbers(V, Shape, Numbers))
            Pointer = V;
    // A user thread that goes on hands both over again.
    bool LosesThem = Shape.HomeKind != SyscallKind;
    auto Find = [&](IsUseFn IsUse) {
      return LosesThem ? findUse(Y.L->getHeader(), IsUse) : nullptr;
    };
    Instruction *ContextUse = Find([&](const Instruction &I) {
      return is_contained(I.operands(), Shape.Ctx) ||
             getPrimitive(I) == Primitive::Ctx;
    });
    Instruction *ValueUse = Find([](const Instruction &I) {
      return getPrimitive(I) == Primitive::Value;
    });
    if (!Pointer && !ContextUse && !ValueUse)
      return false;
    Diagnostic D(Body, DS_Warning, Y.Loc, "bpf-fiber-loop-without-yield",
                 "this loop of fiber '" + Shape.Name +
                     "' is not preempted by -fbpf-fiber-quantum");
    if (Pointer) {
      Instruction *Source = Origins.getSource(Pointer);
      D.note(Source ? Source->getDebugLoc() : Y.Loc,
             Twine("a ") + describe(Origins.get(Pointer)) +
                 " that no frame can hold goes round it");
      return true;
    }
    Instruction *Use = ContextUse ? ContextUse : ValueUse;
    D.note(Use->getDebugLoc() ? Use->getDebugLoc() : Y.Loc,
           Twine(ContextUse ? "the context" : "what a verb handed over") +
               ", which a work item does not have, is used in or behind it: "
               "copy what you need before the loop");
    return true;
  });
}

void YieldInserter::run() {
  LoopInfo &LI = FAM.getResult<LoopAnalysis>(Body);
  SmallVector<Yielding> Loops = collect(LI);
  dropIllegal(Loops);
  if (Loops.empty())
    return;

  // Before the numbers are taken that the start hands over.
  ScalarEvolution &SE = FAM.getResult<ScalarEvolutionAnalysis>(Body);
  for (const Yielding &Y : Loops)
    narrowNumbers(*Y.L, SE);
  // The verifier would walk the loop in the start as well, with all behind it.
  Shape.HandsOver =
      Shape.HomeKind == SyscallKind &&
      all_of(Shape.Starts, [](CallInst *Start) { return findResume(*Start); });
  DominatorTree &DT = FAM.getResult<DominatorTreeAnalysis>(Body);
  for (Yielding &Y : Loops) {
    bool IsInner = any_of(Loops, [&](const Yielding &Outer) {
      return Outer.L != Y.L && Outer.L->contains(Y.L);
    });
    if (!Shape.HandsOver || IsInner)
      continue;
    Y.Outside = Y.L->getLoopPreheader();
    if (!Y.Outside)
      Y.Outside = InsertPreheaderForLoop(Y.L, &DT, &LI, /*MSSAU=*/nullptr,
                                         /*PreserveLCSSA=*/false);
    // If an asm goto leads into the loop the start goes on to its first yield.
    if (!Y.Outside)
      continue;
    for (PHINode &Phi : Y.L->getHeader()->phis())
      Y.Initial.push_back(Phi.getIncomingValueForBlock(Y.Outside));
    Y.Entered = SplitEdge(Y.Outside, Y.L->getHeader(), &DT, &LI);
  }
  SE.forgetAllLoops();
  for (const Yielding &Y : Loops)
    checkIndices(*Y.L, SE);
  for (const Yielding &Y : Loops)
    hideConstants(*Y.L, SE);

  IRBuilder<> B(&*Body.getEntryBlock().getFirstInsertionPt());
  bool HasWords =
      FAM.getResult<TargetIRAnalysis>(Body).isTypeLegal(B.getInt32Ty());
  Budget = B.CreateAlloca(HasWords ? B.getInt32Ty() : B.getInt64Ty(), nullptr,
                          "budget");
  refill(B);
  for (const Yielding &Y : Loops)
    insert(Y);
  // Every activation has a quantum of its own.
  for (Instruction &I : make_early_inc_range(instructions(Body)))
    if (isSuspend(I)) {
      IRBuilder<> After(I.getNextNode());
      refill(After);
    }
  FAM.invalidate(Body, PreservedAnalyses::none());
  PromoteMemToReg({Budget}, FAM.getResult<DominatorTreeAnalysis>(Body));

  // Resumed by a work item, unless it only ever runs under a user thread.
  bool OnlyUser = Shape.HomeKind == SyscallKind;
  for (Instruction &I : instructions(Body))
    if (isSuspend(I)) {
      StringRef Kinds = getSuspendKinds(cast<CallInst>(I));
      OnlyUser &=
          Kinds == YieldKind || Kinds == HomeKind || Kinds == SyscallKind;
    }
  if (!OnlyUser)
    Shape.UsesWq = true;
}

/// -Oz leaves the exit test in the header. There a counter is known to be one
/// more than in the loop's body, too much for an index to be checked in.
static void rotateLoops(Function &Body, FunctionAnalysisManager &FAM) {
  LoopInfo &LI = FAM.getResult<LoopAnalysis>(Body);
  if (all_of(LI.getLoopsInPreorder(),
             [](Loop *L) { return L->isRotatedForm(); }))
    return;
  // The pass duplicates no header, however small, where this attribute is.
  bool IsMinSize = Body.hasMinSize();
  Body.removeFnAttr(Attribute::MinSize);
  FunctionPassManager FPM;
  FPM.addPass(createFunctionToLoopPassAdaptor(LoopRotatePass()));
  FPM.run(Body, FAM);
  if (IsMinSize)
    Body.addFnAttr(Attribute::MinSize);
  FAM.invalidate(Body, PreservedAnalyses::none());
}

void goRoundByJump(Function &F) {
  SmallVector<BasicBlock *> Latches;
  for (BasicBlock &BB : F)
    if (endsWithAsm(BB, IsUsedUp))
      Latches.push_back(&BB);
  for (BasicBlock *Latch : Latches) {
    auto *Ask = cast<CallBrInst>(Latch->getTerminator());
    IRBuilder<> B(Ask);
    Value *Budget = Ask->getArgOperand(0);
    B.CreateCondBr(
        B.CreateICmpSLT(Budget, ConstantInt::get(Budget->getType(), 0)),
        Ask->getDefaultDest(), Ask->getIndirectDest(0),
        MDBuilder(F.getContext()).createLikelyBranchWeights());
    Ask->eraseFromParent();
  }
  // Else MachineBlockPlacement moves latches in front of headers, where they
  // jump twice.
  if (!Latches.empty() && !F.hasOptNone())
    F.addFnAttr(Attribute::OptimizeForSize);
}

void insertYieldPoints(FiberShape &Shape, const KernelReferences &Kernel,
                       FunctionAnalysisManager &FAM) {
  rotateLoops(*Shape.Body, FAM);
  YieldInserter(Shape, Kernel, FAM).run();
}

} // namespace llvm::bpffiber
