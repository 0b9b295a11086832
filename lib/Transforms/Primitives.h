// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions without a body that <bpf_fiber/fiber.bpf.h> declares and the
// lowering replaces. Names and operand positions are those of that header.

#ifndef BPF_FIBER_TRANSFORMS_PRIMITIVES_H
#define BPF_FIBER_TRANSFORMS_PRIMITIVES_H

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

namespace llvm::bpffiber {

/// Set by the prepare pass on the function that holds a fiber's body; its
/// value is the fiber's name.
inline constexpr char FiberBodyAttr[] = "bpf-fiber";
/// On the functions that a fiber is split into.
inline constexpr char FiberPartAttr[] = "bpf-fiber-part";
/// On the callback of a timer or work item; its value is the name, which a
/// function of the user's may have.
inline constexpr char CallbackAttr[] = "bpf-fiber-callback";
/// On the same: the bytes of the frame, its last argument.
inline constexpr char FrameSizeAttr[] = "bpf-fiber-frame-size";
/// On every function that fiber code was inlined into.
inline constexpr char HasFiberCodeAttr[] = "bpf-fiber-code";
/// On the body of a FIBER_CANCELLABLE one.
inline constexpr char CancellableAttr[] = "bpf-fiber-cancellable";
/// On a body in which variables meet where several awaits are one piece of
/// code.
inline constexpr char MergedAwaitsAttr[] = "bpf-fiber-merged-awaits";
/// The annotations of the FIBER and FIBER_CANCELLABLE macros.
inline constexpr char FiberAnnotation[] = "bpf_fiber";
inline constexpr char CancellableAnnotation[] = "bpf_fiber_cancellable";

enum class Primitive {
  None,
  Suspend,
  Ctx,
  Value,
  Key,
  KeySize,
  Timer,
  Wq,
  Deadline,
  QueueTimer,
  IsTimerQueued,
  WaitNs,
  CoarseNs,
  Token,
  Abort,
  Wakeup,
  IsStart,
  GuardBegin,
  GuardEnter,
  GuardCheck,
  GuardEnd,
  Start,
  Resume,
  Cancel,
  IsCancellable,
  TokenOffset,
  Disarm,
};

Primitive getPrimitive(const Function *F);
Primitive getPrimitive(const Instruction &I);
inline bool isSuspend(const Instruction &I) {
  return getPrimitive(I) == Primitive::Suspend;
}
const char *getPrimitiveName(Primitive P);
/// Whether F, a primitive, has the type that the headers of this compiler give
/// it: the lowering relies on the number and the types of its operands.
bool hasExpectedType(const Function &F);

namespace suspendop {
enum { Kinds, Verdict, Record };
}
namespace queuetimerop {
enum { Timer, Queued, End, Nanoseconds };
}

/// The kinds operand of a suspend; empty if it is not a constant.
StringRef getSuspendKinds(const CallInst &Suspend);

/// Operands that __fiber_start() and __fiber_resume() share, then the others.
namespace verbop {
enum {
  Fiber,
  Runtime,
  Kind,
  Map,
  Key,
  KeySize,
  Flags,
  Counters,
  Frame,
  Ctx,
  Refused,
  Value,
  FirstStartArg,
  ResumeWord = FirstStartArg,
};
}

namespace cancelop {
enum { Fiber, Frame, Word, Key };
}

/// A function made for a fiber is compiled for the same processor.
void copyTargetAttributes(const Function &From, Function &To);

/// In front of which the value of U has to be there: its user, or for a phi the
/// end of the block that it comes from.
Instruction *whereNeeded(const Use &U);
/// An empty asm past which nothing that is in memory is known.
void createBarrier(IRBuilderBase &B);
/// An empty asm whose result is V, of which nobody knows that.
Value *hideIdentity(IRBuilderBase &B, Value *V);
/// Whether Call is that.
bool isOpaqueIdentity(const CallBase &Call);

/// The global from which V, if it is a CO-RE offset, is loaded: libbpf
/// relocates the load. Or null.
GlobalVariable *getCoreOffset(const Value *V);

/// Makes U a load of the variable that its value lives in, at the place where
/// a phi's operand is read.
void replaceUseByLoad(Use &U, AllocaInst *Variable);

} // namespace llvm::bpffiber

#endif
