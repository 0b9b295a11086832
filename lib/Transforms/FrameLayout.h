// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_FRAMELAYOUT_H
#define BPF_FIBER_TRANSFORMS_FRAMELAYOUT_H

#include "FiberShape.h"
#include "FramePlacement.h"
#include "IntegerRanges.h"
#include "OwnedReferences.h"
#include "StoredPointers.h"
#include "SuspendLiveness.h"
#include "ValueOrigin.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/DebugInfoMetadata.h"

namespace llvm {
class LazyValueInfo;
class ScalarEvolution;
} // namespace llvm

namespace llvm::bpffiber {

/// Larger frames are not built on the stack: an image must leave room for the
/// program's own locals.
inline constexpr uint64_t MaxImageSize = 128;

/// One member of struct <fiber>_frame.
struct FrameField {
  enum FieldKind { Header, Slot, Object, Timer, Wq, Kptr };
  FieldKind Kind;
  std::string Name;
  /// What is stored there; an i1 is kept as a byte.
  Type *Ty;
  uint64_t Size;
  Align Alignment;
  uint64_t Offset = 0;
  /// The C variable and type, if debug info knows them.
  DILocalVariable *Variable = nullptr;
  DIType *DebugType = nullptr;
  /// Of a slot with less bits than its C type: the top bit is the sign.
  bool IsSigned = false;
  /// The suspends across which a slot or an object is in use; the other kinds
  /// are always.
  BitVector LiveAt = {};
  /// What an object's field is of.
  AllocaInst *Local = nullptr;
  /// Of a kptr: what the frame owns there.
  Reference Ref = {};
  /// A smaller type that all values of a slot are known to fit into, or null.
  Type *NarrowTy = nullptr;
  /// Whether a slot is a byte of the header that the state leaves.
  bool IsInHeader = false;

  bool isOfFiber() const { return Kind == Slot || Kind == Object; }
  uint64_t getEnd() const { return Offset + Size; }
};

/// What happens to one value at one suspend point.
struct SavedValue {
  /// Not stored but computed again from values before it in the list.
  static constexpr int Computed = -1;
  /// A reference that is certainly null here.
  static constexpr int Null = -2;

  Value *V;
  /// Index into the fields, Computed or Null.
  int Field;
  /// What was known of an integer that is used where the verifier needs it.
  std::optional<ConstantRange> Range;
  /// A reference: moved into the frame and out of it again, not copied.
  bool IsReference = false;
  /// The reference cannot be null.
  bool IsNonNull = false;
  /// What is live and computed from V, where V itself is not live.
  Value *For = nullptr;

  bool isStored() const { return Field >= 0; }
};

/// Where everything that lives across an await is kept.
///
/// A value is classified by its origin: numbers get a slot; what can be
/// computed again from other live values, constants, the context or objects of
/// the frame is not stored; objects live in the frame; other pointers are
/// errors; a kernel reference is owned by the frame in a kptr field. Slots are
/// only written at suspends and read at resumes, so two values of one C
/// variable share a slot unless both live across one suspend, and slots of
/// different variables may share bytes. An object is in use between suspends
/// too: those that share bytes are never live together.
///
/// If it makes the frame smaller, numbers known to be small are kept in fewer
/// bytes, two even in the header. A frame whose state is known and which nobody
/// claims has no header.
///
/// Deterministic: fields are in the order of first use.
class FrameLayout {
public:
  /// Reports values that cannot live across an await; isValid() says so.
  FrameLayout(const FiberShape &Shape, const SuspendLiveness &Liveness,
              const ValueOrigins &Origins, const OwnedReferences &References,
              LazyValueInfo &LVI, ScalarEvolution &SE);

  bool isValid() const { return Valid; }
  uint64_t getSize() const { return Size; }
  ArrayRef<FrameField> fields() const { return Fields; }
  /// In the order in which they are to be reloaded.
  ArrayRef<SavedValue> savedAt(unsigned Suspend) const {
    return Saved[Suspend];
  }
  /// Objects that live in the frame, with their fields.
  const MapVector<AllocaInst *, unsigned> &objects() const { return Objects; }
  /// Whether the frame begins with its state.
  bool hasHeader() const { return HasHeader; }
  /// Whether there are slots in the header, beside a state of one byte.
  bool hasHeaderBytes() const { return HasHeaderBytes; }
  int timerField() const { return TimerField; }
  int wqField() const { return WqField; }
  /// Whether the frame owns references, which only the map's copy of it can.
  bool ownsReferences() const {
    return any_of(
        Fields, [](const FrameField &F) { return F.Kind == FrameField::Kptr; });
  }

private:
  void addRuntimeFields();
  void addObjects(const SuspendLiveness &Liveness);
  void completeSaved(const SuspendLiveness &Liveness);
  void saveValues(unsigned Suspend, ArrayRef<Value *> Live);
  void saveReference(unsigned Suspend, Value *V);
  void addReferences();
  void addSlots();
  void nameFields();
  Type *narrowType(Value *V, Type *Slot, const BitVector &At) const;
  Type *slotType(Value *V, const BitVector &At, const DIType *SourceType) const;
  struct Plan;
  uint64_t tryPlan(const Plan &P, const SuspendLiveness &Liveness,
                   MutableArrayRef<FramePiece> Pieces) const;
  void place(const SuspendLiveness &Liveness);
  void checkSize();
  bool checkValue(unsigned Suspend, Value *V);
  bool checkReference(unsigned Suspend, Value *V);
  bool checkObject(unsigned Suspend, AllocaInst *Object);
  bool checkContent(unsigned Suspend, AllocaInst *Object);
  bool canRecompute(Value *V, const SmallPtrSetImpl<Value *> &Available) const;
  std::optional<ConstantRange> rangeAt(Value *V, const SuspendPoint &S) const;

  const FiberShape &Shape;
  const ValueOrigins &Origins;
  const OwnedReferences &References;
  LazyValueInfo &LVI;
  ScalarEvolution &SE;
  IntegerRanges Ranges;
  StoredPointers Pointers;
  const DataLayout &DL;

  bool Valid = true;
  std::vector<FrameField> Fields;
  std::vector<SmallVector<SavedValue, 8>> Saved;
  MapVector<AllocaInst *, unsigned> Objects;
  /// Values that a message was about, and variables with pointers in them.
  SmallPtrSet<const void *, 8> Reported;
  int TimerField = -1, WqField = -1;
  bool HasHeader = true, HasHeaderBytes = false;
  uint64_t Size = 0;
};

} // namespace llvm::bpffiber

#endif
