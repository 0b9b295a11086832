// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "KernelSupport.h"
#include "Diagnostics.h"
#include "Primitives.h"
#include "ValueOrigin.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/CommandLine.h"
#include <set>

namespace llvm::bpffiber {

namespace {

struct KernelVersion {
  unsigned Major = 0, Minor = 0;

  bool isGiven() const { return Major != 0; }
  bool operator<(const KernelVersion &Other) const {
    return std::pair(Major, Minor) < std::pair(Other.Major, Other.Minor);
  }
  std::string str() const { return (Twine(Major) + "." + Twine(Minor)).str(); }
};

struct VersionParser : cl::parser<KernelVersion> {
  using parser::parser;
  // As cl::parser wants it. NOLINTNEXTLINE(bugprone-derived-method-shadowing-*)
  bool parse(cl::Option &O, StringRef, StringRef Text, KernelVersion &V) {
    auto [Major, Minor] = Text.split('.');
    if (to_integer(Major, V.Major, 10) && to_integer(Minor, V.Minor, 10) &&
        V.isGiven())
      return false;
    return O.error("'" + Text + "' is not a version, MAJOR.MINOR");
  }
};

} // namespace

static cl::opt<KernelVersion, false, VersionParser>
    Oldest("bpf-fiber-kernel", cl::value_desc("version"),
           cl::desc("The oldest kernel that the object is to load on"));

static bool has(KernelVersion Since) {
  return !Oldest.isGiven() || !(Oldest < Since);
}

namespace {

struct Feature {
  KernelVersion Since;
  const char *What, *Remedy;
};

} // namespace

static const Feature &getFeature(KernelFeature F) {
  static constexpr Feature Features[] = {
#define KERNEL_FEATURE(Name, Major, Minor, What, Remedy)                       \
  {{Major, Minor}, What, Remedy},
#include "KernelVersions.def"
  };
  return Features[static_cast<unsigned>(F)];
}

bool kernelHas(KernelFeature F) { return has(getFeature(F).Since); }

StringRef ownedPointerTag() {
  return kernelHas(KernelFeature::KptrTag) ? "kptr" : "kptr_ref";
}

namespace {

/// Collects what a module's code uses.
class SupportChecker {
public:
  explicit SupportChecker(const Module &M) : M(M) {}
  bool run();

private:
  void checkFunction(const Function &F);
  void checkCall(const CallBase &Call);
  void checkMap(const GlobalVariable &Map);
  void checkSection(const Function &Program);
  bool isGuarded(const Instruction &I);
  void report(const Function &F, const DebugLoc &Loc, KernelVersion Since,
              const Twine &What, const Twine &Remedy);
  void report(const Function &F, const DebugLoc &Loc, KernelFeature Missing);

  const Module &M;
  std::unique_ptr<DominatorTree> Dominators;
  std::set<std::string> Reported;
};

} // namespace

static void diagnoseMissing(const Function &F, DebugLoc Loc,
                            KernelVersion Since, const Twine &What,
                            const Twine &Remedy) {
  if (DISubprogram *SP = F.getSubprogram(); SP && !Loc)
    Loc = DILocation::get(F.getContext(), SP->getLine(), 0, SP);
  Diagnostic D(F, DS_Error, Loc, "bpf-fiber-kernel",
               What + " needs Linux " + Since.str() +
                   ", and the object is to load on " + Oldest.str());
  std::string Newer = "compile with -fbpf-fiber-kernel=" + Since.str();
  std::string Text = Remedy.str();
  D.note(Loc, Text.empty() ? Newer : Text + "; or " + Newer);
}

void SupportChecker::report(const Function &F, const DebugLoc &Loc,
                            KernelVersion Since, const Twine &What,
                            const Twine &Remedy) {
  // One awaitable may ask for the same thing in several ways, and an inlined
  // function in several places.
  std::string Key = What.str();
  if (DebugLoc User = getUserLoc(Loc))
    Key += (Twine(':') + User->getFilename() + Twine(':') +
            Twine(User.getLine()) + Twine(':') + Twine(User.getCol()))
               .str();
  if (Reported.insert(Key).second)
    diagnoseMissing(F, Loc, Since, What, Remedy);
}

void SupportChecker::report(const Function &F, const DebugLoc &Loc,
                            KernelFeature Missing) {
  const Feature &Of = getFeature(Missing);
  if (!has(Of.Since))
    report(F, Loc, Of.Since, Of.What, Of.Remedy);
}

/// A CO-RE relocation, a kfunc's or variable's address, or a configuration.
static bool isOfTheKernel(const Value *V) {
  const auto *G = dyn_cast<GlobalObject>(V);
  if (!G)
    return false;
  const auto *Variable = dyn_cast<GlobalVariable>(G);
  return G->getSection() == ".ksyms" || G->getSection() == ".kconfig" ||
         (Variable && Variable->hasAttribute("btf_ama"));
}

/// Whether V depends on what the kernel that runs it says of itself. What is
/// read from an address that the kernel's layout decides is not that.
static bool asksTheKernel(const Value *V) {
  SetVector<const Value *> Work;
  Work.insert(V);
  for (unsigned I = 0; I != Work.size(); ++I) {
    const Value *Now = Work[I];
    if (isOfTheKernel(Now))
      return true;
    if (const auto *Load = dyn_cast<LoadInst>(Now)) {
      Now = Load->getPointerOperand()->stripPointerCasts();
      if (isOfTheKernel(Now))
        return true;
      continue;
    }
    const auto *U = dyn_cast<User>(Now);
    if (!U || isa<GlobalValue>(U) ||
        (isa<CallBase>(U) && !lookThroughPassthrough(const_cast<User *>(U))))
      continue;
    Work.insert(U->op_begin(), U->op_end());
  }
  return false;
}

bool SupportChecker::isGuarded(const Instruction &I) {
  if (!Dominators)
    Dominators = std::make_unique<DominatorTree>(
        const_cast<Function &>(*I.getFunction()));
  for (auto *Node = Dominators->getNode(I.getParent());
       Node && (Node = Node->getIDom());) {
    const auto *Branch =
        dyn_cast<BranchInst>(Node->getBlock()->getTerminator());
    if (!Branch || !Branch->isConditional() ||
        !asksTheKernel(Branch->getCondition()))
      continue;
    for (const BasicBlock *Side : Branch->successors())
      if (Dominators->dominates(BasicBlockEdge(Branch->getParent(), Side),
                                I.getParent()))
        return true;
  }
  return false;
}

namespace {

struct Named {
  const char *Name;
  KernelVersion Since;
};

} // namespace

static std::optional<Named> findHelper(int64_t Number) {
  switch (Number) {
#define KERNEL_HELPER(Number, Name, Major, Minor)                              \
  case Number:                                                                 \
    return Named{Name, {Major, Minor}};
#include "KernelVersions.def"
  default:
    return std::nullopt;
  }
}

static std::optional<KernelVersion> findKfunc(StringRef Name) {
  static constexpr Named Known[] = {
#define KERNEL_KFUNCS(Prefix, Major, Minor) {Prefix, {Major, Minor}},
#include "KernelVersions.def"
  };
  const Named *Best = nullptr;
  for (const Named &K : Known)
    if (Name.starts_with(K.Name) &&
        (!Best || StringRef(K.Name).size() > StringRef(Best->Name).size()))
      Best = &K;
  return Best ? std::optional(Best->Since) : std::nullopt;
}

void SupportChecker::checkCall(const CallBase &Call) {
  const Function &F = *Call.getFunction();
  const DebugLoc &Loc = Call.getDebugLoc();
  switch (getPrimitive(Call)) {
  case Primitive::Timer:
    return report(F, Loc, KernelFeature::Timer);
  case Primitive::Wq:
    return report(F, Loc, KernelFeature::WorkItem);
  default:
    break;
  }
  // The runtime calls nothing but what these features stand for.
  if (isInRuntime(Loc))
    return;
  if (const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand())) {
    if (StringRef(Asm->getAsmString()).contains("may_goto") && !isGuarded(Call))
      report(F, Loc, KernelFeature::MayGoto);
    return;
  }
  if (auto Helper = findHelper(getHelper(Call))) {
    if (!has(Helper->Since) && !isGuarded(Call))
      report(F, Loc, Helper->Since, Helper->Name + Twine("()"),
             "call it only if bpf_core_enum_value_exists(enum bpf_func_id, "
             "BPF_FUNC_" +
                 StringRef(Helper->Name).drop_front(strlen("bpf_")) + ")");
    return;
  }
  StringRef Kfunc = getKfuncName(Call);
  if (Kfunc.empty())
    return;
  if (auto Since = findKfunc(Kfunc); Since && !has(*Since) && !isGuarded(Call))
    report(F, Loc, *Since, Kfunc + "()",
           "declare it __weak and call it only if bpf_ksym_exists(" + Kfunc +
               ")");
}

void SupportChecker::checkSection(const Function &Program) {
  static constexpr Named Known[] = {
#define KERNEL_SECTION(Name, Major, Minor) {Name, {Major, Minor}},
#include "KernelVersions.def"
  };
  StringRef Section = Program.getSection();
  // libbpf loads a program "?xdp" only when it is told to.
  if (Section.starts_with("?"))
    return;
  for (const Named &K : Known) {
    StringRef Rest = Section;
    if (Rest.consume_front(K.Name) && (Rest.empty() || Rest.front() == '/') &&
        !has(K.Since))
      report(Program, DebugLoc(), K.Since,
             "a program of section '" + Section + "'",
             "put '?' in front of the section, so that it is only loaded where "
             "bpf_program__set_autoload() says so");
  }
}

void SupportChecker::checkFunction(const Function &F) {
  Dominators.reset();
  checkSection(F);
  for (const Instruction &I : instructions(F))
    if (const auto *Call = dyn_cast<CallBase>(&I))
      checkCall(*Call);
}

/// The map type in a definition of libbpf's: int (*type)[BPF_MAP_TYPE_HASH].
static std::optional<uint64_t> getMapType(const GlobalVariable &Map) {
  SmallVector<DIGlobalVariableExpression *, 1> Expressions;
  Map.getDebugInfo(Expressions);
  for (DIGlobalVariableExpression *E : Expressions) {
    const auto *Struct =
        dyn_cast_or_null<DICompositeType>(E->getVariable()->getType());
    if (!Struct)
      continue;
    for (const DINode *Element : Struct->getElements()) {
      const auto *Member = dyn_cast<DIDerivedType>(Element);
      if (!Member || Member->getName() != "type")
        continue;
      const auto *Pointer =
          dyn_cast_or_null<DIDerivedType>(Member->getBaseType());
      const auto *Array =
          Pointer ? dyn_cast_or_null<DICompositeType>(Pointer->getBaseType())
                  : nullptr;
      if (Array && Array->getElements().size() == 1)
        if (auto *Range = dyn_cast<DISubrange>(Array->getElements()[0]))
          if (auto *Count =
                  dyn_cast_if_present<ConstantInt *>(Range->getCount()))
            return Count->getZExtValue();
    }
  }
  return std::nullopt;
}

void SupportChecker::checkMap(const GlobalVariable &Map) {
  static constexpr struct {
    uint64_t Number;
    const char *Name;
    KernelVersion Since;
  } Known[] = {
#define KERNEL_MAP_TYPE(Number, Name, Major, Minor)                            \
  {Number, Name, {Major, Minor}},
#include "KernelVersions.def"
  };
  std::optional<uint64_t> Type = getMapType(Map);
  for (const auto &K : Known)
    if (Type == K.Number && !has(K.Since))
      for (const Function &F : M)
        if (F.hasFnAttribute(FiberBodyAttr)) {
          // A diagnostic has a place in a function.
          DebugLoc Loc;
          SmallVector<DIGlobalVariableExpression *, 1> Expressions;
          Map.getDebugInfo(Expressions);
          const DIGlobalVariable *V = Expressions.front()->getVariable();
          if (DISubprogram *SP = F.getSubprogram();
              SP && SP->getFile() == V->getFile())
            Loc = DILocation::get(M.getContext(), V->getLine(), 0, SP);
          return report(F, Loc, K.Since,
                        "map '" + Map.getName() + "', a " + K.Name + ",",
                        "make it only where it is needed, with "
                        "bpf_map__set_autocreate()");
        }
}

/// What is only called from nowhere, as the runtime's functions in its table,
/// does not get into the object.
static SetVector<const Function *> reachableFunctions(const Module &M) {
  SetVector<const Function *> Reached;
  for (const Function &F : M)
    if (!F.isDeclaration() &&
        (!F.hasLocalLinkage() || F.hasFnAttribute(FiberBodyAttr)))
      Reached.insert(&F);
  for (unsigned I = 0; I != Reached.size(); ++I)
    for (const Instruction &Inst : instructions(*Reached[I]))
      for (const Value *Op : Inst.operand_values())
        if (const auto *F = dyn_cast<Function>(Op); F && !F->isDeclaration())
          Reached.insert(F);
  return Reached;
}

bool SupportChecker::run() {
  SetVector<const Function *> Reached = reachableFunctions(M);
  for (const Function *F : Reached)
    if (F->hasFnAttribute(FiberBodyAttr)) {
      report(*F, DebugLoc(), KernelFeature::Fiber);
      if (F->getFnAttribute("target-cpu").getValueAsString() == "v4")
        report(*F, DebugLoc(), KernelFeature::CpuV4);
      break;
    }
  for (const Function *F : Reached)
    checkFunction(*F);
  for (const GlobalVariable &G : M.globals())
    if (G.getSection() == ".maps")
      checkMap(G);
  return Reported.empty();
}

bool checkKernelSupport(const Module &M) {
  return !Oldest.isGiven() || SupportChecker(M).run();
}

static bool checkYields(const FiberShape &Shape) {
  std::set<const DILocation *> Reported;
  for (const SuspendPoint &S : Shape.Suspends) {
    if (!S.IsYield)
      continue;
    for (KernelFeature F :
         {KernelFeature::YieldPoint, KernelFeature::YieldToWorkItem}) {
      const Feature &Of = getFeature(F);
      if (has(Of.Since) ||
          (F == KernelFeature::YieldToWorkItem && !Shape.UsesWq))
        continue;
      if (Reported.insert(S.Call->getDebugLoc().get()).second)
        diagnoseMissing(*Shape.Body, S.Call->getDebugLoc(), Of.Since, Of.What,
                        Of.Remedy);
      break;
    }
  }
  return Reported.empty();
}

/// An object with owned references cannot load on both sides of the renaming.
static void warnOfRenamedTag(const FiberShape &Shape, const DebugLoc &Loc) {
  Diagnostic(*Shape.Body, DS_Warning, Loc, "bpf-fiber-kernel",
             "the object loads only on kernels before Linux " +
                 getFeature(KernelFeature::KptrTag).Since.str() +
                 ", because fiber '" + Shape.Name +
                 "' owns a kernel reference at this co_await")
      .note(Loc, "the BTF type tag of owned references, kptr_ref, was renamed "
                 "then: make a second object for newer kernels");
}

bool checkKernelSupport(const FiberShape &Shape,
                        const OwnedReferences &References) {
  if (!Oldest.isGiven())
    return true;
  bool Good = checkYields(Shape), Warned = false;
  for (const SuspendPoint &S : Shape.Suspends)
    for (const Value *V : References.heldAt(*S.Call)) {
      const Reference &Ref = *References.getReference(V);
      KernelFeature Needed = Ref.IsObject ? KernelFeature::OwnedObject
                                          : KernelFeature::OwnedReference;
      if (!Ref.isOwnable())
        continue; // an error of its own
      if (!kernelHas(Needed)) {
        const Feature &Of = getFeature(Needed);
        diagnoseMissing(*Shape.Body, S.Call->getDebugLoc(), Of.Since, Of.What,
                        Of.Remedy);
        Good = false;
      } else if (!kernelHas(KernelFeature::KptrTag) && !Warned) {
        warnOfRenamedTag(Shape, S.Call->getDebugLoc());
        Warned = true;
      }
    }
  return Good;
}

} // namespace llvm::bpffiber
