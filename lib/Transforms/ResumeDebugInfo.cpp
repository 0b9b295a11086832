// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ResumeDebugInfo.h"
#include "Compat.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

namespace llvm::bpffiber {

namespace {

/// The record that tells a variable's value, by the variable's number; null if
/// no value is known.
using Known = std::vector<DbgVariableRecord *>;

class Dataflow {
public:
  explicit Dataflow(Function &F);
  /// What is known in front of I.
  Known before(Instruction &I) const;
  /// The records that say what is known without them.
  SmallVector<DbgVariableRecord *> redundant(Function &F) const;

private:
  bool isRedundant(DbgVariableRecord &R, const Known &State) const;
  void apply(Instruction &I, Known &State) const;
  Known join(const BasicBlock &BB) const;

  MapVector<DebugVariable, unsigned> Numbers;
  DenseMap<const BasicBlock *, Known> Out;
};

} // namespace

static bool sayTheSame(DbgVariableRecord *A, DbgVariableRecord *B) {
  return A == B || (A && B && A->getRawLocation() == B->getRawLocation() &&
                    A->getExpression() == B->getExpression());
}

/// Whether Record tells a value, one at most.
static bool tellsValue(DbgVariableRecord &Record) {
  return (Record.isDbgValue() || Record.isDbgAssign()) &&
         !Record.isKillLocation() && Record.getNumVariableLocationOps() == 1;
}

Dataflow::Dataflow(Function &F) {
  for (Instruction &I : instructions(F))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      if (!R.isDbgDeclare())
        Numbers.insert({DebugVariable(&R), Numbers.size()});
  ReversePostOrderTraversal<Function *> Blocks(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock *BB : Blocks) {
      Known State = join(*BB);
      for (Instruction &I : *BB)
        apply(I, State);
      auto [It, New] = Out.try_emplace(BB, State);
      if (!New && std::equal(State.begin(), State.end(), It->second.begin(),
                             sayTheSame))
        continue;
      It->second = State;
      Changed = true;
    }
  }
}

/// Blocks that have not been visited yet do not count.
Known Dataflow::join(const BasicBlock &BB) const {
  Known State(Numbers.size());
  bool First = true;
  for (const BasicBlock *Pred : predecessors(&BB)) {
    auto It = Out.find(Pred);
    if (It == Out.end())
      continue;
    if (First)
      State = It->second;
    else
      for (auto [Mine, Theirs] : zip_equal(State, It->second))
        if (!sayTheSame(Mine, Theirs))
          Mine = nullptr;
    First = false;
  }
  return State;
}

bool Dataflow::isRedundant(DbgVariableRecord &R, const Known &State) const {
  return tellsValue(R) &&
         sayTheSame(State[Numbers.lookup(DebugVariable(&R))], &R);
}

/// Records stand in front of the instruction that they are attached to.
void Dataflow::apply(Instruction &I, Known &State) const {
  for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
    if (!R.isDbgDeclare() && !isRedundant(R, State))
      State[Numbers.lookup(DebugVariable(&R))] = tellsValue(R) ? &R : nullptr;
}

SmallVector<DbgVariableRecord *> Dataflow::redundant(Function &F) const {
  SmallVector<DbgVariableRecord *> Found;
  for (BasicBlock &BB : F) {
    Known State = join(BB);
    for (Instruction &I : BB) {
      for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
        if (R.isDbgValue() && isRedundant(R, State))
          Found.push_back(&R);
      apply(I, State);
    }
  }
  return Found;
}

Known Dataflow::before(Instruction &I) const {
  Known State = join(*I.getParent());
  for (Instruction &Now : *I.getParent()) {
    apply(Now, State);
    if (&Now == &I)
      break;
  }
  return State;
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
  Dataflow Flow(Body);
  for (const SuspendPoint &S : Shape.Suspends) {
    SmallVector<VariableValue, 8> Here;
    for (DbgVariableRecord *R : Flow.before(*S.Call))
      if (R)
        Here.push_back({R->getVariable(), R->getExpression(),
                        R->getDebugLoc().get(), R->getVariableLocationOp(0)});
    Values.push_back(std::move(Here));
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
  for (DbgVariableRecord *R : Dataflow(Body).redundant(Body))
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

} // namespace llvm::bpffiber
