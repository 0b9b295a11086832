// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An await in an expression whose other operands may be evaluated before or
// after it, as the compiler likes.
//
// That is true of every call in C, but a call takes nanoseconds and an await
// lasts until the next packet: in total + co_await next() it matters whether
// total is read before or after.  The check is about operands that are
// unsequenced relative to an await (C11 6.5p2, p3) and
//
//   - await too,
//   - have a side effect,
//   - or read what can change meanwhile: memory that is not the fiber's own,
//     or a local variable whose address the awaited call gets.
//
// Locals of the fiber, constants (also the const volatile ones that a loader
// sets), addresses and calls without effects are no matter.

#include "Checks.h"
#include "Diagnostics.h"
#include "clang/AST/Attr.h"
#include "clang/Basic/Builtins.h"
#include <map>

using namespace clang;

namespace llvm::bpffiber {

namespace {

/// What the evaluation of something does, as far as order matters.
struct Effects {
  const Expr *Await = nullptr; ///< where to point to: the co_await or the call
  const Stmt *Write = nullptr; ///< of anything but a local variable
  const Stmt *Read = nullptr;  ///< of what can change meanwhile
  bool Reported = false;       ///< one message per expression is enough
  using Local = std::pair<const VarDecl *, const Stmt *>;
  SmallVector<Local, 2> LocalReads, LocalWrites;
  SmallVector<const VarDecl *, 2> Escapes; ///< locals whose address is taken

  void add(const Effects &E) {
    if (!Await)
      Await = E.Await;
    if (!Write)
      Write = E.Write;
    if (!Read)
      Read = E.Read;
    Reported |= E.Reported;
    LocalReads.append(E.LocalReads);
    LocalWrites.append(E.LocalWrites);
    Escapes.append(E.Escapes);
  }
};

class OrderChecker {
public:
  explicit OrderChecker(const CheckContext &C) : C(C) {}

  /// Effects of evaluating S. Reports on the way.
  Effects visit(const Stmt *S);

private:
  Effects visitExpr(const Expr *E);
  Effects visitUnary(const UnaryOperator *Op);
  Effects visitBinary(const BinaryOperator *Op);
  Effects visitCall(const CallExpr *Call);
  Effects visitCast(const CastExpr *Cast);
  Effects visitStmtExpr(const StmtExpr *E);
  Effects visitChildren(const Stmt *S);
  Effects unsequenced(ArrayRef<const Stmt *> Operands);
  Effects unsequenced(ArrayRef<Effects> Operands);
  void addCallee(const CallExpr *Call, Effects &E);
  const Effects &effectsOf(const Function &F);
  bool reportConflict(const Effects &Awaiting, const Effects &Other);
  void reportUnsequenced(const Expr *Await, const Stmt *Operand, bool IsRead);

  const CheckContext &C;
  std::map<const Function *, Effects> Callees;
  bool Silent = false; ///< in a callee, which is checked for itself
};

} // namespace

//===----------------------------------------------------------------------===//
// Which object an lvalue is in
//===----------------------------------------------------------------------===//

static const Expr *rootPointedTo(const Expr *Pointer);

/// What the lvalue E is a part of: a variable, a literal, a value; null if it
/// is reached through a pointer.
static const Expr *rootOf(const Expr *E) {
  E = E->IgnoreParens();
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return Member->isArrow() ? rootPointedTo(Member->getBase())
                             : rootOf(Member->getBase());
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return rootPointedTo(Subscript->getBase());
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && Op->getOpcode() == UO_Deref)
    return rootPointedTo(Op->getSubExpr());
  return E;
}

/// As far as the pointer is made right here: array + i, &x.
static const Expr *rootPointedTo(const Expr *Pointer) {
  Pointer = Pointer->IgnoreParens();
  if (const auto *Cast = dyn_cast<CastExpr>(Pointer)) {
    if (Cast->getCastKind() == CK_ArrayToPointerDecay)
      return rootOf(Cast->getSubExpr());
    if (Cast->getCastKind() == CK_BitCast || Cast->getCastKind() == CK_NoOp)
      return rootPointedTo(Cast->getSubExpr());
    return nullptr;
  }
  if (const auto *Op = dyn_cast<UnaryOperator>(Pointer))
    return Op->getOpcode() == UO_AddrOf ? rootOf(Op->getSubExpr()) : nullptr;
  if (const auto *Op = dyn_cast<BinaryOperator>(Pointer)) {
    if (!Op->isAdditiveOp())
      return nullptr;
    return rootPointedTo(
        Op->getLHS()->getType()->isPointerType() ? Op->getLHS() : Op->getRHS());
  }
  return nullptr;
}

static const VarDecl *variableOf(const Expr *Root) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(Root);
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

// Nobody writes to it while programs run: const (volatile, for the loader),
// and what libbpf fills in.
static bool isFrozen(const VarDecl *V, const ASTContext &AST) {
  if (V->getType().isConstant(AST))
    return true;
  const auto *Section = V->getAttr<SectionAttr>();
  return Section &&
         (Section->getName() == ".kconfig" || Section->getName() == ".ksyms" ||
          Section->getName().starts_with(".rodata"));
}

static void addRead(const Expr *Lvalue, const ASTContext &AST, Effects &E) {
  const Expr *Root = rootOf(Lvalue);
  const VarDecl *V = variableOf(Root);
  // A literal, or a part of what a call returned.
  if (Root && !V)
    return;
  if (!V)
    E.Read = Lvalue;
  else if (V->hasLocalStorage() && !V->getType().isVolatileQualified())
    E.LocalReads.push_back({V, Lvalue});
  else if (!isFrozen(V, AST))
    E.Read = Lvalue;
}

static void addWrite(const Expr *Lvalue, const Stmt *Where, Effects &E) {
  const VarDecl *V = variableOf(rootOf(Lvalue));
  if (V && V->hasLocalStorage())
    E.LocalWrites.push_back({V, Where});
  else
    E.Write = Where;
}

//===----------------------------------------------------------------------===//
// Conflicts
//===----------------------------------------------------------------------===//

void OrderChecker::reportUnsequenced(const Expr *Await, const Stmt *Operand,
                                     bool IsRead) {
  report(C.Diags, C.Text.userLoc(Await->getBeginLoc()), Diag::UnsequencedAwait);
  report(C.Diags, C.Text.userLoc(Operand->getBeginLoc()),
         Diag::UnsequencedOperand)
      << IsRead << Operand->getSourceRange();
  report(C.Diags, C.Text.userLoc(Await->getBeginLoc()), Diag::SplitExpression);
}

// Whether it matters if Other comes before or after Awaiting; reports it.
bool OrderChecker::reportConflict(const Effects &Awaiting,
                                  const Effects &Other) {
  if (Other.Await) {
    report(C.Diags, C.Text.userLoc(Other.Await->getBeginLoc()),
           Diag::TwoAwaits);
    report(C.Diags, C.Text.userLoc(Awaiting.Await->getBeginLoc()),
           Diag::OtherAwait);
    report(C.Diags, C.Text.userLoc(Other.Await->getBeginLoc()),
           Diag::SplitExpression);
    return true;
  }
  const Stmt *Write = Other.Write;
  if (!Write && !Other.LocalWrites.empty())
    Write = Other.LocalWrites[0].second;
  const Stmt *Read = Other.Read;
  for (const auto &[V, Where] : Other.LocalReads)
    if (!Read && is_contained(Awaiting.Escapes, V))
      Read = Where;
  if (Write || Read)
    reportUnsequenced(Awaiting.Await, Write ? Write : Read, !Write);
  return Write || Read;
}

Effects OrderChecker::unsequenced(ArrayRef<const Stmt *> Operands) {
  SmallVector<Effects, 4> Parts;
  for (const Stmt *Operand : Operands)
    Parts.push_back(visit(Operand));
  return unsequenced(Parts);
}

Effects OrderChecker::unsequenced(ArrayRef<Effects> Operands) {
  Effects All;
  for (const Effects &E : Operands)
    All.add(E);
  if (!All.Await || All.Reported || Silent)
    return All;
  for (unsigned I = 0; I != Operands.size(); ++I) {
    for (unsigned J = 0; J != Operands.size(); ++J) {
      const Effects &Awaiting = Operands[I], &Other = Operands[J];
      // Of two awaits the later one gets the message.
      if (I == J || !Awaiting.Await || (Other.Await && J < I))
        continue;
      if (reportConflict(Awaiting, Other)) {
        All.Reported = true;
        return All;
      }
    }
  }
  return All;
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

Effects OrderChecker::visitChildren(const Stmt *S) {
  Effects E;
  for (const Stmt *Child : S->children())
    if (Child)
      E.add(visit(Child));
  return E;
}

Effects OrderChecker::visit(const Stmt *S) {
  if (!S)
    return {};
  if (const auto *E = dyn_cast<Expr>(S))
    return visitExpr(E);
  // Statements follow one another.
  Effects E = visitChildren(S);
  if (const auto *Asm = dyn_cast<AsmStmt>(S))
    E.Write = Asm;
  E.Reported = false;
  return E;
}

Effects OrderChecker::visitExpr(const Expr *E) {
  if (isa<UnaryExprOrTypeTraitExpr, OffsetOfExpr>(E))
    return {};
  if (const auto *Generic = dyn_cast<GenericSelectionExpr>(E))
    return visit(Generic->getResultExpr());
  if (const auto *Choose = dyn_cast<ChooseExpr>(E))
    return visit(Choose->getChosenSubExpr());
  if (const auto *Op = dyn_cast<UnaryOperator>(E))
    return visitUnary(Op);
  if (const auto *Op = dyn_cast<BinaryOperator>(E))
    return visitBinary(Op);
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return visitCall(Call);
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return visitCast(Cast);
  if (const auto *Statement = dyn_cast<StmtExpr>(E))
    return visitStmtExpr(Statement);
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return unsequenced({Subscript->getBase(), Subscript->getIdx()});
  if (const auto *Conditional = dyn_cast<BinaryConditionalOperator>(E)) {
    Effects Result = visit(Conditional->getCommon());
    Result.add(visit(Conditional->getFalseExpr()));
    return Result;
  }
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    SmallVector<const Stmt *, 8> Inits(List->inits().begin(),
                                       List->inits().end());
    return unsequenced(Inits);
  }
  Effects Result = visitChildren(E);
  if (isa<AtomicExpr>(E))
    Result.Write = E;
  return Result;
}

Effects OrderChecker::visitUnary(const UnaryOperator *Op) {
  Effects E = visit(Op->getSubExpr());
  if (Op->isIncrementDecrementOp()) {
    addRead(Op->getSubExpr(), C.AST, E);
    addWrite(Op->getSubExpr(), Op, E);
  } else if (Op->getOpcode() == UO_AddrOf) {
    if (const VarDecl *V = variableOf(rootOf(Op->getSubExpr())))
      E.Escapes.push_back(V);
  } else if (Op->getOpcode() == UO_Extension && E.Await &&
             C.Text.isAwaitMacro(Op->getOperatorLoc())) {
    E.Await = Op;
  }
  return E;
}

Effects OrderChecker::visitBinary(const BinaryOperator *Op) {
  if (Op->isLogicalOp() || Op->isCommaOp()) {
    Effects E = visit(Op->getLHS());
    E.add(visit(Op->getRHS()));
    return E;
  }
  if (!Op->isCompoundAssignmentOp()) {
    Effects E = unsequenced({Op->getLHS(), Op->getRHS()});
    if (Op->isAssignmentOp())
      addWrite(Op->getLHS(), Op, E);
    return E;
  }
  // x += co_await f(): the old value is an operand too.
  Effects Left = visit(Op->getLHS());
  addRead(Op->getLHS(), C.AST, Left);
  Effects E = unsequenced(ArrayRef<Effects>{Left, visit(Op->getRHS())});
  addWrite(Op->getLHS(), Op, E);
  return E;
}

Effects OrderChecker::visitCast(const CastExpr *Cast) {
  Effects E = visit(Cast->getSubExpr());
  if (Cast->getCastKind() == CK_LValueToRValue)
    addRead(Cast->getSubExpr(), C.AST, E);
  else if (Cast->getCastKind() == CK_ArrayToPointerDecay)
    if (const VarDecl *V = variableOf(rootOf(Cast->getSubExpr())))
      E.Escapes.push_back(V);
  return E;
}

// What a statement expression does to variables of its own stays in it.
Effects OrderChecker::visitStmtExpr(const StmtExpr *Statement) {
  Effects E = visit(Statement->getSubStmt());
  SourceRange Range = Statement->getSourceRange();
  const SourceManager &SM = C.AST.getSourceManager();
  auto IsInside = [&](const Effects::Local &L) {
    SourceLocation Loc = L.first->getLocation();
    return !SM.isBeforeInTranslationUnit(Loc, Range.getBegin()) &&
           !SM.isBeforeInTranslationUnit(Range.getEnd(), Loc);
  };
  erase_if(E.LocalReads, IsInside);
  erase_if(E.LocalWrites, IsInside);
  E.Reported = false;
  return E;
}

Effects OrderChecker::visitCall(const CallExpr *Call) {
  SmallVector<const Stmt *, 8> Operands;
  const FunctionDecl *Callee = Call->getDirectCallee();
  unsigned Builtin = Callee ? Callee->getBuiltinID() : 0;
  if (Builtin && C.AST.BuiltinInfo.isUnevaluated(Builtin))
    return {};
  // Helpers of older libbpf are variables that are not const.
  if (!Callee && !isa<DeclRefExpr>(Call->getCallee()->IgnoreParenImpCasts()))
    Operands.push_back(Call->getCallee());
  Operands.append(Call->arg_begin(), Call->arg_end());
  Effects E = unsequenced(Operands);
  addCallee(Call, E);
  return E;
}

// The call itself comes after its arguments.
void OrderChecker::addCallee(const CallExpr *Call, Effects &E) {
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (!Callee) {
    E.Write = Call;
    return;
  }
  if (unsigned Builtin = Callee->getBuiltinID()) {
    if (C.AST.BuiltinInfo.isConst(Builtin) || Callee->hasAttr<ConstAttr>())
      return;
    (C.AST.BuiltinInfo.isPure(Builtin) ? E.Read : E.Write) = Call;
    return;
  }
  if (C.Model.isAwaitable(Callee)) {
    E.Await = Call;
    return;
  }
  if (Callee->hasAttr<ConstAttr>())
    return;
  // Primitives are about the present activation.
  if (Callee->hasAttr<PureAttr>() || FiberModel::isPrimitive(Callee)) {
    E.Read = Call;
    return;
  }
  const Function *Known = C.Model.find(Callee);
  if (!Known) {
    E.Write = Call;
    return;
  }
  const Effects &Inner = effectsOf(*Known);
  if (Inner.Write)
    E.Write = Call;
  if (Inner.Read)
    E.Read = Call;
}

// Of calling F, but for its awaits. A function on its way into itself adds
// nothing.
const Effects &OrderChecker::effectsOf(const Function &F) {
  if (auto It = Callees.find(&F); It != Callees.end())
    return It->second;
  Callees[&F] = {};
  bool WasSilent = Silent;
  Silent = true;
  Effects E = visit(F.Decl->getBody());
  Silent = WasSilent;
  return Callees[&F] = std::move(E);
}

void checkEvaluationOrder(const CheckContext &C, const Function &F) {
  if (F.Suspends)
    OrderChecker(C).visit(F.Decl->getBody());
}

} // namespace llvm::bpffiber
