// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_SLOTRESIDENTS_H
#define BPF_FIBER_TRANSFORMS_SLOTRESIDENTS_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// On the load that reloads a slot of the frame: nothing else has its bytes,
/// and they are written where an activation ends and nowhere else.
inline constexpr StringRef SlotMetadata = "bpf-fiber-slot";

/// TLDR: in a loop that yields, what finds no register stays in the frame.
///
/// Four registers survive a call. What else goes round a loop would be spilled:
/// reloaded from the frame, stored on the stack, read and written there, and
/// stored into the frame again when the loop yields. The verifier, moreover,
/// knows what is on the stack. Of each way through a round it has another
/// state, and walks the rest of the loop in each; of what is in a map value it
/// knows nothing. So such numbers are read and written in their slots, as
/// somebody does who writes the loop by hand.
///
/// Not those that become part of an address or a size, or are compared with
/// one: of them the verifier must know what was found out.
///
/// For OptimizerLast, where no pass comes that would take them out again.
void keepInSlots(Function &F);

} // namespace llvm::bpffiber

#endif
