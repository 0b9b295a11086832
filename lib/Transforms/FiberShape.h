// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_FIBERSHAPE_H
#define BPF_FIBER_TRANSFORMS_FIBERSHAPE_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include <memory>
#include <string>

namespace llvm::bpffiber {

/// A place where a fiber suspends.
struct SuspendPoint {
  /// The call of __fiber_suspend(), first in a block with one predecessor.
  CallInst *Call;
  /// What the header's state is while the fiber is suspended here; from 1.
  unsigned State;
  /// The kinds of wake-up that resume it, "home" resolved.
  SmallVector<std::string, 2> Kinds;
  /// L42_next_packet; a chain of them if the await is in inlined helpers.
  std::string Name;
  /// Inserted by the compiler to yield.
  bool IsYield;
  /// The timer resumes it too, and was queued before it for a deadline, of a
  /// time that is known.
  bool HasDeadline = false;

  bool isResumedBy(StringRef Kind) const { return is_contained(Kinds, Kind); }
};

/// What every step of the lowering knows about one fiber.
struct FiberShape {
  /// The fiber's C name, and the declaration under it that the verbs name.
  std::string Name;
  Function *Declaration = nullptr;
  /// The function that is split: what the prepare pass made.
  Function *Body = nullptr;
  Argument *Ctx = nullptr;

  SmallVector<CallInst *> Starts;
  SmallVector<CallInst *> Resumes;
  /// Whether it is to be resumed once more when it is destroyed, and is
  /// destroyed somewhere.
  bool IsCancelled = false;
  /// The kind of the hook that starts it.
  std::string HomeKind;
  /// From the verbs' operands.
  GlobalVariable *Runtime = nullptr;
  GlobalVariable *Map = nullptr;
  GlobalVariable *Counters = nullptr;
  uint64_t KeySize = 0;
  /// FIBER_F_*, those that are properties of the map.
  uint32_t MapFlags = 0;

  std::vector<SuspendPoint> Suspends;

  /// Whether the start leaves loops that yield to the resume function of its
  /// kind; see YieldPoints.h.
  bool HandsOver = false;
  bool UsesTimer = false;
  bool UsesWq = false;
  /// Locals that have a fixed place in the frame, read by the runtime.
  AllocaInst *Deadline = nullptr;
  AllocaInst *WakeTime = nullptr;
  AllocaInst *Token = nullptr;

  /// Frames exist always, not from the first suspend to the end.
  bool isArray() const;
  /// Never run by two at once, so not claimed.
  bool isLocal() const;
  bool isResumedBy(StringRef Kind) const {
    return any_of(Suspends,
                  [&](const SuspendPoint &S) { return S.isResumedBy(Kind); });
  }
  /// Whether an activation of this kind has the coarse clock. A timer's or a
  /// work item's is of the type of the program that set it up, in the start.
  bool hasCoarseClock(StringRef Kind) const;
  /// Whether Object is one that the runtime reads, at any suspend.
  bool isRuntimeObject(const AllocaInst *Object) const {
    return Object &&
           (Object == Deadline || Object == WakeTime || Object == Token);
  }
  /// The frame must be in the map before the fiber can arm its wake-up.
  bool armsThroughFrame() const { return UsesTimer || UsesWq; }
  Module &getModule() const { return *Body->getParent(); }
};

/// Where the innermost co_await of a suspend is: the call of the awaitable that
/// ends in Call, or what a yield point is for.
DebugLoc getAwaitLoc(const CallInst &Call);

/// The first place where the fiber arms its timer or work item; null if it has
/// neither.
const Instruction *findArming(const FiberShape &Shape);

/// Reads what the verbs say about the fiber whose body is Body. Reports
/// errors; null then. A fiber that nothing starts has no Starts.
std::unique_ptr<FiberShape> collectVerbs(Function &Body);

/// L42_callee, behind a chain of them if the call is in inlined functions.
std::string describeCall(const DILocation *Loc, StringRef Callee);

/// Adds a local that has a place in every frame of the fiber, for the runtime
/// to read; 0 at first.
AllocaInst *addRuntimeObject(FiberShape &Shape, Type *Ty, const Twine &Name);

/// Finds the suspend points and brings them into the form that SuspendPoint
/// describes; makes __fiber_token() a local. Changes the body. Reports errors;
/// false then.
bool canonicalizeSuspends(FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
