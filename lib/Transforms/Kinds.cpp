// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Kinds.h"
#include "Abi.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace llvm::bpffiber {

// From <linux/bpf.h> and <linux/pkt_cls.h>.
static constexpr int64_t XdpDrop = 1;
static constexpr int64_t TcActStolen = 4;

KindTraits getKindTraits(StringRef Kind) {
  if (Kind == "xdp" || Kind == "cpumap" || Kind == "devmap")
    return {true, FIBER_PACKET, XdpDrop, true};
  if (Kind == "tc")
    return {true, FIBER_PACKET, TcActStolen, true};
  if (Kind == TimerKind)
    return {false, FIBER_TIMEOUT, 0};
  if (Kind == WqKind)
    return {false, FIBER_WORK, 0};
  if (Kind == SyscallKind)
    return {true, FIBER_USER, 0};
  if (Kind == CancelKind)
    return {false, FIBER_CANCELED, 0};
  return {true, FIBER_EVENT, 0};
}

bool isReservedKind(StringRef Kind) {
  return Kind == HomeKind || Kind == YieldKind || Kind == TimerKind ||
         Kind == WqKind || Kind == CancelKind;
}

bool isValidKind(StringRef Kind) {
  return !Kind.empty() &&
         all_of(Kind, [](char C) { return isAlnum(C) || C == '_'; });
}

} // namespace llvm::bpffiber
