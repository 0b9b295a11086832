// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Primitives.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InlineAsm.h"

namespace llvm::bpffiber {

static constexpr struct {
  Primitive P;
  const char *Name;
  /// Its type, the result first: long, int, pointer, void, ellipsis.
  const char *Signature;
} Names[] = {
    {Primitive::Suspend, "__fiber_suspend", "lplp"},
    {Primitive::Ctx, "__fiber_ctx", "p"},
    {Primitive::Value, "__fiber_value", "l"},
    {Primitive::Key, "__fiber_key", "p"},
    {Primitive::KeySize, "__fiber_key_size", "l"},
    {Primitive::Timer, "__fiber_timer", "p"},
    {Primitive::Wq, "__fiber_wq", "p"},
    {Primitive::Deadline, "__fiber_deadline", "p"},
    {Primitive::QueueTimer, "__fiber_queue_timer", "vpiil"},
    {Primitive::IsTimerQueued, "__fiber_is_timer_queued", "i"},
    {Primitive::WaitNs, "__fiber_wait_ns", "vl"},
    {Primitive::CoarseNs, "__fiber_coarse_ns", "l"},
    {Primitive::Token, "__fiber_token", "p"},
    {Primitive::Abort, "__fiber_abort", "v"},
    {Primitive::Wakeup, "__fiber_wakeup", "l"},
    {Primitive::IsStart, "__fiber_is_start", "i"},
    {Primitive::GuardBegin, "__fiber_guard_begin", "ip"},
    {Primitive::GuardEnter, "__fiber_guard_enter", "vp"},
    {Primitive::GuardCheck, "__fiber_guard_check", "lpl"},
    {Primitive::GuardEnd, "__fiber_guard_end", "vp"},
    {Primitive::Start, "__fiber_start", "lppppplipppll."},
    {Primitive::Resume, "__fiber_resume", "lppppplippplli"},
    {Primitive::Cancel, "__fiber_cancel", "lppip"},
    {Primitive::IsCancellable, "__fiber_is_cancellable", "lp"},
    {Primitive::TokenOffset, "__fiber_token_offset", "lp"},
    {Primitive::Disarm, "__fiber_disarm", "vppp"},
};

Primitive getPrimitive(const Function *F) {
  if (!F || !F->isDeclaration() || !F->getName().starts_with("__fiber_"))
    return Primitive::None;
  for (const auto &N : Names)
    if (F->getName() == N.Name)
      return N.P;
  return Primitive::None;
}

Primitive getPrimitive(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  return Call ? getPrimitive(Call->getCalledFunction()) : Primitive::None;
}

static bool isOfType(const Type *T, char C) {
  switch (C) {
  case 'l':
    return T->isIntegerTy(64);
  case 'i':
    return T->isIntegerTy(32);
  case 'p':
    return T->isPointerTy();
  default:
    return T->isVoidTy();
  }
}

bool hasExpectedType(const Function &F) {
  Primitive P = getPrimitive(&F);
  for (const auto &N : Names) {
    if (N.P != P)
      continue;
    StringRef Expected = N.Signature;
    bool IsVarArg = Expected.consume_back(".");
    if (F.isVarArg() != IsVarArg || F.arg_size() + 1 != Expected.size() ||
        !isOfType(F.getReturnType(), Expected[0]))
      return false;
    for (const Argument &A : F.args())
      if (!isOfType(A.getType(), Expected[A.getArgNo() + 1]))
        return false;
  }
  return true;
}

void copyTargetAttributes(const Function &From, Function &To) {
  for (StringRef A : {"target-cpu", "target-features", "frame-pointer"})
    if (From.hasFnAttribute(A))
      To.addFnAttr(From.getFnAttribute(A));
}

Instruction *whereNeeded(const Use &U) {
  auto *User = cast<Instruction>(U.getUser());
  if (auto *Phi = dyn_cast<PHINode>(User))
    return Phi->getIncomingBlock(U)->getTerminator();
  return User;
}

void createBarrier(IRBuilderBase &B) {
  auto *Ty = FunctionType::get(B.getVoidTy(), false);
  B.CreateCall(InlineAsm::get(Ty, "", "~{memory}", /*hasSideEffects=*/true));
}

Value *hideIdentity(IRBuilderBase &B, Value *V) {
  auto *Ty = FunctionType::get(V->getType(), {V->getType()}, false);
  return B.CreateCall(InlineAsm::get(Ty, "", "=r,0", /*hasSideEffects=*/false),
                      {V});
}

bool isOpaqueIdentity(const CallBase &Call) {
  const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand());
  return Asm && Asm->getAsmString().empty() &&
         Asm->getConstraintString() == "=r,0";
}

GlobalVariable *getCoreOffset(const Value *V) {
  const auto *Load = dyn_cast<LoadInst>(V);
  auto *G = Load ? dyn_cast<GlobalVariable>(
                       const_cast<Value *>(Load->getPointerOperand()))
                 : nullptr;
  return G && G->hasAttribute("btf_ama") ? G : nullptr;
}

void replaceUseByLoad(Use &U, AllocaInst *Variable) {
  IRBuilder<> B(whereNeeded(U));
  U.set(B.CreateLoad(Variable->getAllocatedType(), Variable));
}

StringRef getSuspendKinds(const CallInst &Suspend) {
  StringRef Text;
  getConstantStringInfo(Suspend.getArgOperand(suspendop::Kinds), Text);
  return Text;
}

const char *getPrimitiveName(Primitive P) {
  for (const auto &N : Names)
    if (N.P == P)
      return N.Name;
  return nullptr;
}

} // namespace llvm::bpffiber
