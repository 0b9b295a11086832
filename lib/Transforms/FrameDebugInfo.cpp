// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FrameDebugInfo.h"
#include "Compat.h"
#include "Diagnostics.h"
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
  DIType *U64 = B.createBasicType("unsigned long long", 64,
                                  dwarf::DW_ATE_unsigned);
  DIType *Pair = B.createArrayType(
      128, 64, U64, B.getOrCreateArray({B.getOrCreateSubrange(0, 2)}));
  auto *T = B.createStructType(Scope, Name, nullptr, 0, 128, 64,
                               DINode::FlagZero, nullptr, DINodeArray());
  B.replaceArrays(T, B.getOrCreateArray({B.createMemberType(
                         T, "__opaque", nullptr, 0, 128, 64, 0,
                         DINode::FlagZero, Pair)}));
  return T;
}

static DIType *stateType(DIBuilder &B, const FiberShape &Shape, DIFile *File,
                         unsigned Line) {
  SmallVector<Metadata *> States;
  std::string Prefix = Shape.Name + "_";
  States.push_back(B.createEnumerator("NONE", 0, /*IsUnsigned=*/true));
  for (const SuspendPoint &S : Shape.Suspends)
    States.push_back(B.createEnumerator(S.Name, S.State, /*IsUnsigned=*/true));
  return B.createEnumerationType(File, Shape.Name + "_state", File, Line, 32, 32,
                                 B.getOrCreateArray(States), nullptr);
}

static DIType *plainType(DIBuilder &B, const FrameField &F) {
  if (F.Ty->isIntegerTy() && isPowerOf2_64(F.Size)) {
    static constexpr const char *Names[] = {"unsigned char", "unsigned short",
                                            "unsigned int",
                                            "unsigned long long"};
    unsigned Log = Log2_64(F.Size);
    if (Log < 4)
      return B.createBasicType(Names[Log], F.Size * 8,
                               F.Size == 1 ? dwarf::DW_ATE_unsigned_char
                                           : dwarf::DW_ATE_unsigned);
  }
  DIType *Byte =
      B.createBasicType("unsigned char", 8, dwarf::DW_ATE_unsigned_char);
  return B.createArrayType(
      F.Size * 8, 8, Byte,
      B.getOrCreateArray({B.getOrCreateSubrange(0, F.Size)}));
}

bool completeFrameType(const FiberShape &Shape, const FrameLayout &Layout) {
  Module &M = Shape.getModule();
  DISubprogram *SP = Shape.Body->getSubprogram();
  std::string Name = Shape.Name + "_frame";
  MetadataCollector All(M);
  DICompositeType *Old = SP ? findStruct(All, Name, /*Complete=*/false) : nullptr;
  if (!Old) {
    Diagnostic(*Shape.Body, DS_Error, DebugLoc(), "bpf-fiber-no-debug-info",
               SP ? "no map has values of type 'struct " + Name + "'"
                  : "fiber '" + Shape.Name + "' needs debug info")
        .note(DebugLoc(), SP ? "declare one with FIBER_MAP()"
                             : "compile with -g: the frame is described by BTF");
    return false;
  }
  DIFile *File = SP->getFile();
  DIBuilder B(M, false, SP->getUnit());
  DIType *Word = stateType(B, Shape, File, SP->getLine());
  auto *New = B.createStructType(SP->getUnit(), Name, Old->getFile(),
                                 Old->getLine(), Layout.getSize() * 8, 0,
                                 DINode::FlagZero, nullptr, DINodeArray());
  SmallVector<const FrameField *> Fields;
  for (const FrameField &F : Layout.fields())
    Fields.push_back(&F);
  // The kernel wants members in the order of their offsets.
  stable_sort(Fields, [](const FrameField *A, const FrameField *B) {
    return A->Offset < B->Offset;
  });
  SmallVector<Metadata *> Members;
  for (const FrameField *F : Fields) {
    DIType *T = F->DebugType;
    switch (F->Kind) {
    case FrameField::Header:
      T = Word;
      break;
    case FrameField::Timer:
      T = specialFieldType(B, All, SP->getUnit(), "bpf_timer");
      break;
    case FrameField::Wq:
      T = specialFieldType(B, All, SP->getUnit(), "bpf_wq");
      break;
    case FrameField::Slot:
    case FrameField::Object:
      if (!T)
        T = plainType(B, *F);
      break;
    }
    unsigned Line = F->Variable ? F->Variable->getLine() : SP->getLine();
    Members.push_back(B.createMemberType(New, F->Name, File, Line, F->Size * 8,
                                         0, F->Offset * 8, DINode::FlagZero, T));
  }
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
  if (Function *Known = M.getFunction(Name))
    return Known;
  LLVMContext &C = M.getContext();
  Type *Ptr = PointerType::get(C, 0);
  auto *F = Function::Create(
      FunctionType::get(Type::getInt32Ty(C), {Ptr, Ptr, Ptr}, false),
      GlobalValue::InternalLinkage, Name, &M);
  for (StringRef A : {"target-cpu", "target-features", "frame-pointer"})
    if (Shape.Body->hasFnAttribute(A))
      F->addFnAttr(Shape.Body->getFnAttribute(A));
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr(Attribute::NoInline);
  F->addFnAttr("no-jump-tables", "true");
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
