// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_ADDRESSBOUNDS_H
#define BPF_FIBER_TRANSFORMS_ADDRESSBOUNDS_H

#include "llvm/IR/Function.h"

namespace llvm {
class ScalarEvolution;
}

namespace llvm::bpffiber {

/// Checks each number that becomes part of an address where that happens.
///
/// What is checked behind a reload is enough for new kernels. In
///
///     for (i = 0; i < 4; i++) { a[i] = ...; co_await ...; }
///
/// LLVM tests i, and uses i + 1 from then on; of it an older verifier learns
/// nothing from that test (sync_linked_regs()), nor anything from "!="
/// (reg_set_min_max()). Without an await it follows the counter by its values,
/// which it forgets in a map.
void checkAddressBounds(Function &F, ScalarEvolution &SE);

} // namespace llvm::bpffiber

#endif
