// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SourceText.h"
#include "clang/AST/Decl.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace llvm::bpffiber {

StringRef SourceText::tokenAt(SourceLocation FileLoc) const {
  unsigned Length = Lexer::MeasureTokenLength(FileLoc, SM, LangOpts);
  return StringRef(SM.getCharacterData(FileLoc), Length);
}

// Of the macro in whose body BodyLoc is.
StringRef SourceText::macroName(SourceLocation BodyLoc) const {
  return tokenAt(
      SM.getSpellingLoc(SM.getImmediateExpansionRange(BodyLoc).getBegin()));
}

bool SourceText::isAwaitMacro(SourceLocation Loc) const {
  while (SM.isMacroArgExpansion(Loc))
    Loc = SM.getImmediateSpellingLoc(Loc);
  return Loc.isMacroID() && macroName(Loc) == "co_await";
}

SourceLocation SourceText::userLoc(SourceLocation Loc) const {
  while (Loc.isMacroID()) {
    if (SM.isMacroArgExpansion(Loc))
      Loc = SM.getImmediateSpellingLoc(Loc);
    // What a macro put together with ## is in no file.
    else if (SM.isInSystemHeader(SM.getSpellingLoc(Loc)) ||
             SM.isWrittenInScratchSpace(SM.getSpellingLoc(Loc)) ||
             macroName(Loc) == "co_await")
      Loc = SM.getImmediateExpansionRange(Loc).getBegin();
    else
      break;
  }
  return Loc;
}

SourceLocation SourceText::writtenToken(SourceLocation Loc) const {
  while (SM.isMacroArgExpansion(Loc))
    Loc = SM.getImmediateSpellingLoc(Loc);
  if (Loc.isMacroID())
    Loc = SM.getImmediateExpansionRange(Loc).getBegin();
  return SM.getSpellingLoc(Loc);
}

std::string SourceText::callName(const CallExpr *Call) const {
  const FunctionDecl *Callee = Call->getDirectCallee();
  if (!Callee)
    return "(*)";
  std::string Name = Callee->getNameAsString();
  if (!StringRef(Name).starts_with("__fiber_"))
    return Name;
  SourceLocation Loc = Call->getBeginLoc();
  while (Loc.isMacroID()) {
    if (SM.isMacroArgExpansion(Loc)) {
      Loc = SM.getImmediateSpellingLoc(Loc);
      continue;
    }
    if (!SM.isInSystemHeader(SM.getSpellingLoc(Loc)))
      break;
    Name = macroName(Loc).str();
    Loc = SM.getImmediateExpansionRange(Loc).getBegin();
  }
  return Name;
}

SmallVector<FixItHint, 2> SourceText::awaitCall(const CallExpr *Call,
                                                bool Parentheses) const {
  if (!Parentheses) {
    SourceLocation Begin = userLoc(Call->getBeginLoc());
    if (!Begin.isFileID())
      return {};
    return {FixItHint::CreateInsertion(Begin, "co_await ")};
  }
  CharSourceRange Range = Lexer::makeFileCharRange(
      CharSourceRange::getTokenRange(Call->getSourceRange()), SM, LangOpts);
  if (Range.isInvalid())
    return {};
  return {FixItHint::CreateInsertion(Range.getBegin(), "(co_await "),
          FixItHint::CreateInsertion(Range.getEnd(), ")")};
}

FixItHint SourceText::removeAwait(SourceLocation Loc) const {
  Loc = userLoc(Loc);
  if (!Loc.isFileID() || tokenAt(Loc) != "co_await")
    return {};
  std::optional<Token> Next = Lexer::findNextToken(Loc, SM, LangOpts);
  if (!Next)
    return {};
  return FixItHint::CreateRemoval(
      CharSourceRange::getCharRange(Loc, Next->getLocation()));
}

FixItHint SourceText::makeAlwaysInline(const FunctionDecl *F) const {
  SourceLocation Begin = F->getBeginLoc();
  if (!Begin.isFileID() || tokenAt(Begin) != "static")
    return {};
  std::optional<Token> Next = Lexer::findNextToken(Begin, SM, LangOpts);
  if (!Next)
    return {};
  // __always_inline says inline itself.
  StringRef Word = tokenAt(Next->getLocation());
  if (Word == "inline" || Word == "__inline" || Word == "__inline__")
    return FixItHint::CreateReplacement(Next->getLocation(), "__always_inline");
  return FixItHint::CreateInsertion(Next->getLocation(), "__always_inline ");
}

} // namespace llvm::bpffiber
