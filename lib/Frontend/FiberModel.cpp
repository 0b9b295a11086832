// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FiberModel.h"
#include "FunctionWalk.h"
#include "clang/AST/Attr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace llvm::bpffiber {

static StringRef nameOf(const FunctionDecl *F) {
  const IdentifierInfo *Id = F->getIdentifier();
  return Id ? Id->getName() : StringRef();
}

bool FiberModel::isFiber(const FunctionDecl *F) {
  // A later declaration inherits the attribute, an earlier one does not get it.
  for (const auto *A : F->getMostRecentDecl()->specific_attrs<AnnotateAttr>())
    if (A->getAnnotation() == "bpf_fiber")
      return true;
  return false;
}

bool FiberModel::isSuspend(const FunctionDecl *F) {
  return nameOf(F) == "__fiber_suspend";
}

// As in fiber.bpf.h, but for what the verbs are made of.
bool FiberModel::isPrimitive(const FunctionDecl *F) {
  static constexpr StringRef Primitives[] = {
      "__fiber_suspend",     "__fiber_ctx",         "__fiber_value",
      "__fiber_key",         "__fiber_key_size",    "__fiber_timer",
      "__fiber_wq",          "__fiber_deadline",    "__fiber_token",
      "__fiber_abort",       "__fiber_wait_ns",     "__fiber_coarse_ns",
      "__fiber_wakeup",      "__fiber_guard_begin", "__fiber_guard_enter",
      "__fiber_guard_check", "__fiber_guard_end",   "__fiber_queue_timer"};
  return is_contained(Primitives, nameOf(F));
}

bool FiberModel::isInlined(const FunctionDecl *F) {
  const FunctionDecl *Last = F->getMostRecentDecl();
  return Last->hasAttr<AlwaysInlineAttr>() && !Last->isExternallyVisible();
}

const Function *FiberModel::find(const FunctionDecl *F) const {
  auto It = Index.find(F->getCanonicalDecl());
  return It == Index.end() ? nullptr : &Functions[It->second];
}

bool FiberModel::isAwaitable(const FunctionDecl *F) const {
  if (isSuspend(F) || isFiber(F))
    return true;
  const Function *Known = find(F);
  return Known && Known->Suspends;
}

bool FiberModel::usesState(const FunctionDecl *F) const {
  if (isPrimitive(F) || isFiber(F))
    return true;
  const Function *Known = find(F);
  return Known && Known->UsesState;
}

const Call *FiberModel::findAwait(const FunctionDecl *Fiber) const {
  for (const Function &F : Functions)
    for (const Call &C : F.Calls)
      if (C.Evaluated && C.Callee == Fiber->getCanonicalDecl())
        return &C;
  return nullptr;
}

// Sources without fibers are most of what the plugin sees: do no more there
// than to look.
bool FiberModel::isNeeded(ASTContext &Context) {
  const TranslationUnitDecl *TU = Context.getTranslationUnitDecl();
  IdentifierInfo &Suspend = Context.Idents.get("__fiber_suspend");
  if (!TU->lookup(DeclarationName(&Suspend)).empty())
    return true;
  // (What a precompiled header has is found by that name.)
  for (const Decl *D : TU->noload_decls())
    if (const auto *F = dyn_cast<FunctionDecl>(D))
      if (F->hasAttrs() && isFiber(F))
        return true;
  return false;
}

FiberModel::FiberModel(ASTContext &Context, bool Preprocessed) {
  collect(Context, Preprocessed);
  propagate();
}

void FiberModel::collect(ASTContext &Context, bool Preprocessed) {
  SourceText Text(Context.getSourceManager(), Context.getLangOpts());
  Function FileScope;
  for (const Decl *D : Context.getTranslationUnitDecl()->decls()) {
    if (const auto *V = dyn_cast<VarDecl>(D))
      walkVariable(V, Context, Text, Preprocessed, FileScope);
    const auto *F = dyn_cast<FunctionDecl>(D);
    if (!F)
      continue;
    if (F->isFirstDecl() && isFiber(F))
      Fibers.push_back(F);
    if (!F->doesThisDeclarationHaveABody())
      continue;
    Function New;
    New.Decl = F;
    New.IsFiber = isFiber(F);
    walkBody(F, Context, Text, Preprocessed, New);
    Index[F->getCanonicalDecl()] = Functions.size();
    Functions.push_back(std::move(New));
  }
  Functions.push_back(std::move(FileScope));
}

// To a fixed point over the call graph. A call of a fiber that nobody awaits
// passes nothing on: it is an error of its own.
void FiberModel::propagate() {
  bool Changed = true;
  while (Changed) {
    Changed = false;
    for (Function &F : Functions) {
      if (!F.Decl)
        continue;
      for (const Call &C : F.Calls) {
        if (!C.Evaluated || (isFiber(C.Callee) && C.Covered == Cover::None))
          continue;
        if (!F.Suspends && isAwaitable(C.Callee))
          F.Suspends = Changed = true;
        if (!F.UsesState && usesState(C.Callee))
          F.UsesState = Changed = true;
      }
    }
  }
}

} // namespace llvm::bpffiber
