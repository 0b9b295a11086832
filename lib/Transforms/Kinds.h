// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the lowering knows of each kind of wake-up. Kinds are open-ended: a
// name that is not built in is a context declared with FIBER_CONTEXT().

#ifndef BPF_FIBER_TRANSFORMS_KINDS_H
#define BPF_FIBER_TRANSFORMS_KINDS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace llvm::bpffiber {

struct KindTraits {
  /// Whether an activation of this kind has a context pointer.
  bool HasContext;
  /// What co_await gives in its resume function (abi.h).
  int64_t Result;
  /// What FIBER_CONSUME means there.
  int64_t ConsumeVerdict;
  /// Whether its programs may call bpf_ktime_get_coarse_ns().
  bool HasCoarseClock = false;
};

inline constexpr char HomeKind[] = "home";
/// Of a suspend that the compiler inserted.
inline constexpr char YieldKind[] = "yield";
inline constexpr char TimerKind[] = "timer";
inline constexpr char WqKind[] = "wq";
inline constexpr char SyscallKind[] = "syscall";
/// fiber_destroy() of a cancellable fiber.
inline constexpr char CancelKind[] = "cancel";

KindTraits getKindTraits(StringRef Kind);
/// Whether Kind has a meaning of its own, so that no program's context is of
/// it.
bool isReservedKind(StringRef Kind);
/// Whether Kind may be part of a function's name.
bool isValidKind(StringRef Kind);

} // namespace llvm::bpffiber

#endif
