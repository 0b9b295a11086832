// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From locations in the AST to what the user wrote.
//
// Much of the language is macros (co_await, co_try, next_event, the verbs).
// Diagnostics point to where the user wrote their names, not into our headers,
// and fix-its go there too.

#ifndef BPF_FIBER_FRONTEND_SOURCETEXT_H
#define BPF_FIBER_FRONTEND_SOURCETEXT_H

#include "clang/AST/Expr.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/SourceManager.h"
#include <string>

namespace llvm::bpffiber {

class SourceText {
public:
  SourceText(const clang::SourceManager &SM, const clang::LangOptions &LangOpts)
      : SM(SM), LangOpts(LangOpts) {}

  /// Is the token at Loc what the macro co_await expands to?
  bool isAwaitMacro(clang::SourceLocation Loc) const;

  /// Where the user wrote what is at Loc: arguments of macros where they stand,
  /// the insides of system headers' macros at the macro's name. Only inside of
  /// a macro of the user's own does it stay a macro location.
  clang::SourceLocation userLoc(clang::SourceLocation Loc) const;

  /// The token of the file that became Loc, the same for all copies that a
  /// macro made of its argument.
  clang::SourceLocation writtenToken(clang::SourceLocation Loc) const;

  /// The name by which the user called: next_event for a call of
  /// __fiber_next_event() out of that macro.
  std::string callName(const clang::CallExpr *Call) const;

  /// Hints that put co_await before a call, in parentheses where something
  /// binds tighter to the call than a prefix operator. Empty if the call is not
  /// in one piece in a file.
  SmallVector<clang::FixItHint, 2> awaitCall(const clang::CallExpr *Call,
                                             bool Parentheses) const;

  /// A hint that takes the co_await at Loc away; null if it is in a macro.
  clang::FixItHint removeAwait(clang::SourceLocation Loc) const;

  /// A hint that makes a static function always inline; null if the
  /// declaration does not begin with the word.
  clang::FixItHint makeAlwaysInline(const clang::FunctionDecl *F) const;

private:
  StringRef tokenAt(clang::SourceLocation FileLoc) const;
  StringRef macroName(clang::SourceLocation BodyLoc) const;

  const clang::SourceManager &SM;
  const clang::LangOptions &LangOpts;
};

} // namespace llvm::bpffiber

#endif
