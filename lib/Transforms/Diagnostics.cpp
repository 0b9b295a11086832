// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Diagnostics.h"
#include "DiagnosticSink.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Compiler.h"

using namespace llvm;

static void (*TheSink)(void *Cookie, const BPFFiberDiagnostic *D);
static void *TheCookie;

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT void
bpfFiberSetDiagnosticSink(void (*Sink)(void *, const BPFFiberDiagnostic *),
                          void *Cookie) {
  TheSink = Sink;
  TheCookie = Cookie;
}

namespace llvm::bpffiber {

bool isRuntimeFile(const DIFile &File) {
  return File.getFilename().contains("bpf_fiber/");
}

bool isInRuntime(const DebugLoc &Loc) {
  return Loc && isRuntimeFile(*Loc->getFile());
}

DebugLoc getUserLoc(const DebugLoc &Loc) {
  const DILocation *L = Loc.get();
  while (L && isRuntimeFile(*L->getFile()) && L->getInlinedAt())
    L = L->getInlinedAt();
  return DebugLoc(const_cast<DILocation *>(L));
}

Diagnostic::Diagnostic(const Function &F, DiagnosticSeverity Severity,
                       const DebugLoc &Loc, StringRef Id, const Twine &Text)
    : F(F), Severity(Severity),
      Main{getUserLoc(Loc), (Text + " [" + Id + "]").str()} {
  // An instruction without a location: the function's line is better than
  // none.
  if (!Main.Loc)
    if (DISubprogram *SP = F.getSubprogram())
      Main.Loc = DILocation::get(F.getContext(), SP->getLine(), 0, SP);
}

Diagnostic &Diagnostic::note(const DebugLoc &Loc, const Twine &Text) {
  Notes.push_back({getUserLoc(Loc), Text.str()});
  return *this;
}

static int sinkSeverity(DiagnosticSeverity S) {
  switch (S) {
  case DS_Error:
    return 3;
  case DS_Warning:
    return 2;
  case DS_Remark:
    return 1;
  case DS_Note:
    return 0;
  }
  return 3;
}

// The strings must outlive the call of the sink.
static std::string fileOf(const DebugLoc &Loc) {
  if (!Loc)
    return {};
  const DIFile *File = Loc->getScope()->getFile();
  StringRef Name = File->getFilename(), Dir = File->getDirectory();
  if (Name.empty() || Name.starts_with("/") || Dir.empty())
    return Name.str();
  return (Dir + "/" + Name).str();
}

/// The same code may be in several places of a fiber, and what is wrong with it
/// in one of them only.
void Diagnostic::noteCallers() {
  const DILocation *L = Main.Loc.get();
  // Line 0: called from several places alike.
  for (; L && L->getInlinedAt() && L->getInlinedAt()->getLine() != 0;
       L = L->getInlinedAt()) {
    StringRef Name = L->getScope()->getSubprogram()->getName();
    Notes.push_back({DebugLoc(L->getInlinedAt()),
                     ("in '" + Name + "', called here").str()});
  }
}

Diagnostic::~Diagnostic() {
  noteCallers();
  if (!TheSink) {
    std::string Text = Main.Text;
    for (const Message &N : Notes) {
      Text += "\n  note: ";
      if (N.Loc)
        Text += (N.Loc->getFilename() + ":" + Twine(N.Loc.getLine()) + ":" +
                 Twine(N.Loc.getCol()) + ": ")
                    .str();
      Text += N.Text;
    }
    F.getContext().diagnose(
        DiagnosticInfoUnsupported(F, Text, Main.Loc, Severity));
    return;
  }
  SmallVector<std::string, 4> Files;
  SmallVector<BPFFiberDiagnosticNote, 3> SinkNotes;
  for (const Message &N : Notes)
    Files.push_back(fileOf(N.Loc));
  for (auto [I, N] : enumerate(Notes))
    SinkNotes.push_back({Files[I].c_str(), N.Loc ? N.Loc.getLine() : 0,
                         N.Loc ? N.Loc.getCol() : 0, N.Text.c_str()});
  std::string File = fileOf(Main.Loc);
  BPFFiberDiagnostic D = {sinkSeverity(Severity),
                          File.c_str(),
                          Main.Loc ? Main.Loc.getLine() : 0,
                          Main.Loc ? Main.Loc.getCol() : 0,
                          Main.Text.c_str(),
                          SinkNotes.data(),
                          static_cast<unsigned>(SinkNotes.size())};
  TheSink(TheCookie, &D);
}

} // namespace llvm::bpffiber
