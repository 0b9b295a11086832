// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_VALUEORIGIN_H
#define BPF_FIBER_TRANSFORMS_VALUEORIGIN_H

#include "FiberShape.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Operator.h"

namespace llvm::bpffiber {

class KernelReferences;

/// What a value is to the verifier.
enum class Origin {
  Scalar,    ///< a number
  Context,   ///< the activation's context, or an address in it
  Packet,    ///< ctx->data, data_end, data_meta and what is computed from them
  Stack,     ///< address in a local
  MapValue,  ///< bpf_map_lookup_elem()
  Record,    ///< bpf_ringbuf_reserve()
  Socket,    ///< bpf_sk_lookup_*() and the like
  KernelRef, ///< a reference acquired by a kfunc
  Key,       ///< the activation's fiber key
  Handed,    ///< fiber_value(), used as a pointer
  Global,    ///< address of a global variable
  Pointer,   ///< any other pointer
};

/// Says of each value of a fiber's body where it comes from.
///
/// The verifier tracks pointers through integers, so this does too: the lattice
/// is Scalar below Stack and Global, which a frame can hold (FrameAddresses),
/// below every other pointer origin; the join of two different pointers is the
/// higher one, or the first one met. Computed once for the whole body, in
/// rounds over its blocks in reverse post-order until nothing changes.
class ValueOrigins {
public:
  ValueOrigins(const FiberShape &Shape, const KernelReferences &Kernel);

  Origin get(Value *V) const { return lookup(V).O; }
  /// The instruction that made the pointer V is or was computed from: the
  /// acquiring call, the load from the context.
  Instruction *getSource(Value *V) const { return lookup(V).Source; }

private:
  struct Result {
    Origin O = Origin::Scalar;
    Instruction *Source = nullptr;
  };
  static Result join(const Result &A, const Result &B);
  Result compute(Instruction &I) const;
  Result computeCall(CallBase &Call) const;
  Result computeLoad(LoadInst &Load) const;
  bool holdsNumbers(AllocaInst &Object) const;
  Result lookup(Value *V) const;

  const FiberShape &Shape;
  const KernelReferences &Kernel;
  DenseMap<Instruction *, Result> Known;
};

/// "packet pointer", for messages.
const char *describe(Origin O);
/// What to do about a value of this origin that is live across an await.
const char *remedy(Origin O);

/// Whether V is an address computed from that of a global or a local, constants
/// and other numbers. Those are appended to Numbers.
bool getAddressNumbers(Value *V, const FiberShape &Shape,
                       SmallVectorImpl<Value *> &Numbers);

/// Whether what V points to is accessed behind Suspend.
bool isDereferencedBehind(Value *V, CallInst &Suspend);

/// The pointers of a context to its packet.
enum class PacketField { Data, DataEnd, DataMeta };
inline constexpr unsigned NumPacketFields = 3;

/// Which of them is at Offset in a context of Kind.
std::optional<PacketField> getPacketField(StringRef Kind, int64_t Offset);

/// The bytes that Step adds to its pointer, if they are known: constants and
/// CO-RE offsets.
std::optional<int64_t> getStepOffset(const GEPOperator &Step,
                                     const DataLayout &DL);

/// The offset of P in the context Ctx, if P is an address in one. Ctx becomes
/// the fiber's parameter Home or the call of __fiber_ctx().
std::optional<int64_t> getContextOffset(Value *P, const Argument *Home,
                                        Value *&Ctx);

/// What llvm.bpf.passthrough hides, if V is a call of it; otherwise null.
Value *lookThroughPassthrough(Value *V);

/// The helper that Call calls by number, or -1.
int64_t getHelper(const CallBase &Call);

namespace helper {
enum {
  MapLookupElem = 1,
  ProbeRead = 4,
  GetCurrentComm = 16,
  SkbLoadBytes = 26,
  ProbeReadStr = 45,
  SkbLoadBytesRelative = 68,
  SkLookupTcp = 84,
  SkLookupUdp = 85,
  SpinLock = 93,
  SpinUnlock = 94,
  SkcLookupTcp = 99,
  ProbeReadUser = 112,
  ProbeReadKernel = 113,
  ProbeReadUserStr = 114,
  ProbeReadKernelStr = 115,
  RingbufReserve = 131,
  CopyFromUser = 148,
  XdpLoadBytes = 189,
  KptrXchg = 194,
  MapLookupPercpuElem = 195,
  DynptrFromMem = 197,
  RingbufReserveDynptr = 198,
  RingbufSubmitDynptr = 199,
  RingbufDiscardDynptr = 200,
  DynptrData = 203,
};
}

} // namespace llvm::bpffiber

#endif
