// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_RESUMEDEBUGINFO_H
#define BPF_FIBER_TRANSFORMS_RESUMEDEBUGINFO_H

#include "FiberShape.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace llvm::bpffiber {

/// "The value of Variable is V", as a debug record says it.
struct VariableValue {
  DILocalVariable *Variable;
  DIExpression *Expression;
  const DILocation *Loc;
  Value *V;
};

/// What debug info says of the C variables in scope at each suspend point.
///
/// A clone does not run the code that a debug record of the body stands in, but
/// the variable has the value behind a resume too. Forward dataflow over the
/// body's debug records; the lattice of a variable is no value below each value
/// below any, the join of two different values is no value.
///
/// Computed once, after canonicalizeSuspends(); any change of the body
/// invalidates it.
class SuspendVariables {
public:
  explicit SuspendVariables(const FiberShape &Shape);

  /// In the order in which the variables first appear.
  ArrayRef<VariableValue> at(unsigned Suspend) const { return Values[Suspend]; }
  /// The variables that live in Object; V is Object.
  ArrayRef<VariableValue> in(AllocaInst *Object) const {
    auto It = Objects.find(Object);
    return It == Objects.end() ? ArrayRef<VariableValue>() : It->second;
  }

private:
  void addObject(DbgVariableRecord &Record, Value *Address);

  std::vector<SmallVector<VariableValue, 8>> Values;
  MapVector<AllocaInst *, SmallVector<VariableValue, 2>> Objects;
};

/// The place of the co_await that suspends by Suspend. What the compiler puts
/// around a suspend belongs to the user's line, not to that of the header in
/// which the awaitable is.
DebugLoc getAwaitLocation(const CallInst &Suspend);

/// Says in front of Where that the variable of a clone has the value V.
/// InMemory: it is in the memory that V points to.
void describeVariable(const VariableValue &Of, Value *V,
                      ValueToValueMapTy &VMap, Instruction *Where,
                      bool InMemory = false);

/// Takes away debug records that say again what is known where they stand, as
/// behind a suspend: a clone has no such value there, and would take them for
/// the end of what it knows.
void dropRedundantRecords(Function &Body);

/// Debug records of Def, of which Reloads are the other definitions in a clone,
/// tell the reload where that is the one that is seen.
void rebindRecords(Instruction &Def, ArrayRef<Instruction *> Reloads,
                   DominatorTree &DT);

/// Takes away what debug records say of Object, which is going to be replaced.
void dropObjectRecords(AllocaInst &Object);

/// The variables of Like are V from Where, in BB, on: those that Also is too,
/// if it is any.
void describeLike(Instruction &Like, Value *V, BasicBlock &BB,
                  BasicBlock::iterator Where, Value *Also = nullptr);

} // namespace llvm::bpffiber

#endif
