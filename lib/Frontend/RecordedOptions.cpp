// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RecordedOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <dlfcn.h>

using namespace llvm;

// The headers of the language are in a folder beside this module.
static std::string ownIncludeDir() {
  Dl_info Info;
  if (!dladdr(reinterpret_cast<void *>(&ownIncludeDir), &Info))
    return "";
  SmallString<128> Path = sys::path::parent_path(Info.dli_fname);
  sys::path::append(Path, "include");
  return std::string(Path);
}

static bool isOwnPlugin(StringRef Path) {
  return sys::path::filename(Path).starts_with("BPFFiber");
}

static bool isOwnInclude(StringRef Path) {
  static const std::string Own = ownIncludeDir();
  return !Own.empty() && sys::fs::equivalent(Path, Own);
}

// What the driver gives to the passes with -Xclang -mllvm -Xclang.
static StringRef passOption(ArrayRef<std::string> Args) {
  StringRef Value = Args.size() < 4 ? StringRef() : StringRef(Args[3]);
  bool IsOne = Value.starts_with("-bpf-fiber-") && Args[0] == "-Xclang" &&
               Args[1] == "-mllvm" && Args[2] == "-Xclang";
  return IsOne ? Value : StringRef();
}

// Follows from the -o.
static bool isReportFile(StringRef Value) {
  return Value.starts_with("-bpf-fiber-report-file=");
}

// The driver's own options are the user's, but not in the form that clang gets.
static std::string userForm(ArrayRef<std::string> Args) {
  StringRef Value = passOption(Args);
  return Value.empty() ? "" : ("-f" + Value.drop_front()).str();
}

// How many arguments from the first one on are ours. The driver's form has
// -fplugin=, cc1's has -load.
static unsigned countOwn(ArrayRef<std::string> Args) {
  StringRef First = Args[0], Value = First;
  if (First == "--start-no-unused-arguments" ||
      First == "--end-no-unused-arguments")
    return 1;
  if (Value.consume_front("-fplugin=") || Value.consume_front("-fpass-plugin="))
    return isOwnPlugin(Value);
  if (Args.size() == 1)
    return 0;
  if (isReportFile(passOption(Args)))
    return 4;
  if (First == "-mllvm")
    return isReportFile(Args[1]) ? 2 : 0;
  if (First == "-load")
    return isOwnPlugin(Args[1]) ? 2 : 0;
  if (First == "-idirafter")
    return isOwnInclude(Args[1]) ? 2 : 0;
  return 0;
}

// The driver names the include directory once; a user who names it too has it
// recorded as with clang.
static void eraseOwn(std::vector<std::string> &Args) {
  bool HadInclude = false;
  for (size_t I = 0; I < Args.size();) {
    unsigned Count = countOwn(ArrayRef(Args).drop_front(I));
    if (std::string User = userForm(ArrayRef(Args).drop_front(I));
        !Count && !User.empty()) {
      Args[I++] = User;
      Args.erase(Args.begin() + I, Args.begin() + I + 3);
      continue;
    }
    bool IsInclude = Count && Args[I] == "-idirafter";
    if (!Count || (IsInclude && HadInclude)) {
      ++I;
      continue;
    }
    HadInclude |= IsInclude;
    Args.erase(Args.begin() + I, Args.begin() + I + Count);
  }
}

// As Clang's driver joins arguments: a backslash before spaces and backslashes.
static void splitEscaped(StringRef Line, std::vector<std::string> &Args) {
  Args.emplace_back();
  for (size_t I = 0; I != Line.size(); ++I) {
    if (Line[I] == ' ')
      Args.emplace_back();
    else if (Line[I] == '\\' && I + 1 != Line.size())
      Args.back() += Line[++I];
    else
      Args.back() += Line[I];
  }
}

static std::string joinEscaped(ArrayRef<std::string> Args) {
  std::string Line;
  for (const std::string &Arg : Args) {
    if (&Arg != Args.begin())
      Line += ' ';
    for (char C : Arg) {
      if (C == ' ' || C == '\\')
        Line += '\\';
      Line += C;
    }
  }
  return Line;
}

static void forgetInLine(std::string &Line) {
  // Do not touch what somebody put there with -Xclang.
  if (StringRef(Line).find("BPFFiber") == StringRef::npos)
    return;
  std::vector<std::string> Args;
  splitEscaped(Line, Args);
  eraseOwn(Args);
  Line = joinEscaped(Args);
}

// The arguments of cc1, each with a zero after it, the recorded lines among
// them.
static void forgetInList(std::vector<uint8_t> &List) {
  std::vector<std::string> Args;
  StringRef Rest(reinterpret_cast<const char *>(List.data()), List.size());
  while (!Rest.empty()) {
    auto [Arg, Tail] = Rest.split('\0');
    Args.push_back(Arg.str());
    Rest = Tail;
  }
  eraseOwn(Args);
  List.clear();
  for (size_t I = 0; I != Args.size(); ++I) {
    if (I && (Args[I - 1] == "-dwarf-debug-flags" ||
              Args[I - 1] == "-record-command-line"))
      forgetInLine(Args[I]);
    List.insert(List.end(), Args[I].begin(), Args[I].end());
    List.push_back('\0');
  }
}

void llvm::bpffiber::forgetOwnOptions(clang::CodeGenOptions &Options) {
  forgetInLine(Options.DwarfDebugFlags);
  forgetInLine(Options.RecordCommandLine);
  forgetInList(Options.CmdArgs);
}
