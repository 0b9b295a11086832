// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FrameReport.h"
#include "Abi.h"
#include "Diagnostics.h"
#include "FrameDebugInfo.h"
#include "Kinds.h"
#include "Primitives.h"
#include "SourceVariables.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

std::string FrameReport::getFile(const DebugLoc &Loc) {
  const DIFile *File = Loc->getScope()->getFile();
  StringRef Name = File->getFilename(), Folder = File->getDirectory();
  const DISubprogram *SP = Loc->getScope()->getSubprogram();
  const DICompileUnit *Unit = SP ? SP->getUnit() : nullptr;
  // An absolute name is split by clang where it parts from the folder in which
  // the compiler runs.
  if (Name.starts_with("/") || Folder.empty() ||
      (Unit && Unit->getDirectory() == Folder))
    return Name.str();
  return (Folder + (Folder.ends_with("/") ? "" : "/") + Name).str();
}

std::string FrameReport::describePlace(const DebugLoc &Loc) const {
  std::string Line = std::to_string(Loc.getLine());
  if (At && At->getScope()->getFile() != Loc->getScope()->getFile())
    return getFile(Loc) + ":" + Line;
  return "line " + Line;
}

uint64_t FrameReport::getPadding() const {
  uint64_t Bytes = 0;
  for (const Hole &H : Holes)
    Bytes += H.Size;
  return Bytes;
}

uint64_t FrameReport::getKeptBytes(const Suspend &S) const {
  uint64_t Bytes = 0;
  for (const Kept &K : S.Keeps)
    Bytes += Members[K.Member].Size;
  return Bytes;
}

std::string countBytes(uint64_t Bytes) {
  return utostr(Bytes) + (Bytes == 1 ? " byte" : " bytes");
}

static std::string describeType(const FrameField &F, const FiberShape &Shape) {
  switch (F.Kind) {
  case FrameField::Header:
    return "enum " + Shape.Name + "_state";
  case FrameField::Timer:
    return "struct bpf_timer";
  case FrameField::Wq:
    return "struct bpf_wq";
  case FrameField::Kptr:
    return "struct " + F.Ref.Type.str() + " *";
  case FrameField::Slot:
  case FrameField::Object:
    break;
  }
  if (F.DebugType)
    return getTypeName(F.DebugType);
  if (StringRef Name = getPlainTypeName(F); !Name.empty())
    return Name.str();
  return "unsigned char[" + utostr(F.Size) + "]";
}

static std::string nameCallee(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee ? ("'" + Callee->getName() + "()'").str() : "a helper";
}

/// Finds what kept an object from becoming values: the strongest reason, where
/// it is seen first.
static void explainMemory(const FrameField &F, const FiberShape &Shape,
                          FrameReport::Member &M) {
  SmallPtrSet<const Instruction *, 16> Accesses;
  bool Escapes = false;
  forEachAccess(*F.Local, [&](Instruction *I) {
    Escapes |= !I;
    Accesses.insert(I);
  });
  enum { Passed, Stored, Indexed, Copied, Other, NumReasons };
  const Instruction *First[NumReasons] = {};
  auto Note = [&](unsigned Reason, const Instruction &I) {
    if (!First[Reason])
      First[Reason] = &I;
  };
  for (const Instruction &I : instructions(*Shape.Body)) {
    if (!Accesses.contains(&I))
      continue;
    auto *Element = dyn_cast<GetElementPtrInst>(&I);
    if (isa<AnyMemIntrinsic>(I))
      Note(Copied, I);
    else if (isa<CallBase>(I) && !isa<IntrinsicInst>(I) &&
             getPrimitive(I) == Primitive::None)
      Note(Passed, I);
    else if (Element && !Element->hasAllConstantIndices())
      Note(Indexed, I);
    else if (I.mayReadOrWriteMemory())
      Note(Escapes ? Stored : Other, I);
  }
  static constexpr const char *Texts[NumReasons] = {
      "its address is passed to ",
      "its address is stored where its uses cannot be followed",
      "it is indexed with a variable", "it is copied or set as a whole",
      "its parts are accessed in different ways"};
  for (unsigned Reason = 0; Reason != NumReasons; ++Reason)
    if (const Instruction *Where = First[Reason]) {
      M.InMemoryBecause = Texts[Reason];
      if (Reason == Passed)
        M.InMemoryBecause += nameCallee(*cast<CallBase>(Where));
      M.InMemoryAt = getUserLoc(Where->getDebugLoc());
      return;
    }
}

static FrameReport::Member describeMember(const FrameField &F,
                                          const FiberShape &Shape) {
  FrameReport::Member M{
      F.Name, F.Kind, F.Offset, F.Size, describeType(F, Shape), ""};
  if (F.Variable) {
    M.Variable = F.Variable->getName().str();
    M.Declared = getDeclaration(F.Variable);
  }
  M.IsRuntimes = F.Kind == FrameField::Header || F.Kind == FrameField::Timer ||
                 F.Kind == FrameField::Wq || Shape.isRuntimeObject(F.Local);
  if (F.Kind == FrameField::Object && !M.IsRuntimes)
    explainMemory(F, Shape, M);
  return M;
}

static Instruction *findAccessBehind(const SuspendPoint &S, AllocaInst *Local) {
  SmallPtrSet<const Instruction *, 16> Accesses;
  forEachAccess(*Local, [&](Instruction *I) {
    if (I && I->mayReadOrWriteMemory())
      Accesses.insert(I);
  });
  return findBehind(
      S, [&](const Instruction &I) { return Accesses.contains(&I); }, nullptr);
}

static DebugLoc locate(const Instruction *I) {
  return I ? getUserLoc(I->getDebugLoc()) : DebugLoc();
}

static void describeSuspend(const SuspendPoint &S, unsigned Index,
                            const FiberShape &Shape, const FrameLayout &Layout,
                            ArrayRef<unsigned> MemberOf,
                            FrameReport::Suspend &To) {
  for (const SavedValue &SV : Layout.savedAt(Index)) {
    if (!SV.isStored()) {
      // In other bits than those that are kept it is the same variable.
      DILocalVariable *Variable = findVariable(SV.V);
      bool IsKept = any_of(Layout.savedAt(Index), [&](const SavedValue &Other) {
        return Other.isStored() &&
               Layout.fields()[Other.Field].Variable == Variable;
      });
      if (SV.Field == SavedValue::Computed && Variable && !IsKept &&
          !is_contained(To.Computes, Variable->getName()))
        To.Computes.push_back(Variable->getName().str());
      continue;
    }
    FrameReport::Kept K{MemberOf[SV.Field]};
    K.Defined = findDefinition(SV.V, Layout.fields()[SV.Field].Variable);
    K.Used = locate(findUseBehind(S, SV.For ? SV.For : SV.V));
    if (SV.For && findVariable(SV.For) != Layout.fields()[SV.Field].Variable) {
      K.For = nameValue(SV.For).Text;
      if (K.For.empty())
        K.For = "a value";
    }
    K.Range = SV.Range;
    K.MayBeNull = SV.IsReference && !SV.IsNonNull;
    To.Keeps.push_back(std::move(K));
  }
  for (auto &[Local, Field] : Layout.objects()) {
    const FrameField &F = Layout.fields()[Field];
    if (!F.LiveAt.test(Index) || Shape.isRuntimeObject(Local))
      continue;
    FrameReport::Kept K{MemberOf[Field]};
    K.Defined = getDeclaration(F.Variable);
    K.Used = locate(findAccessBehind(S, Local));
    To.Keeps.push_back(std::move(K));
  }
  stable_sort(To.Keeps,
              [](const FrameReport::Kept &A, const FrameReport::Kept &B) {
                return A.Member < B.Member;
              });
}

/// What is between members and behind the last one. The header's word is the
/// runtime's, also where it has no name.
static void findHoles(FrameReport &Report, uint64_t HeaderSize) {
  uint64_t End = 0, Taken = 0, Sum = 0;
  auto AddHole = [&](uint64_t Begin, uint64_t Next) {
    Begin = std::max(Begin, HeaderSize);
    if (Next > Begin)
      Report.Holes.push_back({Begin, Next - Begin});
  };
  for (const FrameReport::Member &M : Report.Members) {
    AddHole(End, M.Offset);
    if (M.getEnd() > End)
      Taken += M.getEnd() - std::max(End, M.Offset);
    End = std::max(End, M.getEnd());
    Sum += M.Size;
  }
  AddHole(End, Report.Size);
  Report.Shared = Sum - Taken;
}

FrameReport explainFrame(const FiberShape &Shape, const FrameLayout &Layout) {
  FrameReport Report;
  Report.Fiber = Shape.Name;
  Report.Map = Shape.Map ? Shape.Map->getName().str() : "";
  if (DISubprogram *SP = Shape.Body->getSubprogram())
    Report.At = DILocation::get(SP->getContext(), SP->getLine(), 0, SP);
  Report.Size = Layout.getSize();

  ArrayRef<FrameField> Fields = Layout.fields();
  SmallVector<unsigned> Order;
  // The first one is the header, which not every frame has.
  for (unsigned I = !Layout.hasHeader(); I != Fields.size(); ++I)
    Order.push_back(I);
  stable_sort(Order, [&](unsigned A, unsigned B) {
    return Fields[A].Offset < Fields[B].Offset;
  });
  SmallVector<unsigned> MemberOf(Fields.size());
  for (auto [I, Field] : enumerate(Order)) {
    MemberOf[Field] = I;
    Report.Members.push_back(describeMember(Fields[Field], Shape));
  }
  for (auto [I, A] : enumerate(Report.Members))
    for (auto [J, B] : enumerate(Report.Members))
      if (I != J && A.Offset < B.getEnd() && B.Offset < A.getEnd())
        A.SharesWith.push_back(J);
  for (auto [I, S] : enumerate(Shape.Suspends)) {
    Report.Suspends.push_back(
        {S.Name, S.State, getAwaitLoc(*S.Call), S.Kinds, S.IsYield});
    describeSuspend(S, I, Shape, Layout, MemberOf, Report.Suspends.back());
  }
  findHoles(Report, Layout.hasHeader() ? FIBER_HEADER_SIZE : 0);
  return Report;
}

void addParts(FrameReport &Report, const FiberShape &Shape,
              const FiberParts &Parts) {
  auto Add = [&](const Function *F, StringRef Kind, StringRef Activation) {
    Report.Parts.push_back(
        {F->getName().str(), Kind.str(), getKindTraits(Activation).HasContext});
  };
  Add(Parts.Start, "start", Shape.HomeKind);
  for (auto &[Kind, Resume] : Parts.Resume)
    Add(Resume, Kind, Kind);
}

} // namespace llvm::bpffiber
