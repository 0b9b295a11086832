// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Clang plugin of BPF fibers: checks what co_await and FIBER are used for,
// and shows what the passes report. Nothing about lowering is in here.
//
// It runs before code generation, on every source that the driver compiles.
// For one without fibers it must leave no trace.

#include "Checks.h"
#include "DiagnosticRelay.h"
#include "MacroDiagnostics.h"
#include "RecordedOptions.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

using namespace clang;

namespace {

class FiberConsumer : public ASTConsumer {
public:
  explicit FiberConsumer(CompilerInstance &CI)
      : CI(CI), Macros(CI), Relay(CI) {}

  bool HandleTopLevelDecl(DeclGroupRef Group) override;
  void HandleTranslationUnit(ASTContext &AST) override;

private:
  bool isPreprocessed() const {
    const auto &Inputs = CI.getFrontendOpts().Inputs;
    return !Inputs.empty() && Inputs[0].getKind().isPreprocessed();
  }

  CompilerInstance &CI;
  llvm::bpffiber::MacroDiagnostics Macros;
  bool SeenFiber = false;
  // A member, because consumers live until code has been generated.
  llvm::bpffiber::DiagnosticRelay Relay;
};

class FiberAction : public PluginASTAction {
protected:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 StringRef) override {
    // Here and not later: the debug info's compile unit, which records them,
    // is made before the first declaration is handled.
    llvm::bpffiber::forgetOwnOptions(CI.getCodeGenOpts());
    return std::make_unique<FiberConsumer>(CI);
  }

  bool ParseArgs(const CompilerInstance &,
                 const std::vector<std::string> &) override {
    return true;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }
};

} // namespace

// Before code is generated for the fiber: with -gline-tables-only Clang itself
// crashes on a call of an external function for BPF. An error stops it.
bool FiberConsumer::HandleTopLevelDecl(DeclGroupRef Group) {
  Macros.flush();
  for (const Decl *D : Group) {
    const auto *F = dyn_cast<FunctionDecl>(D);
    if (SeenFiber || !F || !F->hasAttrs() || !F->hasBody() ||
        !llvm::bpffiber::FiberModel::isFiber(F))
      continue;
    SeenFiber = true;
    llvm::bpffiber::checkOptions(F, CI);
  }
  return true;
}

void FiberConsumer::HandleTranslationUnit(ASTContext &AST) {
  using namespace llvm::bpffiber;
  DiagnosticsEngine &Diags = CI.getDiagnostics();
  Macros.finishParsing();
  // A precompiled header is checked with each source that uses it.
  if (AST.TUKind != TU_Complete)
    return;
  // In a program that is no C yet, errors about fibers may be wrong; one with
  // the wrong options has its error.
  if (Diags.hasUncompilableErrorOccurred() || !FiberModel::isNeeded(AST))
    return;
  FiberModel Model(AST, isPreprocessed());
  SourceText Text(AST.getSourceManager(), AST.getLangOpts());
  CheckContext C = {Model, AST, Text, Diags, isPreprocessed()};
  checkFibers(C);
  for (const Function &F : Model.functions()) {
    checkAwaits(C, F);
    checkEvaluationOrder(C, F);
    checkResults(C, F);
  }
  checkRecursion(C);
}

static FrontendPluginRegistry::Add<FiberAction>
    Registration("bpf-fiber", "checks and diagnostics of BPF fibers");
