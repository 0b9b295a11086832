// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_ADDRESSBOUNDS_H
#define BPF_FIBER_TRANSFORMS_ADDRESSBOUNDS_H

#include "IntegerRanges.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace llvm {
class LazyValueInfo;
class ScalarEvolution;
} // namespace llvm

namespace llvm::bpffiber {

/// On an access of a local or a global, of which LLVM knows that it is one of
/// bytes of that. As long as the access has it.
inline constexpr StringRef InObjectMetadata = "bpf-fiber-in-object";

/// The bytes of a local or a global; nothing of other objects.
std::optional<uint64_t> getVariableSize(const Value *Object,
                                        const DataLayout &DL);

/// What LLVM knows of the numbers in addresses. It is why it has dropped masks
/// and tests that the verifier needs: an index that it computed in two ways,
/// compared in one of them and used in the other; a quotient; an address that
/// it moved in front of the test of its index, or took from the one before. A
/// program that does not suspend has constants in places where a frame has just
/// numbers, and such things are rare in it.
///
/// Where several awaits are one piece of code (MergedAwaits.h) LLVM knows less
/// than of the source. An access of a local or a global by an index that was in
/// a frame is of that object there; as through pointers that were in a frame
/// (FrameAddresses.h), one that is not ends the fiber.
///
/// What is accessed by numbers that are known is marked (InObjectMetadata), and
/// the numbers are noted (noteBound()) where they become part of an address,
/// and checkNotedBounds() asks of each part of the fiber whether the verifier
/// knows them too. Once more IndexMasks.h asks, of the accesses that are
/// marked, when all is optimised.
class AddressBounds {
public:
  /// Analyses.
  AddressBounds(Function &F, LazyValueInfo &LVI, ScalarEvolution &SE,
                bool LoopsYield);
  const IntegerRanges &getRanges() const { return Ranges; }
  /// Changes F.
  void note();

private:
  struct Bound {
    GetElementPtrInst *Address;
    unsigned Operand;
    /// In front of which the address is computed again; or null.
    Use *Access;
    ConstantRange Range;
    /// Whether that is as far as the object goes, or less.
    bool InObject;
  };
  void analyze(GetElementPtrInst &Address, unsigned Operand);
  ConstantRange rangeAt(Value *Index, Instruction &At) const;
  bool livesAcrossSuspend(const Value &V) const;
  bool isFromFrame(Value *Index) const;

  Function &F;
  LazyValueInfo &LVI;
  ScalarEvolution &SE;
  bool LoopsYield;
  DominatorTree DT;
  IntegerRanges Ranges;
  SmallVector<Bound> Bounds;
};

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
