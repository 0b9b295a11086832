// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SourceVariables.h"
#include "Compat.h"
#include "Diagnostics.h"
#include "FrameAddresses.h"
#include "Primitives.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include <deque>

namespace llvm::bpffiber {

namespace {
/// How a value relates to a variable, the closest first.
struct Relation {
  enum Closeness { Same, Part, Shifted, Source, None };
  Closeness Kind = None;
  DILocalVariable *Variable = nullptr;
  /// Of a part.
  std::string Path = {};
  DIType *Type = nullptr;
  /// The variable is the value and this.
  int64_t Offset = 0;
  bool IsSigned = false;
};
} // namespace

static const DIType *stripNames(const DIType *T) {
  while (const auto *Derived = dyn_cast_or_null<DIDerivedType>(T)) {
    if (T->getTag() == dwarf::DW_TAG_pointer_type)
      return T;
    T = Derived->getBaseType();
  }
  return T;
}

/// Appends to Path how the Size bits at Offset of a T are called; returns their
/// type, null if they are no member.
static DIType *findMember(DIType *T, uint64_t Offset, uint64_t Size,
                          std::string &Path) {
  const auto *Composite = dyn_cast_or_null<DICompositeType>(stripNames(T));
  bool HasOnePart =
      Composite && (Composite->getTag() == dwarf::DW_TAG_array_type
                        ? getSizeInBits(Composite->getBaseType()) == Size
                        : Composite->getElements().size() == 1);
  if (Offset == 0 && getSizeInBits(T) == Size && !HasOnePart)
    return T;
  if (!Composite)
    return nullptr;
  if (Composite->getTag() == dwarf::DW_TAG_array_type) {
    uint64_t Element = getSizeInBits(Composite->getBaseType());
    if (Element == 0 || Composite->getElements().size() != 1)
      return nullptr;
    Path += "_" + utostr(Offset / Element);
    return findMember(Composite->getBaseType(), Offset % Element, Size, Path);
  }
  for (DINode *Node : Composite->getElements()) {
    auto *Member = dyn_cast_or_null<DIDerivedType>(Node);
    if (!Member || Member->getTag() != dwarf::DW_TAG_member ||
        Member->getOffsetInBits() > Offset)
      continue;
    uint64_t Inner = Offset - Member->getOffsetInBits();
    if (Inner + Size > getSizeInBits(Member))
      continue;
    std::string Below = Path;
    if (!Member->getName().empty())
      Below += ("_" + Member->getName()).str();
    if (DIType *Found = findMember(Member->getBaseType(), Inner, Size, Below)) {
      Path = Below;
      return Found;
    }
  }
  return nullptr;
}

static void readFragment(const DIExpression &E, Relation &Result) {
  auto Fragment = E.getFragmentInfo();
  Result.Kind = Relation::Part;
  Result.Type = findMember(Result.Variable->getType(), Fragment->OffsetInBits,
                           Fragment->SizeInBits, Result.Path);
  if (!Result.Type)
    Result.Path = "_part";
}

/// An object is a variable or, split up, a part of it.
static void readObjectRecord(const DbgVariableRecord &R,
                             const AllocaInst &Object, Relation &Result) {
  bool IsAssigned = R.isDbgAssign() && R.getAddress() == &Object;
  const DIExpression &E = *R.getExpression();
  if (!IsAssigned && !R.isAddressOfVariable() && !E.startsWithDeref()) {
    // A variable that has its address.
    Result.Kind = Relation::Part;
    Result.Type = nullptr;
    return;
  }
  // What is assigned may be a part of the whole.
  const DataLayout &DL = Object.getModule()->getDataLayout();
  auto Fragment = E.getFragmentInfo();
  if (Fragment && getSizeInBits(Result.Type) !=
                      DL.getTypeAllocSizeInBits(Object.getAllocatedType()))
    readFragment(E, Result);
}

/// What a record says of the value that it names.
static Relation readRecord(const DbgVariableRecord &R, const Value &V) {
  DILocalVariable *Variable = R.getVariable();
  Relation Result{Relation::Same, Variable};
  Result.Type = Variable->getType();
  if (const auto *Object = dyn_cast<AllocaInst>(&V)) {
    readObjectRecord(R, *Object, Result);
    return Result;
  }
  const DIExpression *E = R.getExpression();
  if (!is_contained(R.location_ops(), &V)) {
    Result.Kind = Relation::None; // the address of an assignment
    return Result;
  }
  if (R.getNumVariableLocationOps() != 1) {
    Result.Kind = Relation::Source;
    return Result;
  }
  for (auto Op = E->expr_op_begin(), End = E->expr_op_end(); Op != End; ++Op) {
    switch (Op->getOp()) {
    case dwarf::DW_OP_LLVM_arg:
    case dwarf::DW_OP_stack_value:
    case dwarf::DW_OP_LLVM_fragment:
      continue;
    case dwarf::DW_OP_LLVM_convert:
      // Made narrower it is another number.
      if (Op->getArg(0) < V.getType()->getScalarSizeInBits()) {
        Result.Kind = Relation::Source;
        return Result;
      }
      Result.IsSigned |= Op->getArg(1) == dwarf::DW_ATE_signed;
      continue;
    case dwarf::DW_OP_plus_uconst:
      Result.Offset += Op->getArg(0);
      continue;
    case dwarf::DW_OP_constu: {
      uint64_t Number = Op->getArg(0);
      auto Next = std::next(Op);
      if (Next != End && (Next->getOp() == dwarf::DW_OP_plus ||
                          Next->getOp() == dwarf::DW_OP_minus)) {
        Result.Offset += Next->getOp() == dwarf::DW_OP_plus ? Number : -Number;
        Op = Next;
        continue;
      }
      Result.Kind = Relation::Source;
      return Result;
    }
    default:
      Result.Kind = Relation::Source;
      return Result;
    }
  }
  if (E->getFragmentInfo())
    readFragment(*E, Result);
  if (Result.Offset != 0)
    Result.Kind = Relation::Shifted;
  return Result;
}

/// How many values Variable is in F.
static unsigned countValues(const DILocalVariable &Variable,
                            const Function &F) {
  SmallPtrSet<const Metadata *, 8> Values;
  for (const Instruction &I : instructions(F))
    for (const DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      if (R.getVariable() == &Variable)
        Values.insert(R.getRawLocation());
  return Values.size();
}

/// Whether V, in `oldest = now`, is better called B than A: what it is where
/// ways meet, or else the one that does not become something else, as what we
/// have named it for.
static bool isSteadier(const Relation &B, const DbgVariableRecord &OfB,
                       const Relation &A, const DbgVariableRecord *OfA,
                       const Value &V) {
  const auto *I = dyn_cast<Instruction>(&V);
  if (!I || !A.Variable || !B.Variable || A.Variable == B.Variable)
    return false;
  bool AtB = OfB.getParent() == I->getParent(),
       AtA = OfA->getParent() == I->getParent();
  if (isa<PHINode>(I) && AtA != AtB && !A.Variable->isArtificial() &&
      !B.Variable->isArtificial())
    return AtB;
  const Function &F = *I->getFunction();
  return countValues(*B.Variable, F) < countValues(*A.Variable, F);
}

/// The closest relation that the debug records of V tell, preferring variables
/// of the fiber itself to those of an inlined function, and of an object the
/// one that it was declared as.
static Relation relate(Value *V) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(V, Records);
  Relation Best;
  const DbgVariableRecord *OfBest = nullptr;
  unsigned BestDepth = 0;
  for (DbgVariableRecord *R : Records) {
    Relation Found = readRecord(*R, *V);
    unsigned Depth = 0;
    for (DILocation *At = R->getDebugLoc().getInlinedAt(); At;
         At = At->getInlinedAt())
      ++Depth;
    // A number is as much its own deep down; an object was handed down.
    if (!isa<AllocaInst>(V))
      Depth = std::min(Depth, 1u);
    if (Found.Kind < Best.Kind ||
        (Found.Kind == Best.Kind &&
         (Depth < BestDepth ||
          (Depth == BestDepth && isSteadier(Found, *R, Best, OfBest, *V))))) {
      Best = Found;
      OfBest = R;
      BestDepth = Depth;
    }
  }
  if (auto Address = getAddressNumber(V);
      Address && Address->Variable && Best.Kind == Relation::None) {
    // Of another type than the variable's.
    Best.Kind = Relation::Same;
    Best.Variable = Address->Variable;
  }
  return Best;
}

/// What widens V and nothing else, so that it is the same number.
static Relation relateWidened(Value *V) {
  Relation Best;
  for (User *U : V->users()) {
    if (!isa<ZExtInst, SExtInst>(U))
      continue;
    Relation Found = relate(U);
    if (Found.Kind > Relation::Part || Found.Kind >= Best.Kind)
      continue;
    Best = Found;
    Best.IsSigned |= isa<SExtInst>(U);
  }
  return Best;
}

/// The variable that is computed from V with the fewest steps.
static Relation relateComputed(Value *V) {
  SmallSetVector<Value *, 8> Work;
  Work.insert(V);
  for (unsigned N = 0; N != Work.size() && N != 16; ++N)
    for (User *U : Work[N]->users()) {
      auto *I = dyn_cast<Instruction>(U);
      if (!I || !isa<CastInst, BinaryOperator, PHINode, SelectInst, ICmpInst,
                     FreezeInst, UnaryOperator>(I))
        continue;
      if (Relation Found = relate(I); Found.Kind != Relation::None)
        return Found;
      Work.insert(I);
    }
  return {};
}

/// Names without a variable.
static StringRef nameSource(const Value *V) {
  if (const auto *Load = dyn_cast<LoadInst>(V))
    if (const auto *Global = dyn_cast<GlobalVariable>(
            Load->getPointerOperand()->stripInBoundsConstantOffsets()))
      return Global->getName();
  const auto *Call = dyn_cast<CallBase>(V);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee || Callee->isIntrinsic())
    return "";
  if (isSuspend(*Call))
    return "result";
  StringRef Name = Callee->getName();
  Name.consume_front("__fiber_");
  return Name;
}

static std::string toIdentifier(StringRef Name) {
  std::string Text = Name.str();
  for (char &C : Text)
    if (!isAlnum(C) && C != '_')
      C = '_';
  return Text;
}

SourceName nameValue(Value *V) {
  Relation R = relate(V);
  if (R.Kind > Relation::Part)
    if (Relation Widened = relateWidened(V); Widened.Kind < R.Kind)
      R = Widened;
  if (R.Kind == Relation::None && !isa<AllocaInst>(V)) {
    R = relateComputed(V);
    if (R.Kind != Relation::None)
      R.Kind = Relation::Source;
  }
  std::string Name = R.Variable ? R.Variable->getName().str() : "";
  switch (R.Kind) {
  case Relation::Same:
  case Relation::Part:
    return {Name + R.Path, R.Variable, R.Type, R.IsSigned};
  case Relation::Shifted:
    // The variable is the value and Offset.
    Name += R.Path + (R.Offset > 0 ? "_minus_" : "_plus_") +
            utostr(R.Offset > 0 ? R.Offset : -R.Offset);
    return {Name, R.Variable};
  case Relation::Source:
    // The runtime's are not the user's concern, though a name like "verdict"
    // is better than none.
    return {"for_" + Name, R.Variable && isRuntimeFile(*R.Variable->getFile())
                               ? nullptr
                               : R.Variable};
  case Relation::None:
    break;
  }
  return {toIdentifier(nameSource(V))};
}

DILocalVariable *findVariable(Value *V) {
  Relation R = relate(V);
  return R.Kind <= Relation::Part ? R.Variable : nullptr;
}

static StringRef getKeyword(const DIType *T) {
  switch (T->getTag()) {
  case dwarf::DW_TAG_structure_type:
    return "struct ";
  case dwarf::DW_TAG_union_type:
    return "union ";
  case dwarf::DW_TAG_enumeration_type:
    return "enum ";
  case dwarf::DW_TAG_const_type:
    return "const ";
  case dwarf::DW_TAG_volatile_type:
    return "volatile ";
  default:
    return "";
  }
}

static std::string getArrayBounds(const DICompositeType *Array) {
  std::string Bounds;
  for (const DINode *Element : Array->getElements()) {
    const auto *Range = dyn_cast_or_null<DISubrange>(Element);
    auto *Count =
        Range ? dyn_cast_if_present<ConstantInt *>(Range->getCount()) : nullptr;
    Bounds += "[" + (Count ? utostr(Count->getZExtValue()) : "") + "]";
  }
  return Bounds;
}

std::string getTypeName(const DIType *T) {
  if (!T)
    return "void";
  if (!T->getName().empty())
    return (getKeyword(T) + T->getName()).str();
  if (const auto *Composite = dyn_cast<DICompositeType>(T)) {
    if (T->getTag() == dwarf::DW_TAG_array_type)
      return getTypeName(Composite->getBaseType()) + getArrayBounds(Composite);
    return (getKeyword(T) + "{...}").str();
  }
  if (const auto *Derived = dyn_cast<DIDerivedType>(T)) {
    std::string Base = getTypeName(Derived->getBaseType());
    if (T->getTag() == dwarf::DW_TAG_pointer_type)
      return Base + (StringRef(Base).ends_with("*") ? "*" : " *");
    return getKeyword(T).str() + Base;
  }
  return "function";
}

uint64_t getSizeInBits(const DIType *T) {
  while (T && T->getSizeInBits() == 0) {
    auto *Derived = dyn_cast<DIDerivedType>(T);
    T = Derived ? Derived->getBaseType() : nullptr;
  }
  return T ? T->getSizeInBits() : 0;
}

DebugLoc getDeclaration(const DILocalVariable *Variable) {
  if (!Variable || !Variable->getLine())
    return {};
  return DILocation::get(Variable->getContext(), Variable->getLine(), 0,
                         Variable->getScope());
}

static DebugLoc getLineOf(const Instruction &I) {
  DebugLoc Loc = getUserLoc(I.getDebugLoc());
  return Loc && Loc.getLine() ? Loc : DebugLoc();
}

DebugLoc findDefinition(Value *V, const DILocalVariable *Variable) {
  // What merges or moves values has the line of anything.
  auto *I = dyn_cast<Instruction>(V);
  if (I && !isa<AllocaInst, PHINode>(I))
    if (DebugLoc Loc = getLineOf(*I))
      return Loc;
  return getDeclaration(Variable);
}

Instruction *findBehind(const SuspendPoint &S,
                        function_ref<bool(const Instruction &)> IsIt,
                        const Value *Last) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  std::deque<BasicBlock *> Work{S.Call->getParent()};
  while (!Work.empty()) {
    BasicBlock *BB = Work.front();
    Work.pop_front();
    if (!Seen.insert(BB).second)
      continue;
    bool IsPast = false;
    for (Instruction &I : *BB) {
      if (&I != S.Call && getLineOf(I) && IsIt(I))
        return &I;
      IsPast |= &I == Last;
    }
    if (!IsPast)
      append_range(Work, successors(BB));
  }
  return nullptr;
}

Instruction *findUseBehind(const SuspendPoint &S, Value *V) {
  SmallSetVector<Value *, 8> Values;
  Values.insert(V);
  for (unsigned N = 0; N != Values.size(); ++N)
    for (User *U : Values[N]->users())
      if (auto *I = dyn_cast<Instruction>(U); I && !getLineOf(*I))
        Values.insert(I);
  return findBehind(
      S,
      [&](const Instruction &I) {
        return any_of(I.operands(),
                      [&](Value *Op) { return Values.contains(Op); });
      },
      V);
}

} // namespace llvm::bpffiber
