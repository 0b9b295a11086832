// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons of what a co_await gives with a constant that it never gives:
// sleep_ns() with FIBER_PACKET, or next_packet_or_timeout() with FIBER_WORK.
//
// What an awaitable gives follows from the kinds of the __fiber_suspend() that
// it ends in. Whatever is not in sight may be anything, and no warning.

#include "Checks.h"
#include "Diagnostics.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <linux/types.h>
#include <set>
// Behind the types that it uses.
#include "bpf_fiber/abi.h"

using namespace clang;

namespace llvm::bpffiber {

namespace {

using Results = std::set<int64_t>;
/// Of the kinds that callers hand to an awaitable.
using Bindings = DenseMap<const ParmVarDecl *, const clang::StringLiteral *>;

/// What is assigned to the locals of a function. One that others may write has
/// no entry.
class Assignments : public RecursiveASTVisitor<Assignments> {
public:
  explicit Assignments(const FunctionDecl *F) {
    TraverseStmt(F->getBody());
    for (const VarDecl *V : Unknown)
      Values.erase(V);
  }

  bool VisitVarDecl(VarDecl *V) {
    if (V->isLocalVarDecl() && !V->isStaticLocal() && V->hasInit())
      Values[V].push_back(V->getInit());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (const VarDecl *V = variableOf(Op->getLHS())) {
      if (Op->getOpcode() == BO_Assign)
        Values[V].push_back(Op->getRHS());
      else if (Op->isCompoundAssignmentOp())
        Unknown.insert(V);
    }
    return true;
  }
  bool VisitUnaryOperator(UnaryOperator *Op) {
    if (Op->getOpcode() == UO_AddrOf || Op->isIncrementDecrementOp())
      if (const VarDecl *V = variableOf(Op->getSubExpr()))
        Unknown.insert(V);
    return true;
  }

  static const VarDecl *variableOf(const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    return V && V->isLocalVarDecl() && !V->isStaticLocal() ? V : nullptr;
  }

  DenseMap<const VarDecl *, SmallVector<const Expr *, 2>> Values;

private:
  SmallPtrSet<const VarDecl *, 4> Unknown;
};

class Returns : public RecursiveASTVisitor<Returns> {
public:
  explicit Returns(const FunctionDecl *F) { TraverseStmt(F->getBody()); }
  bool VisitReturnStmt(ReturnStmt *R) {
    Values.push_back(R->getRetValue());
    return true;
  }
  SmallVector<const Expr *, 2> Values;
};

class ResultChecker : public RecursiveASTVisitor<ResultChecker> {
public:
  ResultChecker(const CheckContext &C, const Function &F)
      : C(C), F(F), Assigned(F.Decl) {}

  void check() { TraverseStmt(F.Decl->getBody()); }

  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->isEqualityOp()) {
      compare(Op->getLHS(), Op->getRHS());
      compare(Op->getRHS(), Op->getLHS());
    }
    return true;
  }
  bool VisitSwitchStmt(SwitchStmt *Switch) {
    for (const SwitchCase *Case = Switch->getSwitchCaseList(); Case;
         Case = Case->getNextSwitchCase())
      if (const auto *Value = dyn_cast<CaseStmt>(Case))
        compare(Switch->getCond(), Value->getLHS());
    return true;
  }

private:
  void compare(const Expr *Result, const Expr *Constant);
  bool addResults(const Expr *E, const Assignments &Locals,
                  const Bindings &Bound, unsigned Depth, Results &Into) const;
  bool addCall(const CallExpr *Call, const Bindings &Bound, unsigned Depth,
               Results &Into) const;
  void addKind(StringRef Kind, Results &Into) const;
  StringRef constantName(const Expr *E) const;

  const CheckContext &C;
  const Function &F;
  Assignments Assigned;
};

} // namespace

static constexpr std::pair<StringRef, int64_t> Constants[] = {
    {"FIBER_PACKET", FIBER_PACKET}, {"FIBER_TIMEOUT", FIBER_TIMEOUT},
    {"FIBER_WORK", FIBER_WORK},     {"FIBER_USER", FIBER_USER},
    {"FIBER_EVENT", FIBER_EVENT},   {"FIBER_CANCELED", FIBER_CANCELED}};

/// The home kind is that of the program which starts the fiber; by the type of
/// its context it may be a packet's, or whatever has been given a name.
void ResultChecker::addKind(StringRef Kind, Results &Into) const {
  if (Kind == "timer") {
    Into.insert(FIBER_TIMEOUT);
  } else if (Kind == "wq") {
    Into.insert(FIBER_WORK);
  } else if (Kind == "syscall") {
    Into.insert(FIBER_USER);
  } else if (Kind == "xdp" || Kind == "tc" || Kind == "cpumap" ||
             Kind == "devmap") {
    Into.insert(FIBER_PACKET);
  } else if (Kind == "home") {
    Into.insert(FIBER_EVENT);
    QualType Context = F.IsFiber && F.Decl->getNumParams()
                           ? F.Decl->getParamDecl(0)->getType()
                           : QualType();
    const RecordDecl *Record =
        !Context.isNull() && Context->isPointerType()
            ? Context->getPointeeType()->getAsRecordDecl()
            : nullptr;
    bool IsPacket = Record && (Record->getName() == "xdp_md" ||
                               Record->getName() == "__sk_buff");
    if (!F.IsFiber || IsPacket)
      Into.insert(FIBER_PACKET);
    if (!IsPacket)
      Into.insert(FIBER_USER);
  } else {
    Into.insert(FIBER_EVENT);
  }
}

bool ResultChecker::addCall(const CallExpr *Call, const Bindings &Bound,
                            unsigned Depth, Results &Into) const {
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (!Callee || FiberModel::isFiber(Callee) || Depth > 8)
    return false;
  auto KindsOf = [&](const Expr *E) -> const clang::StringLiteral * {
    E = E->IgnoreParenImpCasts();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return Bound.lookup(dyn_cast<ParmVarDecl>(Ref->getDecl()));
    return dyn_cast<clang::StringLiteral>(E);
  };
  if (FiberModel::isSuspend(Callee)) {
    const clang::StringLiteral *Kinds = KindsOf(Call->getArg(0));
    if (!Kinds)
      return false;
    SmallVector<StringRef, 4> Names;
    Kinds->getString().split(Names, '|');
    for (StringRef Kind : Names)
      addKind(Kind, Into);
    Into.insert(FIBER_CANCELED);
    return true;
  }
  const Function *Known = C.Model.find(Callee);
  if (!Known || !Known->Suspends)
    return false;
  Bindings Inner;
  for (unsigned I = 0; I != Call->getNumArgs() && I != Callee->getNumParams();
       ++I)
    if (const clang::StringLiteral *Kinds = KindsOf(Call->getArg(I)))
      Inner[Known->Decl->getParamDecl(I)] = Kinds;
  Assignments Locals(Known->Decl);
  return all_of(Returns(Known->Decl).Values, [&](const Expr *E) {
    return E && addResults(E, Locals, Inner, Depth + 1, Into);
  });
}

/// False if E may be anything.
bool ResultChecker::addResults(const Expr *E, const Assignments &Locals,
                               const Bindings &Bound, unsigned Depth,
                               Results &Into) const {
  E = E->IgnoreParenCasts();
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && Op->getOpcode() == UO_Extension)
    return addResults(Op->getSubExpr(), Locals, Bound, Depth, Into);
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return addCall(Call, Bound, Depth, Into);
  if (const VarDecl *V = Assignments::variableOf(E)) {
    auto It = Locals.Values.find(V);
    return Depth <= 8 && It != Locals.Values.end() &&
           all_of(It->second, [&](const Expr *Value) {
             return addResults(Value, Locals, Bound, Depth + 1, Into);
           });
  }
  Expr::EvalResult Value;
  if (!E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Value, C.AST))
    return false;
  Into.insert(Value.Val.getInt().getExtValue());
  return true;
}

/// Which of the language's constants the user has written.
StringRef ResultChecker::constantName(const Expr *E) const {
  E = E->IgnoreParenImpCasts();
  SourceLocation Loc = E->getBeginLoc();
  if (!Loc.isMacroID())
    return {};
  return Lexer::getImmediateMacroName(Loc, C.AST.getSourceManager(),
                                      C.AST.getLangOpts());
}

/// A list of what is given, in words.
static std::string listResults(const Results &Given) {
  std::string Text;
  for (int64_t Value : Given) {
    std::string Name = std::to_string(Value);
    for (auto [Constant, Known] : Constants)
      if (Known == Value)
        Name = Constant.str();
    Text += (Text.empty() ? "" : ", ") + Name;
  }
  return Text;
}

void ResultChecker::compare(const Expr *Result, const Expr *Constant) {
  StringRef Name = constantName(Constant);
  const auto *Known = find_if(
      Constants, [&](const auto &Constant) { return Constant.first == Name; });
  Results Given;
  if (Known == std::end(Constants) ||
      isa<IntegerLiteral>(Result->IgnoreParenCasts()) ||
      !addResults(Result, Assigned, Bindings(), 0, Given) ||
      !Given.count(FIBER_CANCELED) || Given.count(Known->second))
    return;
  bool IsCancellable =
      any_of(F.Decl->specific_attrs<AnnotateAttr>(), [](const AnnotateAttr *A) {
        return A->getAnnotation() == "bpf_fiber_cancellable";
      });
  if (!IsCancellable)
    Given.erase(FIBER_CANCELED);
  SourceLocation Loc = C.Text.userLoc(Constant->getBeginLoc());
  report(C.Diags, Loc, Diag::NeverGiven) << Name;
  report(C.Diags, Loc, Diag::WhatIsGiven) << listResults(Given);
}

void checkResults(const CheckContext &C, const Function &F) {
  if (F.Decl && F.Suspends && !C.Preprocessed)
    ResultChecker(C, F).check();
}

} // namespace llvm::bpffiber
