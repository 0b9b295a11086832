// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FrameLayout.h"
#include "Abi.h"
#include "Diagnostics.h"
#include "FrameAddresses.h"
#include "KernelObjects.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "RangeDemand.h"
#include "SourceVariables.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LazyValueInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/Support/CommandLine.h"

namespace llvm::bpffiber {

static constexpr uint64_t SpecialFieldSize = 16; // bpf_timer, bpf_wq

static cl::opt<unsigned>
    FrameLimit("bpf-fiber-frame-limit", cl::init(0), cl::value_desc("bytes"),
               cl::desc("Refuse fibers whose frames are larger than this"));

/// Names the members that take the most.
void FrameLayout::checkSize() {
  if (!FrameLimit || Size <= FrameLimit)
    return;
  Valid = false;
  DebugLoc At;
  if (DISubprogram *SP = Shape.Body->getSubprogram())
    At = DILocation::get(SP->getContext(), SP->getLine(), 0, SP);
  Diagnostic D(*Shape.Body, DS_Error, At, "bpf-fiber-frame-limit",
               "the frame of fiber '" + Shape.Name + "' has " + Twine(Size) +
                   " bytes; the limit is " + Twine(unsigned(FrameLimit)));
  SmallVector<const FrameField *> Largest;
  for (const FrameField &F : Fields)
    Largest.push_back(&F);
  stable_sort(Largest, [](const FrameField *A, const FrameField *B) {
    return A->Size > B->Size;
  });
  if (Largest.size() > 3)
    Largest.truncate(3);
  for (const FrameField *F : Largest) {
    DebugLoc Where = At;
    if (F->Variable && At)
      Where = DILocation::get(At->getContext(), F->Variable->getLine(), 0,
                              F->Variable->getScope());
    D.note(Where, Twine(F->Size) + " bytes are '" + F->Name + "'");
  }
  D.note(At, "make variables smaller, or end their use before the co_await");
}

FrameLayout::FrameLayout(const FiberShape &Shape,
                         const SuspendLiveness &Liveness,
                         const ValueOrigins &Origins,
                         const OwnedReferences &References, LazyValueInfo &LVI,
                         ScalarEvolution &SE)
    : Shape(Shape), Origins(Origins), References(References), LVI(LVI), SE(SE),
      Ranges(*Shape.Body), Pointers(*Shape.Body, Origins),
      DL(Shape.getModule().getDataLayout()), Saved(Shape.Suspends.size()) {
  addRuntimeFields();
  addObjects(Liveness);
  for (unsigned I = 0; I != Shape.Suspends.size(); ++I)
    saveValues(I, Liveness.valuesAcross(I));
  if (Valid)
    completeSaved(Liveness);
  if (!Valid)
    return;
  addReferences();
  addSlots();
  place(Liveness);
  nameFields();
  checkSize();
}

void FrameLayout::addRuntimeFields() {
  LLVMContext &C = Shape.Body->getContext();
  Type *Word = Type::getInt32Ty(C);
  Fields.push_back(
      {FrameField::Header, "state", Word, FIBER_HEADER_SIZE, Align(4)});
  Type *Special = ArrayType::get(Type::getInt64Ty(C), 2);
  if (Shape.UsesTimer) {
    TimerField = Fields.size();
    Fields.push_back(
        {FrameField::Timer, "timer", Special, SpecialFieldSize, Align(8)});
  }
  if (Shape.UsesWq) {
    WqField = Fields.size();
    Fields.push_back(
        {FrameField::Wq, "wq", Special, SpecialFieldSize, Align(8)});
  }
}

/// An object with a part that the kernel wants on the stack.
bool FrameLayout::checkObject(unsigned Suspend, AllocaInst *Object) {
  const char *What = nullptr;
  const Instruction *Where = nullptr;
  forEachAccess(*Object, [&](Instruction *I) {
    auto *Call = dyn_cast_or_null<CallBase>(I);
    if (!What && Call && (What = describeObjectOf(*Call)))
      Where = Call;
  });
  if (!What)
    return checkContent(Suspend, Object);
  if (!Reported.insert(Object).second)
    return false;
  DILocalVariable *Variable = findVariable(Object);
  Diagnostic(*Shape.Body, DS_Error, Shape.Suspends[Suspend].Call->getDebugLoc(),
             "bpf-fiber-object-across-await",
             Twine(What) + (Variable ? " '" + Variable->getName() + "'" : "") +
                 " cannot live across this co_await")
      .note(Where->getDebugLoc(),
            "the kernel accepts it on the stack of one activation only: it is "
            "used here")
      .note(Shape.Suspends[Suspend].Call->getDebugLoc(),
            "destroy or submit it before the co_await");
  return false;
}

/// A pointer that was stored into the frame comes out of it as a number.
bool FrameLayout::checkContent(unsigned Suspend, AllocaInst *Object) {
  const SuspendPoint &S = Shape.Suspends[Suspend];
  StoreInst *Store = Pointers.getStore(Object);
  if (!Store || !Pointers.isUsedBehind(*Object, *S.Call))
    return true;
  DILocalVariable *Variable = findVariable(Object);
  if (!Reported.insert(Object).second ||
      (Variable && !Reported.insert(Variable).second))
    return false;
  Origin O = Origins.get(Store->getValueOperand());
  Diagnostic(*Shape.Body, DS_Error, S.Call->getDebugLoc(),
             "bpf-fiber-pointer-across-await",
             (Variable ? "'" + Variable->getName() + "'" : Twine("a local")) +
                 " lives across this co_await with a " + describe(O) + " in it")
      .note(Store->getDebugLoc(), "it is put there here")
      .note(S.Call->getDebugLoc(), remedy(O));
  return false;
}

void FrameLayout::addObjects(const SuspendLiveness &Liveness) {
  for (unsigned I = 0; I != Shape.Suspends.size(); ++I)
    for (AllocaInst *Object : Liveness.objectsAcross(I)) {
      if (!checkObject(I, Object)) {
        Valid = false;
        continue;
      }
      if (auto It = Objects.find(Object); It != Objects.end()) {
        Fields[It->second].LiveAt.set(I);
        continue;
      }
      FrameField F{FrameField::Object, "", Object->getAllocatedType(),
                   DL.getTypeAllocSize(Object->getAllocatedType()),
                   Object->getAlign()};
      F.Alignment = std::min(F.Alignment, FrameAlignment);
      if (Object == Shape.Deadline)
        F.Name = "deadline";
      else if (Object == Shape.WakeTime)
        F.Name = "wake_time";
      else if (Object == Shape.Token)
        F.Name = "token";
      else {
        SourceName Name = nameValue(Object);
        F.Name = Name.Text;
        F.Variable = Name.Variable;
        F.DebugType = Name.Type;
      }
      F.LiveAt.resize(Shape.Suspends.size());
      F.LiveAt.set(I);
      F.Local = Object;
      Objects.insert({Object, Fields.size()});
      Fields.push_back(std::move(F));
    }
}

/// A part of the fiber's key, which each activation is told.
static bool isOfKey(const LoadInst &Load) {
  const DataLayout &DL = Load.getModule()->getDataLayout();
  const Value *Address = Load.getPointerOperand();
  APInt Offset(DL.getIndexTypeSizeInBits(Address->getType()), 0);
  const auto *Key =
      dyn_cast<Instruction>(Address->stripAndAccumulateConstantOffsets(
          DL, Offset, /*AllowNonInbounds=*/false));
  return Load.isSimple() && Key && getPrimitive(*Key) == Primitive::Key;
}

/// Cheap, free of side effects, and the same now and later.
bool FrameLayout::canRecompute(
    Value *V, const SmallPtrSetImpl<Value *> &Available) const {
  auto *I = dyn_cast<Instruction>(V);
  if (!I || I->isTerminator() || isa<PHINode>(I))
    return false;
  switch (getPrimitive(*I)) {
  case Primitive::Key:
  case Primitive::KeySize:
  case Primitive::Timer:
  case Primitive::Wq:
    return true;
  case Primitive::None:
    break;
  default:
    return false;
  }
  if (auto *Load = dyn_cast<LoadInst>(I))
    return getCoreOffset(I) || isOfKey(*Load);
  auto *II = dyn_cast<IntrinsicInst>(I);
  if (!isa<GetElementPtrInst, CastInst, BinaryOperator, ICmpInst, SelectInst>(
          I) &&
      !(II && II->getIntrinsicID() == Intrinsic::bpf_passthrough) &&
      !isRangeMark(*I))
    return false;
  if (I->getOpcode() == Instruction::UDiv ||
      I->getOpcode() == Instruction::URem)
    return false;
  for (Value *Op : I->operand_values()) {
    // A local has an address in every activation, in the frame or not.
    if (isa<Constant>(Op) || isa<MetadataAsValue>(Op) || isa<AllocaInst>(Op) ||
        Op == Shape.Ctx || Available.contains(Op))
      continue;
    if (auto *Cast = dyn_cast<CastInst>(Op);
        Cast && Available.contains(Cast->getOperand(0)))
      continue;
    if (auto *Inner = dyn_cast<Instruction>(Op);
        Inner && Origins.get(Op) != Origin::Scalar &&
        canRecompute(Inner, Available))
      continue;
    if (canRecompute(Op, Available) && isa<LoadInst>(Op))
      continue;
    return false;
  }
  return true;
}

static std::string quoted(Value *V) {
  if (DILocalVariable *Variable = findVariable(V))
    return (" '" + Variable->getName() + "'").str();
  return "";
}

bool FrameLayout::checkValue(unsigned Suspend, Value *V) {
  const SuspendPoint &S = Shape.Suspends[Suspend];
  Origin O = Origins.get(V);
  Instruction *Source = Origins.getSource(V);
  if (O == Origin::Scalar && V->getType()->isSingleValueType() &&
      !V->getType()->isVectorTy() && !V->getType()->isFloatingPointTy()) {
    if (!isDereferencedBehind(V, *S.Call))
      return true;
    O = Origin::Pointer;
    Source = dyn_cast<Instruction>(V);
  }
  // One message for one cause, however many values were computed from it.
  if (!Reported.insert(Source ? cast<Value>(Source) : V).second)
    return false;
  std::string Name = quoted(V);
  if (Name.empty() && Source)
    Name = quoted(Source);
  Diagnostic D(*Shape.Body, DS_Error, S.Call->getDebugLoc(),
               "bpf-fiber-pointer-across-await",
               Twine(describe(O)) + Name + " does not survive this co_await");
  if (Source && Source->getDebugLoc() && Source->getDebugLoc().getLine())
    D.note(Source->getDebugLoc(), "it comes from here");
  if (Instruction *Use = findUseBehind(S, V))
    D.note(Use->getDebugLoc(), "it is used here, in another activation");
  D.note(S.Call->getDebugLoc(), remedy(O));
  return false;
}

/// Without what is no multiple of 2^Zeros at the ends of a range: a counter in
/// steps of 8 that is below 16 is at most 8.
static ConstantRange roundRange(const ConstantRange &R, unsigned Zeros) {
  unsigned Bits = R.getBitWidth();
  if (Zeros == 0 || Zeros >= Bits || R.isWrappedSet() || R.isFullSet())
    return R;
  APInt Min = R.getUnsignedMin(), Max = R.getUnsignedMax();
  APInt Low = APInt::getLowBitsSet(Bits, Zeros);
  Max &= ~Low;
  if ((Min & Low) != 0)
    Min = (Min | Low) + 1;
  return Min.ugt(Max) ? R : ConstantRange::getNonEmpty(Min, Max + 1);
}

std::optional<ConstantRange> FrameLayout::rangeAt(Value *V,
                                                  const SuspendPoint &S) const {
  if (!V->getType()->isIntegerTy() || V->getType()->isIntegerTy(1))
    return std::nullopt;
  ConstantRange R = LVI.getConstantRange(V, S.Call, false);
  R = R.intersectWith(Ranges.getAt(V, S.Call->getParent()));
  if (SE.isSCEVable(V->getType())) {
    const SCEV *Expression = SE.getSCEV(V);
    R = R.intersectWith(SE.getUnsignedRange(Expression));
    R = roundRange(R, SE.getMinTrailingZeros(Expression));
  }
  if (R.isFullSet())
    return std::nullopt;
  // Tests that contradict each other are a way to S that the verifier walks,
  // and on from there, round loops too.
  if (R.isEmptySet())
    return ConstantRange(APInt::getZero(R.getBitWidth()));
  return R;
}

/// A number that was made wider is kept as narrow as it was.
static Value *narrowSource(Value *V) {
  if (!isa<ZExtInst, SExtInst>(V))
    return nullptr;
  Value *Narrow = cast<CastInst>(V)->getOperand(0);
  return isa<Instruction, Argument>(Narrow) ? Narrow : nullptr;
}

/// Errors for references that the frame cannot take over.
bool FrameLayout::checkReference(unsigned Suspend, Value *V) {
  const SuspendPoint &S = Shape.Suspends[Suspend];
  const Reference &Ref = *References.getReference(V);
  OwnedReferences::State State = References.stateAt(V, *S.Call);
  bool IsHeld =
      State == OwnedReferences::Held || State == OwnedReferences::MaybeNull;
  if (State == OwnedReferences::Null || (IsHeld && Ref.isOwnable()))
    return true;
  Instruction *Source = Origins.getSource(V);
  if (!Reported.insert(Source ? cast<Value>(Source) : V).second)
    return false;
  std::string Name = quoted(V);
  if (Name.empty() && Source)
    Name = quoted(Source);
  auto *Call = dyn_cast_or_null<CallBase>(Source);
  const Function *Acquire = Call ? Call->getCalledFunction() : nullptr;
  DebugLoc At = S.Call->getDebugLoc();
  auto Explain = [&](Diagnostic &&D, const char *Remedy) {
    if (Source)
      D.note(Source->getDebugLoc(),
             "it is acquired here" +
                 (Acquire ? " by '" + Acquire->getName() + "()'" : Twine()));
    if (Instruction *Use = findUseBehind(S, V))
      D.note(Use->getDebugLoc(), "it is used here, in another activation");
    D.note(At, Remedy);
  };
  if (IsHeld)
    Explain(Diagnostic(*Shape.Body, DS_Error, At,
                       "bpf-fiber-reference-across-await",
                       "kernel reference" + Twine(Name) +
                           " is held at this co_await, and no map can own it"),
            "release it before the co_await and acquire it again behind it; if "
            "the kernel has a destructor for its type, declare it with "
            "FIBER_REFERENCE()");
  else
    Explain(Diagnostic(*Shape.Body, DS_Error, At,
                       "bpf-fiber-reference-released",
                       "kernel reference" + Twine(Name) +
                           " is used behind this co_await, but may have been "
                           "released before"),
            "set the variable to NULL where you release it");
  return false;
}

void FrameLayout::saveReference(unsigned Suspend, Value *V) {
  if (!checkReference(Suspend, V)) {
    Valid = false;
    return;
  }
  SavedValue SV{V, /*Field=*/0, std::nullopt, /*IsReference=*/true};
  switch (References.stateAt(V, *Shape.Suspends[Suspend].Call)) {
  case OwnedReferences::Null:
    SV.Field = SavedValue::Null;
    break;
  case OwnedReferences::Held:
    SV.IsNonNull = true;
    break;
  default:
    break;
  }
  Saved[Suspend].push_back(SV);
}

void FrameLayout::saveValues(unsigned Suspend, ArrayRef<Value *> Live) {
  SetVector<Value *> Stored, Computed;
  SmallPtrSet<Value *, 16> Available;
  // What is held is kept whether it is used behind the await or not: it is
  // released with the frame.
  SetVector<Value *> Held;
  for (Value *V : References.heldAt(*Shape.Suspends[Suspend].Call))
    Held.insert(V);
  for (Value *V : Live)
    if (References.getReference(V))
      Held.insert(V);
  SmallPtrSet<Value *, 16> LiveSet(Live.begin(), Live.end());
  SmallDenseMap<Value *, Value *> KeptFor;
  auto Store = [&](Value *V, Value *For = nullptr) {
    if (!Stored.insert(V))
      return;
    Valid &= checkValue(Suspend, V);
    Available.insert(V);
    KeptFor[V] = LiveSet.contains(V) ? nullptr : For;
  };

  // What cannot be computed from other live values is stored.
  LiveSet.insert(Held.begin(), Held.end());
  Available.insert(Held.begin(), Held.end());
  SmallVector<Value *> Pending;
  for (Value *V : Live) {
    if (Held.contains(V))
      continue;
    if (canRecompute(V, LiveSet)) {
      Pending.push_back(V);
    } else if (Value *Narrow = narrowSource(V)) {
      Store(Narrow, V);
      Pending.push_back(V);
    } else if (SmallVector<Value *, 2> Numbers;
               getAddressNumbers(V, Shape, Numbers)) {
      for (Value *N : Numbers)
        Store(narrowSource(N) ? narrowSource(N) : N, V);
      Pending.push_back(V);
    } else {
      Store(V);
    }
  }
  // The rest is computed, operands first. Definitions dominate uses, so this
  // ends with nothing pending.
  for (bool Progress = true; Progress;) {
    Progress = false;
    for (Value *V : Pending)
      if (!Available.contains(V) && canRecompute(V, Available)) {
        Computed.insert(V);
        Available.insert(V);
        Progress = true;
      }
  }
  for (Value *V : Pending)
    if (!Available.contains(V))
      Store(V);

  const SuspendPoint &S = Shape.Suspends[Suspend];
  for (Value *V : Stored) {
    SavedValue SV{V, /*Field=*/0, std::nullopt};
    if (Valid && demandsRange(*V, S))
      SV.Range = rangeAt(V, S);
    SV.For = KeptFor.lookup(V);
    Saved[Suspend].push_back(SV);
  }
  // References behind the numbers: a range check that fails finds them still
  // owned by the frame.
  SmallPtrSet<Value *, 8> OnReferences(Held.begin(), Held.end());
  SmallVector<Value *> Late;
  for (Value *V : Computed) {
    if (any_of(cast<Instruction>(V)->operand_values(),
               [&](Value *Op) { return OnReferences.contains(Op); })) {
      OnReferences.insert(V);
      Late.push_back(V);
      continue;
    }
    Saved[Suspend].push_back({V, SavedValue::Computed, std::nullopt});
  }
  for (Value *V : Held)
    saveReference(Suspend, V);
  for (Value *V : Late)
    Saved[Suspend].push_back({V, SavedValue::Computed, std::nullopt});
}

/// What is stored in place of a value that lives across a suspend, the number
/// that it was made of, need not live across it itself. It must then be known
/// behind every suspend that this one is reached from.
void FrameLayout::completeSaved(const SuspendLiveness &Liveness) {
  DominatorTree DT(*Shape.Body);
  for (unsigned I = 0; I != Saved.size(); ++I) {
    SmallVector<std::pair<Value *, Value *>> Added;
    for (const SavedValue &SV : Saved[I])
      if (SV.isStored() && SV.V->getType()->isIntegerTy() &&
          !is_contained(Liveness.valuesAcross(I), SV.V))
        Added.push_back({SV.V, SV.For});
    for (auto [V, For] : Added)
      for (unsigned J = 0; J != Saved.size(); ++J) {
        const SuspendPoint &Earlier = Shape.Suspends[J];
        SmallPtrSet<Value *, 16> Known;
        for (const SavedValue &SV : Saved[J])
          Known.insert(SV.V);
        auto *Def = dyn_cast<Instruction>(V);
        if (Known.contains(V) || (Def && !DT.dominates(Def, Earlier.Call)) ||
            !isPotentiallyReachable(Earlier.Call, Shape.Suspends[I].Call))
          continue;
        if (canRecompute(V, Known))
          Saved[J].push_back({V, SavedValue::Computed, std::nullopt});
        else {
          SavedValue SV{V, /*Field=*/0, rangeAt(V, Earlier)};
          SV.For = For;
          Saved[J].insert(Saved[J].begin(), SV);
        }
      }
  }
}

/// The optimiser widens a variable to 64 bits where that saves conversions. If
/// its value is known to fit, the frame keeps the type that the C source gave
/// it.
Type *FrameLayout::slotType(Value *V, const BitVector &At,
                            const DIType *SourceType) const {
  Type *Ty = V->getType();
  if (!Ty->isIntegerTy())
    return Ty;
  if (Ty->isIntegerTy(1))
    return Type::getInt8Ty(Ty->getContext());
  if (auto Address = getAddressNumber(V))
    return Type::getIntNTy(Ty->getContext(), Address->Bits);
  uint64_t Bits = getSizeInBits(SourceType);
  if (Bits < 8 || Bits >= Ty->getIntegerBitWidth() || !isPowerOf2_64(Bits))
    return Ty;
  for (unsigned I : At.set_bits()) {
    auto Range = rangeAt(V, Shape.Suspends[I]);
    if (!Range || Range->getUnsignedMax().getActiveBits() > Bits)
      return Ty;
  }
  return Type::getIntNTy(Ty->getContext(), Bits);
}

/// BTF_FIELDS_MAX in the kernel: timers, work items and kptrs of a map value.
static constexpr unsigned MaxSpecialFields = 11;

/// A kptr field for each reference. References of one variable share it unless
/// both are held at one suspend.
void FrameLayout::addReferences() {
  struct User {
    SavedValue *SV;
    unsigned Suspend;
  };
  MapVector<Value *, SmallVector<User, 4>> Users;
  for (auto [I, List] : enumerate(Saved))
    for (SavedValue &SV : List)
      if (SV.IsReference && SV.isStored())
        Users[SV.V].push_back({&SV, static_cast<unsigned>(I)});
  SmallVector<std::pair<unsigned, BitVector>, 4> Taken;
  for (auto &[V, List] : Users) {
    const Reference &Ref = *References.getReference(V);
    DILocalVariable *Variable = findVariable(V);
    BitVector At(Saved.size());
    for (const User &U : List)
      At.set(U.Suspend);
    auto It = find_if(Taken, [&](auto &Known) {
      const FrameField &F = Fields[Known.first];
      return Variable && F.Variable == Variable && F.Ref.isSameType(Ref) &&
             !Known.second.anyCommon(At);
    });
    if (It == Taken.end()) {
      FrameField F{FrameField::Kptr, "", V->getType(), 8, Align(8)};
      F.Variable = Variable;
      F.Ref = Ref;
      Taken.push_back({static_cast<unsigned>(Fields.size()), At});
      Fields.push_back(std::move(F));
      It = std::prev(Taken.end());
    }
    It->second |= At;
    for (const User &U : List)
      U.SV->Field = It->first;
  }
  unsigned Special = Taken.size() + Shape.UsesTimer + Shape.UsesWq;
  if (Special <= MaxSpecialFields)
    return;
  Valid = false;
  Diagnostic(*Shape.Body, DS_Error, DebugLoc(), "bpf-fiber-too-many-references",
             "the frame of fiber '" + Shape.Name + "' would own " +
                 Twine(Special) +
                 " timers, work items and references; the "
                 "kernel allows " +
                 Twine(MaxSpecialFields) + " in a map value")
      .note(DebugLoc(), "release some before the co_await, or keep them in a "
                        "struct from bpf_obj_new(), which is one reference");
}

/// The type of 8, 16 or 32 bits that V, which Slot can hold, is known to fit
/// into at all suspends At; or Slot.
Type *FrameLayout::narrowType(Value *V, Type *Slot, const BitVector &At) const {
  if (!Slot->isIntegerTy() || V->getType()->isIntegerTy(1))
    return Slot;
  unsigned Bits = 8;
  for (unsigned I : At.set_bits()) {
    auto Range = rangeAt(V, Shape.Suspends[I]);
    if (!Range)
      return Slot;
    Bits = std::max(Bits, Range->getUnsignedMax().getActiveBits());
  }
  Bits = std::min<unsigned>(PowerOf2Ceil(Bits), Slot->getIntegerBitWidth());
  return Type::getIntNTy(V->getContext(), Bits);
}

void FrameLayout::addSlots() {
  // Which suspends each value is stored at, in order of first use.
  MapVector<Value *, BitVector> StoredAt;
  for (auto [I, List] : enumerate(Saved))
    for (const SavedValue &SV : List)
      if (SV.isStored() && !SV.IsReference) {
        BitVector &At = StoredAt[SV.V];
        At.resize(Saved.size());
        At.set(I);
      }

  DenseMap<Value *, unsigned> FieldOf;
  for (auto &[V, At] : StoredAt) {
    SourceName Name = nameValue(V);
    Type *Ty = slotType(V, At, Name.Type);
    auto It = find_if(Fields, [&, &At = At](const FrameField &F) {
      return F.Kind == FrameField::Slot && F.Variable == Name.Variable &&
             F.Name == Name.Text && F.Ty == Ty && !F.LiveAt.anyCommon(At);
    });
    if (It == Fields.end()) {
      FrameField F{FrameField::Slot, Name.Text, Ty, DL.getTypeStoreSize(Ty),
                   DL.getABITypeAlign(Ty)};
      F.Variable = Name.Variable;
      F.DebugType = Name.Type;
      F.IsSigned = Name.IsSigned;
      F.LiveAt.resize(Saved.size());
      It = Fields.insert(It, std::move(F));
    }
    It->LiveAt |= At;
    It->IsSigned &= Name.IsSigned;
    Type *Narrow = narrowType(V, Ty, At);
    if (!It->NarrowTy ||
        DL.getTypeStoreSize(It->NarrowTy) < DL.getTypeStoreSize(Narrow))
      It->NarrowTy = Narrow;
    FieldOf[V] = It - Fields.begin();
  }
  for (auto &List : Saved)
    for (SavedValue &SV : List)
      if (SV.isStored() && !SV.IsReference)
        SV.Field = FieldOf[SV.V];
}

/// The C variable's name, made unique.
void FrameLayout::nameFields() {
  StringSet<> Names;
  for (auto [I, F] : enumerate(Fields)) {
    if (F.isOfFiber() || F.Kind == FrameField::Kptr) {
      if (F.Kind == FrameField::Kptr)
        F.Name = F.Variable ? F.Variable->getName().str() : F.Ref.Type.str();
      else if (F.Name.empty())
        F.Name = "spill" + std::to_string(I);
      if (getSizeInBits(F.DebugType) != F.Size * 8)
        F.DebugType = nullptr;
    }
    std::string Unique = F.Name;
    for (unsigned N = 2; !Names.insert(Unique).second; ++N)
      Unique = F.Name + "_" + std::to_string(N);
    F.Name = Unique;
  }
}

struct FrameLayout::Plan {
  bool Narrow, UseHeaderBytes;

  bool isNarrow(const FrameField &F) const {
    return Narrow && F.NarrowTy &&
           F.NarrowTy->getIntegerBitWidth() < F.Size * 8;
  }
};

/// Whether the one suspend point tells the state, and nobody claims the frame
/// (or puts its word back after a reply that was stale).
static bool canDropHeader(const FiberShape &Shape) {
  return Shape.isLocal() && !Shape.isArray() && Shape.Suspends.size() == 1 &&
         !Shape.armsThroughFrame() && !Shape.Token;
}

/// Pieces gets a place for each field behind the header, in their order; a size
/// of 0 says that it is in the header.
uint64_t FrameLayout::tryPlan(const Plan &P, const SuspendLiveness &Liveness,
                              MutableArrayRef<FramePiece> Pieces) const {
  // The bytes beside the state, and at which suspends they are taken.
  BitVector Taken[FIBER_HEADER_BYTES];
  if (P.UseHeaderBytes)
    for (BitVector &At : Taken)
      At.resize(Shape.Suspends.size());
  SmallVector<unsigned> Outside;
  SmallVector<FramePiece> Places;
  for (auto [I, Piece] : enumerate(Pieces)) {
    const FrameField &F = Fields[I + 1];
    Piece = {F.Size, F.Alignment};
    if (P.isNarrow(F))
      Piece = {DL.getTypeStoreSize(F.NarrowTy), DL.getABITypeAlign(F.NarrowTy)};
    if (P.UseHeaderBytes && F.Kind == FrameField::Slot && Piece.Size == 1) {
      BitVector *Free = find_if(
          Taken, [&](const BitVector &At) { return !At.anyCommon(F.LiveAt); });
      if (Free != std::end(Taken)) {
        *Free |= F.LiveAt;
        unsigned Byte = Free - Taken + 1;
        Piece = {0, Align(1),
                 DL.isBigEndian() ? FIBER_HEADER_SIZE - 1 - Byte : Byte};
        continue;
      }
    }
    Outside.push_back(I);
    Places.push_back(Piece);
  }
  uint64_t HeaderSize = HasHeader ? FIBER_HEADER_SIZE : 0;
  uint64_t Whole = placePieces(Places, HeaderSize, [&](unsigned I, unsigned J) {
    const FrameField &A = Fields[Outside[I] + 1], &B = Fields[Outside[J] + 1];
    return A.isOfFiber() && B.isOfFiber() && !A.LiveAt.anyCommon(B.LiveAt) &&
           !(A.Local && B.Local && Liveness.interfere(A.Local, B.Local));
  });
  for (auto [I, Place] : zip_equal(Outside, Places))
    Pieces[I] = Place;
  // The runtime reads a word where there may be a header.
  return std::max<uint64_t>(Whole, FIBER_HEADER_SIZE);
}

void FrameLayout::place(const SuspendLiveness &Liveness) {
  HasHeader = Fields.size() == 1 || !canDropHeader(Shape);
  // From the one that is easiest to read.
  static constexpr Plan Plans[] = {
      {false, false}, {false, true}, {true, false}, {true, true}};
  const Plan *Best = nullptr;
  SmallVector<FramePiece> BestPieces;
  for (const Plan &P : Plans) {
    if (P.UseHeaderBytes &&
        (!HasHeader || Shape.Suspends.size() > FIBER_SMALL_STATE_MASK))
      continue;
    SmallVector<FramePiece> Pieces(Fields.size() - 1);
    uint64_t Whole = tryPlan(P, Liveness, Pieces);
    if (Best && Whole >= Size)
      continue;
    Best = &P;
    BestPieces = std::move(Pieces);
    Size = Whole;
  }
  for (auto [I, Piece] : enumerate(BestPieces)) {
    FrameField &F = Fields[I + 1];
    F.Offset = Piece.Offset;
    F.Alignment = Piece.Alignment;
    F.IsInHeader = Piece.Size == 0 && F.Size != 0;
    HasHeaderBytes |= F.IsInHeader;
    if (Best->isNarrow(F)) {
      F.IsSigned = false; // it is not negative
      F.Ty = F.NarrowTy;
      F.Size = DL.getTypeStoreSize(F.Ty);
    }
  }
  if (!HasHeaderBytes)
    return;
  Fields[0].Size = 1;
  if (DL.isBigEndian())
    Fields[0].Offset = FIBER_HEADER_SIZE - 1;
}

} // namespace llvm::bpffiber
