// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FiberShape.h"
#include "Abi.h"
#include "Diagnostics.h"
#include "Kinds.h"
#include "Primitives.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/KnownBits.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

bool FiberShape::isArray() const { return MapFlags & FIBER_F_ARRAY; }
bool FiberShape::isLocal() const { return MapFlags & FIBER_F_LOCAL; }

bool FiberShape::hasCoarseClock(StringRef Kind) const {
  // Programs of any type destroy fibers.
  if (Kind == CancelKind)
    return false;
  KindTraits Traits = getKindTraits(Kind);
  return (Traits.HasContext ? Traits : getKindTraits(HomeKind)).HasCoarseClock;
}

static bool readString(Value *V, StringRef &Text) {
  return getConstantStringInfo(V, Text);
}

/// A verb's operand must be the same object at every verb of the fiber.
static bool mergeOperand(FiberShape &Shape, CallInst &Verb, unsigned Operand,
                         GlobalVariable *&Known, const char *What) {
  auto *Found = dyn_cast<GlobalVariable>(
      Verb.getArgOperand(Operand)->stripPointerCasts());
  if (!Found) {
    Diagnostic(*Verb.getFunction(), DS_Error, Verb.getDebugLoc(),
               "bpf-fiber-verb-operand",
               "the " + Twine(What) + " of fiber '" + Shape.Name +
                   "' is not known at compile time here")
        .note(Verb.getDebugLoc(),
              "name it literally, or make the function that passes it on "
              "'static __always_inline'");
    return false;
  }
  if (Known && Known != Found) {
    Diagnostic(*Verb.getFunction(), DS_Error, Verb.getDebugLoc(),
               "bpf-fiber-two-maps",
               "fiber '" + Shape.Name + "' is used with " + What + " '" +
                   Found->getName() + "' here and with '" + Known->getName() +
                   "' elsewhere")
        .note(Verb.getDebugLoc(), "a fiber has one FIBER_MAP()");
    return false;
  }
  Known = Found;
  return true;
}

static bool collectVerb(FiberShape &Shape, CallInst &Verb) {
  bool IsStart = getPrimitive(Verb) == Primitive::Start;
  StringRef Kind;
  if (!readString(Verb.getArgOperand(verbop::Kind), Kind) ||
      !isValidKind(Kind) || isReservedKind(Kind)) {
    Diagnostic(*Verb.getFunction(), DS_Error, Verb.getDebugLoc(),
               "bpf-fiber-kind",
               "the kind of context in which fiber '" + Shape.Name +
                   "' is run is not a constant name")
        .note(Verb.getDebugLoc(), "use the name given to FIBER_CONTEXT()");
    return false;
  }
  if (IsStart) {
    if (!Shape.HomeKind.empty() && Shape.HomeKind != Kind) {
      Diagnostic(*Verb.getFunction(), DS_Error, Verb.getDebugLoc(),
                 "bpf-fiber-two-homes",
                 "fiber '" + Shape.Name + "' is started in context '" + Kind +
                     "' here and in '" + Shape.HomeKind + "' elsewhere")
          .note(Shape.Starts.front()->getDebugLoc(), "started here");
      return false;
    }
    Shape.HomeKind = Kind.str();
    Shape.Starts.push_back(&Verb);
  } else {
    Shape.Resumes.push_back(&Verb);
  }
  auto *KeySize = dyn_cast<ConstantInt>(Verb.getArgOperand(verbop::KeySize));
  // fiber_spawn() adds flags that may be computed, the map's are not.
  KnownBits Flags = computeKnownBits(Verb.getArgOperand(verbop::Flags),
                                     Verb.getModule()->getDataLayout());
  constexpr uint32_t OfMap = FIBER_F_ARRAY | FIBER_F_LOCAL;
  uint32_t Known = (Flags.Zero | Flags.One).getZExtValue();
  if (!KeySize || (Known & OfMap) != OfMap) {
    Diagnostic(*Verb.getFunction(), DS_Error, Verb.getDebugLoc(),
               "bpf-fiber-verb-operand",
               "the properties of the map of fiber '" + Shape.Name +
                   "' are not known at compile time here");
    return false;
  }
  Shape.KeySize = KeySize->getZExtValue();
  Shape.MapFlags = Flags.One.getZExtValue() & OfMap;
  return mergeOperand(Shape, Verb, verbop::Map, Shape.Map, "map") &&
         mergeOperand(Shape, Verb, verbop::Counters, Shape.Counters,
                      "counters") &&
         mergeOperand(Shape, Verb, verbop::Runtime, Shape.Runtime, "runtime");
}

std::unique_ptr<FiberShape> collectVerbs(Function &Body) {
  auto Shape = std::make_unique<FiberShape>();
  Shape->Name = Body.getFnAttribute(FiberBodyAttr).getValueAsString().str();
  Shape->Body = &Body;
  Shape->Declaration = Body.getParent()->getFunction(Shape->Name);
  if (Body.arg_empty() || !Body.getArg(0)->getType()->isPointerTy() ||
      !Body.getReturnType()->isIntegerTy()) {
    Diagnostic(Body, DS_Error, DebugLoc(), "bpf-fiber-prototype",
               "fiber '" + Shape->Name +
                   "' must return an integer and take a context pointer first");
    return nullptr;
  }
  Shape->Ctx = Body.getArg(0);
  bool Good = true;
  const DILocation *Wrong = nullptr;
  if (Shape->Declaration) {
    // Users are visited in an order that depends on how the module was read;
    // take them in the order of the functions they are in.
    for (Function &F : *Body.getParent())
      for (Instruction &I : instructions(F)) {
        Primitive P = getPrimitive(I);
        if ((P != Primitive::Start && P != Primitive::Resume &&
             P != Primitive::Cancel) ||
            cast<CallInst>(I).getArgOperand(verbop::Fiber) !=
                Shape->Declaration)
          continue;
        if (P == Primitive::Cancel) {
          Shape->IsCancelled = Body.hasFnAttribute(CancellableAttr);
          continue;
        }
        // A verb that starts and resumes is wrong once.
        const DILocation *Loc = I.getDebugLoc().get();
        if (Wrong && Loc && Wrong->getLine() == Loc->getLine() &&
            Wrong->getColumn() == Loc->getColumn())
          continue;
        if (collectVerb(*Shape, cast<CallInst>(I)))
          continue;
        Good = false;
        Wrong = Loc;
      }
  }
  return Good ? std::move(Shape) : nullptr;
}

/// "__fiber_yield_to_user" is the awaitable that users know as yield_to_user.
static StringRef awaitableName(StringRef Name) {
  Name.consume_front("__fiber_");
  return Name;
}

/// How the runtime's awaitables are written is not the user's concern.
static bool isInRuntime(const DILocation &Loc) {
  return Loc.getScope()->getSubprogram()->getName().starts_with("__fiber_");
}

DebugLoc getAwaitLoc(const CallInst &Call) {
  const DILocation *Loc = Call.getDebugLoc().get();
  if (!Loc || getSuspendKinds(Call) == YieldKind)
    return Call.getDebugLoc();
  const DILocation *At = Loc->getInlinedAt();
  while (At && At->getInlinedAt() && isInRuntime(*At))
    At = At->getInlinedAt();
  return DebugLoc(At && At->getLine() != 0 ? At : Loc);
}

/// Name behind the calls that Loc is inlined into. Line 0 is that of awaits
/// that are one piece of code: what is above them is in the return state.
static std::string describePath(const DILocation *Loc, std::string Name) {
  for (const DILocation *At = Loc->getInlinedAt(); At && At->getLine() != 0;
       Loc = At, At = At->getInlinedAt()) {
    if (isInRuntime(*At))
      continue;
    StringRef Callee =
        awaitableName(Loc->getScope()->getSubprogram()->getName());
    std::string Part = ("L" + Twine(At->getLine()) + "_" + Callee).str();
    Name = Name.empty() ? Part : Part + "__" + Name;
  }
  if (Name.empty())
    Name = ("L" + Twine(Loc->getLine()) + "_suspend").str();
  for (char &C : Name)
    if (!isAlnum(C) && C != '_')
      C = '_';
  return Name;
}

std::string describeCall(const DILocation *Loc, StringRef Callee) {
  if (!Loc)
    return Callee.str();
  return describePath(Loc, ("L" + Twine(Loc->getLine()) + "_" + Callee).str());
}

static std::string describeSuspend(const CallInst &Call) {
  bool IsYield = getSuspendKinds(Call) == YieldKind;
  const DILocation *Loc = Call.getDebugLoc().get();
  if (!Loc)
    return IsYield ? "yield" : "suspend";
  return describePath(
      Loc, IsYield ? ("L" + Twine(Loc->getLine()) + "_yield").str() : "");
}

/// A yield goes on in a work item, or when the user thread calls again.
static void setYieldKinds(const FiberShape &Shape, SuspendPoint &S) {
  S.IsYield = true;
  if (Shape.UsesWq)
    S.Kinds.push_back(WqKind);
  if (!Shape.UsesWq || Shape.HomeKind == SyscallKind ||
      any_of(Shape.Resumes, [](const CallInst *Resume) {
        StringRef Kind;
        readString(Resume->getArgOperand(verbop::Kind), Kind);
        return Kind == SyscallKind;
      }))
    S.Kinds.push_back(SyscallKind);
}

static bool readKinds(const FiberShape &Shape, SuspendPoint &S) {
  const CallInst &Call = *S.Call;
  StringRef Text = getSuspendKinds(Call);
  if (Text == YieldKind) {
    setYieldKinds(Shape, S);
    return true;
  }
  if (Text.empty()) {
    Diagnostic(*Shape.Body, DS_Error, Call.getDebugLoc(), "bpf-fiber-kind",
               "what this await waits for is not a constant")
        .note(Call.getDebugLoc(),
              "__fiber_suspend() takes a string literal of kinds");
    return false;
  }
  SmallVector<StringRef, 2> Kinds;
  Text.split(Kinds, '|');
  for (StringRef Kind : Kinds) {
    if (!isValidKind(Kind) || Kind == CancelKind) {
      Diagnostic(*Shape.Body, DS_Error, Call.getDebugLoc(), "bpf-fiber-kind",
                 "'" + Kind + "' is not a kind of wake-up");
      return false;
    }
    std::string Resolved = Kind == HomeKind ? Shape.HomeKind : Kind.str();
    if (!S.isResumedBy(Resolved))
      S.Kinds.push_back(Resolved);
  }
  if (Shape.IsCancelled)
    S.Kinds.push_back(CancelKind);
  // A suspend with a record asks, and its replies come in the kind syscall.
  if (Shape.HomeKind == SyscallKind && is_contained(Kinds, HomeKind) &&
      is_contained(Kinds, SyscallKind) &&
      !isa<Constant>(Call.getArgOperand(suspendop::Record))) {
    Diagnostic(*Shape.Body, DS_Error, Call.getDebugLoc(),
               "bpf-fiber-reply-at-home",
               "this co_await cannot tell a reply from another activation: "
               "fiber '" +
                   Shape.Name + "' is at home in 'syscall', where replies come")
        .note(Call.getDebugLoc(),
              "wait for the reply alone with yield_to_user() or "
              "yield_to_user_or_timeout(), or start the fiber in a context of "
              "another kind, see FIBER_CONTEXT()")
        .note(Shape.Starts.front()->getDebugLoc(), "it is started here");
    return false;
  }
  return true;
}

AllocaInst *addRuntimeObject(FiberShape &Shape, Type *Ty, const Twine &Name) {
  Function &Body = *Shape.Body;
  IRBuilder<> B(&*Body.getEntryBlock().getFirstInsertionPt());
  AllocaInst *Object = B.CreateAlloca(Ty, nullptr, Name);
  // Unknown to the fiber until it has set it.
  B.CreateStore(ConstantInt::get(Ty, 0), Object);
  return Object;
}

const Instruction *findArming(const FiberShape &Shape) {
  for (const Instruction &I : instructions(*Shape.Body)) {
    Primitive P = getPrimitive(I);
    if (P == Primitive::Timer || P == Primitive::Wq ||
        (P == Primitive::Suspend && Shape.UsesWq &&
         getSuspendKinds(cast<CallInst>(I)) == YieldKind))
      return &I;
  }
  return nullptr;
}

/// A timer or a work item runs beside the verbs, and only a claim keeps the two
/// apart.
static bool checkLocalMap(const FiberShape &Shape) {
  const Instruction *Armed = Shape.isLocal() ? findArming(Shape) : nullptr;
  if (!Armed)
    return true;
  StringRef What =
      getPrimitive(*Armed) == Primitive::Timer ? "timer" : "work item";
  Diagnostic(*Shape.Body, DS_Error, Armed->getDebugLoc(), "bpf-fiber-local-map",
             "fiber '" + Shape.Name + "' uses a " + What + ", and its map '" +
                 Shape.Map->getName() + "' is a FIBER_LOCAL_MAP()")
      .note(Armed->getDebugLoc(),
            "its frames are not claimed, so nothing would keep the " + What +
                " and the programs that run the fiber apart: declare the map "
                "with FIBER_MAP()");
  return false;
}

/// Notes which fields the frame must have.
static void lowerFieldPrimitives(FiberShape &Shape) {
  for (Instruction &I : make_early_inc_range(instructions(*Shape.Body)))
    switch (getPrimitive(I)) {
    case Primitive::Token:
      if (!Shape.Token)
        Shape.Token = addRuntimeObject(
            Shape, Type::getInt32Ty(Shape.Body->getContext()), "token");
      I.replaceAllUsesWith(Shape.Token);
      I.eraseFromParent();
      break;
    case Primitive::Timer:
      Shape.UsesTimer = true;
      break;
    case Primitive::Wq:
      Shape.UsesWq = true;
      break;
    default:
      break;
    }
}

/// A jump of BPF reaches 2^15 instructions far (struct bpf_insn), over the code
/// of about as many suspend points; beyond it LLVM fails, after a long time.
static constexpr size_t MaxSuspends = 4096;
static_assert(MaxSuspends <= FIBER_STATE_MASK);

bool canonicalizeSuspends(FiberShape &Shape) {
  lowerFieldPrimitives(Shape);
  if (!checkLocalMap(Shape))
    return false;

  SmallVector<CallInst *> Calls;
  for (Instruction &I : instructions(*Shape.Body))
    if (isSuspend(I))
      Calls.push_back(cast<CallInst>(&I));

  if (Calls.size() > MaxSuspends) {
    Diagnostic(*Shape.Body, DS_Error, DebugLoc(), "bpf-fiber-too-many-suspends",
               "fiber '" + Shape.Name + "' has " + Twine(Calls.size()) +
                   " suspend points; jumps of BPF reach " + Twine(MaxSuspends));
    return false;
  }
  bool Good = true;
  StringSet<> Names;
  for (CallInst *Call : Calls) {
    SplitBlock(Call->getParent(), Call);
    SuspendPoint S{Call,
                   static_cast<unsigned>(Shape.Suspends.size()) + 1,
                   {},
                   describeSuspend(*Call),
                   false};
    std::string Unique = S.Name;
    for (unsigned N = 2; !Names.insert(Unique).second; ++N)
      Unique = (S.Name + "_" + Twine(N)).str();
    S.Name = Unique;
    Good &= readKinds(Shape, S);
    Shape.Suspends.push_back(std::move(S));
  }
  return Good;
}

} // namespace llvm::bpffiber
