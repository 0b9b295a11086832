// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The report as optimisation remarks. Passed: the frame, and what was saved.
// Missed: what takes more than it has to. Analysis: what is kept and why.

#include "FrameReport.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"

namespace llvm::bpffiber {

namespace {
class RemarkWriter {
public:
  RemarkWriter(const FrameReport &Report, Function &Body,
               OptimizationRemarkEmitter &Emitter)
      : Report(Report), Region(&Body.getEntryBlock()), Emitter(Emitter) {}
  void frame();
  void sharing();
  void padding();
  void memory();
  void suspend(const FrameReport::Suspend &S);

private:
  using NV = DiagnosticInfoOptimizationBase::Argument;
  template <typename Remark> Remark make(StringRef Name, const DebugLoc &At) {
    return Remark(RemarkPass, Name, At ? At : Report.At, Region);
  }
  NV place(StringRef Key, const DebugLoc &Loc) {
    NV Place(Key, Report.describePlace(Loc));
    Place.Loc = Loc;
    return Place;
  }
  static StringRef unit(uint64_t Bytes) {
    return Bytes == 1 ? " byte" : " bytes";
  }
  void kept(const FrameReport::Suspend &S, const FrameReport::Kept &K);

  const FrameReport &Report;
  const BasicBlock *Region;
  OptimizationRemarkEmitter &Emitter;
};
} // namespace

void RemarkWriter::frame() {
  Emitter.emit([&] {
    return make<OptimizationRemark>("Frame", Report.At)
           << "fiber '" << NV("Fiber", Report.Fiber) << "' has a frame of "
           << NV("Bytes", Report.Size) << unit(Report.Size) << " and "
           << NV("SuspendPoints", unsigned(Report.Suspends.size()))
           << " suspend points";
  });
}

void RemarkWriter::sharing() {
  if (!Report.Shared)
    return;
  Emitter.emit([&] {
    auto R = make<OptimizationRemark>("Shared", Report.At);
    R << NV("Bytes", Report.Shared) << unit(Report.Shared)
      << " of the frame of fiber '" << NV("Fiber", Report.Fiber)
      << "' are saved, because members that are never needed together share "
         "bytes:";
    StringRef Comma = " '";
    for (const FrameReport::Member &M : Report.Members)
      if (!M.SharesWith.empty()) {
        R << Comma << NV("Member", M.Name) << "'";
        Comma = ", '";
      }
    return R;
  });
}

void RemarkWriter::padding() {
  for (const FrameReport::Hole &H : Report.Holes)
    Emitter.emit([&] {
      return make<OptimizationRemarkMissed>("Padding", Report.At)
             << NV("Bytes", H.Size) << unit(H.Size) << " at offset "
             << NV("Offset", H.Offset) << " of the frame of fiber '"
             << NV("Fiber", Report.Fiber) << "' belong to no member";
    });
}

void RemarkWriter::memory() {
  for (const FrameReport::Member &M : Report.Members) {
    if (M.InMemoryBecause.empty())
      continue;
    Emitter.emit([&] {
      auto R = make<OptimizationRemarkMissed>(
          "InMemory", M.InMemoryAt ? M.InMemoryAt : M.Declared);
      R << "'" << NV("Member", M.Name) << "' is in the frame as a whole, "
        << NV("Bytes", M.Size) << unit(M.Size) << ", because "
        << NV("Reason", M.InMemoryBecause);
      return R;
    });
  }
}

static StringRef nameSuspend(const FrameReport::Suspend &S) {
  return S.IsYield ? "yield point" : "co_await";
}

void RemarkWriter::kept(const FrameReport::Suspend &S,
                        const FrameReport::Kept &K) {
  const FrameReport::Member &M = Report.Members[K.Member];
  Emitter.emit([&] {
    auto R = make<OptimizationRemarkAnalysis>("Kept", S.At);
    R << "'" << NV("Member", M.Name) << "' takes " << NV("Bytes", M.Size)
      << unit(M.Size) << " of the frame across this " << nameSuspend(S);
    if (K.Defined)
      R << ": " << (M.Kind == FrameField::Object ? "declared" : "defined")
        << " at " << place("Defined", K.Defined);
    if (K.Used)
      R << (K.Defined ? ", " : ": ") << "used at " << place("Used", K.Used);
    return R;
  });
  if (K.For.empty())
    return;
  Emitter.emit([&] {
    return make<OptimizationRemarkMissed>("KeptForAnother", S.At)
           << "'" << NV("Member", M.Name) << "' is kept across this "
           << nameSuspend(S) << " only to compute " << NV("Value", K.For)
           << " again";
  });
}

void RemarkWriter::suspend(const FrameReport::Suspend &S) {
  for (const FrameReport::Kept &K : S.Keeps)
    kept(S, K);
  for (const std::string &Name : S.Computes)
    Emitter.emit([&] {
      return make<OptimizationRemark>("Computed", S.At)
             << "'" << NV("Variable", Name)
             << "' takes no room in the frame: it is computed again behind "
                "this "
             << nameSuspend(S);
    });
}

void emitFrameRemarks(const FrameReport &Report, Function &Body,
                      OptimizationRemarkEmitter &Emitter) {
  RemarkWriter Writer(Report, Body, Emitter);
  Writer.frame();
  Writer.sharing();
  Writer.padding();
  Writer.memory();
  for (const FrameReport::Suspend &S : Report.Suspends)
    Writer.suspend(S);
}

} // namespace llvm::bpffiber
