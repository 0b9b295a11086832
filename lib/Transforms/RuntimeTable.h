// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_RUNTIMETABLE_H
#define BPF_FIBER_TRANSFORMS_RUNTIMETABLE_H

#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"

namespace llvm::bpffiber {

/// The functions of runtime.bpf.h that generated code calls: the members of
/// struct fiber_runtime, in its order.
enum class RuntimeFn {
  Insert,
  Create,
  Release,
  Delete,
  NotWaiting,
  Aborted,
  Submit,
  Discard,
  InitTimer,
  InitWq,
  StartWq,
  StartTimer,
  StopTimer,
  WakeTime,
  CoarseNs,
  TimerFired,
  WqFired,
};
inline constexpr unsigned NumRuntimeFns =
    static_cast<unsigned>(RuntimeFn::WqFired) + 1;

/// Whether Table is a struct fiber_runtime as this compiler knows it.
bool isRuntimeTable(const GlobalVariable &Table);
Function *getRuntimeFn(const GlobalVariable &Table, RuntimeFn Fn);

} // namespace llvm::bpffiber

#endif
