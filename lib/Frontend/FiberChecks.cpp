// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a fiber needs before its body matters: options, a prototype, a body and
// somebody who starts it.

#include "Checks.h"
#include "Diagnostics.h"
#include "clang/AST/Attr.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Sema/SemaDiagnostic.h"

using namespace clang;

namespace llvm::bpffiber {

static bool generatesCode(frontend::ActionKind Action) {
  switch (Action) {
  case frontend::EmitAssembly:
  case frontend::EmitBC:
  case frontend::EmitCodeGenOnly:
  case frontend::EmitLLVM:
  case frontend::EmitLLVMOnly:
  case frontend::EmitObj:
    return true;
  default:
    return false;
  }
}

// As BPF's TargetInfo says it to programs, since the meaning of no -mcpu=
// differs between versions of Clang. 0 is "probe", the machine's own.
static unsigned cpuVersion(const CompilerInstance &CI) {
  Preprocessor &PP = CI.getPreprocessor();
  const MacroInfo *Macro =
      PP.getMacroInfo(PP.getIdentifierInfo("__BPF_CPU_VERSION__"));
  unsigned Version = 0;
  if (Macro && Macro->getNumTokens() == 1)
    StringRef(PP.getSpelling(Macro->getReplacementToken(0)))
        .getAsInteger(10, Version);
  return Version;
}

// LLVM has atomic instructions that give the old value back only with 32-bit
// registers, -mattr=alu32, which are part of v3. For v2 the runtime writes them
// out; it knows by the version.
static std::string lackingCpu(const CompilerInstance &CI) {
  unsigned Version = cpuVersion(CI);
  bool Has = Version == 0 || Version >= 2;
  std::string Name = "-mcpu=v" + std::to_string(Version);
  if (CI.getTargetOpts().CPU.empty())
    Name = "the default " + Name;
  for (const std::string &Feature : CI.getTargetOpts().FeaturesAsWritten) {
    if (Feature == "+alu32")
      Has = true;
    if (Feature != "-alu32" || Version == 2)
      continue;
    Has = false;
    Name = "-alu32";
  }
  return Has ? "" : Name;
}

void checkOptions(const FunctionDecl *Fiber, CompilerInstance &CI) {
  if (!generatesCode(CI.getFrontendOpts().ProgramAction))
    return;
  DiagnosticsEngine &Diags = CI.getDiagnostics();
  SourceLocation Loc = Fiber->getLocation();
  const CodeGenOptions &Options = CI.getCodeGenOpts();
  bool IsOptNone = Fiber->hasAttr<OptimizeNoneAttr>();
  if (CI.getLangOpts().CPlusPlus) {
    report(Diags, Loc, Diag::NeedsC) << Fiber;
    return;
  }
  bool LacksDebugInfo =
      Options.getDebugInfo() < codegenoptions::DebugInfoConstructor;
  bool IsUnoptimized = Options.OptimizationLevel == 0;
  if (LacksDebugInfo && IsUnoptimized) {
    report(Diags, Loc, Diag::NeedsBoth) << Fiber;
    report(Diags, Loc, Diag::FrameFromDebugInfo);
    report(Diags, Loc, Diag::AwaitablesInlined);
  } else if (LacksDebugInfo) {
    report(Diags, Loc, Diag::NeedsDebugInfo)
        << Fiber << (Options.getDebugInfo() != codegenoptions::NoDebugInfo);
    report(Diags, Loc, Diag::FrameFromDebugInfo);
  } else if (IsUnoptimized || IsOptNone) {
    report(Diags, Loc, Diag::NeedsOptimization) << Fiber << !IsUnoptimized;
    report(Diags, Loc, Diag::AwaitablesInlined);
  }
  if (!CI.getTarget().getTriple().isBPF())
    return;
  if (std::string Lacking = lackingCpu(CI); !Lacking.empty()) {
    report(Diags, Loc, Diag::NeedsCpuV3) << Fiber << Lacking;
    report(Diags, Loc, Diag::ClaimIsAtomic);
  }
}

static bool isSmallInteger(QualType Type, const ASTContext &AST) {
  return Type->isIntegralOrEnumerationType() && !Type->isIncompleteType() &&
         AST.getTypeSize(Type) <= 64;
}

/// The first evaluated reference to a fiber, or to it in __fiber_start().
static const Reference *findReference(const FiberModel &Model,
                                      const FunctionDecl *Fiber,
                                      bool OnlyStarts) {
  for (const Function &F : Model.functions())
    for (const Reference &R : F.References)
      if (R.Evaluated && R.Target == Fiber->getCanonicalDecl() &&
          (!OnlyStarts || R.Verb == "__fiber_start"))
        return &R;
  return nullptr;
}

/// What a verb hands over passes through the program that runs it; what an
/// await hands over is a matter of C alone.
static bool isOnlyAwaited(const FiberModel &Model, const FunctionDecl *F) {
  return Model.findAwait(F) && !findReference(Model, F, /*OnlyStarts=*/false);
}

static void checkPrototype(const CheckContext &C, const FunctionDecl *F) {
  auto Report = [&C](SourceLocation Loc, Diag D) {
    return report(C.Diags, C.Text.userLoc(Loc), D);
  };
  SourceLocation Loc = F->getLocation();
  if (F->isVariadic() && F->hasPrototype())
    Report(Loc, Diag::Variadic) << F;
  if (isOnlyAwaited(C.Model, F))
    return;
  if (!isSmallInteger(F->getReturnType(), C.AST))
    Report(Loc, Diag::ReturnType)
        << F << F->getReturnType() << F->getReturnTypeSourceRange();
  if (F->getNumParams() == 0) {
    Report(Loc, Diag::NoContext) << F;
    Report(Loc, Diag::ContextIsFirst);
    return;
  }
  const ParmVarDecl *First = F->getParamDecl(0);
  if (!First->getType()->isPointerType()) {
    Report(First->getLocation(), Diag::ContextNotPointer)
        << F << First->getType();
    Report(First->getLocation(), Diag::ContextIsFirst);
  }
  if (F->getNumParams() > 4)
    Report(F->getParamDecl(4)->getLocation(), Diag::TooManyArguments)
        << F << F->getNumParams() - 1;
  for (const ParmVarDecl *P : F->parameters().drop_front()) {
    if (isSmallInteger(P->getType(), C.AST))
      continue;
    Report(P->getLocation(), Diag::ArgumentType)
        << P->getFunctionScopeIndex() << F << P->getType();
    Report(P->getLocation(), Diag::ArgumentsAreCopied);
  }
}

static void checkSection(const CheckContext &C, const FunctionDecl *F) {
  const auto *Section = F->getAttr<SectionAttr>();
  if (!Section)
    return;
  SourceLocation Loc = C.Text.userLoc(F->getLocation());
  report(C.Diags, Loc, Diag::InSection) << F << Section->getName();
  report(C.Diags, Loc, Diag::WriteProgram);
}

static void checkUse(const CheckContext &C, const FunctionDecl *F) {
  const Expr *Use = nullptr;
  if (const Reference *R = findReference(C.Model, F, /*OnlyStarts=*/false))
    Use = R->Expr;
  const Call *Await = C.Model.findAwait(F);
  if (Await && !Use)
    Use = Await->Expr;
  bool IsDefined = C.Model.find(F);
  SourceLocation Loc = C.Text.userLoc(F->getLocation());
  if (!IsDefined && Use) {
    report(C.Diags, Loc, Diag::Undefined) << F;
    report(C.Diags, C.Text.userLoc(Use->getBeginLoc()), Diag::UsedHere);
    return;
  }
  if (F->hasAttr<UnusedAttr>() || Await ||
      findReference(C.Model, F, /*OnlyStarts=*/true))
    return;
  if (!IsDefined) {
    report(C.Diags, Loc, Diag::OnlyDeclared) << F;
    return;
  }
  // Clang has said it already.
  if (!F->isReferenced() && !F->isUsed() &&
      !C.Diags.isIgnored(diag::warn_unused_function, Loc))
    return;
  report(C.Diags, Loc, Diag::NeverStarted) << F;
  report(C.Diags, Loc, Diag::StartFiber);
}

/// A struct of the user's that vmlinux.h has declared, but not defined, has
/// what that says of all its structs: that the kernel knows where their members
/// are.
static void checkRelocated(const CheckContext &C) {
  const SourceManager &SM = C.AST.getSourceManager();
  for (const Decl *D : C.AST.getTranslationUnitDecl()->decls()) {
    const auto *R = dyn_cast<RecordDecl>(D);
    if (!R || !R->isThisDeclarationADefinition() || R->isFirstDecl() ||
        !R->hasAttr<BPFPreserveAccessIndexAttr>() ||
        any_of(R->specific_attrs<BPFPreserveAccessIndexAttr>(),
               [](const Attr *A) { return !A->isInherited(); }))
      continue;
    const Decl *First = R->getFirstDecl();
    report(C.Diags, R->getLocation(), Diag::StructRelocated) << R;
    report(C.Diags, First->getLocation(), Diag::DeclaredByKernel);
    report(C.Diags, R->getLocation(), Diag::RenameStruct);
  }
}

void checkFibers(const CheckContext &C) {
  checkRelocated(C);
  for (const FunctionDecl *Fiber : C.Model.fibers()) {
    const Function *Known = C.Model.find(Fiber);
    const FunctionDecl *F = Known ? Known->Decl : Fiber->getMostRecentDecl();
    checkPrototype(C, F);
    checkSection(C, F->getMostRecentDecl());
    checkUse(C, F);
  }
}

} // namespace llvm::bpffiber
