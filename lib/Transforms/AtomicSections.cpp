// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AtomicSections.h"
#include "Diagnostics.h"
#include "Primitives.h"
#include "ValueOrigin.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/InstIterator.h"

namespace llvm::bpffiber {

static constexpr struct {
  int64_t OpenHelper, CloseHelper;
  const char *OpenKfunc, *CloseKfunc;
  const char *What;
} Sections[] = {
    {helper::SpinLock, helper::SpinUnlock, nullptr, nullptr,
     "a bpf_spin_lock is held"},
    {-1, -1, "bpf_res_spin_lock", "bpf_res_spin_unlock",
     "a bpf_res_spin_lock is held"},
    {-1, -1, "bpf_res_spin_lock_irqsave", "bpf_res_spin_unlock_irqrestore",
     "a bpf_res_spin_lock is held"},
    {-1, -1, "bpf_rcu_read_lock", "bpf_rcu_read_unlock",
     "an RCU read-side section is open"},
    {-1, -1, "bpf_preempt_disable", "bpf_preempt_enable",
     "preemption is disabled"},
    {-1, -1, "bpf_local_irq_save", "bpf_local_irq_restore",
     "interrupts are disabled"},
};
static constexpr unsigned NumSections = std::size(Sections);

namespace {
using OpenSections = std::array<Instruction *, NumSections>;
} // namespace

static bool calls(const CallBase &Call, int64_t Helper, const char *Kfunc) {
  if (Helper >= 0 && getHelper(Call) == Helper)
    return true;
  const Function *F = Call.getCalledFunction();
  return Kfunc && F && F->getName() == Kfunc;
}

static void transfer(Instruction &I, OpenSections &Open) {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return;
  for (unsigned N = 0; N != NumSections; ++N) {
    if (calls(*Call, Sections[N].OpenHelper, Sections[N].OpenKfunc))
      Open[N] = Call;
    else if (calls(*Call, Sections[N].CloseHelper, Sections[N].CloseKfunc))
      Open[N] = nullptr;
  }
}

bool checkAtomicSections(const FiberShape &Shape) {
  DenseMap<BasicBlock *, OpenSections> Out;
  ReversePostOrderTraversal<Function *> RPO(Shape.Body);
  auto In = [&](BasicBlock *BB) {
    OpenSections Open{};
    for (BasicBlock *Pred : predecessors(BB)) {
      auto It = Out.find(Pred);
      if (It == Out.end())
        continue;
      for (unsigned N = 0; N != NumSections; ++N)
        if (!Open[N])
          Open[N] = It->second[N];
    }
    return Open;
  };
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : RPO) {
      OpenSections Open = In(BB);
      for (Instruction &I : *BB)
        transfer(I, Open);
      auto [It, New] = Out.insert({BB, Open});
      if (New || It->second != Open) {
        It->second = Open;
        Changed = true;
      }
    }
  }
  bool Good = true;
  for (const SuspendPoint &S : Shape.Suspends) {
    OpenSections Open = In(S.Call->getParent());
    for (unsigned N = 0; N != NumSections; ++N) {
      if (!Open[N])
        continue;
      Diagnostic(*Shape.Body, DS_Error, S.Call->getDebugLoc(),
                 "bpf-fiber-await-in-atomic-section",
                 Twine("co_await while ") + Sections[N].What)
          .note(Open[N]->getDebugLoc(), "since here")
          .note(S.Call->getDebugLoc(),
                "end the section before the co_await: another activation, "
                "perhaps on another CPU, would have to end it");
      Good = false;
      break;
    }
  }
  return Good;
}

} // namespace llvm::bpffiber
