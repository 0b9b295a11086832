// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "DiagnosticRelay.h"
#include "Diagnostics.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace llvm::bpffiber {

// The passes are loaded with -fplugin= too, before this module, so the symbol
// is there if it ever will be.
DiagnosticRelay::DiagnosticRelay(CompilerInstance &CI)
    : CI(CI), SetSink(reinterpret_cast<decltype(SetSink)>(
                  sys::DynamicLibrary::SearchForAddressOfSymbol(
                      "bpfFiberSetDiagnosticSink"))) {
  if (SetSink)
    SetSink(&receive, this);
}

DiagnosticRelay::~DiagnosticRelay() {
  if (SetSink)
    SetSink(nullptr, nullptr);
}

void DiagnosticRelay::receive(void *Cookie, const BPFFiberDiagnostic *D) {
  auto *Self = static_cast<DiagnosticRelay *>(Cookie);
  Self->show(D->Severity, D->File, D->Line, D->Column, D->Text);
  for (unsigned I = 0; I != D->NumNotes; ++I) {
    const BPFFiberDiagnosticNote &N = D->Notes[I];
    Self->show(0, N.File, N.Line, N.Column, N.Text);
  }
}

static unsigned customId(DiagnosticsEngine &Engine, int Severity) {
  switch (Severity) {
  case 0:
    return Engine.getCustomDiagID(DiagnosticsEngine::Note, "%0");
  case 1:
    return Engine.getCustomDiagID(DiagnosticsEngine::Remark, "%0");
  case 2:
    return Engine.getCustomDiagID(warningLevel(Engine), "%0");
  default:
    return Engine.getCustomDiagID(DiagnosticsEngine::Error, "%0");
  }
}

void DiagnosticRelay::show(int Severity, const char *File, unsigned Line,
                           unsigned Column, const char *Text) {
  StringRef Name = File ? File : "";
  SourceLocation Loc;
  std::string Message;
  if (!Name.empty() && Line) {
    Loc = locate(Name, Line, Column ? Column : 1);
    if (Loc.isInvalid())
      Message = (Name + ":" + Twine(Line) + ": ").str();
  }
  Message += Text;
  DiagnosticsEngine &Engine = CI.getDiagnostics();
  Engine.Report(Loc, customId(Engine, Severity)) << Message;
}

// The names of a file in debug info and in line markers: one may be absolute.
static bool isSameFile(StringRef A, StringRef B) {
  if (A.size() < B.size())
    std::swap(A, B);
  B.consume_front("./");
  return A == B || (!sys::path::is_absolute(B) && A.ends_with(B) &&
                    sys::path::is_separator(A[A.size() - B.size() - 1]));
}

static bool isPresumed(const SourceManager &SM, SourceLocation Loc,
                       StringRef File, unsigned Line) {
  PresumedLoc Presumed = SM.getPresumedLoc(Loc);
  return Presumed.isValid() && Presumed.getLine() == Line &&
         isSameFile(Presumed.getFilename(), File);
}

SourceLocation DiagnosticRelay::locate(StringRef File, unsigned Line,
                                       unsigned Column) {
  const SourceManager &SM = CI.getSourceManager();
  if (auto Entry = CI.getFileManager().getOptionalFileRef(File)) {
    SourceLocation Loc = SM.translateFileLineCol(*Entry, Line, Column);
    if (Loc.isValid() && isPresumed(SM, Loc, File, Line))
      return Loc;
  }
  return locateByLineMarkers(File, Line, Column);
}

// Debug info speaks of the files and lines that #line and the markers in
// preprocessed input name. Searching for them line by line is slow, and good
// enough for an error.
SourceLocation DiagnosticRelay::locateByLineMarkers(StringRef File,
                                                    unsigned Line,
                                                    unsigned Column) {
  const SourceManager &SM = CI.getSourceManager();
  for (unsigned I = 0, N = SM.local_sloc_entry_size(); I != N; ++I) {
    const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
    if (!Entry.isFile() || !Entry.getFile().hasLineDirectives())
      continue;
    FileID Id =
        SM.getFileID(SourceLocation::getFromRawEncoding(Entry.getOffset()));
    std::optional<StringRef> Data = SM.getBufferDataOrNone(Id);
    if (!Data)
      continue;
    unsigned NumLines = Data->count('\n') + 1;
    for (unsigned L = 1; L <= NumLines; ++L)
      if (isPresumed(SM, SM.translateLineCol(Id, L, 1), File, Line))
        return SM.translateLineCol(Id, L, Column);
  }
  return {};
}

} // namespace llvm::bpffiber
