// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Lints.h"
#include "Diagnostics.h"
#include "Kinds.h"
#include "Primitives.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

namespace llvm::bpffiber {

static StringRef getKind(const CallInst &Verb) {
  StringRef Kind;
  getConstantStringInfo(Verb.getArgOperand(verbop::Kind), Kind);
  return Kind;
}

/// 'a' or 'b'
static std::string quoteKinds(ArrayRef<std::string> Kinds) {
  std::string Text;
  for (StringRef Kind : Kinds)
    Text += (Text.empty() ? "'" : " or '") + Kind.str() + "'";
  return Text;
}

static void lintNeverResumed(const FiberShape &Shape) {
  StringSet<> Run;
  for (const CallInst *Resume : Shape.Resumes)
    Run.insert(getKind(*Resume));
  for (const SuspendPoint &S : Shape.Suspends) {
    if (S.IsYield || any_of(S.Kinds, [&](StringRef Kind) {
          return !getKindTraits(Kind).HasContext || Run.contains(Kind);
        }))
      continue;
    DebugLoc At = S.Call->getDebugLoc();
    Diagnostic(*Shape.Body, DS_Warning, At, "bpf-fiber-never-resumed",
               "nothing resumes fiber '" + Shape.Name +
                   "' from this co_await: no verb runs it in context " +
                   quoteKinds(S.Kinds))
        .note(At, "call fiber_deliver() or fiber_resume() in such a program");
  }
}

static bool isSamePlace(const DebugLoc &A, const DebugLoc &B) {
  return A && B && A->getFile() == B->getFile() && A.getLine() == B.getLine() &&
         A.getCol() == B.getCol();
}

/// Only of verbs that only resume: fiber_deliver() to a fiber that waits for
/// something else is how a fiber is started unless it is there.
static void lintNeverAwaited(const FiberShape &Shape) {
  SmallVector<std::string> Awaited;
  for (const SuspendPoint &S : Shape.Suspends)
    for (const std::string &Kind : S.Kinds)
      if (!is_contained(Awaited, Kind) && getKindTraits(Kind).HasContext)
        Awaited.push_back(Kind);
  SmallVector<DebugLoc> Done;
  for (const CallInst *Resume : Shape.Resumes) {
    StringRef Kind = getKind(*Resume);
    DebugLoc At = getUserLoc(Resume->getDebugLoc());
    auto IsHere = [&](const DebugLoc &Other) { return isSamePlace(Other, At); };
    if (is_contained(Awaited, Kind) || any_of(Done, IsHere) ||
        any_of(Shape.Starts, [&](const CallInst *Start) {
          return IsHere(getUserLoc(Start->getDebugLoc()));
        }))
      continue;
    Done.push_back(At);
    Diagnostic D(*Resume->getFunction(), DS_Warning, At,
                 "bpf-fiber-never-awaited",
                 "this never resumes fiber '" + Shape.Name +
                     "': none of its awaits waits for context '" + Kind + "'");
    if (Kind == SyscallKind)
      D.note(At, "a context whose type no FIBER_CONTEXT() declares is of kind "
                 "'syscall'");
    if (Awaited.empty())
      D.note(At, "await next_event(" + Kind + ", ...) in the fiber");
    else
      D.note(At, "it waits for " + quoteKinds(Awaited) +
                     ": call the verb in such a program, or await next_event(" +
                     Kind + ", ...) in the fiber");
  }
}

/// check_helper_call() takes a key from the stack, a map value or a packet, not
/// from a context.
static void lintKeys(const FiberShape &Shape) {
  SmallVector<DebugLoc> Done;
  for (const CallInst *Verb :
       concat<CallInst *const>(Shape.Starts, Shape.Resumes)) {
    const auto *Context = dyn_cast<Argument>(
        getUnderlyingObject(Verb->getArgOperand(verbop::Key)));
    DebugLoc At = getUserLoc(Verb->getDebugLoc());
    if (!Context || Context->getArgNo() != 0 ||
        !Context->getParent()->hasSection() ||
        any_of(Done,
               [&](const DebugLoc &Known) { return isSamePlace(Known, At); }))
      continue;
    Done.push_back(At);
    Diagnostic(*Verb->getFunction(), DS_Error, At, "bpf-fiber-key",
               "the key is in the context of program '" +
                   Verb->getFunction()->getName() +
                   "', where the kernel does not take it from")
        .note(At,
              "copy it into a local variable, and give the address of that");
  }
}

/// What the kernel means by "tracing progs" (is_tracing_prog_type()): not
/// fentry, fexit and tp_btf. The names are libbpf's.
static bool isTracingProgram(const Function &F) {
  StringRef Section = F.getSection();
  Section.consume_front("?");
  StringRef Type = Section.take_until([](char C) { return C == '/'; });
  return StringSwitch<bool>(Type)
      .Cases("kprobe", "kretprobe", "kprobe.multi", "kretprobe.multi", true)
      .Cases("uprobe", "uretprobe", "uprobe.multi", "uretprobe.multi", true)
      .Cases("uprobe.s", "uretprobe.s", "uprobe.multi.s", true)
      .Cases("kprobe.session", "uprobe.session", "uprobe.session.s", true)
      .Cases("ksyscall", "kretsyscall", "usdt", "usdt.s", true)
      .Cases("tracepoint", "tp", "perf_event", true)
      .Cases("raw_tracepoint", "raw_tp", "raw_tracepoint.w", "raw_tp.w", true)
      .Default(false);
}

/// F, or a program that calls it; null if there is none.
static const Function *findTracingProgram(const Function &F) {
  SetVector<const Function *> Work;
  Work.insert(&F);
  for (unsigned I = 0; I != Work.size(); ++I) {
    if (isTracingProgram(*Work[I]))
      return Work[I];
    for (const User *U : Work[I]->users())
      if (const auto *Call = dyn_cast<CallBase>(U))
        Work.insert(Call->getFunction());
  }
  return nullptr;
}

/// check_map_prog_compatibility() looks at each map that a program names. A
/// warning, because kernels may come that allow it.
static void lintTracing(const FiberShape &Shape) {
  const Instruction *Armed = findArming(Shape);
  if (!Armed)
    return;
  SmallPtrSet<const Function *, 4> Done;
  for (const Function &F : *Shape.Body->getParent())
    for (const Instruction &I : instructions(F)) {
      if (!is_contained(I.operand_values(), Shape.Map))
        continue;
      const Function *Program = findTracingProgram(F);
      if (!Program || !Done.insert(Program).second)
        continue;
      StringRef What = Shape.UsesTimer ? "timer" : "work item";
      Diagnostic(F, DS_Warning, I.getDebugLoc(), "bpf-fiber-timer-in-tracing",
                 "the kernel refuses program '" + Program->getName() +
                     "' of section '" + Program->getSection() +
                     "': the frames of fiber '" + Shape.Name + "' have a " +
                     What)
          .note(Armed->getDebugLoc(), "it is armed here")
          .note(
              I.getDebugLoc(),
              "programs of tracepoints, raw tracepoints, probes and perf "
              "events "
              "must not use a map with timers or work items (\"tracing progs "
              "cannot use bpf_timer yet\"): attach to fentry, fexit or tp_btf, "
              "or wait for events only");
    }
}

/// The global variables that V was computed from, and the loads that read them.
static SmallVector<const LoadInst *, 2> globalsIn(const Value *V) {
  SmallVector<const LoadInst *, 2> Loads;
  SmallPtrSet<const Value *, 8> Seen{V};
  SmallVector<const Value *> Work{V};
  while (!Work.empty()) {
    const Value *Now = Work.pop_back_val();
    if (auto *Load = dyn_cast<LoadInst>(Now)) {
      auto *G = dyn_cast<GlobalVariable>(
          Load->getPointerOperand()->stripPointerCasts());
      if (G && !G->isConstant() && !G->hasAttribute("btf_ama"))
        Loads.push_back(Load);
    } else if (isa<BinaryOperator, CastInst>(Now)) {
      for (const Value *Op : cast<Instruction>(Now)->operand_values())
        if (Seen.insert(Op).second)
          Work.push_back(Op);
    }
  }
  return Loads;
}

/// The blocks that are reached from S before V is computed anew.
static SmallPtrSet<const BasicBlock *, 16> blocksBehind(const SuspendPoint &S,
                                                        const Instruction &V) {
  SmallPtrSet<const BasicBlock *, 16> Blocks;
  SmallVector<const BasicBlock *> Work{S.Call->getParent()};
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (BB != V.getParent() && Blocks.insert(BB).second)
      append_range(Work, successors(BB));
  }
  return Blocks;
}

/// A store to Home, behind S, of what is computed from V there.
static const StoreInst *findStore(const SuspendPoint &S, const Instruction &V,
                                  const Value *Home) {
  auto Blocks = blocksBehind(S, V);
  SmallPtrSet<const Value *, 16> Seen{&V};
  SmallVector<const Value *> Work{&V};
  while (!Work.empty()) {
    const Value *Now = Work.pop_back_val();
    for (const Use &U : Now->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      if (!Blocks.contains(I->getParent()))
        continue;
      if (auto *Phi = dyn_cast<PHINode>(I);
          Phi && !Blocks.contains(Phi->getIncomingBlock(U)))
        continue;
      if (auto *Store = dyn_cast<StoreInst>(I)) {
        if (Store->getValueOperand() == Now &&
            Store->getPointerOperand()->stripPointerCasts() == Home)
          return Store;
      } else if ((isa<BinaryOperator, CastInst, PHINode, SelectInst>(I) ||
                  isa<IntrinsicInst>(I)) &&
                 I->getType()->isIntegerTy() && Seen.insert(I).second) {
        Work.push_back(I);
      }
    }
  }
  return nullptr;
}

/// Only global variables that are numbers: whether two addresses are the same
/// is more than a warning should guess.
static void lintLostUpdates(const FiberShape &Shape,
                            const SuspendLiveness &Liveness) {
  SmallPtrSet<const StoreInst *, 4> Reported;
  for (auto [Index, S] : enumerate(Shape.Suspends)) {
    if (S.IsYield)
      continue;
    for (Value *V : Liveness.valuesAcross(Index)) {
      auto *I = dyn_cast<Instruction>(V);
      if (!I || !V->getType()->isIntegerTy())
        continue;
      for (const LoadInst *Load : globalsIn(I)) {
        const Value *Home = Load->getPointerOperand()->stripPointerCasts();
        const StoreInst *Store = findStore(S, *I, Home);
        if (!Store || !Reported.insert(Store).second)
          continue;
        Diagnostic(*Shape.Body, DS_Warning, Store->getDebugLoc(),
                   "bpf-fiber-lost-update",
                   "'" + Home->getName() +
                       "' is written with a value that was read before a "
                       "co_await: what others wrote meanwhile is lost")
            .note(Load->getDebugLoc(), "it is read here")
            .note(S.Call->getDebugLoc(), "the fiber is suspended here")
            .note(Store->getDebugLoc(), "read it again behind the co_await, or "
                                        "use an atomic operation");
      }
    }
  }
}

/// The kinds that may have resumed the activation that runs I, or nothing if it
/// may be the start.
static SmallVector<std::string> kindsBefore(const FiberShape &Shape,
                                            const Instruction &I) {
  DenseMap<const BasicBlock *, const SuspendPoint *> Resumed;
  for (const SuspendPoint &S : Shape.Suspends)
    Resumed[S.Call->getParent()] = &S;
  SmallVector<std::string> Kinds;
  SetVector<const BasicBlock *> Work;
  Work.insert(I.getParent());
  for (unsigned Next = 0; Next != Work.size(); ++Next) {
    const BasicBlock *BB = Work[Next];
    if (const SuspendPoint *S = Resumed.lookup(BB)) {
      // A yield point goes on with what the activation has.
      if (S->IsYield)
        return {};
      for (const std::string &Kind : S->Kinds)
        if (!is_contained(Kinds, Kind))
          Kinds.push_back(Kind);
    } else if (BB->isEntryBlock()) {
      return {};
    } else {
      Work.insert(pred_begin(BB), pred_end(BB));
    }
  }
  return Kinds;
}

/// Where it is in the source, through all that it was inlined into. The copies
/// of a guard have it in common.
static SmallVector<unsigned> sourcePlace(const Instruction &I) {
  SmallVector<unsigned> Place;
  for (const DILocation *At = I.getDebugLoc(); At; At = At->getInlinedAt())
    Place.append({At->getLine(), At->getColumn()});
  return Place;
}

static void lintNoValue(const FiberShape &Shape) {
  // A guard has a copy behind each suspend, of which some have a value.
  SmallVector<SmallVector<unsigned>, 4> HaveOne;
  SmallVector<std::pair<const Instruction *, SmallVector<std::string>>, 4>
      Zeros;
  for (const Instruction &I : instructions(*Shape.Body)) {
    if (getPrimitive(I) != Primitive::Value || I.use_empty())
      continue;
    SmallVector<std::string> Kinds = kindsBefore(Shape, I);
    if (Kinds.empty() || any_of(Kinds, [](StringRef Kind) {
          return getKindTraits(Kind).HasContext;
        }))
      HaveOne.push_back(sourcePlace(I));
    else
      Zeros.push_back({&I, std::move(Kinds)});
  }
  for (auto &[At, Kinds] : Zeros) {
    const Instruction &I = *At;
    if (is_contained(HaveOne, sourcePlace(I)))
      continue;
    Diagnostic(*Shape.Body, DS_Warning, I.getDebugLoc(), "bpf-fiber-no-value",
               "fiber_value() is always 0 here: only " + quoteKinds(Kinds) +
                   " can have resumed fiber '" + Shape.Name + "'")
        .note(I.getDebugLoc(), "a value is handed over by verbs, for the "
                               "activation that they begin: copy it into a "
                               "local before the co_await");
  }
}

void lintFiber(const FiberShape &Shape, const SuspendLiveness &Liveness) {
  lintNeverResumed(Shape);
  lintNeverAwaited(Shape);
  lintTracing(Shape);
  lintNoValue(Shape);
  lintKeys(Shape);
  lintLostUpdates(Shape, Liveness);
}

} // namespace llvm::bpffiber
