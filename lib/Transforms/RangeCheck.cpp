// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RangeCheck.h"
#include "IntegerRanges.h"
#include "Primitives.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

static constexpr struct {
  const char *Op;
  CmpInst::Predicate P;
} Comparisons[] = {{"<", CmpInst::ICMP_ULT},
                   {">", CmpInst::ICMP_UGT},
                   {"s<", CmpInst::ICMP_SLT},
                   {"s>", CmpInst::ICMP_SGT}};

static std::string textOf(StringRef Op) {
  return ("if $0 " + Op + " $1 goto ${2:l}").str();
}

std::optional<CmpInst::Predicate> getViolation(const CallBrInst &Check) {
  const auto *Asm = dyn_cast<InlineAsm>(Check.getCalledOperand());
  for (auto &[Op, P] : Comparisons)
    if (Asm && Check.arg_size() == 2 && Asm->getAsmString() == textOf(Op))
      return P;
  return std::nullopt;
}

static void branchIf(IRBuilder<> &B, Value *V, StringRef Op, int64_t Bound,
                     BasicBlock *Otherwise) {
  LLVMContext &C = B.getContext();
  Type *I64 = B.getInt64Ty();
  BasicBlock *Next =
      BasicBlock::Create(C, "in.range", B.GetInsertBlock()->getParent());
  auto *Ty = FunctionType::get(B.getVoidTy(), {I64, I64}, false);
  B.CreateCallBr(Ty, InlineAsm::get(Ty, textOf(Op), "r,i,!i", true), Next,
                 {Otherwise}, {V, B.getInt64(Bound)});
  B.SetInsertPoint(Next);
}

static Value *emitCheck(IRBuilder<> &B, Value *V, const ConstantRange &Range,
                        function_ref<BasicBlock *()> Otherwise) {
  auto *Ty = cast<IntegerType>(V->getType());
  if (Ty->getBitWidth() < 8 || Ty->getBitWidth() > 64)
    return V;
  Type *I64 = B.getInt64Ty();
  bool Signed = Range.isWrappedSet() || Range.getUnsignedMax().isMaxValue();
  SmallVector<std::pair<const char *, int64_t>, 2> Violations;
  if (Signed) {
    if (!Range.getSignedMin().isMinSignedValue())
      Violations.push_back({"s<", Range.getSignedMin().getSExtValue()});
    if (!Range.getSignedMax().isMaxSignedValue())
      Violations.push_back({"s>", Range.getSignedMax().getSExtValue()});
  } else {
    if (!Range.getUnsignedMin().isZero())
      Violations.push_back({"<", Range.getUnsignedMin().getZExtValue()});
    Violations.push_back({">", Range.getUnsignedMax().getZExtValue()});
  }
  // The immediate of a BPF jump has 32 bits, sign-extended; a bound beyond is
  // of no use to the verifier either.
  erase_if(Violations, [&](auto &Check) {
    return !isInt<32>(Check.second) || (!Signed && Check.second < 0);
  });
  if (Violations.empty())
    return V;
  Value *Wide = Signed ? B.CreateSExt(V, I64) : B.CreateZExt(V, I64);
  Wide = B.CreateCall(
      InlineAsm::get(FunctionType::get(I64, {I64}, false), "", "=r,0", true),
      {Wide});
  for (auto [Op, Bound] : Violations)
    branchIf(B, Wide, Op, Bound, Otherwise());
  return B.CreateTrunc(Wide, Ty);
}

static constexpr char MarkName[] = "__fiber_range";
static constexpr char NoteName[] = "__fiber_range_known";
static constexpr char BoundName[] = "__fiber_range_bound";

static FunctionCallee getMark(Module &M, Type *Ty, StringRef Name) {
  FunctionCallee Mark = M.getOrInsertFunction(
      (Name + ".i" + Twine(Ty->getIntegerBitWidth())).str(),
      FunctionType::get(Ty, {Ty, Ty, Ty}, false));
  auto *F = cast<Function>(Mark.getCallee());
  F->setDoesNotAccessMemory();
  F->setWillReturn();
  F->setDoesNotThrow();
  return Mark;
}

static Value *emitMark(IRBuilder<> &B, Value *V, const ConstantRange &Range,
                       StringRef Name) {
  Type *Ty = V->getType();
  if (Ty->getIntegerBitWidth() > 64)
    return V;
  FunctionCallee Mark = getMark(*B.GetInsertBlock()->getModule(), Ty, Name);
  CallInst *Call =
      B.CreateCall(Mark, {V, ConstantInt::get(Ty, Range.getLower()),
                          ConstantInt::get(Ty, Range.getUpper())});
  // So that LLVM's analyses see what the mark says.
  Call->setMetadata(LLVMContext::MD_range,
                    MDBuilder(B.getContext())
                        .createRange(Range.getLower(), Range.getUpper()));
  return Call;
}

Value *markRange(IRBuilder<> &B, Value *V, const ConstantRange &Range) {
  return emitMark(B, V, Range, MarkName);
}

Value *noteRange(IRBuilder<> &B, Value *V, const ConstantRange &Range) {
  return emitMark(B, V, Range, NoteName);
}

Value *noteBound(IRBuilder<> &B, Value *V, const ConstantRange &Range) {
  return emitMark(B, V, Range, BoundName);
}

static StringRef nameOfCallee(const Instruction &I) {
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee ? Callee->getName() : "";
}

bool isRangeMark(const Instruction &I) {
  return nameOfCallee(I).starts_with(MarkName);
}

bool isRangeCheck(const Instruction &I) {
  return isRangeMark(I) && !nameOfCallee(I).starts_with(NoteName) &&
         !nameOfCallee(I).starts_with(BoundName);
}

static ConstantRange getRange(const CallInst &Mark) {
  return ConstantRange(cast<ConstantInt>(Mark.getArgOperand(1))->getValue(),
                       cast<ConstantInt>(Mark.getArgOperand(2))->getValue());
}

/// What the verifier does not know of a number in an address it learns from a
/// mask, which LLVM would still drop if it knew more.
static void hideUnknown(ArrayRef<CallInst *> Bounds) {
  SmallSetVector<Value *, 16> Slice;
  for (CallInst *Bound : Bounds)
    Slice.insert(Bound->getArgOperand(0));
  for (unsigned N = 0; N != Slice.size(); ++N) {
    auto *I = dyn_cast<Instruction>(Slice[N]);
    if (!I || !isa<PHINode, BinaryOperator, CastInst, SelectInst>(I))
      continue;
    if (!isUnknownToVerifier(*I)) {
      Slice.insert(I->op_begin(), I->op_end());
      continue;
    }
    IRBuilder<> B(I->getNextNode());
    B.SetCurrentDebugLocation(I->getDebugLoc());
    Value *Hidden = hideIdentity(B, I);
    I->replaceUsesWithIf(Hidden, [&](Use &U) { return U.getUser() != Hidden; });
  }
}

void checkNotedBounds(Function &F) {
  SmallVector<CallInst *> Bounds;
  for (Instruction &I : instructions(F))
    if (nameOfCallee(I).starts_with(BoundName))
      Bounds.push_back(cast<CallInst>(&I));
  if (Bounds.empty())
    return;
  IntegerRanges Verifier(F, /*PoisonIsNone=*/false, IntegerRanges::Verifier);
  SmallVector<bool> Known;
  for (CallInst *Bound : Bounds)
    Known.push_back(getRange(*Bound).contains(
        Verifier.getAt(Bound->getArgOperand(0), Bound->getParent())));
  hideUnknown(Bounds);
  for (auto [Bound, IsKnown] : zip_equal(Bounds, Known)) {
    Function *Callee = Bound->getCalledFunction();
    if (IsKnown) {
      Bound->replaceAllUsesWith(Bound->getArgOperand(0));
      Bound->eraseFromParent();
    } else {
      Bound->setCalledFunction(
          getMark(*F.getParent(), Bound->getType(), MarkName));
    }
    if (Callee->use_empty())
      Callee->eraseFromParent();
  }
}

void lowerRangeMarks(Function &F,
                     function_ref<BasicBlock *(CallInst &Mark)> Otherwise) {
  SmallVector<CallInst *> Marks;
  for (Instruction &I : instructions(F))
    if (isRangeMark(I))
      Marks.push_back(cast<CallInst>(&I));
  for (CallInst *Mark : Marks) {
    Function *Callee = Mark->getCalledFunction();
    if (Callee->getName().starts_with(NoteName)) {
      Mark->replaceAllUsesWith(Mark->getArgOperand(0));
      Mark->eraseFromParent();
      if (Callee->use_empty())
        Callee->eraseFromParent();
      continue;
    }
    ConstantRange Range = getRange(*Mark);
    BasicBlock *Head = Mark->getParent();
    BasicBlock *Tail = SplitBlock(Head, Mark);
    Head->getTerminator()->eraseFromParent();
    IRBuilder<> B(Head);
    B.SetCurrentDebugLocation(Mark->getDebugLoc());
    Value *V = emitCheck(B, Mark->getArgOperand(0), Range,
                         [&] { return Otherwise(*Mark); });
    B.CreateBr(Tail);
    Mark->replaceAllUsesWith(V);
    Mark->eraseFromParent();
    if (Callee->use_empty())
      Callee->eraseFromParent();
  }
}

} // namespace llvm::bpffiber
