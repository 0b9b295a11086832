// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FrameReport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace llvm::bpffiber {

namespace {
enum class ReportForm { None, Text, Json };
} // namespace

static cl::opt<ReportForm>
    Form("bpf-fiber-report", cl::init(ReportForm::None), cl::ValueOptional,
         cl::desc("Say what the frames of fibers hold, and why"),
         cl::values(clEnumValN(ReportForm::Text, "text", "tables on stderr"),
                    clEnumValN(ReportForm::Json, "json", "into a file"),
                    clEnumValN(ReportForm::Text, "", "tables on stderr")));

static cl::opt<std::string>
    ReportFile("bpf-fiber-report-file", cl::value_desc("file"),
               cl::desc("Where -bpf-fiber-report=json writes to (default: the "
                        "source's name with .fibers.json)"));

bool wantsFrameReport() { return Form != ReportForm::None; }

// Text

static void printMember(const FrameReport &Report, const FrameReport::Member &M,
                        raw_ostream &OS) {
  std::string Why;
  auto Add = [&](const Twine &Text) {
    Why += (Why.empty() ? "" : ", ") + Text.str();
  };
  if (M.IsRuntimes)
    Add("of the runtime");
  if (M.Declared)
    Add(Report.describePlace(M.Declared));
  if (!M.InMemoryBecause.empty())
    Add("in memory because " + M.InMemoryBecause +
        (M.InMemoryAt ? " (" + Report.describePlace(M.InMemoryAt) + ")" : ""));
  if (!M.SharesWith.empty()) {
    std::string Names;
    for (unsigned Other : M.SharesWith)
      Names += (Names.empty() ? "'" : ", '") + Report.Members[Other].Name + "'";
    Add("shares bytes with " + Names);
  }
  OS << format("  %6llu %5llu  ", (unsigned long long)M.Offset,
               (unsigned long long)M.Size)
     << left_justify(M.Name, 18) << ' ';
  if (Why.empty())
    OS << M.Type << '\n';
  else
    OS << left_justify(M.Type, 22) << ' ' << Why << '\n';
}

static void printLayout(const FrameReport &Report, raw_ostream &OS) {
  OS << "  offset  size  " << left_justify("member", 19)
     << left_justify("type", 23) << "from\n";
  const FrameReport::Hole *Hole = Report.Holes.begin();
  auto PrintHoles = [&](uint64_t Before) {
    for (; Hole != Report.Holes.end() && Hole->Offset < Before; ++Hole)
      OS << format("  %6llu %5llu  (padding)\n",
                   (unsigned long long)Hole->Offset,
                   (unsigned long long)Hole->Size);
  };
  for (const FrameReport::Member &M : Report.Members) {
    PrintHoles(M.Offset);
    printMember(Report, M, OS);
  }
  PrintHoles(UINT64_MAX);
}

static void printKept(const FrameReport &Report, const FrameReport::Kept &K,
                      raw_ostream &OS) {
  const FrameReport::Member &M = Report.Members[K.Member];
  OS << "      " << left_justify(M.Name, 17) << ' '
     << format("%4llu", (unsigned long long)M.Size) << "  ";
  if (M.Kind == FrameField::Kptr)
    OS << (K.MayBeNull ? "reference or NULL, " : "reference, ");
  bool IsObject = M.Kind == FrameField::Object;
  if (K.Defined)
    OS << (IsObject ? "declared at " : "defined at ")
       << Report.describePlace(K.Defined);
  else
    OS << "no line";
  if (K.Used)
    OS << ", used at " << Report.describePlace(K.Used);
  if (!K.For.empty())
    OS << ", only to compute " << (K.For == "a value" ? "" : "'") << K.For
       << (K.For == "a value" ? "" : "'") << " again";
  if (K.Range)
    OS << ", known to be in " << *K.Range;
  OS << '\n';
}

static void printSuspend(const FrameReport &Report,
                         const FrameReport::Suspend &S, raw_ostream &OS) {
  OS << "  suspended at " << S.Name;
  if (S.At)
    OS << " (" << Report.describePlace(S.At) << ")";
  OS << ", state " << S.State << (S.IsYield ? ", a yield point" : "")
     << ", resumed by " << join(S.Kinds, ", ") << ": "
     << countBytes(Report.getKeptBytes(S)) << '\n';
  for (const FrameReport::Kept &K : S.Keeps)
    printKept(Report, K, OS);
  if (!S.Computes.empty())
    OS << "      computed again: '" << join(S.Computes, "', '") << "'\n";
}

void printFrameReport(const FrameReport &Report, raw_ostream &OS) {
  OS << "fiber '" << Report.Fiber << "'";
  if (Report.At)
    OS << " (" << FrameReport::getFile(Report.At) << ":" << Report.At.getLine()
       << ")";
  OS << ": a frame of " << countBytes(Report.Size);
  if (!Report.Map.empty())
    OS << " in map '" << Report.Map << "'";
  OS << ", " << Report.getPadding() << " of them padding, " << Report.Shared
     << " saved by sharing\n";
  printLayout(Report, OS);
  for (const FrameReport::Suspend &S : Report.Suspends)
    printSuspend(Report, S, OS);
  for (const FrameReport::Part &P : Report.Parts)
    OS << "  function " << P.Name << ": " << P.Kind
       << (P.HasContext ? ", with its context\n" : ", no context\n");
}

// JSON

static void writePlace(json::OStream &J, StringRef Key, const DebugLoc &Loc) {
  if (!Loc)
    return;
  J.attributeObject(Key, [&] {
    J.attribute("file", json::fixUTF8(FrameReport::getFile(Loc)));
    J.attribute("line", Loc.getLine());
    if (Loc.getCol())
      J.attribute("column", Loc.getCol());
  });
}

static StringRef getKindName(const FrameReport::Member &M) {
  switch (M.Kind) {
  case FrameField::Header:
    return "state";
  case FrameField::Slot:
    return "value";
  case FrameField::Object:
    return M.IsRuntimes ? "runtime" : "object";
  case FrameField::Timer:
    return "timer";
  case FrameField::Wq:
    return "wq";
  case FrameField::Kptr:
    return "reference";
  }
  return "";
}

static void writeMember(const FrameReport &Report, const FrameReport::Member &M,
                        json::OStream &J) {
  J.object([&] {
    J.attribute("name", M.Name);
    J.attribute("kind", getKindName(M));
    J.attribute("offset", M.Offset);
    J.attribute("size", M.Size);
    J.attribute("type", M.Type);
    if (!M.Variable.empty())
      J.attribute("variable", M.Variable);
    writePlace(J, "declared", M.Declared);
    if (!M.SharesWith.empty())
      J.attributeArray("shares_with", [&] {
        for (unsigned Other : M.SharesWith)
          J.value(Report.Members[Other].Name);
      });
    if (!M.InMemoryBecause.empty()) {
      J.attribute("in_memory_because", M.InMemoryBecause);
      writePlace(J, "in_memory_at", M.InMemoryAt);
    }
  });
}

static void writeKept(const FrameReport &Report, const FrameReport::Kept &K,
                      json::OStream &J) {
  const FrameReport::Member &M = Report.Members[K.Member];
  J.object([&] {
    J.attribute("member", M.Name);
    writePlace(J, "defined", K.Defined);
    writePlace(J, "used", K.Used);
    if (!K.For.empty())
      J.attribute("only_for", K.For);
    if (K.Range)
      J.attributeObject("range", [&] {
        if (K.Range->isWrappedSet()) {
          J.attribute("min", K.Range->getSignedMin().getSExtValue());
          J.attribute("max", K.Range->getSignedMax().getSExtValue());
        } else {
          J.attribute("min", K.Range->getUnsignedMin().getZExtValue());
          J.attribute("max", K.Range->getUnsignedMax().getZExtValue());
        }
      });
    if (M.Kind == FrameField::Kptr)
      J.attribute("may_be_null", K.MayBeNull);
  });
}

static void writeSuspend(const FrameReport &Report,
                         const FrameReport::Suspend &S, json::OStream &J) {
  J.object([&] {
    J.attribute("name", S.Name);
    J.attribute("state", S.State);
    writePlace(J, "at", S.At);
    J.attribute("yield", S.IsYield);
    J.attributeArray("resumed_by", [&] {
      for (const std::string &Kind : S.Kinds)
        J.value(Kind);
    });
    J.attribute("bytes", Report.getKeptBytes(S));
    J.attributeArray("keeps", [&] {
      for (const FrameReport::Kept &K : S.Keeps)
        writeKept(Report, K, J);
    });
    J.attributeArray("computes", [&] {
      for (const std::string &Name : S.Computes)
        J.value(Name);
    });
  });
}

static void writeFiber(const FrameReport &Report, json::OStream &J) {
  J.object([&] {
    J.attribute("name", Report.Fiber);
    writePlace(J, "at", Report.At);
    J.attribute("map", Report.Map);
    J.attribute("size", Report.Size);
    J.attribute("padding", Report.getPadding());
    J.attribute("shared", Report.Shared);
    J.attributeArray("members", [&] {
      for (const FrameReport::Member &M : Report.Members)
        writeMember(Report, M, J);
    });
    J.attributeArray("suspend_points", [&] {
      for (const FrameReport::Suspend &S : Report.Suspends)
        writeSuspend(Report, S, J);
    });
    J.attributeArray("functions", [&] {
      for (const FrameReport::Part &P : Report.Parts)
        J.object([&] {
          J.attribute("name", P.Name);
          J.attribute("kind", P.Kind);
          J.attribute("context", P.HasContext);
        });
    });
  });
}

void writeFrameReports(ArrayRef<FrameReport> Reports, StringRef Source,
                       raw_ostream &OS) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("version", 1);
    J.attribute("source", json::fixUTF8(Source));
    J.attributeArray("fibers", [&] {
      for (const FrameReport &Report : Reports)
        writeFiber(Report, J);
    });
  });
  OS << '\n';
}

static std::string getReportFile(const Module &M) {
  if (!ReportFile.empty())
    return ReportFile;
  SmallString<128> Name = sys::path::filename(M.getSourceFileName());
  sys::path::replace_extension(Name, "fibers.json");
  return std::string(Name);
}

/// A stream that has an error and is not asked for it ends clang.
static std::error_code takeError(raw_fd_ostream &OS) {
  OS.flush();
  std::error_code EC = OS.error();
  OS.clear_error();
  return EC;
}

/// All of it or nothing, and in a device's place there is no other file.
static std::error_code writeFile(StringRef Path, StringRef Text) {
  if (Path == "-" ||
      (sys::fs::exists(Path) && !sys::fs::is_regular_file(Path))) {
    std::error_code EC;
    raw_fd_ostream OS(Path, EC);
    if (EC)
      return EC;
    OS << Text;
    return takeError(OS);
  }
  Expected<sys::fs::TempFile> File = sys::fs::TempFile::create(
      Path + ".%%%%%%%%.tmp", sys::fs::all_read | sys::fs::all_write);
  if (!File)
    return errorToErrorCode(File.takeError());
  raw_fd_ostream OS(File->FD, /*shouldClose=*/false);
  OS << Text;
  if (std::error_code EC = takeError(OS)) {
    consumeError(File->discard());
    return EC;
  }
  return errorToErrorCode(File->keep(Path));
}

void showFrameReports(ArrayRef<FrameReport> Reports, Module &M) {
  if (Form == ReportForm::Text)
    for (const FrameReport &Report : Reports)
      printFrameReport(Report, errs());
  if (Form != ReportForm::Json)
    return;
  std::string File = getReportFile(M);
  std::string Text;
  raw_string_ostream OS(Text);
  writeFrameReports(Reports, M.getSourceFileName(), OS);
  OS.flush();
  if (std::error_code EC = writeFile(File, Text))
    M.getContext().emitError("cannot write '" + File + "': " + EC.message());
}

} // namespace llvm::bpffiber
