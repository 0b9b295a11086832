// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FrameDebugInfo.h"
#include "Compat.h"
#include "Diagnostics.h"
#include "KernelSupport.h"
#include "Primitives.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/TrackingMDRef.h"

namespace llvm::bpffiber {

namespace {
/// All metadata nodes of a module that can refer to a type.
class MetadataCollector {
public:
  explicit MetadataCollector(Module &M) {
    for (NamedMDNode &Named : M.named_metadata())
      for (MDNode *N : Named.operands())
        add(N);
    for (GlobalVariable &G : M.globals())
      addAttached(G);
    for (Function &F : M) {
      addAttached(F);
      for (Instruction &I : instructions(F)) {
        SmallVector<std::pair<unsigned, MDNode *>, 4> Attached;
        I.getAllMetadata(Attached);
        for (auto &[Kind, N] : Attached)
          add(N);
        for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange())) {
          add(R.getVariable());
          add(R.getDebugLoc().getAsMDNode());
        }
      }
    }
  }
  ArrayRef<TrackingMDNodeRef> nodes() const { return Nodes; }

private:
  template <typename T> void addAttached(T &Object) {
    SmallVector<std::pair<unsigned, MDNode *>, 4> Attached;
    Object.getAllMetadata(Attached);
    for (auto &[Kind, N] : Attached)
      add(N);
  }
  void add(MDNode *Root) {
    SmallVector<MDNode *, 32> Work{Root};
    while (!Work.empty()) {
      MDNode *N = Work.pop_back_val();
      if (!N || !Seen.insert(N).second)
        continue;
      Nodes.emplace_back(N);
      for (const MDOperand &Op : N->operands())
        if (auto *Inner = dyn_cast_or_null<MDNode>(Op.get()))
          Work.push_back(Inner);
    }
  }
  SmallPtrSet<MDNode *, 32> Seen;
  std::vector<TrackingMDNodeRef> Nodes;
};
} // namespace

static DICompositeType *findStruct(const MetadataCollector &All, StringRef Name,
                                   bool Complete) {
  for (const TrackingMDNodeRef &N : All.nodes())
    if (auto *T = dyn_cast_or_null<DICompositeType>(N.get()))
      if (T->getTag() == dwarf::DW_TAG_structure_type && T->getName() == Name &&
          T->isForwardDecl() != Complete)
        return T;
  return nullptr;
}

/// The kernel knows timers and work items by the names of their structs.
static DIType *specialFieldType(DIBuilder &B, const MetadataCollector &All,
                                DIScope *Scope, StringRef Name) {
  if (DICompositeType *Known = findStruct(All, Name, /*Complete=*/true))
    return Known;
  DIType *U64 =
      B.createBasicType("unsigned long long", 64, dwarf::DW_ATE_unsigned);
  DIType *Pair = B.createArrayType(
      128, 64, U64, B.getOrCreateArray({B.getOrCreateSubrange(0, 2)}));
  auto *T = B.createStructType(Scope, Name, nullptr, 0, 128, 64,
                               DINode::FlagZero, nullptr, DINodeArray());
  B.replaceArrays(
      T, B.getOrCreateArray({B.createMemberType(
             T, "__opaque", nullptr, 0, 128, 64, 0, DINode::FlagZero, Pair)}));
  return T;
}

static DIType *stateType(DIBuilder &B, const FiberShape &Shape, DIFile *File,
                         unsigned Line, uint64_t Size) {
  SmallVector<Metadata *> States;
  States.push_back(B.createEnumerator("NONE", 0, /*IsUnsigned=*/true));
  for (const SuspendPoint &S : Shape.Suspends)
    States.push_back(B.createEnumerator(S.Name, S.State, /*IsUnsigned=*/true));
  return B.createEnumerationType(File, Shape.Name + "_state", File, Line,
                                 Size * 8, Size * 8, B.getOrCreateArray(States),
                                 nullptr);
}

StringRef getPlainTypeName(const FrameField &F) {
  if (!F.Ty->isIntegerTy() || !isPowerOf2_64(F.Size) || F.Size > 8)
    return "";
  static constexpr const char *Unsigned[] = {
      "unsigned char", "unsigned short", "unsigned int", "unsigned long long"};
  static constexpr const char *Signed[] = {"signed char", "short", "int",
                                           "long long"};
  return (F.IsSigned ? Signed : Unsigned)[Log2_64(F.Size)];
}

static DIType *plainType(DIBuilder &B, const FrameField &F) {
  if (StringRef Name = getPlainTypeName(F); !Name.empty()) {
    unsigned Encoding =
        F.IsSigned ? dwarf::DW_ATE_signed : dwarf::DW_ATE_unsigned;
    if (F.Size == 1)
      Encoding =
          F.IsSigned ? dwarf::DW_ATE_signed_char : dwarf::DW_ATE_unsigned_char;
    return B.createBasicType(Name, F.Size * 8, Encoding);
  }
  DIType *Byte =
      B.createBasicType("unsigned char", 8, dwarf::DW_ATE_unsigned_char);
  return B.createArrayType(
      F.Size * 8, 8, Byte,
      B.getOrCreateArray({B.getOrCreateSubrange(0, F.Size)}));
}

namespace {
/// Makes members of fields. Those that share bytes are in an anonymous union,
/// so that a member has the same name wherever it is kept; of each alternative
/// that is more than one member the union has an anonymous struct.
class MemberBuilder {
public:
  MemberBuilder(DIBuilder &B, DIFile *File, unsigned DefaultLine,
                function_ref<DIType *(const FrameField &)> TypeOf)
      : B(B), File(File), DefaultLine(DefaultLine), TypeOf(TypeOf) {}
  /// Members of Scope, which begins at offset 0 of the frame.
  SmallVector<Metadata *> build(DIScope *Scope, ArrayRef<FrameField> Fields);

private:
  using FieldList = SmallVector<const FrameField *>;
  DIType *buildMember(DIScope *Scope, const FrameField &F, uint64_t Base);
  DIType *buildAnonymous(
      unsigned Tag, DIScope *Scope, uint64_t Size,
      function_ref<void(DIScope *, SmallVectorImpl<Metadata *> &)> Fill);
  DIType *buildUnion(DIScope *Scope, ArrayRef<const FrameField *> Sharing,
                     uint64_t Begin, uint64_t End);

  DIBuilder &B;
  DIFile *File;
  unsigned DefaultLine;
  function_ref<DIType *(const FrameField &)> TypeOf;
};
} // namespace

DIType *MemberBuilder::buildMember(DIScope *Scope, const FrameField &F,
                                   uint64_t Base) {
  unsigned Line = F.Variable ? F.Variable->getLine() : DefaultLine;
  return B.createMemberType(Scope, F.Name, File, Line, F.Size * 8, 0,
                            (F.Offset - Base) * 8, DINode::FlagZero, TypeOf(F));
}

/// An anonymous struct or union, as the type of a member without a name.
DIType *MemberBuilder::buildAnonymous(
    unsigned Tag, DIScope *Scope, uint64_t Size,
    function_ref<void(DIScope *, SmallVectorImpl<Metadata *> &)> Fill) {
  // Distinct until it is complete: two of them may have the same beginning.
  DICompositeType *T =
      Tag == dwarf::DW_TAG_union_type
          ? B.createUnionType(Scope, "", File, DefaultLine, Size * 8, 0,
                              DINode::FlagZero, DINodeArray())
          : B.createStructType(Scope, "", File, DefaultLine, Size * 8, 0,
                               DINode::FlagZero, nullptr, DINodeArray());
  SmallVector<Metadata *> Members;
  Fill(T, Members);
  B.replaceArrays(T, B.getOrCreateArray(Members));
  return T;
}

DIType *MemberBuilder::buildUnion(DIScope *Scope,
                                  ArrayRef<const FrameField *> Sharing,
                                  uint64_t Begin, uint64_t End) {
  // An alternative is made of members that do not overlap, if possible such
  // as are in use together.
  SmallVector<FieldList> Alternatives;
  for (const FrameField *F : Sharing) {
    FieldList *Best = nullptr;
    unsigned Most = 0;
    for (FieldList &List : Alternatives) {
      if (List.back()->getEnd() > F->Offset)
        continue;
      unsigned Together = count_if(List, [&](const FrameField *Other) {
        return Other->LiveAt.anyCommon(F->LiveAt);
      });
      if (!Best || Together > Most) {
        Best = &List;
        Most = Together;
      }
    }
    if (Best)
      Best->push_back(F);
    else
      Alternatives.push_back({F});
  }
  return buildAnonymous(
      dwarf::DW_TAG_union_type, Scope, End - Begin,
      [&](DIScope *Union, SmallVectorImpl<Metadata *> &Members) {
        for (FieldList &List : Alternatives) {
          if (List.size() == 1 && List.front()->Offset == Begin) {
            Members.push_back(buildMember(Union, *List.front(), Begin));
            continue;
          }
          uint64_t Size = List.back()->getEnd() - Begin;
          DIType *T = buildAnonymous(
              dwarf::DW_TAG_structure_type, Union, Size,
              [&](DIScope *Struct, SmallVectorImpl<Metadata *> &Inner) {
                for (const FrameField *F : List)
                  Inner.push_back(buildMember(Struct, *F, Begin));
              });
          Members.push_back(B.createMemberType(Union, "", File, DefaultLine,
                                               Size * 8, 0, 0, DINode::FlagZero,
                                               T));
        }
      });
}

SmallVector<Metadata *> MemberBuilder::build(DIScope *Scope,
                                             ArrayRef<FrameField> Fields) {
  FieldList Sorted;
  for (const FrameField &F : Fields)
    Sorted.push_back(&F);
  // The kernel wants members in the order of their offsets.
  stable_sort(Sorted, [](const FrameField *A, const FrameField *B) {
    return A->Offset < B->Offset;
  });
  SmallVector<Metadata *> Members;
  for (unsigned I = 0; I != Sorted.size();) {
    uint64_t Begin = Sorted[I]->Offset, End = Sorted[I]->getEnd();
    unsigned Next = I + 1;
    for (; Next != Sorted.size() && Sorted[Next]->Offset < End; ++Next)
      End = std::max(End, Sorted[Next]->getEnd());
    ArrayRef<const FrameField *> Sharing = ArrayRef(Sorted).slice(I, Next - I);
    if (Sharing.size() == 1)
      Members.push_back(buildMember(Scope, *Sorted[I], 0));
    else
      Members.push_back(B.createMemberType(
          Scope, "", File, DefaultLine, (End - Begin) * 8, 0, Begin * 8,
          DINode::FlagZero, buildUnion(Scope, Sharing, Begin, End)));
    I = Next;
  }
  return Members;
}

/// What btf_find_kptr() looks for: a pointer to a struct with a tag.
static DIType *kptrType(DIBuilder &B, LLVMContext &C, const Reference &Ref) {
  Metadata *Tag[] = {MDString::get(C, "btf_type_tag"),
                     MDString::get(C, ownedPointerTag())};
  return B.createPointerType(Ref.Pointee, 64, 0, std::nullopt, "",
                             B.getOrCreateArray({MDNode::get(C, Tag)}));
}

bool completeFrameType(const FiberShape &Shape, const FrameLayout &Layout) {
  Module &M = Shape.getModule();
  DISubprogram *SP = Shape.Body->getSubprogram();
  std::string Name = Shape.Name + "_frame";
  MetadataCollector All(M);
  DICompositeType *Old =
      SP ? findStruct(All, Name, /*Complete=*/false) : nullptr;
  if (!Old) {
    Diagnostic(*Shape.Body, DS_Error, DebugLoc(), "bpf-fiber-no-debug-info",
               SP ? "no map has values of type 'struct " + Name + "'"
                  : "fiber '" + Shape.Name + "' needs debug info")
        .note(DebugLoc(),
              SP ? "declare one with FIBER_MAP()"
                 : "compile with -g: the frame is described by BTF");
    return false;
  }
  DIFile *File = SP->getFile();
  DIBuilder B(M, false, SP->getUnit());
  DIType *Word =
      stateType(B, Shape, File, SP->getLine(), Layout.fields()[0].Size);
  auto *New = B.createStructType(SP->getUnit(), Name, Old->getFile(),
                                 Old->getLine(), Layout.getSize() * 8, 0,
                                 DINode::FlagZero, nullptr, DINodeArray());
  auto TypeOf = [&](const FrameField &F) -> DIType * {
    switch (F.Kind) {
    case FrameField::Header:
      return Word;
    case FrameField::Timer:
      return specialFieldType(B, All, SP->getUnit(), "bpf_timer");
    case FrameField::Wq:
      return specialFieldType(B, All, SP->getUnit(), "bpf_wq");
    case FrameField::Kptr:
      return kptrType(B, M.getContext(), F.Ref);
    case FrameField::Slot:
    case FrameField::Object:
      break;
    }
    return F.DebugType ? F.DebugType : plainType(B, F);
  };
  ArrayRef<FrameField> Fields = Layout.fields();
  SmallVector<Metadata *> Members =
      MemberBuilder(B, File, SP->getLine(), TypeOf)
          .build(New, Layout.hasHeader() ? Fields : Fields.drop_front());
  B.replaceArrays(New, B.getOrCreateArray(Members));
  B.finalize();
  for (const TrackingMDNodeRef &N : All.nodes()) {
    MDNode *Node = N.get();
    if (!Node)
      continue;
    for (unsigned I = 0; I != Node->getNumOperands(); ++I)
      if (Node->getOperand(I).get() == Old)
        Node->replaceOperandWith(I, New);
  }
  return true;
}

void nameClone(Function &Clone, const FiberShape &Shape) {
  DISubprogram *SP = Clone.getSubprogram();
  if (!SP)
    return;
  assert(SP != Shape.Body->getSubprogram() && "CloneFunctionInto() copies it");
  DIBuilder B(Shape.getModule(), false, SP->getUnit());
  SP->replaceOperandWith(2, MDString::get(Clone.getContext(), Clone.getName()));
  // The kernel wants every parameter in BTF to have a name (btf_func_check());
  // those of a clone are not the user's, so say nothing of them.
  DIType *Return = SP->getType()->getTypeArray().size()
                       ? SP->getType()->getTypeArray()[0]
                       : nullptr;
  SP->replaceType(B.createSubroutineType(B.getOrCreateTypeArray({Return})));
  B.finalize();
}

Function *declareCallback(const FiberShape &Shape, StringRef Kind) {
  Module &M = Shape.getModule();
  std::string Name = (Shape.Name + "__" + Kind + "_callback").str();
  // Not by the name alone, which a function of the user's may have.
  for (Function &Known : M)
    if (Known.getFnAttribute(CallbackAttr).getValueAsString() == Name)
      return &Known;
  LLVMContext &C = M.getContext();
  Type *Ptr = PointerType::get(C, 0);
  auto *F = Function::Create(
      FunctionType::get(Type::getInt32Ty(C), {Ptr, Ptr, Ptr}, false),
      GlobalValue::InternalLinkage, Name, &M);
  copyTargetAttributes(*Shape.Body, *F);
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr(Attribute::NoInline);
  F->addFnAttr("no-jump-tables", "true");
  F->addFnAttr(CallbackAttr, Name);
  if (DISubprogram *Body = Shape.Body->getSubprogram()) {
    DIBuilder B(M, false, Body->getUnit());
    DIType *Int = B.createBasicType("int", 32, dwarf::DW_ATE_signed);
    DIType *Pointer = B.createPointerType(nullptr, 64);
    DISubprogram *SP = B.createFunction(
        Body->getFile(), Name, "", Body->getFile(), Body->getLine(),
        B.createSubroutineType(
            B.getOrCreateTypeArray({Int, Pointer, Pointer, Pointer})),
        Body->getLine(), DINode::FlagPrototyped,
        DISubprogram::SPFlagDefinition | DISubprogram::SPFlagLocalToUnit |
            DISubprogram::SPFlagOptimized);
    static constexpr const char *Params[] = {"map", "key", "frame"};
    for (unsigned I = 0; I != std::size(Params); ++I)
      B.createParameterVariable(SP, Params[I], I + 1, Body->getFile(),
                                Body->getLine(), Pointer,
                                /*AlwaysPreserve=*/true);
    F->setSubprogram(SP);
    B.finalizeSubprogram(SP);
  }
  return F;
}

} // namespace llvm::bpffiber
