// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clang's own errors inside the language's macros, in the user's terms.
//
// Verbs, maps and awaitables are macros. A mistake in what they are given is to
// Clang one in each of the many places where the macro uses it, and about names
// that no user has written. Of each use of such a macro one error is shown:
// where the user wrote what is wrong, in words that say what to write instead,
// without the way through the headers. What is no macro of the language's is
// shown as ever.

#ifndef BPF_FIBER_FRONTEND_MACRODIAGNOSTICS_H
#define BPF_FIBER_FRONTEND_MACRODIAGNOSTICS_H

#include "Diagnostics.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <set>

namespace clang {
class CompilerInstance;
class MacroInfo;
class NamedDecl;
} // namespace clang

namespace llvm::bpffiber {

/// Stands in front of the consumer that CI has, as long as it lives.
class MacroDiagnostics : public clang::DiagnosticConsumer {
public:
  explicit MacroDiagnostics(clang::CompilerInstance &CI);
  ~MacroDiagnostics() override;

  /// Shows what has been held back: nothing can be reported while something is
  /// being reported.
  void flush();
  /// From here on everything is shown as it is.
  void finishParsing();

  void clear() override;
  void BeginSourceFile(const clang::LangOptions &LangOpts,
                       const clang::Preprocessor *PP) override;
  void EndSourceFile() override;
  void finish() override;
  bool IncludeInDiagnosticCounts() const override;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                        const clang::Diagnostic &Info) override;

private:
  /// What the user wrote that became a location in a macro of ours.
  struct MacroUse {
    clang::SourceLocation Outermost; ///< its name; may be in a macro of theirs
    std::string Name;
    std::string Innermost; ///< the macro that the location is in directly
  };
  /// A name in front of parentheses, and where it is.
  struct WrittenCall {
    clang::SourceLocation Loc;
    std::string Name;
  };
  /// A message of ours, or one of Clang's at another place.
  struct Held {
    clang::SourceLocation Loc;
    Diag Ours;
    SmallVector<std::string, 2> Arguments;
    clang::FixItHint Hint;
    std::unique_ptr<clang::StoredDiagnostic> Clangs;
  };
  enum class Fate { Shown, Held, Dropped };

  MacroUse findUse(clang::SourceLocation Loc) const;
  const clang::MacroInfo *findOwnMacro(StringRef Name) const;
  const clang::NamedDecl *findGlobal(StringRef Name) const;
  bool isOwnFile(clang::SourceLocation Loc) const;
  StringRef textOf(clang::CharSourceRange Range) const;
  clang::SourceLocation userLoc(clang::SourceLocation Loc) const;
  WrittenCall callAround(clang::SourceLocation Loc) const;
  SmallVector<clang::CharSourceRange, 8>
  operandsOf(clang::SourceLocation Name) const;
  clang::CharSourceRange operand(const MacroUse &Use, unsigned N) const;
  bool isInOperand(const MacroUse &Use, unsigned N,
                   clang::SourceLocation Loc) const;
  bool translate(const MacroUse &Use, const clang::Diagnostic &Info,
                 StringRef Text);
  bool translateOutside(const clang::Diagnostic &Info);
  bool translateMacroCall(const clang::Diagnostic &Info);
  bool translateFunctionCall(const clang::Diagnostic &Info);
  bool translateHidden(clang::CharSourceRange Name, bool IsMap);
  bool translateKind(const MacroUse &Use);
  bool translateEmpty(const MacroUse &Use);
  bool translateRedefinition(const MacroUse &Use, StringRef Name);
  bool translateBody(const MacroUse &Use, const clang::Diagnostic &Info,
                     StringRef Text);
  void holdCount(const WrittenCall &Call, Diag Ours, const std::string &Takes,
                 StringRef What);
  bool isConsequence(const clang::Diagnostic &Info) const;
  void holdNote(const clang::Diagnostic &Info);
  bool translateUndeclared(const MacroUse &Use, clang::SourceLocation Loc,
                           StringRef Name, bool HasSuggestion);
  bool translateOperand(const MacroUse &Use);
  bool translateNamed(const MacroUse &Use, unsigned N, const char *What);
  bool translateCall(const MacroUse &Use, const clang::Diagnostic &Info);
  void hold(clang::SourceLocation Loc, Diag Ours,
            ArrayRef<std::string> Arguments = {}, clang::FixItHint Hint = {});
  void holdClangs(clang::DiagnosticsEngine::Level Level,
                  const clang::Diagnostic &Info, StringRef Text);
  void takeCounts();
  void raiseErrorLimit();
  void show(clang::DiagnosticsEngine::Level Level,
            const clang::Diagnostic &Info);

  clang::CompilerInstance &CI;
  clang::DiagnosticConsumer *Inner;
  std::unique_ptr<clang::DiagnosticConsumer> OwnedInner;
  std::vector<Held> Pending;
  std::set<clang::SourceLocation> Reported;
  /// The names of macros that were given too few or too many operands, and of
  /// what Clang has declared itself because nobody had.
  std::set<clang::SourceLocation> Broken;
  std::set<std::string> Undeclared;
  unsigned Uncounted = 0;
  Fate Last = Fate::Shown;
  bool PassOn = false;
};

} // namespace llvm::bpffiber

#endif
