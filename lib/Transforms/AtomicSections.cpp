// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AtomicSections.h"
#include "Compat.h"
#include "Diagnostics.h"
#include "KernelObjects.h"
#include "PathFacts.h"
#include "Primitives.h"
#include "ValueOrigin.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/ConstantRange.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include <set>

namespace llvm::bpffiber {

static constexpr struct {
  int64_t OpenHelper, CloseHelper;
  const char *OpenKfunc, *CloseKfunc;
  const char *What;
} Sections[] = {
    {helper::SpinLock, helper::SpinUnlock, nullptr, nullptr,
     "a bpf_spin_lock is held"},
    {-1, -1, "bpf_res_spin_lock", "bpf_res_spin_unlock",
     "a bpf_res_spin_lock is held"},
    {-1, -1, "bpf_res_spin_lock_irqsave", "bpf_res_spin_unlock_irqrestore",
     "a bpf_res_spin_lock is held"},
    {-1, -1, "bpf_rcu_read_lock", "bpf_rcu_read_unlock",
     "an RCU read-side section is open"},
    {-1, -1, "bpf_preempt_disable", "bpf_preempt_enable",
     "preemption is disabled"},
    {-1, -1, "bpf_local_irq_save", "bpf_local_irq_restore",
     "interrupts are disabled"},
};
static constexpr unsigned NumSections = std::size(Sections);

/// More states than this are not looked at one by one.
static constexpr unsigned MaxStates = 20000;
/// Nested deeper than this counts as this deep, so that a loop that only
/// opens ends.
static constexpr unsigned MaxDepth = 8;

namespace {

/// What an instruction does to what is open.
struct Event {
  enum EventKind { OpenSection, CloseSection, Object, Suspend } Kind;
  Instruction *I;
  /// Number of the section, or of the suspend.
  unsigned Number;
  /// Of an object.
  ObjectEffect Effect;
};

class SectionWalk {
public:
  explicit SectionWalk(const FiberShape &Shape);
  bool check();

private:
  /// A number is one more than that of an event, 0 is none.
  struct State {
    /// What is open, by the events that opened it, outermost first.
    std::vector<unsigned> Open;
    /// Of each object: the event that made it, and the suspend since then.
    std::vector<std::pair<unsigned, unsigned>> Made;
    /// Of each condition: 0 not known, 1 false, 2 true.
    std::vector<char> Known;
    bool operator<(const State &O) const {
      return std::tie(Open, Made, Known) < std::tie(O.Open, O.Made, O.Known);
    }
  };
  void addEvents(Instruction &I);
  bool walk(bool FollowConditions);
  void apply(unsigned EventNumber, State &S);
  void applyToObject(unsigned EventNumber, State &S);
  void suspend(unsigned SuspendNumber, State &S);
  void forEachSuccessor(BasicBlock *BB, const State &S, bool FollowConditions,
                        function_ref<void(BasicBlock *, State)> Visit);
  void dropFailedLocks(const BranchInst &Branch, bool Taken, State &S);
  bool isObjectEvent(unsigned EventNumber) const {
    return Events[EventNumber].Kind == Event::Object;
  }
  void report(unsigned SuspendNumber, const Event &Opener);
  void reportStale(const Event &Maker, const Event &Use,
                   unsigned SuspendNumber);

  const FiberShape &Shape;
  PathFacts Facts;
  std::vector<Event> Events;
  DenseMap<BasicBlock *, SmallVector<unsigned, 4>> EventsOf;
  MapVector<AllocaInst *, unsigned> Objects;
  /// Found: by suspend the opener; by object its maker, a use and the suspend.
  std::map<unsigned, unsigned> OpenAt;
  std::map<unsigned, std::tuple<unsigned, unsigned, unsigned>> StaleUses;
};

} // namespace

static bool calls(const CallBase &Call, int64_t Helper, const char *Kfunc) {
  if (Helper >= 0 && getHelper(Call) == Helper)
    return true;
  const Function *F = Call.getCalledFunction();
  return Kfunc && F && F->getName() == Kfunc;
}

void SectionWalk::addEvents(Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return;
  auto Add = [&](Event E) {
    EventsOf[I.getParent()].push_back(Events.size());
    Events.push_back(E);
  };
  if (isSuspend(I)) {
    for (auto [N, S] : enumerate(Shape.Suspends))
      if (S.Call == &I)
        Add({Event::Suspend, &I, static_cast<unsigned>(N), {}});
    return;
  }
  for (unsigned N = 0; N != NumSections; ++N)
    if (calls(*Call, Sections[N].OpenHelper, Sections[N].OpenKfunc))
      Add({Event::OpenSection, &I, N, {}});
    else if (calls(*Call, Sections[N].CloseHelper, Sections[N].CloseKfunc))
      Add({Event::CloseSection, &I, N, {}});
  SmallVector<ObjectEffect, 2> Effects;
  getObjectEffects(*Call, Effects);
  for (const ObjectEffect &E : Effects)
    if (Objects.count(E.Object))
      Add({Event::Object, &I, Objects.lookup(E.Object), E});
}

SectionWalk::SectionWalk(const FiberShape &Shape)
    : Shape(Shape), Facts(*Shape.Body) {
  for (Instruction &I : Shape.Body->getEntryBlock())
    if (auto *Object = dyn_cast<AllocaInst>(&I);
        Object && isKernelObject(*Object))
      Objects.insert({Object, Objects.size()});
  for (Instruction &I : instructions(*Shape.Body))
    addEvents(I);
}

void SectionWalk::suspend(unsigned SuspendNumber, State &S) {
  if (!S.Open.empty())
    OpenAt.insert({SuspendNumber, S.Open.front()});
  S.Open.clear();
  for (auto &[Maker, Suspend] : S.Made)
    if (Maker && !Suspend)
      Suspend = SuspendNumber + 1;
  std::fill(S.Known.begin(), S.Known.end(), 0);
}

void SectionWalk::applyToObject(unsigned EventNumber, State &S) {
  const Event &E = Events[EventNumber];
  auto &[Maker, Suspend] = S.Made[E.Number];
  switch (E.Effect.K) {
  case ObjectEffect::Use:
    if (Maker && Suspend)
      StaleUses.insert({E.Number, {Maker - 1, EventNumber, Suspend - 1}});
    break;
  case ObjectEffect::Make:
    Maker = EventNumber + 1;
    Suspend = 0;
    break;
  case ObjectEffect::Open:
    if (S.Open.size() < MaxDepth)
      S.Open.push_back(EventNumber);
    break;
  case ObjectEffect::Close: {
    auto It = find_if(reverse(S.Open), [&](unsigned O) {
      return isObjectEvent(O) && Events[O].Number == E.Number;
    });
    if (It != S.Open.rend())
      S.Open.erase(std::next(It).base());
    break;
  }
  }
}

void SectionWalk::apply(unsigned EventNumber, State &S) {
  const Event &E = Events[EventNumber];
  switch (E.Kind) {
  case Event::OpenSection:
    if (S.Open.size() < MaxDepth)
      S.Open.push_back(EventNumber);
    break;
  case Event::CloseSection: {
    auto It = find_if(reverse(S.Open), [&](unsigned O) {
      return !isObjectEvent(O) && Events[O].Number == E.Number;
    });
    if (It != S.Open.rend())
      S.Open.erase(std::next(It).base());
    break;
  }
  case Event::Object:
    applyToObject(EventNumber, S);
    break;
  case Event::Suspend:
    suspend(E.Number, S);
    break;
  }
}

/// bpf_res_spin_lock() has not locked if it gave an error.
void SectionWalk::dropFailedLocks(const BranchInst &Branch, bool Taken,
                                  State &S) {
  Value *Condition = Branch.getCondition();
  if (Value *Hidden = lookThroughPassthrough(Condition))
    Condition = Hidden;
  auto *Cmp = dyn_cast<ICmpInst>(Condition);
  auto *Bound = Cmp ? dyn_cast<ConstantInt>(Cmp->getOperand(1)) : nullptr;
  if (!Bound)
    return;
  CmpInst::Predicate P =
      Taken ? Cmp->getPredicate() : Cmp->getInversePredicate();
  if (ConstantRange::makeExactICmpRegion(P, Bound->getValue())
          .contains(APInt::getZero(Bound->getBitWidth())))
    return;
  Value *Result = Cmp->getOperand(0);
  for (Value *Hidden = Result; Hidden; Hidden = lookThroughPassthrough(Result))
    Result = Hidden;
  if (isa<CastInst, FreezeInst>(Result))
    Result = cast<Instruction>(Result)->getOperand(0);
  erase_if(S.Open, [&](unsigned O) {
    return Events[O].Kind == Event::OpenSection && Events[O].I == Result;
  });
}

void SectionWalk::forEachSuccessor(
    BasicBlock *BB, const State &S, bool FollowConditions,
    function_ref<void(BasicBlock *, State)> Visit) {
  auto *Branch = dyn_cast<BranchInst>(BB->getTerminator());
  if (!Branch || !Branch->isConditional()) {
    for (BasicBlock *Next : successors(BB))
      Visit(Next, S);
    return;
  }
  auto Condition = FollowConditions ? Facts.get(*Branch) : std::nullopt;
  for (bool Taken : {true, false}) {
    State Next = S;
    if (Condition) {
      char &Known = Next.Known[Condition->Number];
      char Now = Taken != Condition->Negated ? 2 : 1;
      if (Known && Known != Now)
        continue; // no path goes this way
      Known = Now;
    }
    dropFailedLocks(*Branch, Taken, Next);
    Visit(Branch->getSuccessor(Taken ? 0 : 1), std::move(Next));
  }
}

/// False if there were too many states.
bool SectionWalk::walk(bool FollowConditions) {
  std::set<std::pair<unsigned, State>> Seen;
  DenseMap<BasicBlock *, unsigned> Numbers;
  for (BasicBlock &BB : *Shape.Body)
    Numbers.insert({&BB, Numbers.size()});
  std::vector<std::pair<BasicBlock *, State>> Work;
  auto Visit = [&](BasicBlock *BB, State S) {
    if (FollowConditions)
      for (unsigned Changed : Facts.changedIn(BB))
        S.Known[Changed] = 0;
    if (Seen.insert({Numbers.lookup(BB), S}).second)
      Work.push_back({BB, std::move(S)});
  };
  State Start;
  Start.Made.resize(Objects.size());
  Start.Known.resize(FollowConditions ? Facts.size() : 0);
  Visit(&Shape.Body->getEntryBlock(), Start);
  while (!Work.empty()) {
    if (FollowConditions && Seen.size() > MaxStates)
      return false;
    auto [BB, S] = std::move(Work.back());
    Work.pop_back();
    auto It = EventsOf.find(BB);
    if (It != EventsOf.end())
      for (unsigned E : It->second)
        apply(E, S);
    forEachSuccessor(BB, S, FollowConditions, Visit);
  }
  return true;
}

static std::string nameOf(AllocaInst *Object) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(Object, Records);
  return Records.empty()
             ? ""
             : (" '" + Records.front()->getVariable()->getName() + "'").str();
}

void SectionWalk::report(unsigned SuspendNumber, const Event &Opener) {
  const DebugLoc &Await = Shape.Suspends[SuspendNumber].Call->getDebugLoc();
  if (Opener.Kind == Event::OpenSection) {
    Diagnostic(*Shape.Body, DS_Error, Await,
               "bpf-fiber-await-in-atomic-section",
               Twine("co_await while ") + Sections[Opener.Number].What)
        .note(Opener.I->getDebugLoc(), "since here")
        .note(Await, "end the section before the co_await: another activation, "
                     "perhaps on another CPU, would have to end it");
    return;
  }
  Diagnostic(*Shape.Body, DS_Error, Await, "bpf-fiber-object-across-await",
             Twine(describeObjectOf(*cast<CallBase>(Opener.I))) +
                 nameOf(Opener.Effect.Object) +
                 " cannot live across this co_await")
      .note(Opener.I->getDebugLoc(),
            "the kernel accepts it on the stack of one activation only: it is "
            "opened here")
      .note(Await, "destroy or submit it before the co_await");
}

void SectionWalk::reportStale(const Event &Maker, const Event &Use,
                              unsigned SuspendNumber) {
  const DebugLoc &Await = Shape.Suspends[SuspendNumber].Call->getDebugLoc();
  Diagnostic(*Shape.Body, DS_Error, Await, "bpf-fiber-object-across-await",
             Twine(describeObjectOf(*cast<CallBase>(Maker.I))) +
                 nameOf(Maker.Effect.Object) +
                 " cannot live across this co_await")
      .note(Maker.I->getDebugLoc(),
            "the kernel accepts it on the stack of one activation only: it is "
            "made here")
      .note(Use.I->getDebugLoc(), "it is used here, in another activation")
      .note(Await, "make it again behind the co_await");
}

bool SectionWalk::check() {
  if (all_of(Events, [](const Event &E) { return E.Kind == Event::Suspend; }))
    return true;
  if (!walk(/*FollowConditions=*/true)) {
    OpenAt.clear();
    StaleUses.clear();
    walk(/*FollowConditions=*/false);
  }
  for (auto [Suspend, Opener] : OpenAt)
    report(Suspend, Events[Opener]);
  for (auto &[Object, Found] : StaleUses)
    reportStale(Events[std::get<0>(Found)], Events[std::get<1>(Found)],
                std::get<2>(Found));
  return OpenAt.empty() && StaleUses.empty();
}

bool checkAtomicSections(const FiberShape &Shape) {
  return SectionWalk(Shape).check();
}

} // namespace llvm::bpffiber
