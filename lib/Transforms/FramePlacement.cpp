// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FramePlacement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <numeric>

namespace llvm::bpffiber {

using OverlapFn = function_ref<bool(unsigned, unsigned)>;
using AlignFn = function_ref<Align(const FramePiece &)>;

static Align neededAlignment(const FramePiece &P) { return P.Alignment; }

/// With which a buffer is copied in the largest pieces that it has.
static Align bestAlignment(const FramePiece &P) {
  return std::max(P.Alignment, Align(bit_floor(std::clamp<uint64_t>(
                                   P.Size, 1, FrameAlignment.value()))));
}

/// Puts each piece at the lowest offset that is free of those it may not
/// overlap.
static uint64_t firstFit(MutableArrayRef<FramePiece> Pieces,
                         uint64_t HeaderSize, ArrayRef<unsigned> Order,
                         OverlapFn MayOverlap, AlignFn AlignmentOf) {
  uint64_t End = HeaderSize;
  Align Largest(4);
  for (auto [N, I] : enumerate(Order)) {
    FramePiece &P = Pieces[I];
    Align Alignment = AlignmentOf(P);
    P.Offset = alignTo(HeaderSize, Alignment);
    for (bool Moved = true; Moved;) {
      Moved = false;
      for (unsigned J : Order.take_front(N)) {
        const FramePiece &Q = Pieces[J];
        if (P.Offset < Q.Offset + Q.Size && Q.Offset < P.Offset + P.Size &&
            !MayOverlap(I, J)) {
          P.Offset = alignTo(Q.Offset + Q.Size, Alignment);
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
    for (ArrayRef<unsigned> Order : {ArrayRef(ByAlignment), ArrayRef(BySize)})
      for (AlignFn AlignmentOf : {bestAlignment, neededAlignment}) {
        SmallVector<FramePiece> Try(Pieces);
        uint64_t Size = firstFit(Try, HeaderSize, Order, Overlap, AlignmentOf);
        if (Size >= Smallest)
          continue;
        Smallest = Size;
        Best = std::move(Try);
      }
  for (FramePiece &P : Best)
    P.Alignment = commonAlignment(FrameAlignment, P.Offset);
  copy(Best, Pieces.begin());
  return Smallest;
}

} // namespace llvm::bpffiber
