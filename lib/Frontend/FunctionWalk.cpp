// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FunctionWalk.h"
#include "clang/AST/Stmt.h"
#include "clang/AST/TypeLoc.h"
#include "clang/Basic/Builtins.h"

using namespace clang;
using llvm::bpffiber::Cover;
using llvm::bpffiber::FiberModel;

namespace {

/// What the surroundings of an expression say about it.
struct Surroundings {
  bool Evaluated = true;
  Cover Covered = Cover::None;
  unsigned AwaitIndex = 0;
  bool IsReturned = false;
  bool NeedsParentheses = false;
  bool InGuard = false;
  StringRef Verb;

  /// For a subexpression whose value is not the value of the whole.
  Surroundings part() const {
    Surroundings S = operand();
    if (Covered == Cover::Operand || Covered == Cover::Part)
      S.Covered = Cover::Part;
    return S;
  }

  /// For a subexpression that is evaluated for itself, such as an argument.
  Surroundings operand() const {
    Surroundings S;
    S.Evaluated = Evaluated;
    S.AwaitIndex = AwaitIndex;
    S.InGuard = InGuard;
    if (Covered == Cover::Inside)
      S.Covered = Cover::Inside;
    return S;
  }

  Surroundings unevaluated() const {
    Surroundings S = operand();
    S.Evaluated = false;
    return S;
  }
};

/// Written out instead of a RecursiveASTVisitor because nearly every node needs
/// to hand something different down.
class FunctionWalk {
public:
  FunctionWalk(const ASTContext &Context,
               const llvm::bpffiber::SourceText &Text, bool Preprocessed,
               llvm::bpffiber::Function &Into)
      : Context(Context), Text(Text), Preprocessed(Preprocessed), Into(Into) {}

  void walk(const Stmt *S, Surroundings In);
  void walkVariable(const VarDecl *V, Surroundings In);

private:
  void walkExtension(const UnaryOperator *Op, Surroundings In);
  void walkCall(const CallExpr *Call, Surroundings In);
  void walkReference(const DeclRefExpr *Ref, Surroundings In);
  bool walkTransparent(const Stmt *S, Surroundings In);
  bool walkUnevaluated(const Stmt *S, Surroundings In);
  void walkType(const TypeSourceInfo *Info, Surroundings In);

  const ASTContext &Context;
  const llvm::bpffiber::SourceText &Text;
  bool Preprocessed;
  llvm::bpffiber::Function &Into;
};

} // namespace

// The call or whatever it is that gives E its value, macros' parentheses and
// casts taken away.
static const Expr *valueOf(const Expr *E) { return E->IgnoreParenCasts(); }

void FunctionWalk::walkExtension(const UnaryOperator *Op, Surroundings In) {
  const Expr *Operand = Op->getSubExpr();
  bool IsMacro = Text.isAwaitMacro(Op->getOperatorLoc());
  bool IsCall = isa<CallExpr>(valueOf(Operand));
  // The user's own __extension__, as kernel and libc macros have it before a
  // statement expression, changes nothing.
  if (!IsMacro && !IsCall && !Preprocessed)
    return walk(Operand, In);
  Surroundings Sub = In.operand();
  Sub.Covered = Cover::Operand;
  Sub.AwaitIndex = Into.Awaits.size();
  bool MayAwait =
      Into.Decl && (Into.IsFiber || FiberModel::isInlined(Into.Decl));
  Into.Awaits.push_back(
      {Op, In.Evaluated, IsMacro || (Preprocessed && IsCall && MayAwait)});
  walk(Operand, Sub);
}

void FunctionWalk::walkCall(const CallExpr *Call, Surroundings In) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  Surroundings Arguments = In.operand();
  if (!Callee) {
    walk(Call->getCallee(), In.operand());
  } else {
    Into.Calls.push_back({Call, Callee->getCanonicalDecl(), In.Evaluated,
                          In.Covered, In.AwaitIndex, In.IsReturned, In.InGuard,
                          In.NeedsParentheses});
    unsigned Builtin = Callee->getBuiltinID();
    if (Builtin && Context.BuiltinInfo.isUnevaluated(Builtin))
      Arguments.Evaluated = false;
  }
  for (unsigned I = 0; I != Call->getNumArgs(); ++I) {
    Surroundings Argument = Arguments;
    if (I == 0 && Callee && Callee->getIdentifier() &&
        Callee->getName().starts_with("__fiber_"))
      Argument.Verb = Callee->getName();
    if (I == 1 && Callee && Callee->getIdentifier() &&
        Callee->getName() == "__fiber_guard_check")
      Argument.InGuard = true;
    walk(Call->getArg(I), Argument);
  }
}

void FunctionWalk::walkReference(const DeclRefExpr *Ref, Surroundings In) {
  if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
    Into.References.push_back(
        {Ref, F->getCanonicalDecl(), In.Evaluated, In.Verb});
}

// typeof(expression), wherever a type can be written.
void FunctionWalk::walkType(const TypeSourceInfo *Info, Surroundings In) {
  if (!Info)
    return;
  for (TypeLoc Loc = Info->getTypeLoc(); Loc; Loc = Loc.getNextTypeLoc())
    if (auto TypeOf = Loc.getAs<TypeOfExprTypeLoc>())
      return walk(TypeOf.getUnderlyingExpr(), In.unevaluated());
}

void FunctionWalk::walkVariable(const VarDecl *V, Surroundings In) {
  walkType(V->getTypeSourceInfo(), In);
  if (V->hasInit())
    walk(V->getInit(), In.operand());
}

// Expressions whose value is that of a part of them, so that a co_await before
// the whole is one before the part.
bool FunctionWalk::walkTransparent(const Stmt *S, Surroundings In) {
  if (const auto *E = dyn_cast<ParenExpr>(S)) {
    In.NeedsParentheses = false;
    walk(E->getSubExpr(), In);
  } else if (const auto *E = dyn_cast<CastExpr>(S)) {
    if (const auto *Explicit = dyn_cast<ExplicitCastExpr>(E))
      walkType(Explicit->getTypeInfoAsWritten(), In);
    walk(E->getSubExpr(), In);
  } else if (const auto *E = dyn_cast<ChooseExpr>(S)) {
    walk(E->getChosenSubExpr(), In);
  } else if (const auto *E = dyn_cast<GenericSelectionExpr>(S)) {
    if (E->isExprPredicate())
      walk(E->getControllingExpr(), In.unevaluated());
    walk(E->getResultExpr(), In);
  } else if (const auto *E = dyn_cast<ConditionalOperator>(S)) {
    walk(E->getCond(), In.operand());
    walk(E->getTrueExpr(), In);
    walk(E->getFalseExpr(), In);
  } else if (const auto *E = dyn_cast<BinaryConditionalOperator>(S)) {
    walk(E->getCommon(), In);
    walk(E->getFalseExpr(), In);
  } else if (const auto *E = dyn_cast<BinaryOperator>(S);
             E && E->getOpcode() == BO_Comma) {
    walk(E->getLHS(), In.operand());
    walk(E->getRHS(), In);
  } else if (const auto *E = dyn_cast<UnaryOperator>(S);
             E && E->getOpcode() == UO_AddrOf && !In.Verb.empty()) {
    walk(E->getSubExpr(), In);
  } else if (const auto *E = dyn_cast<StmtExpr>(S)) {
    Surroundings Sub = In.operand();
    if (In.Covered == Cover::Operand)
      Sub.Covered = Cover::Inside;
    walk(E->getSubStmt(), Sub);
  } else {
    return false;
  }
  return true;
}

bool FunctionWalk::walkUnevaluated(const Stmt *S, Surroundings In) {
  if (const auto *E = dyn_cast<UnaryExprOrTypeTraitExpr>(S)) {
    if (E->isArgumentType())
      walkType(E->getArgumentTypeInfo(), In);
    else
      walk(E->getArgumentExpr(), In.unevaluated());
    return true;
  }
  return false;
}

void FunctionWalk::walk(const Stmt *S, Surroundings In) {
  if (!S || walkTransparent(S, In) || walkUnevaluated(S, In))
    return;
  if (const auto *Op = dyn_cast<UnaryOperator>(S);
      Op && Op->getOpcode() == UO_Extension)
    return walkExtension(Op, In);
  if (const auto *Call = dyn_cast<CallExpr>(S))
    return walkCall(Call, In);
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    return walkReference(Ref, In);
  if (const auto *Return = dyn_cast<ReturnStmt>(S)) {
    Surroundings Sub = In.operand();
    Sub.IsReturned = true;
    return walk(Return->getRetValue(), Sub);
  }
  Surroundings Sub = In.part();
  if (const auto *Member = dyn_cast<MemberExpr>(S)) {
    Sub.NeedsParentheses = true;
    return walk(Member->getBase(), Sub);
  }
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(S)) {
    walk(Subscript->getIdx(), In.operand());
    Sub.NeedsParentheses = true;
    return walk(Subscript->getBase(), Sub);
  }
  if (const auto *Compound = dyn_cast<CompoundLiteralExpr>(S))
    walkType(Compound->getTypeSourceInfo(), In);
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls()) {
      if (const auto *V = dyn_cast<VarDecl>(D))
        walkVariable(V, In);
      else if (const auto *T = dyn_cast<TypedefNameDecl>(D))
        walkType(T->getTypeSourceInfo(), In);
    }
    return;
  }
  for (const Stmt *Child : S->children())
    walk(Child, Sub);
}

void llvm::bpffiber::walkBody(const FunctionDecl *F, const ASTContext &Context,
                              const SourceText &Text, bool Preprocessed,
                              Function &Into) {
  FunctionWalk(Context, Text, Preprocessed, Into).walk(F->getBody(), {});
}

void llvm::bpffiber::walkVariable(const VarDecl *V, const ASTContext &Context,
                                  const SourceText &Text, bool Preprocessed,
                                  Function &Into) {
  FunctionWalk(Context, Text, Preprocessed, Into).walkVariable(V, {});
}
