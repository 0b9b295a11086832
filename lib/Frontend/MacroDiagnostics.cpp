// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MacroDiagnostics.h"
#include "FiberModel.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/DiagnosticParse.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/LexDiagnostic.h"
#include "clang/Lex/Lexer.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Sema/SemaDiagnostic.h"

using namespace clang;

namespace llvm::bpffiber {

MacroDiagnostics::MacroDiagnostics(CompilerInstance &CI) : CI(CI) {
  DiagnosticsEngine &Engine = CI.getDiagnostics();
  Inner = Engine.getClient();
  if (Engine.ownsClient())
    OwnedInner = Engine.takeClient();
  // FixItRewriter sets another one for a while, which ends one that is owned.
  Engine.setClient(this, /*ShouldOwnClient=*/false);
}

MacroDiagnostics::~MacroDiagnostics() {
  DiagnosticsEngine &Engine = CI.getDiagnostics();
  if (Engine.getClient() != this)
    return;
  bool IsOwned = OwnedInner != nullptr;
  Engine.setClient(IsOwned ? OwnedInner.release() : Inner, IsOwned);
}

void MacroDiagnostics::clear() {
  Inner->clear();
  takeCounts();
}

/// Who counts what differs: -verify makes an error of what is missing.
void MacroDiagnostics::takeCounts() {
  NumWarnings = Inner->getNumWarnings();
  NumErrors = Inner->getNumErrors();
}

void MacroDiagnostics::BeginSourceFile(const LangOptions &LangOpts,
                                       const Preprocessor *PP) {
  Inner->BeginSourceFile(LangOpts, PP);
}

void MacroDiagnostics::EndSourceFile() {
  Inner->EndSourceFile();
  takeCounts();
}

void MacroDiagnostics::finish() {
  Inner->finish();
  takeCounts();
}

bool MacroDiagnostics::IncludeInDiagnosticCounts() const {
  return Inner->IncludeInDiagnosticCounts();
}

void MacroDiagnostics::show(DiagnosticsEngine::Level Level,
                            const Diagnostic &Info) {
  Inner->HandleDiagnostic(Level, Info);
  takeCounts();
}

bool MacroDiagnostics::isOwnFile(SourceLocation Loc) const {
  const SourceManager &SM = CI.getSourceManager();
  return Loc.isFileID() && SM.isInSystemHeader(Loc) &&
         SM.getFilename(Loc).contains("bpf_fiber/");
}

const MacroInfo *MacroDiagnostics::findOwnMacro(StringRef Name) const {
  Preprocessor &PP = CI.getPreprocessor();
  const MacroInfo *Macro = PP.getMacroInfo(PP.getIdentifierInfo(Name));
  return Macro && isOwnFile(Macro->getDefinitionLoc()) ? Macro : nullptr;
}

/// What is declared under this name at file scope.
const NamedDecl *MacroDiagnostics::findGlobal(StringRef Name) const {
  if (!CI.hasASTContext() || !isValidAsciiIdentifier(Name))
    return nullptr;
  ASTContext &AST = CI.getASTContext();
  for (const NamedDecl *D :
       AST.getTranslationUnitDecl()->lookup(&AST.Idents.get(Name)))
    if (isa<ValueDecl>(D))
      return D;
  return nullptr;
}

StringRef MacroDiagnostics::textOf(CharSourceRange Range) const {
  return Lexer::getSourceText(Range, CI.getSourceManager(), CI.getLangOpts());
}

MacroDiagnostics::MacroUse MacroDiagnostics::findUse(SourceLocation Loc) const {
  const SourceManager &SM = CI.getSourceManager();
  MacroUse Use;
  while (Loc.isMacroID()) {
    StringRef Name = Lexer::getImmediateMacroName(Loc, SM, CI.getLangOpts());
    Loc = SM.getImmediateExpansionRange(Loc).getBegin();
    if (!findOwnMacro(Name))
      continue;
    if (Use.Innermost.empty())
      Use.Innermost = Name.str();
    Use.Name = Name.str();
    Use.Outermost = Loc;
  }
  return Use;
}

SourceLocation MacroDiagnostics::userLoc(SourceLocation Loc) const {
  return SourceText(CI.getSourceManager(), CI.getLangOpts()).userLoc(Loc);
}

/// What stands between the parentheses behind a name; what is empty is invalid.
SmallVector<CharSourceRange, 8>
MacroDiagnostics::operandsOf(SourceLocation Name) const {
  const SourceManager &SM = CI.getSourceManager();
  SmallVector<CharSourceRange, 8> Operands;
  unsigned Depth = 0;
  SourceLocation At = Name, Begin, End;
  auto Finish = [&] {
    Operands.push_back(CharSourceRange::getCharRange(Begin, End));
    Begin = End = SourceLocation();
  };
  if (!At.isFileID())
    return Operands;
  while (auto Token = Lexer::findNextToken(At, SM, CI.getLangOpts())) {
    At = Token->getLocation();
    if (Token->isOneOf(tok::r_paren, tok::r_brace, tok::r_square))
      --Depth;
    if (Token->is(tok::eof) || Depth == 0) {
      if (Token->is(tok::l_paren)) {
        ++Depth;
        continue;
      }
      Finish();
      break;
    }
    if (Depth == 1 && Token->is(tok::comma)) {
      Finish();
      continue;
    }
    Begin = Begin.isValid() ? Begin : At;
    End = Token->getEndLoc();
    if (Token->isOneOf(tok::l_paren, tok::l_brace, tok::l_square))
      ++Depth;
  }
  return Operands;
}

static bool isOfNamedKind(StringRef Verb) { return Verb.ends_with("_in"); }

/// Operand N of the macro Use, from 0; invalid if it is in a macro of the
/// user's. The variants that begin with the kind count from behind that.
CharSourceRange MacroDiagnostics::operand(const MacroUse &Use,
                                          unsigned N) const {
  N += isOfNamedKind(Use.Name);
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Use.Outermost);
  return N < Operands.size() ? Operands[N] : CharSourceRange();
}

/// The call or use of a macro in whose parentheses Loc is. By the text: for
/// what the preprocessor objects to there is nothing else.
MacroDiagnostics::WrittenCall
MacroDiagnostics::callAround(SourceLocation Loc) const {
  const SourceManager &SM = CI.getSourceManager();
  Loc = SM.getSpellingLoc(Loc);
  if (SM.isWrittenInScratchSpace(Loc))
    return {};
  auto [File, Offset] = SM.getDecomposedLoc(Loc);
  StringRef Buffer = SM.getBufferData(File);
  Lexer Raw(SM.getLocForStartOfFile(File), CI.getLangOpts(), Buffer.begin(),
            Buffer.begin(), Buffer.end());
  SmallVector<WrittenCall> Open;
  WrittenCall Last;
  Token Tok;
  while (!Raw.LexFromRawLexer(Tok) &&
         SM.getFileOffset(Tok.getLocation()) < Offset) {
    if (Tok.is(tok::l_paren))
      Open.push_back(Last);
    else if (Tok.is(tok::r_paren) && !Open.empty())
      Open.pop_back();
    Last = {};
    if (Tok.is(tok::raw_identifier))
      Last = {Tok.getLocation(), Tok.getRawIdentifier().str()};
  }
  return Open.empty() ? WrittenCall() : Open.back();
}

bool MacroDiagnostics::isInOperand(const MacroUse &Use, unsigned N,
                                   SourceLocation Loc) const {
  CharSourceRange Range = operand(Use, N);
  const SourceManager &SM = CI.getSourceManager();
  return Range.isValid() && Loc.isFileID() &&
         !SM.isBeforeInTranslationUnit(Loc, Range.getBegin()) &&
         SM.isBeforeInTranslationUnit(Loc, Range.getEnd());
}

void MacroDiagnostics::hold(SourceLocation Loc, Diag Ours,
                            ArrayRef<std::string> Arguments, FixItHint Hint) {
  Held H;
  H.Loc = Loc;
  H.Ours = Ours;
  H.Arguments.assign(Arguments.begin(), Arguments.end());
  H.Hint = std::move(Hint);
  Pending.push_back(std::move(H));
}

void MacroDiagnostics::holdClangs(DiagnosticsEngine::Level Level,
                                  const Diagnostic &Info, StringRef Text) {
  FullSourceLoc Loc(userLoc(Info.getLocation()), CI.getSourceManager());
  Held H;
  H.Loc = Loc;
  H.Clangs = std::make_unique<StoredDiagnostic>(Level, Info.getID(), Text, Loc,
                                                ArrayRef<CharSourceRange>(),
                                                ArrayRef<FixItHint>());
  Pending.push_back(std::move(H));
}

void MacroDiagnostics::flush() {
  std::vector<Held> Now = std::exchange(Pending, {});
  bool Before = std::exchange(PassOn, true);
  for (const Held &H : Now) {
    if (H.Clangs) {
      CI.getDiagnostics().Report(*H.Clangs);
      continue;
    }
    DiagnosticBuilder Builder = report(CI.getDiagnostics(), H.Loc, H.Ours);
    for (const std::string &Argument : H.Arguments)
      Builder << Argument;
    if (!H.Hint.isNull())
      Builder << H.Hint;
  }
  PassOn = Before;
}

void MacroDiagnostics::finishParsing() {
  flush();
  PassOn = true;
}

// The operands of every verb.
enum { OfMap, OfFiber, OfKey, OfCtx, MaxOperands = 8 };

static bool isVerb(StringRef Macro) {
  return Macro.starts_with("fiber_") && Macro != "fiber_guard";
}

/// What stands in the first pair of quotes, and, if there are two, in the last.
static StringRef firstQuoted(StringRef Text) {
  return Text.split('\'').second.split('\'').first;
}

static StringRef secondQuoted(StringRef Text) {
  return Text.count('\'') < 4
             ? ""
             : firstQuoted(Text.split('\'').second.split('\'').second);
}

/// Clang also suggests what the macro declares for itself.
static bool isSuggestion(StringRef Name) {
  return !Name.empty() && !Name.starts_with("__");
}

static int64_t numberOf(const Diagnostic &Info, unsigned Index) {
  switch (Info.getArgKind(Index)) {
  case DiagnosticsEngine::ak_sint:
    return Info.getArgSInt(Index);
  case DiagnosticsEngine::ak_uint:
    return Info.getArgUInt(Index);
  default:
    return 1; // the name of the only parameter
  }
}

static std::string count(size_t N, StringRef What) {
  return ((N ? std::to_string(N) : "no") + " " + What + (N == 1 ? "" : "s"))
      .str();
}

/// "(map, fiber, keyp, args...)"
static std::string listParameters(const MacroInfo &Macro) {
  std::string Text;
  for (const IdentifierInfo *Name : Macro.params())
    Text += (Text.empty() ? "" : ", ") + Name->getName().str();
  return "(" + Text + (Macro.isVariadic() ? "...)" : ")");
}

/// The same, with the types that a user has written.
static std::string listParameters(const FunctionDecl &F, bool Types) {
  std::string Text;
  for (const ParmVarDecl *P : F.parameters()) {
    std::string Name = P->getNameAsString();
    if (Types)
      P->getType().getAsStringInternal(Name,
                                       F.getASTContext().getPrintingPolicy());
    Text += (Text.empty() ? "" : ", ") + Name;
  }
  return "(" + Text + ")";
}

void MacroDiagnostics::holdCount(const WrittenCall &Call, Diag Ours,
                                 const std::string &Takes, StringRef What) {
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Call.Loc);
  bool IsEmpty = Operands.size() == 1 && Operands[0].isInvalid();
  hold(userLoc(Call.Loc), Ours,
       {Call.Name, Takes, count(IsEmpty ? 0 : Operands.size(), What)});
}

/// What the preprocessor says of a macro's operands.
bool MacroDiagnostics::translateMacroCall(const Diagnostic &Info) {
  WrittenCall Call = callAround(Info.getLocation());
  const MacroInfo *Macro = findOwnMacro(Call.Name);
  if (!Macro)
    return false;
  Broken.insert(Call.Loc);
  holdCount(Call, Diag::OperandCount, listParameters(*Macro), "operand");
  return true;
}

/// What is called like a function: a fiber, or an awaitable that is no macro.
bool MacroDiagnostics::translateFunctionCall(const Diagnostic &Info) {
  WrittenCall Call = callAround(Info.getLocation());
  const auto *F = dyn_cast_or_null<FunctionDecl>(findGlobal(Call.Name));
  if (!F)
    return false;
  if (isOwnFile(F->getLocation())) {
    holdCount(Call, Diag::OperandCount, listParameters(*F, /*Types=*/false),
              "operand");
    return true;
  }
  if (!FiberModel::isFiber(F))
    return false;
  holdCount(Call, Diag::FiberArguments, listParameters(*F, /*Types=*/true),
            "argument");
  return true;
}

/// A local variable where the map, the fiber or the awaitable of its name is
/// meant.
bool MacroDiagnostics::translateHidden(CharSourceRange Range, bool IsMap) {
  StringRef Name = textOf(Range);
  if (IsMap)
    Name.consume_front("&");
  const NamedDecl *Meant = findGlobal(Name);
  const auto *F = dyn_cast_or_null<FunctionDecl>(Meant);
  bool IsFiber = F && FiberModel::isFiber(F);
  if (!Meant || isa<VarDecl>(Meant) != IsMap ||
      (F && !IsFiber && !isOwnFile(F->getLocation())))
    return false;
  hold(Range.getBegin(), Diag::Hidden,
       {Name.str(), IsMap     ? "map"
                    : IsFiber ? "fiber"
                              : "awaitable"});
  if (!isOwnFile(Meant->getLocation()))
    hold(CI.getSourceManager().getExpansionLoc(Meant->getLocation()),
         Diag::HiddenHere, {Name.str()});
  return true;
}

/// A string where no kind is taken.
bool MacroDiagnostics::translateKind(const MacroUse &Use) {
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Use.Outermost);
  std::string OfNamedKind = Use.Name + "_in";
  if (!findOwnMacro(OfNamedKind) || Operands.empty() ||
      !textOf(Operands[0]).starts_with("\""))
    return false;
  hold(Operands[0].getBegin(), Diag::KindIsGiven, {Use.Name, OfNamedKind});
  return true;
}

/// An operand of which nothing has been written.
bool MacroDiagnostics::translateEmpty(const MacroUse &Use) {
  const MacroInfo *Macro = findOwnMacro(Use.Name);
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Use.Outermost);
  for (auto [Range, Name] : zip(Operands, Macro->params())) {
    if (Range.isValid())
      continue;
    if (Operands.size() == 1)
      holdCount({Use.Outermost, Use.Name}, Diag::OperandCount,
                listParameters(*Macro), "operand");
    else
      hold(Use.Outermost, Diag::OperandIsEmpty,
           {Name->getName().str(), Use.Name});
    return true;
  }
  // Of `(name *)` Clang 19 does not say that there is no such type.
  if (Operands.empty() || Macro->params().front()->getName() != "kind")
    return false;
  std::string Kind = textOf(Operands[0]).str();
  ASTContext &AST = CI.getASTContext();
  if (!AST.getTranslationUnitDecl()
           ->lookup(&AST.Idents.get("__fiber_context_" + Kind))
           .empty())
    return false;
  hold(Operands[0].getBegin(), Diag::ContextUndeclared, {Kind});
  hold(Operands[0].getBegin(), Diag::DeclareContext, {Kind});
  return true;
}

/// A kind, the type of a kind's context, or the map of a fiber.
bool MacroDiagnostics::translateRedefinition(const MacroUse &Use,
                                             StringRef Name) {
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Use.Outermost);
  if (Operands.size() < 2)
    return false;
  std::string First = textOf(Operands[0]).str();
  std::string Second = textOf(Operands[1]).str();
  if (Name == "__fiber_kind") {
    hold(Operands[1].getBegin(), Diag::TypeOfTwoKinds, {Second});
    hold(Use.Outermost, Diag::NameTheKind, {First, Second});
  } else if (Name.empty()) {
    hold(Operands[0].getBegin(), Diag::KindTwice, {First});
  } else if (Name.ends_with("__map_flags")) {
    hold(Use.Outermost, Diag::MapTwice, {Second});
  } else {
    return false;
  }
  return true;
}

/// What is wrong with an operand, where Clang sees it in the macro's body only.
bool MacroDiagnostics::translateBody(const MacroUse &Use,
                                     const Diagnostic &Info, StringRef Text) {
  const MacroInfo *Macro = findOwnMacro(Use.Name);
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Use.Outermost);
  if (userLoc(Info.getLocation()) != Use.Outermost ||
      Info.getID() == diag::err_static_assert_failed ||
      Info.getID() == diag::err_static_assert_requirement_failed)
    return false;
  for (const CharSourceRange &Range : Info.getRanges()) {
    // In the headers a parameter has the same name in all macros.
    StringRef Spelled = textOf(CharSourceRange::getTokenRange(
        CI.getSourceManager().getSpellingLoc(Range.getBegin()),
        CI.getSourceManager().getSpellingLoc(Range.getEnd())));
    Spelled = Spelled.trim("()");
    for (auto [Operand, Name] : zip(Operands, Macro->params())) {
      if (Name->getName() != Spelled || Operand.isInvalid())
        continue;
      hold(Operand.getBegin(), Diag::OperandIsWrong,
           {Spelled.str(), Use.Name, Text.str()});
      return true;
    }
  }
  return false;
}

bool MacroDiagnostics::translateUndeclared(const MacroUse &Use,
                                           SourceLocation Loc, StringRef Name,
                                           bool HasSuggestion) {
  SourceLocation At = userLoc(Loc);
  StringRef Of = Name;
  SmallVector<CharSourceRange, 8> Operands = operandsOf(Use.Outermost);
  if (isVerb(Use.Name) && isOfNamedKind(Use.Name) && !Operands.empty() &&
      Operands[0].getBegin() == At) {
    std::string Kind = textOf(Operands[0]).str();
    hold(At, Diag::KindIsNoString, {Use.Name, Kind},
         FixItHint::CreateReplacement(Operands[0], "\"" + Kind + "\""));
  } else if (Of.consume_front("__fiber_context_")) {
    hold(At, Diag::ContextUndeclared, {Of.str()});
    hold(At, Diag::DeclareContext, {Of.str()});
  } else if (Name == "fiber_events") {
    hold(At, Diag::EventsUndeclared, {Use.Name});
    hold(At, Diag::DeclareEvents);
  } else if ((Of.consume_back("__map_flags") || Of.consume_back("_counters")) &&
             !findGlobal(Of)) {
    CharSourceRange Fiber = operand(Use, OfFiber);
    hold(Fiber.isValid() ? Fiber.getBegin() : At, Diag::OperandUndeclared,
         {"fiber", Of.str()});
    hold(At, Diag::DeclareFiber, {Of.str()});
    Undeclared.insert(Of.str());
  } else if (Of != Name) {
    hold(At, Diag::MapUndeclared, {Of.str()});
    hold(At, Diag::DeclareMap, {Of.str()});
  } else if (isVerb(Use.Name) && !HasSuggestion &&
             isInOperand(Use, OfMap, At)) {
    hold(At, Diag::OperandUndeclared, {"map", Name.str()});
    hold(At, Diag::DeclareMapOf, {Name.str()});
  } else if (isVerb(Use.Name) && !HasSuggestion &&
             isInOperand(Use, OfFiber, At)) {
    hold(At, Diag::OperandUndeclared, {"fiber", Name.str()});
    hold(At, Diag::DeclareFiber, {Name.str()});
    Undeclared.insert(Name.str());
  } else {
    return false;
  }
  return true;
}

/// A key or a map without its '&', a context that is none: of what is wrong
/// directly in the macro that checks it, not somewhere in the operand.
bool MacroDiagnostics::translateOperand(const MacroUse &Use) {
  if (Use.Innermost == "__FIBER_CHECK_FIBER")
    return translateHidden(operand(Use, OfFiber), /*IsMap=*/false) ||
           translateNamed(Use, OfFiber, "fiber");
  bool IsKey = Use.Innermost == "__FIBER_CHECK_KEY";
  if (!IsKey && Use.Innermost != "__FIBER_CHECK_CTX" &&
      Use.Innermost != "__FIBER_CHECK_MAP")
    return false;
  bool IsMap = Use.Innermost == "__FIBER_CHECK_MAP";
  CharSourceRange Range = operand(Use, IsMap ? OfMap : IsKey ? OfKey : OfCtx);
  SourceLocation At = Range.isValid() ? Range.getBegin() : Use.Outermost;
  if (!IsKey && !IsMap) {
    hold(At, Diag::ContextOperand, {Use.Name});
    return true;
  }
  StringRef Text = textOf(Range);
  FixItHint Hint;
  if (!Text.empty() && isValidAsciiIdentifier(Text))
    Hint = FixItHint::CreateInsertion(At, "&");
  else if (Text.empty())
    Text = IsMap ? "map" : "key";
  hold(At, IsMap ? Diag::MapIsNoPointer : Diag::KeyIsNoPointer, {Text.str()},
       Hint);
  return true;
}

/// What stands where the map or the fiber should.
bool MacroDiagnostics::translateNamed(const MacroUse &Use, unsigned N,
                                      const char *What) {
  CharSourceRange Range = operand(Use, N);
  if (!isVerb(Use.Name) || Range.isInvalid())
    return false;
  hold(Range.getBegin(), Diag::OperandIsNone,
       {textOf(Range).str(), What, Use.Name,
        listParameters(*findOwnMacro(Use.Name))});
  return true;
}

/// A call in an operand is the user's own business.
bool MacroDiagnostics::translateCall(const MacroUse &Use,
                                     const Diagnostic &Info) {
  if (!isVerb(Use.Name)) {
    const MacroInfo *Macro = findOwnMacro(Use.Name);
    if (userLoc(Info.getLocation()) != Use.Outermost && !Macro->isVariadic())
      return translateFunctionCall(Info);
    holdCount({Use.Outermost, Use.Name}, Diag::OperandCount,
              listParameters(*Macro), "operand");
    return true;
  }
  SourceLocation At = userLoc(Info.getLocation());
  CharSourceRange Fiber = operand(Use, OfFiber);
  if (Fiber.isInvalid())
    return false;
  bool IsOfVerb = Use.Innermost == "__FIBER_CHECK_CALL";
  for (unsigned N = OfCtx; !IsOfVerb && N != OfCtx + MaxOperands; ++N) {
    CharSourceRange Range = operand(Use, N);
    IsOfVerb = Range.isValid() && Range.getBegin() == At;
  }
  if (!IsOfVerb)
    return false;
  // The context is one too.
  hold(At, Diag::StartArguments,
       {textOf(Fiber).str(), count(numberOf(Info, 1) - 1, "argument"), Use.Name,
        std::to_string(numberOf(Info, 2) - 1)});
  return true;
}

bool MacroDiagnostics::translate(const MacroUse &Use, const Diagnostic &Info,
                                 StringRef Text) {
  if (translateKind(Use))
    return true;
  switch (Info.getID()) {
  case diag::err_undeclared_var_use:
  case diag::err_undeclared_var_use_suggest:
  case diag::ext_implicit_function_decl_c99:
    return translateUndeclared(Use, Info.getLocation(), firstQuoted(Text),
                               isSuggestion(secondQuoted(Text)));
  case diag::err_typecheck_indirection_requires_pointer:
  case diag::err_typecheck_member_reference_suggestion:
  case diag::err_typecheck_member_reference_arrow:
    return translateOperand(Use);
  case diag::err_typecheck_call_too_few_args:
  case diag::err_typecheck_call_too_few_args_one:
  case diag::err_typecheck_call_too_many_args:
  case diag::err_typecheck_call_too_many_args_one:
    return translateCall(Use, Info);
  case diag::err_typecheck_member_reference_struct_union:
    return Use.Innermost == "__FIBER_CHECK_KEY" &&
           (translateHidden(operand(Use, OfMap), /*IsMap=*/true) ||
            translateNamed(Use, OfMap, "map"));
  case diag::err_typecheck_call_not_function:
    return Use.Innermost == "__FIBER_CHECK_CALL" &&
           (translateHidden(operand(Use, OfFiber), /*IsMap=*/false) ||
            translateNamed(Use, OfFiber, "fiber"));
  case diag::err_typecheck_invalid_lvalue_addrof: {
    CharSourceRange Fiber = operand(Use, OfFiber);
    StringRef Name = textOf(Fiber);
    if (!Name.consume_front("&"))
      return false;
    hold(Fiber.getBegin(), Diag::FiberHasAmpersand, {Name.str()},
         FixItHint::CreateReplacement(Fiber, Name));
    return true;
  }
  case diag::err_expected_expression:
    return translateEmpty(Use);
  case diag::err_redefinition:
  case diag::err_redefinition_of_enumerator:
    return translateRedefinition(Use, firstQuoted(Text));
  case diag::err_redefinition_different_typedef:
    return translateRedefinition(Use, "");
  case diag::err_pp_bad_paste:
    if (!Text.contains("__fiber_context_"))
      return false;
    hold(userLoc(Info.getLocation()), Diag::KindIsString, {Use.Name});
    return true;
  default:
    return translateBody(Use, Info, Text);
  }
}

/// What is wrong with a call that Clang sees where the user wrote it.
bool MacroDiagnostics::translateOutside(const Diagnostic &Info) {
  switch (Info.getID()) {
  case diag::err_too_few_args_in_macro_invoc:
  case diag::err_too_many_args_in_macro_invoc:
    return translateMacroCall(Info);
  case diag::err_typecheck_call_too_few_args:
  case diag::err_typecheck_call_too_few_args_one:
  case diag::err_typecheck_call_too_many_args:
  case diag::err_typecheck_call_too_many_args_one:
    return translateFunctionCall(Info);
  case diag::err_typecheck_call_not_function: {
    if (Info.getRanges().empty() || !Info.getRange(0).getBegin().isFileID())
      return false;
    CharSourceRange Callee = Info.getRange(0);
    Callee.setEnd(Lexer::getLocForEndOfToken(
        Callee.getEnd(), 0, CI.getSourceManager(), CI.getLangOpts()));
    Callee.setTokenRange(false);
    return translateHidden(Callee, /*IsMap=*/false);
  }
  case diag::err_undeclared_var_use:
  case diag::err_undeclared_var_use_suggest: {
    SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    const MacroInfo *Macro = findOwnMacro(firstQuoted(Text));
    if (!Macro || !Macro->isFunctionLike())
      return false;
    Broken.insert(Info.getLocation());
    hold(Info.getLocation(), Diag::NoOperands,
         {firstQuoted(Text).str(), listParameters(*Macro)});
    return true;
  }
  default:
    return false;
  }
}

/// Of what has been said already: the name of a macro that has become none, and
/// the definition of what has been declared for want of a declaration.
bool MacroDiagnostics::isConsequence(const Diagnostic &Info) const {
  if (Info.getLocation().isValid() && Info.getLocation().isFileID() &&
      Broken.count(Info.getLocation()) &&
      Info.getID() != diag::err_too_few_args_in_macro_invoc &&
      Info.getID() != diag::err_too_many_args_in_macro_invoc)
    return true;
  if (Info.getID() != diag::err_static_non_static || Undeclared.empty())
    return false;
  SmallString<128> Text;
  Info.FormatDiagnostic(Text);
  return Undeclared.count(firstQuoted(Text).str());
}

static StringRef withoutRequirement(const Diagnostic &Info, StringRef Text) {
  if (Info.getID() == diag::err_static_assert_requirement_failed)
    if (size_t At = Text.find("': "); At != StringRef::npos)
      return Text.drop_front(At + strlen("': "));
  if (Info.getID() == diag::err_static_assert_failed)
    Text.consume_front("static assertion failed: ");
  return Text;
}

/// Not of the inside of a macro, or of what is declared in our headers; where a
/// name was used before is the user's line too.
void MacroDiagnostics::holdNote(const Diagnostic &Info) {
  SourceLocation Loc = Info.getLocation();
  SourceLocation Before = findUse(Loc).Outermost;
  bool IsBefore = Info.getID() == diag::note_previous_definition;
  if (IsBefore && Before.isValid()) {
    SmallVector<CharSourceRange, 8> Operands = operandsOf(Before);
    if (isOwnFile(Before) && !Operands.empty())
      hold(Pending.back().Loc, Diag::BuiltInKind, {textOf(Operands[0]).str()});
    else if (!isOwnFile(Before))
      hold(Before, Diag::DeclaredBefore);
    return;
  }
  if (Before.isValid() || CI.getSourceManager().isInSystemHeader(Loc))
    return;
  SmallString<128> Text;
  Info.FormatDiagnostic(Text);
  holdClangs(DiagnosticsEngine::Note, Info, Text);
}

/// What nobody sees has been counted all the same.
void MacroDiagnostics::raiseErrorLimit() {
  if (unsigned Limit = CI.getDiagnosticOpts().ErrorLimit)
    CI.getDiagnostics().setErrorLimit(Limit + ++Uncounted);
}

void MacroDiagnostics::HandleDiagnostic(DiagnosticsEngine::Level Level,
                                        const Diagnostic &Info) {
  if (PassOn)
    return show(Level, Info);
  SourceLocation Loc = Info.getLocation();
  if (Level == DiagnosticsEngine::Note && Last != Fate::Shown) {
    if (Last == Fate::Held && Loc.isValid())
      holdNote(Info);
    return;
  }
  if (Level == DiagnosticsEngine::Note)
    return show(Level, Info);
  Last = Fate::Shown;
  MacroUse Use = Loc.isMacroID() ? findUse(Loc) : MacroUse();
  bool IsError = Level >= DiagnosticsEngine::Error;
  if (isConsequence(Info) || Reported.count(Use.Outermost)) {
    Last = Fate::Dropped;
  } else if (Use.Name.empty()) {
    if (!IsError || !translateOutside(Info))
      return show(Level, Info);
    Last = Fate::Held;
  } else if (Level < DiagnosticsEngine::Warning) {
    return show(Level, Info);
  } else {
    if (IsError)
      Reported.insert(Use.Outermost);
    SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (!translate(Use, Info, Text))
      holdClangs(Level, Info, withoutRequirement(Info, Text));
    Last = Fate::Held;
  }
  if (IsError)
    raiseErrorLimit();
}

} // namespace llvm::bpffiber
