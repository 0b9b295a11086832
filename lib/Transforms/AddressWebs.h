// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_ADDRESSWEBS_H
#define BPF_FIBER_TRANSFORMS_ADDRESSWEBS_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include <optional>
#include <vector>

namespace llvm::bpffiber {

/// A local or a global that pointers of a web may point into.
struct AddressedObject {
  Value *Base;
  /// Unless only the linker or libbpf knows it.
  std::optional<uint64_t> Size;
  /// Where it begins in the web's numbering of addresses.
  uint64_t Number = 0;
  /// Pointers into it are Offset bytes from its begin, plus a multiple of
  /// Stride.
  int64_t Offset = 0;
  uint64_t Stride = 0;

  bool isFixed() const { return Stride == 0; }
};

/// Pointers that are computed from each other, or compared with each other, and
/// from nothing but numbers and addresses of locals and globals.
///
/// The addresses are numbered as if the objects lay one behind the other, apart
/// from each other and from 0, which is NULL. What holds of the addresses of
/// one object in C holds of the numbers: order, difference, inequality to those
/// in other objects.
struct AddressWeb {
  /// In the order of the body.
  SmallVector<Instruction *> Nodes;
  std::vector<AddressedObject> Objects;
  /// How many bits the number of a valid address takes.
  unsigned Bits = 32;
  bool IsNumbered = false;
};

/// Finds the webs of a function, and what each of their pointers may point to.
///
/// A node is a phi, a select, an address computation or a copy. Nodes are those
/// whose operands are, through other nodes, leaves: addresses that differ from
/// a local's or a global's by a constant, or null. Points-to sets are
/// flow-insensitive; the join is union. Any change of the body's pointers
/// invalidates it.
class AddressWebs {
public:
  explicit AddressWebs(Function &F);

  ArrayRef<AddressWeb> webs() const { return Webs; }
  const AddressWeb &webOf(const Value *Node) const {
    return Webs[Nodes.find(Node)->second.Web];
  }
  bool isNode(const Value *V) const { return Nodes.contains(V); }
  /// Whether V is a node, and control flow has chosen what it points to: only a
  /// number that goes the same ways can tell.
  bool isChosen(const Value *V) const;
  /// Whether I, a node, is not just a member of what another one points to.
  bool isAnchor(const Instruction &I) const;
  /// By index into the web's objects; the one behind the last is null.
  const BitVector &pointsTo(const Value *Node) const {
    return Nodes.find(Node)->second.PointsTo;
  }

  struct Leaf {
    /// Null for the null pointer and for none at all.
    Value *Base;
    int64_t Offset;
  };
  /// V as the address of an object, if it is.
  static std::optional<Leaf> getLeaf(Value *V, const DataLayout &DL);
  uint64_t numberOf(const AddressWeb &Web, const Leaf &L) const;

private:
  struct Node {
    unsigned Web;
    bool IsChosen = false;
    BitVector PointsTo = {};
  };
  void collectNodes(Function &F);
  void joinWebs(Function &F);
  unsigned addObject(AddressWeb &Web, Value *Base);
  void collectObjects(AddressWeb &Web);
  void collectCompared(Function &F);
  void numberAddresses(AddressWeb &Web);
  void computePointsTo(AddressWeb &Web);

  const DataLayout &DL;
  SetVector<Instruction *> Candidates;
  DenseMap<const Value *, Node> Nodes;
  std::vector<AddressWeb> Webs;
};

/// The pointers that V, a node of a web, is computed from.
SmallVector<Value *, 4> getPointerOperands(Instruction &V);

/// The offset that I adds to a leaf, if it is a number that walks in steps:
/// what LLVM makes of a pointer that walks over an array. The verifier knows no
/// steps but powers of 2.
Value *getWalkedOffset(const Instruction &I, const DataLayout &DL);

/// The pointer that V, a ptrtoint or a constant that is one, is the number of;
/// otherwise null.
Value *getPointerOfNumber(Value *V);

} // namespace llvm::bpffiber

#endif
