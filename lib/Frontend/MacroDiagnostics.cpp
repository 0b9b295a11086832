// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MacroDiagnostics.h"
#include "SourceText.h"
#include "clang/Basic/CharInfo.h"
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
}

MacroDiagnostics *MacroDiagnostics::install(CompilerInstance &CI) {
  auto *Installed = new MacroDiagnostics(CI);
  CI.getDiagnostics().setClient(Installed, /*ShouldOwnClient=*/true);
  return Installed;
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

bool MacroDiagnostics::isOwnMacro(StringRef Name) const {
  Preprocessor &PP = CI.getPreprocessor();
  const MacroInfo *Macro = PP.getMacroInfo(PP.getIdentifierInfo(Name));
  if (!Macro)
    return false;
  const SourceManager &SM = CI.getSourceManager();
  SourceLocation At = Macro->getDefinitionLoc();
  return At.isFileID() && SM.isInSystemHeader(At) &&
         SM.getFilename(At).contains("bpf_fiber/");
}

MacroDiagnostics::MacroUse MacroDiagnostics::findUse(SourceLocation Loc) const {
  const SourceManager &SM = CI.getSourceManager();
  MacroUse Use;
  while (Loc.isMacroID()) {
    StringRef Name = Lexer::getImmediateMacroName(Loc, SM, CI.getLangOpts());
    Loc = SM.getImmediateExpansionRange(Loc).getBegin();
    if (!isOwnMacro(Name))
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

/// Operand N of the macro Use, from 0; invalid if it is in a macro of the
/// user's. The variants that begin with the kind count from behind that.
CharSourceRange MacroDiagnostics::operand(const MacroUse &Use,
                                          unsigned N) const {
  const SourceManager &SM = CI.getSourceManager();
  unsigned Index = 0, Depth = 0;
  SourceLocation At = Use.Outermost, Begin, End;
  if (!At.isFileID())
    return {};
  N += StringRef(Use.Name).ends_with("_in");
  while (auto Token = Lexer::findNextToken(At, SM, CI.getLangOpts())) {
    At = Token->getLocation();
    if (Token->isOneOf(tok::r_paren, tok::r_brace, tok::r_square))
      --Depth;
    bool IsBetween = Depth == 1 && Token->is(tok::comma);
    if (Token->is(tok::eof) || Depth == 0 || (IsBetween && Index == N)) {
      if (Begin.isValid() || Token->is(tok::eof) || Token->is(tok::r_paren))
        break;
    } else if (IsBetween) {
      ++Index;
    } else if (Index == N) {
      Begin = Begin.isValid() ? Begin : At;
      End = Token->getEndLoc();
    }
    if (Token->isOneOf(tok::l_paren, tok::l_brace, tok::l_square))
      ++Depth;
  }
  return CharSourceRange::getCharRange(Begin, End);
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
  H.Hint = Hint;
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

bool MacroDiagnostics::translateUndeclared(const MacroUse &Use,
                                           SourceLocation Loc, StringRef Name,
                                           bool HasSuggestion) {
  SourceLocation At = userLoc(Loc);
  StringRef Of = Name;
  if (Of.consume_front("__fiber_context_")) {
    hold(At, Diag::ContextUndeclared, {Of.str()});
    hold(At, Diag::DeclareContext, {Of.str()});
  } else if (Name == "fiber_events") {
    hold(At, Diag::EventsUndeclared, {Use.Name});
    hold(At, Diag::DeclareEvents);
  } else if (Of.consume_back("__map_flags") || Of.consume_back("_counters")) {
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
  } else {
    return false;
  }
  return true;
}

/// A key or a map without its '&', a context that is none: of what is wrong
/// directly in the macro that checks it, not somewhere in the operand.
bool MacroDiagnostics::translateOperand(const MacroUse &Use) {
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
  StringRef Text =
      Lexer::getSourceText(Range, CI.getSourceManager(), CI.getLangOpts());
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
       {Lexer::getSourceText(Range, CI.getSourceManager(), CI.getLangOpts())
            .str(),
        What, Use.Name});
  return true;
}

static std::string countArguments(int64_t N) {
  return std::to_string(N) + (N == 1 ? " argument" : " arguments");
}

/// A call in an operand is the user's own business.
bool MacroDiagnostics::translateCall(const MacroUse &Use,
                                     const Diagnostic &Info) {
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
       {Lexer::getSourceText(Fiber, CI.getSourceManager(), CI.getLangOpts())
            .str(),
        countArguments(numberOf(Info, 1) - 1), Use.Name,
        std::to_string(numberOf(Info, 2) - 1)});
  return true;
}

bool MacroDiagnostics::translate(const MacroUse &Use, const Diagnostic &Info,
                                 StringRef Text) {
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
  case diag::err_typecheck_call_too_many_args:
  case diag::err_typecheck_call_too_many_args_one:
    return translateCall(Use, Info);
  case diag::err_typecheck_member_reference_struct_union:
    return Use.Innermost == "__FIBER_CHECK_KEY" &&
           translateNamed(Use, OfMap, "map");
  case diag::err_typecheck_call_not_function:
    return Use.Innermost == "__FIBER_CHECK_CALL" &&
           translateNamed(Use, OfFiber, "fiber");
  case diag::err_pp_bad_paste:
    if (!Text.contains("__fiber_context_"))
      return false;
    hold(userLoc(Info.getLocation()), Diag::KindIsString, {Use.Name});
    return true;
  default:
    return false;
  }
}

static StringRef withoutRequirement(const Diagnostic &Info, StringRef Text) {
  if (Info.getID() == diag::err_static_assert_requirement_failed)
    if (size_t At = Text.find("': "); At != StringRef::npos)
      return Text.drop_front(At + strlen("': "));
  if (Info.getID() == diag::err_static_assert_failed)
    Text.consume_front("static assertion failed: ");
  return Text;
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
    // Not those about the inside of the macro.
    if (Last == Fate::Held && Loc.isValid() && findUse(Loc).Name.empty() &&
        !CI.getSourceManager().isInSystemHeader(Loc)) {
      SmallString<128> Text;
      Info.FormatDiagnostic(Text);
      holdClangs(Level, Info, Text);
    }
    return;
  }
  Last = Fate::Shown;
  // The name of a macro that was given too few operands, which has been said.
  if (Info.getID() == diag::err_undeclared_var_use ||
      Info.getID() == diag::err_undeclared_var_use_suggest ||
      Info.getID() == diag::ext_implicit_function_decl_c99) {
    SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (TooFewOperands && isOwnMacro(firstQuoted(Text))) {
      raiseErrorLimit();
      Last = Fate::Dropped;
      return;
    }
  }
  TooFewOperands |= Info.getID() == diag::err_too_few_args_in_macro_invoc;
  MacroUse Use = Loc.isMacroID() ? findUse(Loc) : MacroUse();
  if (Use.Name.empty() || Level < DiagnosticsEngine::Warning)
    return show(Level, Info);
  if (Level >= DiagnosticsEngine::Error)
    raiseErrorLimit();
  if (Reported.count(Use.Outermost)) {
    Last = Fate::Dropped;
    return;
  }
  if (Level >= DiagnosticsEngine::Error)
    Reported.insert(Use.Outermost);
  Last = Fate::Held;
  SmallString<128> Text;
  Info.FormatDiagnostic(Text);
  if (!translate(Use, Info, Text))
    holdClangs(Level, Info, withoutRequirement(Info, Text));
}

} // namespace llvm::bpffiber
