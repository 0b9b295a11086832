// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ReferenceMoves.h"
#include "Primitives.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

namespace llvm::bpffiber {

static constexpr char DropBundle[] = "fiber-drop";

/// bpf_kptr_xchg(Address, V): the field's old content.
static CallInst *exchange(IRBuilder<> &B, Value *Address, Value *V) {
  auto *Ty = FunctionType::get(B.getPtrTy(), {B.getPtrTy(), B.getPtrTy()},
                               /*isVarArg=*/false);
  Constant *Helper =
      ConstantExpr::getIntToPtr(B.getInt64(helper::KptrXchg), B.getPtrTy());
  return B.CreateCall(Ty, Helper, {Address, V});
}

Function *ReferenceMoves::create(const Twine &Name, Type *Result,
                                 ArrayRef<Type *> Params) {
  auto *F = Function::Create(FunctionType::get(Result, Params, false),
                             GlobalValue::InternalLinkage, Shape.Name + Name,
                             &Shape.getModule());
  copyTargetAttributes(*Shape.Body, *F);
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr(Attribute::AlwaysInline);
  return F;
}

/// if (V) drop(exchange(Address, V)); where V is null the reference, if there
/// is one, is in the frame.
Function *ReferenceMoves::getKeep(unsigned Field) {
  const FrameField &Kptr = Layout.fields()[Field];
  std::string Name = "__keep_" + Kptr.Name;
  Module &M = Shape.getModule();
  if (Function *Known = M.getFunction(Shape.Name + Name))
    return Known;
  LLVMContext &C = M.getContext();
  Type *Ptr = PointerType::get(C, 0);
  Function *F = create(Name, Type::getVoidTy(C), {Ptr, Ptr});
  BasicBlock *Entry = BasicBlock::Create(C, "entry", F);
  BasicBlock *Move = BasicBlock::Create(C, "move", F);
  BasicBlock *Done = BasicBlock::Create(C, "done", F);
  IRBuilder<> B(Entry);
  B.CreateCondBr(B.CreateIsNull(F->getArg(1)), Done, Move);
  B.SetInsertPoint(Move);
  drop(B, Kptr.Ref, exchange(B, F->getArg(0), F->getArg(1)));
  B.CreateBr(Done);
  B.SetInsertPoint(Done);
  B.CreateRetVoid();
  return F;
}

Function *ReferenceMoves::getClear() {
  Module &M = Shape.getModule();
  if (Function *Known = M.getFunction(Shape.Name + "__clear"))
    return Known;
  LLVMContext &C = M.getContext();
  Function *F = create("__clear", Type::getVoidTy(C), {PointerType::get(C, 0)});
  IRBuilder<> B(BasicBlock::Create(C, "entry", F));
  for (const FrameField &Kptr : Layout.fields())
    if (Kptr.Kind == FrameField::Kptr)
      drop(B, Kptr.Ref,
           exchange(B,
                    B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), F->getArg(0),
                                                 Kptr.Offset),
                    ConstantPointerNull::get(B.getPtrTy())));
  B.CreateRetVoid();
  return F;
}

Value *ReferenceMoves::take(IRBuilder<> &B, unsigned Field, Value *Address,
                            bool NonNull, unsigned Suspend) {
  CallInst *Call = exchange(B, Address, ConstantPointerNull::get(B.getPtrTy()));
  Call->setName(Layout.fields()[Field].Name);
  Takes.push_back({Call, Field, Suspend, NonNull});
  return Call;
}

void ReferenceMoves::keep(IRBuilder<> &B, unsigned Field, Value *Address,
                          Value *V) {
  B.CreateCall(getKeep(Field), {Address, V});
}

void ReferenceMoves::drop(IRBuilder<> &B, const Reference &Ref, Value *V) {
  Kernel.emitDrop(B, Ref, V);
}

CallInst *ReferenceMoves::dropAtFailure(
    CallInst &Mark, ArrayRef<std::pair<Value *, const Reference *>> Held) {
  std::vector<Value *> Inputs;
  for (auto [V, Ref] : Held) {
    Inputs.push_back(Kernel.getDrop(*Shape.Body, *Ref));
    Inputs.push_back(V);
  }
  auto *New = cast<CallInst>(CallInst::Create(
      &Mark, OperandBundleDef(DropBundle, Inputs), Mark.getIterator()));
  New->takeName(&Mark);
  Mark.replaceAllUsesWith(New);
  Mark.eraseFromParent();
  return New;
}

BasicBlock *ReferenceMoves::failureOf(CallInst &Mark, BasicBlock *Target) {
  auto Bundle = Mark.getOperandBundle(DropBundle);
  if (!Bundle)
    return Target;
  BasicBlock *Unwind =
      BasicBlock::Create(Mark.getContext(), "unwind", Mark.getFunction());
  IRBuilder<> B(Unwind);
  B.SetCurrentDebugLocation(Mark.getDebugLoc());
  for (unsigned I = 0; I < Bundle->Inputs.size(); I += 2)
    B.CreateCall(cast<Function>(Bundle->Inputs[I].get()),
                 {Bundle->Inputs[I + 1].get()});
  B.CreateBr(Target);
  return Unwind;
}

/// Whether U keeps the reference where it was, or drops it.
bool ReferenceMoves::isIdle(const Use &U, unsigned Field,
                            bool DropsAreUses) const {
  auto *User = dyn_cast<CallInst>(U.getUser());
  if (!User)
    return false;
  const FrameField &Kptr = Layout.fields()[Field];
  const Function *Callee = User->getCalledFunction();
  if (Callee ==
      Shape.getModule().getFunction(Shape.Name + "__keep_" + Kptr.Name))
    return true;
  return !DropsAreUses && (User->isBundleOperand(&U) ||
                           Callee == Kernel.getDrop(*Shape.Body, Kptr.Ref));
}

/// Whether anything is done with the reference but to keep it where it was.
bool ReferenceMoves::isNeeded(CallInst &Call, unsigned Field,
                              bool DropsAreUses) const {
  SmallPtrSet<const Value *, 8> Seen{&Call};
  SmallVector<const Value *> Work{&Call};
  while (!Work.empty())
    for (const Use &U : Work.pop_back_val()->uses()) {
      const User *I = U.getUser();
      if (isa<PHINode>(I)) {
        if (Seen.insert(I).second)
          Work.push_back(I);
      } else if (!isIdle(U, Field, DropsAreUses)) {
        return true;
      }
    }
  return false;
}

/// Moves the take to where all paths that use the reference begin; on others it
/// stays in the frame.
void ReferenceMoves::sink(CallInst &Call, unsigned Field,
                          bool DropsAreUses) const {
  Function &F = *Call.getFunction();
  DominatorTree DT(F);
  LoopInfo LI(DT);
  BasicBlock *From = Call.getParent(), *To = nullptr;
  SmallVector<Use *> Idle;
  for (Use &U : Call.uses()) {
    if (isa<PHINode>(U.getUser()))
      return;
    BasicBlock *BB = cast<Instruction>(U.getUser())->getParent();
    if (isIdle(U, Field, DropsAreUses))
      Idle.push_back(&U);
    else
      To = To ? DT.findNearestCommonDominator(To, BB) : BB;
  }
  // Not into a loop: the second round would find it gone.
  if (!To || To == From || !DT.dominates(From, To) ||
      LI.getLoopFor(To) != LI.getLoopFor(From))
    return;
  Call.moveBefore(*To, To->getFirstInsertionPt());
  SSAUpdater Updater;
  Updater.Initialize(Call.getType(), Call.getName());
  Updater.AddAvailableValue(
      From, ConstantPointerNull::get(cast<PointerType>(Call.getType())));
  Updater.AddAvailableValue(To, &Call);
  for (Use *U : Idle)
    if (BasicBlock *BB = cast<Instruction>(U->getUser())->getParent(); BB != To)
      Updater.RewriteUse(*U);
}

void ReferenceMoves::lowerTakes(function_ref<BasicBlock *()> Abort,
                                bool DropsAreUses) {
  SmallVector<std::pair<CallInst *, const Take *>> Needed;
  SmallDenseMap<unsigned, unsigned> NeededAt;
  for (const Take &T : Takes) {
    auto *Call = dyn_cast_or_null<CallInst>(static_cast<Value *>(T.Call));
    if (!Call)
      continue;
    if (isNeeded(*Call, T.Field, DropsAreUses)) {
      Needed.push_back({Call, &T});
      ++NeededAt[T.Suspend];
      continue;
    }
    Call->replaceAllUsesWith(
        ConstantPointerNull::get(cast<PointerType>(Call->getType())));
    Call->eraseFromParent();
  }
  // Those that were taken before at the same suspend: another one that turns
  // out to be null must release them.
  SmallVector<std::pair<Value *, const Reference *>, 4> Taken;
  std::optional<unsigned> Suspend;
  for (auto [Call, T] : Needed) {
    if (Suspend != T->Suspend)
      Taken.clear();
    Suspend = T->Suspend;
    if (NeededAt.lookup(T->Suspend) == 1)
      sink(*Call, T->Field, DropsAreUses);
    if (T->NonNull) {
      BasicBlock *Head = Call->getParent();
      BasicBlock *Tail = SplitBlock(Head, Call->getNextNode());
      BasicBlock *Target = Abort();
      IRBuilder<> B(Call->getContext());
      if (!Taken.empty()) {
        BasicBlock *Unwind =
            BasicBlock::Create(Call->getContext(), "unwind", Head->getParent());
        B.SetInsertPoint(Unwind);
        B.SetCurrentDebugLocation(Call->getDebugLoc());
        for (auto [V, Ref] : Taken)
          drop(B, *Ref, V);
        B.CreateBr(Target);
        Target = Unwind;
      }
      Head->getTerminator()->eraseFromParent();
      B.SetInsertPoint(Head);
      B.SetCurrentDebugLocation(Call->getDebugLoc());
      B.CreateCondBr(B.CreateIsNull(Call), Target, Tail);
    }
    Taken.push_back({Call, &Layout.fields()[T->Field].Ref});
  }
  Takes.clear();
}

} // namespace llvm::bpffiber
