// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Primitives.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IRBuilder.h"

namespace llvm::bpffiber {

static constexpr struct {
  Primitive P;
  const char *Name;
} Names[] = {
    {Primitive::Suspend, "__fiber_suspend"},
    {Primitive::Ctx, "__fiber_ctx"},
    {Primitive::Value, "__fiber_value"},
    {Primitive::Key, "__fiber_key"},
    {Primitive::KeySize, "__fiber_key_size"},
    {Primitive::Timer, "__fiber_timer"},
    {Primitive::Wq, "__fiber_wq"},
    {Primitive::Deadline, "__fiber_deadline"},
    {Primitive::NoDeadline, "__fiber_no_deadline"},
    {Primitive::Token, "__fiber_token"},
    {Primitive::Abort, "__fiber_abort"},
    {Primitive::Start, "__fiber_start"},
    {Primitive::Resume, "__fiber_resume"},
    {Primitive::TokenOffset, "__fiber_token_offset"},
    {Primitive::Disarm, "__fiber_disarm"},
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

void replaceUseByLoad(Use &U, AllocaInst *Variable) {
  auto *At = cast<Instruction>(U.getUser());
  if (auto *Phi = dyn_cast<PHINode>(At))
    At = Phi->getIncomingBlock(U)->getTerminator();
  IRBuilder<> B(At);
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
