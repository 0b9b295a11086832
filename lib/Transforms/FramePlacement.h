// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_FRAMEPLACEMENT_H
#define BPF_FIBER_TRANSFORMS_FRAMEPLACEMENT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Alignment.h"

namespace llvm::bpffiber {

/// Of map values, and so of frames.
constexpr Align FrameAlignment = Align::Constant<8>();

/// A piece of memory that needs a place.
struct FramePiece {
  uint64_t Size;
  /// That it needs; when it has been placed, that it has.
  Align Alignment;
  uint64_t Offset = 0;
};

/// Gives each piece an offset behind the header and returns the size of the
/// whole. Two pieces are apart unless MayOverlap says of their indices that
/// they are never in use together; those share bytes only if that makes the
/// whole smaller. First fit, in the better one of two orders: larger alignment
/// first, or larger size first. Ties are broken by the order of the pieces, and
/// a piece has a better alignment than it needs where that costs nothing.
uint64_t placePieces(MutableArrayRef<FramePiece> Pieces, uint64_t HeaderSize,
                     function_ref<bool(unsigned, unsigned)> MayOverlap);

} // namespace llvm::bpffiber

#endif
