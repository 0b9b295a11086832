// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a fiber's frame holds, and why: for who wants it smaller.

#ifndef BPF_FIBER_TRANSFORMS_FRAMEREPORT_H
#define BPF_FIBER_TRANSFORMS_FRAMEREPORT_H

#include "FiberShape.h"
#include "FrameLayout.h"
#include "Split.h"
#include "llvm/IR/DebugLoc.h"
#include "llvm/Support/raw_ostream.h"
#include <vector>

namespace llvm {
class OptimizationRemarkEmitter;
} // namespace llvm

namespace llvm::bpffiber {

/// The layout in the terms of the source. Refers to nothing of the body, so it
/// can be made before the split and shown behind it.
struct FrameReport {
  struct Member {
    std::string Name;
    FrameField::FieldKind Kind;
    uint64_t Offset, Size;
    std::string Type;
    /// The C variable; empty if there is none.
    std::string Variable;
    DebugLoc Declared = {};
    /// For the runtime, not of the fiber's own.
    bool IsRuntimes = false;
    /// Members that have bytes of this one.
    SmallVector<unsigned, 2> SharesWith = {};
    /// Of an object: why it is in memory and where that is seen.
    std::string InMemoryBecause = {};
    DebugLoc InMemoryAt = {};

    uint64_t getEnd() const { return Offset + Size; }
  };
  /// A member of the fiber's own that is in use across a suspend.
  struct Kept {
    unsigned Member;
    /// Where the value comes from, and where it is used next; may be unknown.
    DebugLoc Defined = {}, Used = {};
    /// What is computed again from the value, if that is all it is kept for.
    std::string For = {};
    /// What was known of a number and is checked behind the await.
    std::optional<ConstantRange> Range = std::nullopt;
    /// Of a reference.
    bool MayBeNull = false;
  };
  struct Suspend {
    std::string Name;
    unsigned State;
    DebugLoc At;
    SmallVector<std::string, 2> Kinds;
    bool IsYield;
    std::vector<Kept> Keeps = {};
    /// Variables that are not stored but computed again.
    SmallVector<std::string, 2> Computes = {};
  };
  /// Bytes that belong to no member.
  struct Hole {
    uint64_t Offset, Size;
  };
  struct Part {
    std::string Name, Kind;
    bool HasContext;
  };

  std::string Fiber, Map;
  DebugLoc At;
  uint64_t Size = 0;
  /// In the order of their offsets.
  std::vector<Member> Members;
  std::vector<Suspend> Suspends;
  SmallVector<Hole, 4> Holes;
  /// By how much the members are larger than the bytes that they take.
  uint64_t Shared = 0;
  /// What the fiber was split into, the start first; empty before the split.
  std::vector<Part> Parts;

  /// As the user gave it to the compiler.
  static std::string getFile(const DebugLoc &Loc);
  /// "line 5", or "util.h:5" if that is not the fiber's file.
  std::string describePlace(const DebugLoc &Loc) const;
  uint64_t getPadding() const;
  uint64_t getKeptBytes(const Suspend &S) const;
};

/// "1 byte", "2 bytes".
std::string countBytes(uint64_t Bytes);

FrameReport explainFrame(const FiberShape &Shape, const FrameLayout &Layout);
void addParts(FrameReport &Report, const FiberShape &Shape,
              const FiberParts &Parts);

/// A table for humans.
void printFrameReport(const FrameReport &Report, raw_ostream &OS);
/// docs/language.md describes it.
void writeFrameReports(ArrayRef<FrameReport> Reports, StringRef Source,
                       raw_ostream &OS);
/// What -Rpass= and the like know the remarks by.
inline constexpr char RemarkPass[] = "bpf-fiber";
void emitFrameRemarks(const FrameReport &Report, Function &Body,
                      OptimizationRemarkEmitter &Emitter);

/// Shows the reports of a module as -bpf-fiber-report asks.
void showFrameReports(ArrayRef<FrameReport> Reports, Module &M);
bool wantsFrameReport();

} // namespace llvm::bpffiber

#endif
