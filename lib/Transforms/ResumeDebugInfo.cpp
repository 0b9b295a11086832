// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ResumeDebugInfo.h"
#include "Compat.h"
#include "llvm/ADT/DepthFirstIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

namespace llvm::bpffiber {

static bool sayTheSame(DbgVariableRecord *A, DbgVariableRecord *B) {
  return A == B || (A && B && A->getRawLocation() == B->getRawLocation() &&
                    A->getExpression() == B->getExpression());
}

/// Whether Record tells a value, one at most.
static bool tellsValue(DbgVariableRecord &Record) {
  return (Record.isDbgValue() || Record.isDbgAssign()) &&
         !Record.isKillLocation() && Record.getNumVariableLocationOps() == 1;
}

namespace {

/// What is known of one variable: the record that tells its value, or null.
///
/// One variable at a time, and only in those blocks from which a question leads
/// back to a record: large functions have as many variables as blocks, because
/// each awaitable that is inlined brings its parameters.
class VariableFlow {
public:
  void addRecord(DbgVariableRecord &R) {
    Records[R.getInstruction()->getParent()].push_back(&R);
  }
  ArrayRef<DbgVariableRecord *> in(const BasicBlock &BB) const {
    auto It = Records.find(&BB);
    return It == Records.end() ? ArrayRef<DbgVariableRecord *>() : It->second;
  }
  const MapVector<const BasicBlock *, SmallVector<DbgVariableRecord *, 2>> &
  blocks() const {
    return Records;
  }
  /// Computes what is known at the begin of these blocks. No value is known at
  /// the begin of the function, and blocks that are not Reachable do not count.
  DenseMap<const BasicBlock *, DbgVariableRecord *>
  solve(ArrayRef<const BasicBlock *> Asked,
        const SmallPtrSetImpl<const BasicBlock *> &Reachable) const;

private:
  MapVector<const BasicBlock *, SmallVector<DbgVariableRecord *, 2>> Records;
};

/// The flows of all variables of a function.
struct VariableFlows {
  explicit VariableFlows(Function &F);

  MapVector<DebugVariable, VariableFlow> Variables;
  SmallPtrSet<const BasicBlock *, 32> Reachable;
};

} // namespace

DenseMap<const BasicBlock *, DbgVariableRecord *> VariableFlow::solve(
    ArrayRef<const BasicBlock *> Asked,
    const SmallPtrSetImpl<const BasicBlock *> &Reachable) const {
  SmallSetVector<const BasicBlock *, 16> Region(Asked.begin(), Asked.end());
  for (unsigned I = 0; I != Region.size(); ++I)
    for (const BasicBlock *Pred : predecessors(Region[I]))
      if (Reachable.contains(Pred) && !Records.contains(Pred))
        Region.insert(Pred);

  // Blocks that have not been visited yet are not in Known and do not count.
  DenseMap<const BasicBlock *, DbgVariableRecord *> Known;
  SmallSetVector<const BasicBlock *, 16> Work(Region.begin(), Region.end());
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    DbgVariableRecord *Now = nullptr;
    bool First = true;
    for (const BasicBlock *Pred : predecessors(BB)) {
      DbgVariableRecord *There = nullptr;
      if (!Reachable.contains(Pred))
        continue;
      if (ArrayRef<DbgVariableRecord *> Last = in(*Pred); !Last.empty())
        There = tellsValue(*Last.back()) ? Last.back() : nullptr;
      else if (auto It = Known.find(Pred); It != Known.end())
        There = It->second;
      else
        continue;
      Now = First || sayTheSame(Now, There) ? There : nullptr;
      First = false;
      if (!Now)
        break;
    }
    if (First && !BB->isEntryBlock())
      continue;
    auto [It, New] = Known.try_emplace(BB, Now);
    if (!New && sayTheSame(It->second, Now))
      continue;
    It->second = Now;
    if (!Records.contains(BB))
      for (const BasicBlock *Next : successors(BB))
        if (Region.contains(Next))
          Work.insert(Next);
  }
  return Known;
}

VariableFlows::VariableFlows(Function &F) {
  for (const BasicBlock *BB : depth_first(&F))
    Reachable.insert(BB);
  for (Instruction &I : instructions(F))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      if (!R.isDbgDeclare())
        Variables[DebugVariable(&R)].addRecord(R);
}

void SuspendVariables::addObject(DbgVariableRecord &Record, Value *Address) {
  auto *Object = dyn_cast_or_null<AllocaInst>(Address);
  if (!Object)
    return;
  SmallVector<VariableValue, 2> &Here = Objects[Object];
  DebugVariable New(&Record);
  if (any_of(Here, [&](const VariableValue &Known) {
        return DebugVariable(Known.Variable,
                             Known.Expression->getFragmentInfo(),
                             Known.Loc->getInlinedAt()) == New;
      }))
    return;
  // Of an assignment it is the value that the expression is about.
  DIExpression *Where = Record.getExpression();
  if (Record.isDbgAssign()) {
    auto Fragment = Where->getFragmentInfo();
    Where = Record.getAddressExpression();
    if (Fragment)
      Where = DIExpression::createFragmentExpression(
                  Where, Fragment->OffsetInBits, Fragment->SizeInBits)
                  .value_or(Record.getExpression());
    if (!Where->isSingleLocationExpression())
      return;
  }
  Here.push_back(
      {Record.getVariable(), Where, Record.getDebugLoc().get(), Object});
}

SuspendVariables::SuspendVariables(const FiberShape &Shape) {
  Function &Body = *Shape.Body;
  for (Instruction &I : instructions(Body))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange())) {
      if (R.isDbgDeclare())
        addObject(R, R.getVariableLocationOp(0));
      else if (R.isDbgAssign())
        addObject(R, R.getAddress());
    }
  // Where a variable is not in scope nobody can ask for it.
  DenseMap<std::pair<const DILocalScope *, const DILocation *>,
           SmallVector<unsigned, 2>>
      InScope;
  for (unsigned I = 0; I != Shape.Suspends.size(); ++I)
    for (const DILocation *Loc = Shape.Suspends[I].Call->getDebugLoc().get();
         Loc; Loc = Loc->getInlinedAt())
      for (const DIScope *Scope = Loc->getScope();
           isa_and_nonnull<DILocalScope>(Scope); Scope = Scope->getScope())
        InScope[{cast<DILocalScope>(Scope), Loc->getInlinedAt()}].push_back(I);
  Values.resize(Shape.Suspends.size());
  VariableFlows Flows(Body);
  for (auto &[Variable, Flow] : Flows.Variables) {
    auto Seen = InScope.find(
        {Variable.getVariable()->getScope(), Variable.getInlinedAt()});
    if (Seen == InScope.end())
      continue;
    SmallVector<const BasicBlock *> Asked;
    for (unsigned S : Seen->second)
      Asked.push_back(Shape.Suspends[S].Call->getParent());
    auto Known = Flow.solve(Asked, Flows.Reachable);
    for (unsigned S : Seen->second) {
      const Instruction *Call = Shape.Suspends[S].Call;
      DbgVariableRecord *R = Known.lookup(Call->getParent());
      // Records stand in front of the instruction that they are attached to.
      for (DbgVariableRecord *Here : Flow.in(*Call->getParent()))
        if (Here->getInstruction() == Call ||
            Here->getInstruction()->comesBefore(Call))
          R = tellsValue(*Here) ? Here : nullptr;
      if (R)
        Values[S].push_back({R->getVariable(), R->getExpression(),
                             R->getDebugLoc().get(),
                             R->getVariableLocationOp(0)});
    }
  }
}

DebugLoc getAwaitLocation(const CallInst &Suspend) {
  const DILocation *Loc = Suspend.getDebugLoc().get();
  // Line 0: its callers are several, and have no line in common.
  if (Loc && Loc->getInlinedAt() && Loc->getInlinedAt()->getLine() != 0)
    Loc = Loc->getInlinedAt();
  return DebugLoc(Loc);
}

/// What cloning made of N; N itself where it is shared.
template <typename T> static T *mapped(ValueToValueMapTy &VMap, T *N) {
  auto New = VMap.getMappedMD(N);
  return New ? cast<T>(*New) : N;
}

void describeVariable(const VariableValue &Of, Value *V,
                      ValueToValueMapTy &VMap, Instruction *Where,
                      bool InMemory) {
  DIExpression *Expression = Of.Expression;
  if (InMemory)
    Expression = DIExpression::append(Expression, {dwarf::DW_OP_deref});
  auto *Record = DbgVariableRecord::createDbgVariableRecord(
      V, mapped(VMap, Of.Variable), Expression,
      mapped(VMap, const_cast<DILocation *>(Of.Loc)));
  Where->getParent()->insertDbgRecordBefore(Record, Where->getIterator());
}

void dropRedundantRecords(Function &Body) {
  SmallVector<DbgVariableRecord *> Redundant;
  VariableFlows Flows(Body);
  for (auto &[Variable, Flow] : Flows.Variables) {
    SmallVector<const BasicBlock *> Asked;
    for (auto &[BB, Records] : Flow.blocks())
      Asked.push_back(BB);
    auto Known = Flow.solve(Asked, Flows.Reachable);
    for (auto &[BB, Records] : Flow.blocks()) {
      DbgVariableRecord *Now = Known.lookup(BB);
      for (DbgVariableRecord *R : Records) {
        if (R->isDbgValue() && tellsValue(*R) && sayTheSame(Now, R))
          Redundant.push_back(R);
        Now = tellsValue(*R) ? R : nullptr;
      }
    }
  }
  for (DbgVariableRecord *R : Redundant)
    R->eraseFromParent();
}

void rebindRecords(Instruction &Def, ArrayRef<Instruction *> Reloads,
                   DominatorTree &DT) {
  bool IsDefReached = DT.isReachableFromEntry(Def.getParent());
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(&Def, Records);
  for (DbgVariableRecord *R : Records) {
    const Instruction *At = R->getInstruction();
    if (!At || !R->isDbgValue() || !DT.isReachableFromEntry(At->getParent()) ||
        (IsDefReached && isPotentiallyReachable(&Def, At, nullptr, &DT)))
      continue;
    for (Instruction *Reload : Reloads)
      if (DT.dominates(Reload, At))
        R->replaceVariableLocationOp(&Def, Reload);
  }
}

void dropObjectRecords(AllocaInst &Object) {
  for (Instruction &I : instructions(*Object.getFunction()))
    for (DbgVariableRecord &R :
         make_early_inc_range(filterDbgVars(I.getDbgRecordRange())))
      if ((R.isDbgDeclare() && R.getVariableLocationOp(0) == &Object) ||
          (R.isDbgAssign() && R.getAddress() == &Object))
        R.eraseFromParent();
}

void describeLike(Instruction &Like, Value *V, BasicBlock &BB,
                  BasicBlock::iterator Where, Value *Also) {
  SmallVector<DbgVariableRecord *, 4> Records, Others;
  compat::findDbgRecords(&Like, Records);
  if (Also)
    compat::findDbgRecords(Also, Others);
  auto IsOther = [&](DbgVariableRecord *R) {
    return any_of(Others, [&](DbgVariableRecord *Other) {
      return Other->getVariable() == R->getVariable();
    });
  };
  bool OnlyOthers = any_of(Records, IsOther);
  for (DbgVariableRecord *R : Records) {
    if (R->getParent() != Like.getParent() || (OnlyOthers && !IsOther(R)))
      continue;
    DbgVariableRecord *New;
    if (R->getNumVariableLocationOps() == 1) {
      New = DbgVariableRecord::createDbgVariableRecord(
          V, R->getVariable(), R->getExpression(), R->getDebugLoc().get());
    } else {
      New = R->clone();
      New->replaceVariableLocationOp(&Like, V);
    }
    BB.insertDbgRecordBefore(New, Where);
  }
}

} // namespace llvm::bpffiber
