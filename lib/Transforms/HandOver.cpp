// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "HandOver.h"
#include "Primitives.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

/// Whether Start and I are verbs of one program that start and resume one fiber
/// in the same kind of activation, under the same key.
static bool isPairOfVerbs(const CallInst &Start, const Instruction &I) {
  if (getPrimitive(I) != Primitive::Resume)
    return false;
  const auto &Resume = cast<CallInst>(I);
  StringRef Kinds[2];
  getConstantStringInfo(Start.getArgOperand(verbop::Kind), Kinds[0]);
  getConstantStringInfo(Resume.getArgOperand(verbop::Kind), Kinds[1]);
  return Kinds[0] == Kinds[1] &&
         all_of(ArrayRef<unsigned>{verbop::Fiber, verbop::Map, verbop::Key},
                [&](unsigned Op) {
                  return Start.getArgOperand(Op) == Resume.getArgOperand(Op);
                });
}

CallInst *findResume(CallInst &Start) {
  for (Instruction &I : instructions(*Start.getFunction()))
    if (isPairOfVerbs(Start, I))
      return cast<CallInst>(&I);
  return nullptr;
}

/// Whether control may come to Resume from Start too: nothing behind it may use
/// what is computed on the other way to it.
static bool canEnter(CallInst &Resume, CallInst &Start) {
  DominatorTree DT(*Resume.getFunction());
  BasicBlock *Target = Resume.getParent();
  if (isPotentiallyReachable(Target, Start.getParent(), nullptr, &DT))
    return false;
  auto IsBehind = [&](const Use &U) {
    auto *At = cast<Instruction>(U.getUser());
    if (!isa<PHINode>(At) && At->getParent() == Target)
      return At != &Resume && Resume.comesBefore(At);
    return isPotentiallyReachable(Target, whereNeeded(U)->getParent(), nullptr,
                                  &DT);
  };
  for (BasicBlock &BB : *Resume.getFunction())
    if (DT.dominates(&BB, Target) && !DT.dominates(&BB, Start.getParent()))
      for (Instruction &I : BB) {
        if (&I == &Resume)
          break;
        if (any_of(I.uses(), IsBehind))
          return false;
      }
  return true;
}

/// The operands of Resume for what Start hands over.
static SmallVector<Value *> operandsFor(CallInst &Start, Value *Frame,
                                        Value *Word) {
  SmallVector<Value *> Operands;
  for (unsigned Op = 0; Op != verbop::ResumeWord; ++Op)
    Operands.push_back(Op == verbop::Frame ? Frame : Start.getArgOperand(Op));
  Operands.push_back(Word);
  return Operands;
}

HandOver insertHandOver(CallInst &Start) {
  IRBuilder<> B(&*Start.getFunction()->getEntryBlock().getFirstInsertionPt());
  HandOver Slots{B.CreateAlloca(B.getPtrTy(), nullptr, "handed.frame"),
                 B.CreateAlloca(B.getInt32Ty(), nullptr, "handed.word")};
  CallInst *Resume = findResume(Start);
  bool Shares = Resume && canEnter(*Resume, Start);

  B.SetInsertPoint(&Start);
  B.CreateStore(ConstantPointerNull::get(B.getPtrTy()), Slots.Frame);
  B.CreateStore(B.getInt32(0), Slots.Word);
  BasicBlock *From = Start.getParent();
  BasicBlock *Behind = SplitBlock(From, Start.getNextNode());
  From->getTerminator()->eraseFromParent();
  B.SetInsertPoint(From);
  B.SetCurrentDebugLocation(Start.getDebugLoc());
  // In an array it is there, and known, from the beginning.
  Value *Frame = Start.getArgOperand(verbop::Frame);
  if (isa<ConstantPointerNull>(Frame))
    Frame = B.CreateLoad(B.getPtrTy(), Slots.Frame);
  Value *Word = B.CreateLoad(B.getInt32Ty(), Slots.Word);
  Value *IsHanded = B.CreateIsNotNull(Word);
  SmallVector<Value *> Operands = operandsFor(Start, Frame, Word);
  if (Shares) {
    BasicBlock *Other = Resume->getParent();
    BasicBlock *Joined = SplitBlock(Other, Resume);
    for (auto [Op, Handed] : enumerate(Operands)) {
      Value *Known = Resume->getArgOperand(Op);
      if (Known == Handed)
        continue;
      auto *Phi = PHINode::Create(Known->getType(), 2, "", Joined->begin());
      Phi->addIncoming(Known, Other);
      Phi->addIncoming(Handed, From);
      Resume->setArgOperand(Op, Phi);
    }
    B.CreateCondBr(IsHanded, Joined, Behind);
    return Slots;
  }
  BasicBlock *Own =
      BasicBlock::Create(B.getContext(), "handed", Start.getFunction(), Behind);
  B.CreateCondBr(IsHanded, Own, Behind);
  B.SetInsertPoint(Own);
  SmallVector<Type *> Types;
  for (Value *Operand : Operands)
    Types.push_back(Operand->getType());
  CallInst *Call = B.CreateCall(
      Start.getModule()->getOrInsertFunction(
          getPrimitiveName(Primitive::Resume),
          FunctionType::get(Start.getType(), Types, /*isVarArg=*/false)),
      Operands);
  B.CreateBr(Behind);
  auto *Verdict = PHINode::Create(Start.getType(), 2, "", Behind->begin());
  Start.replaceAllUsesWith(Verdict);
  Verdict->addIncoming(&Start, From);
  Verdict->addIncoming(Call, Own);
  return Slots;
}

} // namespace llvm::bpffiber
