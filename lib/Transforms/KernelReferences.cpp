// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelReferences.h"
#include "Compat.h"
#include "Primitives.h"
#include "ValueOrigin.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

namespace llvm::bpffiber {

static constexpr char DeclarationPrefix[] = "__fiber_reference_";
/// Functions that release a reference or null, made here.
static constexpr char DropPrefix[] = "__fiber_drop_";
static constexpr char ObjDrop[] = "bpf_obj_drop_impl";

/// The kernel's own, with the struct and the kfunc that releases it. Those with
/// a destructor (register_btf_id_dtor_kfuncs()) can be owned by a map.
static constexpr struct {
  const char *Acquire, *Type, *Release;
} Kfuncs[] = {
    {"bpf_task_acquire", "task_struct", "bpf_task_release"},
    {"bpf_task_from_pid", "task_struct", "bpf_task_release"},
    {"bpf_task_from_vpid", "task_struct", "bpf_task_release"},
    {"bpf_cgroup_acquire", "cgroup", "bpf_cgroup_release"},
    {"bpf_cgroup_ancestor", "cgroup", "bpf_cgroup_release"},
    {"bpf_cgroup_from_id", "cgroup", "bpf_cgroup_release"},
    {"bpf_task_get_cgroup1", "cgroup", "bpf_cgroup_release"},
    {"bpf_cpumask_create", "bpf_cpumask", "bpf_cpumask_release"},
    {"bpf_cpumask_acquire", "bpf_cpumask", "bpf_cpumask_release"},
    {"bpf_crypto_ctx_create", "bpf_crypto_ctx", "bpf_crypto_ctx_release"},
    {"bpf_crypto_ctx_acquire", "bpf_crypto_ctx", "bpf_crypto_ctx_release"},
    // Without one.
    {"bpf_get_task_exe_file", "file", ""},
    {"bpf_lookup_user_key", "bpf_key", ""},
    {"bpf_lookup_system_key", "bpf_key", ""},
    {"bpf_xdp_ct_lookup", "nf_conn", ""},
    {"bpf_xdp_ct_alloc", "nf_conn___init", ""},
    {"bpf_skb_ct_lookup", "nf_conn", ""},
    {"bpf_skb_ct_alloc", "nf_conn___init", ""},
    {"bpf_ct_insert_entry", "nf_conn", ""},
    {"bpf_get_kmem_cache", "kmem_cache", ""},
};

/// Objects of the program's own types.
static bool isObjectSource(StringRef Name) {
  return Name == "bpf_obj_new_impl" || Name == "bpf_refcount_acquire_impl" ||
         Name == "bpf_list_pop_front" || Name == "bpf_list_pop_back" ||
         Name == "bpf_rbtree_remove";
}

/// Those that take an argument away without "release" in their name.
static constexpr const char *Sinks[] = {
    ObjDrop,
    "bpf_list_push_front_impl",
    "bpf_list_push_back_impl",
    "bpf_rbtree_add_impl",
    "bpf_put_file",
    "bpf_key_put",
    "bpf_ct_insert_entry",
};

StringRef getKfuncName(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->isDeclaration() && Callee->hasSection() &&
                 Callee->getSection() == ".ksyms"
             ? Callee->getName()
             : StringRef();
}

static DIType *stripQualifiers(DIType *T) {
  while (auto *Derived = dyn_cast_or_null<DIDerivedType>(T)) {
    unsigned Tag = Derived->getTag();
    if (Tag != dwarf::DW_TAG_const_type && Tag != dwarf::DW_TAG_volatile_type &&
        Tag != dwarf::DW_TAG_typedef)
      break;
    T = Derived->getBaseType();
  }
  return T;
}

/// The struct that a pointer of type T points to.
static DICompositeType *pointeeOf(DIType *T) {
  auto *Pointer = dyn_cast_or_null<DIDerivedType>(stripQualifiers(T));
  if (!Pointer || Pointer->getTag() != dwarf::DW_TAG_pointer_type)
    return nullptr;
  return dyn_cast_or_null<DICompositeType>(
      stripQualifiers(Pointer->getBaseType()));
}

static DICompositeType *returnedStruct(const Function &F) {
  const DISubprogram *SP = F.getSubprogram();
  return SP && SP->getType()->getTypeArray().size()
             ? pointeeOf(SP->getType()->getTypeArray()[0])
             : nullptr;
}

/// The struct of the C variable that holds the result of Call.
static DICompositeType *structOfVariable(const CallBase &Call) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(const_cast<CallBase *>(&Call), Records);
  for (DbgVariableRecord *R : Records)
    if (DICompositeType *T = pointeeOf(R->getVariable()->getType()))
      return T;
  return nullptr;
}

/// bpf_obj_new(type) passes bpf_core_type_id_local(type), which
/// BPFPreserveDIType has made a load of a global that refers to the type.
static DICompositeType *structOfTypeId(const CallBase &Call) {
  if (Call.arg_size() == 0)
    return nullptr;
  const auto *Load = dyn_cast<LoadInst>(Call.getArgOperand(0));
  const auto *Global =
      Load ? dyn_cast<GlobalVariable>(Load->getPointerOperand()) : nullptr;
  MDNode *Type =
      Global ? Global->getMetadata(LLVMContext::MD_preserve_access_index)
             : nullptr;
  return dyn_cast_or_null<DICompositeType>(
      stripQualifiers(dyn_cast_or_null<DIType>(Type)));
}

/// FIBER_REFERENCE(acquire, release) is a constant with the two addresses.
static Function *declaredFunction(const GlobalVariable &G, unsigned Index) {
  const auto *Init = dyn_cast<ConstantStruct>(G.getInitializer());
  return Init && Index < Init->getNumOperands()
             ? dyn_cast<Function>(Init->getOperand(Index)->stripPointerCasts())
             : nullptr;
}

static bool isDeclaration(const GlobalVariable &G) {
  return G.hasInitializer() && G.getName().starts_with(DeclarationPrefix);
}

KernelReferences::KernelReferences(Module &M) : M(M) {
  for (GlobalVariable &G : M.globals())
    if (isDeclaration(G))
      if (Function *Acquire = declaredFunction(G, 0))
        if (Function *Release = declaredFunction(G, 1))
          Declared[Acquire->getName()] = Release->getName();
}

bool KernelReferences::eraseDeclarations(Module &M) {
  bool Changed = false;
  removeFromUsedLists(M, [](Constant *C) {
    auto *G = dyn_cast<GlobalVariable>(C->stripPointerCasts());
    return G && isDeclaration(*G);
  });
  for (GlobalVariable &G : make_early_inc_range(M.globals()))
    if (isDeclaration(G) && G.use_empty()) {
      G.eraseFromParent();
      Changed = true;
    }
  return Changed;
}

static Reference named(DICompositeType *Pointee, StringRef Release,
                       bool IsObject = false) {
  return {Pointee ? Pointee->getName() : "", Release, IsObject, Pointee};
}

std::optional<Reference>
KernelReferences::acquiredBy(const CallBase &Call) const {
  // What another map owned. The pointer has the field's type, which only the
  // variable tells.
  if (getHelper(Call) == helper::KptrXchg) {
    DICompositeType *Pointee = structOfVariable(Call);
    if (!Pointee)
      return std::nullopt;
    for (const auto &K : Kfuncs)
      if (Pointee->getName() == K.Type)
        return named(Pointee, K.Release);
    return named(Pointee, ObjDrop, /*IsObject=*/true);
  }
  StringRef Name = getKfuncName(Call);
  if (Name.empty())
    return std::nullopt;
  if (auto It = Declared.find(Name); It != Declared.end())
    return named(returnedStruct(*Call.getCalledFunction()), It->second);
  for (const auto &K : Kfuncs)
    if (Name == K.Acquire)
      return Reference{K.Type, K.Release, false,
                       returnedStruct(*Call.getCalledFunction())};
  if (!isObjectSource(Name))
    return std::nullopt;
  // Lists and trees give the node inside of an object, which is none.
  if (Name != "bpf_obj_new_impl" && Name != "bpf_refcount_acquire_impl")
    return named(nullptr, "");
  DICompositeType *Pointee = structOfTypeId(Call);
  return named(Pointee ? Pointee : structOfVariable(Call), ObjDrop,
               /*IsObject=*/true);
}

bool KernelReferences::isReleasedBy(const Value *V,
                                    const CallBase &Call) const {
  if (!is_contained(Call.args(), V))
    return false;
  if (getHelper(Call) == helper::KptrXchg)
    return Call.getArgOperand(1) == V;
  if (const Function *Callee = Call.getCalledFunction();
      Callee && Callee->getName().starts_with(DropPrefix))
    return true;
  StringRef Name = getKfuncName(Call);
  return !Name.empty() &&
         (Name.ends_with("_release") || is_contained(Sinks, Name) ||
          any_of(Declared, [&](auto &D) { return D.second == Name; }));
}

/// A kfunc that the program does not declare itself. libbpf finds it by its
/// name and compares the prototype, so it needs one in debug info.
static Function *declareRelease(Module &M, const Reference &Ref) {
  if (Function *Known = M.getFunction(Ref.Release))
    return Known;
  LLVMContext &C = M.getContext();
  Type *Ptr = PointerType::get(C, 0);
  SmallVector<Type *, 2> Params{Ptr};
  if (Ref.IsObject)
    Params.push_back(Ptr);
  auto *F =
      Function::Create(FunctionType::get(Type::getVoidTy(C), Params, false),
                       GlobalValue::ExternalLinkage, Ref.Release, &M);
  F->setSection(".ksyms");
  F->addFnAttr(Attribute::NoUnwind);
  auto *Units = M.getNamedMetadata("llvm.dbg.cu");
  if (!Units || !Units->getNumOperands())
    return F;
  auto *Unit = cast<DICompileUnit>(Units->getOperand(0));
  DIBuilder B(M, false, Unit);
  DIType *Void = B.createPointerType(nullptr, 64);
  SmallVector<Metadata *> Types{nullptr};
  Types.push_back(Ref.IsObject ? Void : B.createPointerType(Ref.Pointee, 64));
  if (Ref.IsObject)
    Types.push_back(Void);
  F->setSubprogram(
      B.createFunction(Unit->getFile(), Ref.Release, "", Unit->getFile(), 0,
                       B.createSubroutineType(B.getOrCreateTypeArray(Types)), 0,
                       DINode::FlagPrototyped, DISubprogram::SPFlagOptimized));
  B.finalize();
  return F;
}

Function *KernelReferences::getDrop(const Function &Fiber,
                                    const Reference &Ref) const {
  std::string Name = (DropPrefix + Ref.Type).str();
  if (Function *Known = M.getFunction(Name))
    return Known;
  LLVMContext &C = M.getContext();
  auto *F = Function::Create(
      FunctionType::get(Type::getVoidTy(C), {PointerType::get(C, 0)}, false),
      GlobalValue::InternalLinkage, Name, &M);
  copyTargetAttributes(Fiber, *F);
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr(Attribute::AlwaysInline);
  BasicBlock *Entry = BasicBlock::Create(C, "entry", F);
  BasicBlock *NotNull = BasicBlock::Create(C, "not.null", F);
  BasicBlock *Done = BasicBlock::Create(C, "done", F);
  IRBuilder<> B(Entry);
  B.CreateCondBr(B.CreateIsNull(F->getArg(0)), Done, NotNull);
  B.SetInsertPoint(NotNull);
  Function *Release = declareRelease(M, Ref);
  SmallVector<Value *, 2> Args{F->getArg(0)};
  // What a program declared otherwise than the kernel is libbpf's to refuse.
  while (Args.size() < Release->arg_size())
    Args.push_back(
        Constant::getNullValue(Release->getArg(Args.size())->getType()));
  B.CreateCall(Release, Args);
  B.CreateBr(Done);
  B.SetInsertPoint(Done);
  B.CreateRetVoid();
  return F;
}

void KernelReferences::emitDrop(IRBuilder<> &B, const Reference &Ref,
                                Value *V) const {
  B.CreateCall(getDrop(*B.GetInsertBlock()->getParent(), Ref), {V});
}

} // namespace llvm::bpffiber
