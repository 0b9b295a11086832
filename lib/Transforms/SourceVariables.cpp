// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "SourceVariables.h"
#include "Compat.h"
#include "Diagnostics.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/CFG.h"
#include <deque>

namespace llvm::bpffiber {

DILocalVariable *findVariable(Value *V) {
  SmallVector<DbgVariableRecord *, 4> Records;
  compat::findDbgRecords(V, Records);
  DILocalVariable *Best = nullptr;
  unsigned BestDepth = 0;
  for (DbgVariableRecord *R : Records) {
    if (R->getExpression() && R->getExpression()->getNumElements() != 0 &&
        !isa<AllocaInst>(V))
      continue;
    unsigned Depth = 0;
    for (DILocation *At = R->getDebugLoc().getInlinedAt(); At;
         At = At->getInlinedAt())
      ++Depth;
    // A number is as much its own deep down; an object was handed down.
    if (!isa<AllocaInst>(V))
      Depth = std::min(Depth, 1u);
    if (!Best || Depth < BestDepth) {
      Best = R->getVariable();
      BestDepth = Depth;
    }
  }
  return Best;
}

static StringRef getKeyword(const DIType *T) {
  switch (T->getTag()) {
  case dwarf::DW_TAG_structure_type:
    return "struct ";
  case dwarf::DW_TAG_union_type:
    return "union ";
  case dwarf::DW_TAG_enumeration_type:
    return "enum ";
  case dwarf::DW_TAG_const_type:
    return "const ";
  case dwarf::DW_TAG_volatile_type:
    return "volatile ";
  default:
    return "";
  }
}

static std::string getArrayBounds(const DICompositeType *Array) {
  std::string Bounds;
  for (const DINode *Element : Array->getElements()) {
    const auto *Range = dyn_cast_or_null<DISubrange>(Element);
    auto *Count =
        Range ? dyn_cast_if_present<ConstantInt *>(Range->getCount()) : nullptr;
    Bounds += "[" + (Count ? utostr(Count->getZExtValue()) : "") + "]";
  }
  return Bounds;
}

std::string getTypeName(const DIType *T) {
  if (!T)
    return "void";
  if (!T->getName().empty())
    return (getKeyword(T) + T->getName()).str();
  if (const auto *Composite = dyn_cast<DICompositeType>(T)) {
    if (T->getTag() == dwarf::DW_TAG_array_type)
      return getTypeName(Composite->getBaseType()) + getArrayBounds(Composite);
    return (getKeyword(T) + "{...}").str();
  }
  if (const auto *Derived = dyn_cast<DIDerivedType>(T)) {
    std::string Base = getTypeName(Derived->getBaseType());
    if (T->getTag() == dwarf::DW_TAG_pointer_type)
      return Base + (StringRef(Base).ends_with("*") ? "*" : " *");
    return getKeyword(T).str() + Base;
  }
  return "function";
}

uint64_t getSizeInBits(const DIType *T) {
  while (T && T->getSizeInBits() == 0) {
    auto *Derived = dyn_cast<DIDerivedType>(T);
    T = Derived ? Derived->getBaseType() : nullptr;
  }
  return T ? T->getSizeInBits() : 0;
}

DebugLoc getDeclaration(const DILocalVariable *Variable) {
  if (!Variable || !Variable->getLine())
    return {};
  return DILocation::get(Variable->getContext(), Variable->getLine(), 0,
                         Variable->getScope());
}

static DebugLoc getLineOf(const Instruction &I) {
  DebugLoc Loc = getUserLoc(I.getDebugLoc());
  return Loc && Loc.getLine() ? Loc : DebugLoc();
}

DebugLoc findDefinition(Value *V, const DILocalVariable *Variable) {
  // What merges or moves values has the line of anything.
  auto *I = dyn_cast<Instruction>(V);
  if (I && !isa<AllocaInst, PHINode>(I))
    if (DebugLoc Loc = getLineOf(*I))
      return Loc;
  return getDeclaration(Variable);
}

Instruction *findBehind(const SuspendPoint &S,
                        function_ref<bool(const Instruction &)> IsIt,
                        const Value *Last) {
  SmallPtrSet<BasicBlock *, 16> Seen;
  std::deque<BasicBlock *> Work{S.Call->getParent()};
  while (!Work.empty()) {
    BasicBlock *BB = Work.front();
    Work.pop_front();
    if (!Seen.insert(BB).second)
      continue;
    bool IsPast = false;
    for (Instruction &I : *BB) {
      if (&I != S.Call && getLineOf(I) && IsIt(I))
        return &I;
      IsPast |= &I == Last;
    }
    if (!IsPast)
      append_range(Work, successors(BB));
  }
  return nullptr;
}

Instruction *findUseBehind(const SuspendPoint &S, Value *V) {
  SmallSetVector<Value *, 8> Values;
  Values.insert(V);
  for (unsigned N = 0; N != Values.size(); ++N)
    for (User *U : Values[N]->users())
      if (auto *I = dyn_cast<Instruction>(U); I && !getLineOf(*I))
        Values.insert(I);
  return findBehind(
      S,
      [&](const Instruction &I) {
        return any_of(I.operands(),
                      [&](Value *Op) { return Values.contains(Op); });
      },
      V);
}

} // namespace llvm::bpffiber
