// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pointers to locals and globals that live across suspends: their numbers live
// in their place.

#ifndef BPF_FIBER_TRANSFORMS_FRAMEADDRESSES_H
#define BPF_FIBER_TRANSFORMS_FRAMEADDRESSES_H

#include "FiberShape.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include <optional>

namespace llvm::bpffiber {

/// Replaces the pointers of each web (AddressWebs) that lives across a suspend
/// by numbers. Where one is accessed its address is computed from the number:
/// of several objects by branches, within one by a checked offset, because the
/// verifier wants to see each access in bounds (check_map_access()) and has
/// forgotten what it knew (mark_reg_unknown()). A number that no valid pointer
/// has aborts the fiber; so do accesses through null and behind an object's
/// end, where C leaves open what happens.
///
/// With Everywhere, also those that do not live across a suspend yet. Changes
/// the body's blocks, not its suspends.
void lowerFrameAddresses(FiberShape &Shape, bool Everywhere);

/// What is known of a number that stands for a pointer.
struct AddressNumber {
  /// That a valid one takes.
  unsigned Bits;
  /// The pointer.
  DILocalVariable *Variable;
};
std::optional<AddressNumber> getAddressNumber(const Value *V);

} // namespace llvm::bpffiber

#endif
