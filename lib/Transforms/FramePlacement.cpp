// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FramePlacement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <numeric>

namespace llvm::bpffiber {

using OverlapFn = function_ref<bool(unsigned, unsigned)>;

/// Puts each piece at the lowest offset that is free of those it may not
/// overlap.
static uint64_t firstFit(MutableArrayRef<FramePiece> Pieces,
                         uint64_t HeaderSize, ArrayRef<unsigned> Order,
                         OverlapFn MayOverlap) {
  uint64_t End = HeaderSize;
  Align Largest(4);
  for (auto [N, I] : enumerate(Order)) {
    FramePiece &P = Pieces[I];
    P.Offset = alignTo(HeaderSize, P.Alignment);
    for (bool Moved = true; Moved;) {
      Moved = false;
      for (unsigned J : Order.take_front(N)) {
        const FramePiece &Q = Pieces[J];
        if (P.Offset < Q.Offset + Q.Size && Q.Offset < P.Offset + P.Size &&
            !MayOverlap(I, J)) {
          P.Offset = alignTo(Q.Offset + Q.Size, P.Alignment);
          Moved = true;
        }
      }
    }
    End = std::max(End, P.Offset + P.Size);
    Largest = std::max(Largest, P.Alignment);
  }
  return alignTo(End, Largest);
}

uint64_t placePieces(MutableArrayRef<FramePiece> Pieces, uint64_t HeaderSize,
                     OverlapFn MayOverlap) {
  SmallVector<unsigned> ByAlignment(Pieces.size());
  std::iota(ByAlignment.begin(), ByAlignment.end(), 0);
  SmallVector<unsigned> BySize(ByAlignment);
  stable_sort(ByAlignment, [&](unsigned A, unsigned B) {
    return Pieces[A].Alignment > Pieces[B].Alignment;
  });
  stable_sort(BySize, [&](unsigned A, unsigned B) {
    return Pieces[A].Size > Pieces[B].Size;
  });
  auto Never = [](unsigned, unsigned) { return false; };
  SmallVector<FramePiece> Best;
  uint64_t Smallest = UINT64_MAX;
  // Those that are easier to read come first and win a tie.
  for (OverlapFn Overlap : {OverlapFn(Never), MayOverlap})
    for (ArrayRef<unsigned> Order : {ArrayRef(ByAlignment), ArrayRef(BySize)}) {
      SmallVector<FramePiece> Try(Pieces);
      uint64_t Size = firstFit(Try, HeaderSize, Order, Overlap);
      if (Size >= Smallest)
        continue;
      Smallest = Size;
      Best = std::move(Try);
    }
  copy(Best, Pieces.begin());
  return Smallest;
}

} // namespace llvm::bpffiber
