// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_POINTERROOTS_H
#define BPF_FIBER_TRANSFORMS_POINTERROOTS_H

#include "MapDefinition.h"
#include "ValueOrigin.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include <optional>

namespace llvm::bpffiber {

/// A pointer that is worth nothing in another activation, but can be made again
/// there.
struct PointerRoot {
  enum RootKind {
    Field,  ///< data, data_end or data_meta, from the context
    Offset, ///< another packet pointer and a number that is not constant
    Merge,  ///< one of several packet pointers: a phi or a select
    Lookup, ///< the result of bpf_map_lookup_elem()
    Choice, ///< that of one of several, or NULL: a phi or a select
  };
  RootKind Kind;
  Instruction *V;
  /// Of a packet pointer: what it is counted from.
  PacketField Base = PacketField::Data;
  /// Roots with one number are the same pointer whenever both are of the
  /// present activation: all loads of one field, and what merges only them.
  unsigned Home = 0;

  bool isPacket() const { return Kind != Lookup && Kind != Choice; }
  bool isField() const { return Home < NumPacketFields; }
};

/// Where a root, or an address at a constant distance from it, is used for
/// something else than to compute a pointer that has a root itself.
struct PointerUse {
  Use *U;
  unsigned Root;
  /// The bytes behind the root that are accessed, or one of these.
  int64_t Bytes;
  static constexpr int64_t None = 0;
  static constexpr int64_t Unknown = -1;

  /// Of a phi's operand, the end of the block that it comes from.
  Instruction *getPlace() const;
};

/// A branch that tells whether a pointer may be used.
struct PointerCheck {
  BranchInst *Branch;
  /// Where it goes then.
  unsigned Good;
  ICmpInst *Test;
  /// The operand of Test that is computed from the root, and which it is.
  Value *Pointer;
  unsigned PointerOperand;
  unsigned Root;
  /// The bytes behind the root that are there then; 1 of what was looked up.
  int64_t Bytes;
  /// Of a packet: the home of what it is compared with.
  unsigned Limit;

  BasicBlock *getGood() const { return Branch->getSuccessor(Good); }
  BasicBlock *getBad() const { return Branch->getSuccessor(1 - Good); }
};

/// Finds in a body, before the optimiser has seen it, the pointers into packets
/// and map values that can be made again from numbers, and how they are used.
///
/// The verifier knows pointers into a packet by the sum of what is not constant
/// in them: what a check says about one holds for those at a constant distance
/// (find_good_pkt_pointers()). So does this: each pointer is a constant and a
/// root. Whether a pointer is one is found in rounds over the blocks; the
/// lattice is unknown below each field and map values, below neither of them.
/// NULL is a map value that is not there.
///
/// Any change of the body invalidates it.
class PointerRoots {
public:
  explicit PointerRoots(Function &Body);

  ArrayRef<PointerRoot> roots() const { return Roots; }
  unsigned getNumHomes() const { return NumPacketFields + Roots.size(); }
  /// The root that V is, or is at a constant distance from.
  std::optional<unsigned> getRoot(const Value *V) const;
  /// The root that I is.
  std::optional<unsigned> getRootAt(const Instruction &I) const;
  /// The pointers that a root of kind Offset, Merge or Choice is made of. Those
  /// that are undefined or NULL are of no interest.
  SmallVector<Use *, 2> operandsOf(const PointerRoot &Root) const;
  /// In the order of the body; of one place in that of its operands.
  ArrayRef<PointerUse> usesAt(const Instruction &Place) const;
  ArrayRef<PointerCheck> checks() const { return Checks; }
  /// What Step computes its address from, if that is one at a constant
  /// distance; or any, in a map value.
  Value *getStepBase(const Value *Step) const;
  const PointerRoot *findField(PacketField F) const;

private:
  enum Family { Unknown, InData, InDataEnd, InDataMeta, InMapValue, Other };
  Family compute(const Instruction &I) const;
  Family familyOf(const Value *V) const;
  Family join(const Instruction &I) const;
  std::optional<PacketField> getField(const Instruction &I) const;
  std::optional<int64_t> distanceOf(const Value *V) const;
  void findFamilies();
  void addRoots();
  void joinHomes();
  void addUses();
  void addCheck(BranchInst &Branch);

  Function &Body;
  StringRef ContextKind;
  DenseMap<const Value *, Family> Families;
  SmallVector<PointerRoot> Roots;
  DenseMap<const Instruction *, unsigned> RootAt;
  DenseMap<const Instruction *, SmallVector<PointerUse, 2>> Uses;
  SmallVector<PointerCheck> Checks;
};

/// Whether Lookup is one in a map whose values, or maps, are found again by its
/// key; the map's definition then.
std::optional<MapDefinition> getLookedUpMap(const CallBase &Lookup);

/// The lookup that gave the map that Lookup is in, if that is one in a map of
/// maps.
CallInst *getOuterLookup(const CallBase &Lookup);

} // namespace llvm::bpffiber

#endif
