// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelObjects.h"
#include "SuspendLiveness.h"
#include "ValueOrigin.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

static StringRef calleeName(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee ? Callee->getName() : StringRef();
}

const char *describeObjectOf(const CallBase &Call) {
  StringRef Name = calleeName(Call);
  if (Name.starts_with("bpf_iter_"))
    return "open iterator";
  if (Name.starts_with("bpf_dynptr_"))
    return "dynptr";
  switch (getHelper(Call)) {
  case helper::DynptrFromMem:
  case helper::RingbufReserveDynptr:
  case helper::RingbufSubmitDynptr:
  case helper::RingbufDiscardDynptr:
  case helper::DynptrData:
    return "dynptr";
  default:
    return nullptr;
  }
}

/// What Call does to its operand number Operand.
static ObjectEffect::Kind effectOn(const CallBase &Call, unsigned Operand) {
  StringRef Name = calleeName(Call);
  if (Name.starts_with("bpf_iter_") && Operand == 0) {
    if (Name.ends_with("_new"))
      return ObjectEffect::Open;
    if (Name.ends_with("_destroy"))
      return ObjectEffect::Close;
    return ObjectEffect::Use;
  }
  // bpf_dynptr_clone() too makes its last operand.
  if ((Name.starts_with("bpf_dynptr_from_") || Name == "bpf_dynptr_clone") &&
      Operand + 1 == Call.arg_size())
    return ObjectEffect::Make;
  switch (getHelper(Call)) {
  case helper::DynptrFromMem:
    return Operand == 3 ? ObjectEffect::Make : ObjectEffect::Use;
  case helper::RingbufReserveDynptr:
    return Operand == 3 ? ObjectEffect::Open : ObjectEffect::Use;
  case helper::RingbufSubmitDynptr:
  case helper::RingbufDiscardDynptr:
    return Operand == 0 ? ObjectEffect::Close : ObjectEffect::Use;
  default:
    return ObjectEffect::Use;
  }
}

void getObjectEffects(CallBase &Call, SmallVectorImpl<ObjectEffect> &Effects) {
  if (isa<IntrinsicInst>(Call))
    return;
  for (auto [I, Arg] : enumerate(Call.args())) {
    if (!Arg->getType()->isPointerTy())
      continue;
    auto *Object = dyn_cast<AllocaInst>(getUnderlyingObject(Arg));
    if (!Object)
      continue;
    ObjectEffect::Kind Kind = effectOn(Call, I);
    // Made inside of something larger, which the effect is not one on.
    if (Kind != ObjectEffect::Use && Arg->stripPointerCasts() != Object)
      Kind = ObjectEffect::Use;
    Effects.push_back({Kind, Object});
  }
}

bool isKernelObject(AllocaInst &Object) {
  bool Made = false, Other = false;
  forEachAccess(Object, [&](Instruction *I) {
    auto *Call = dyn_cast_or_null<CallBase>(I);
    // Before it is made it may be cleared; a pointer to it is no access.
    if (!I || (!Call && isa<LoadInst, AtomicRMWInst, AtomicCmpXchgInst>(I)) ||
        isa<AnyMemTransferInst>(I))
      Other = true;
    if (!Call)
      return;
    SmallVector<ObjectEffect, 2> Effects;
    getObjectEffects(*Call, Effects);
    for (const ObjectEffect &E : Effects)
      Made |= E.Object == &Object &&
              (E.K == ObjectEffect::Make || E.K == ObjectEffect::Open);
  });
  return Made && !Other;
}

} // namespace llvm::bpffiber
