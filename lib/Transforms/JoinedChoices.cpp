// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "JoinedChoices.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

namespace llvm::bpffiber {

namespace {

/// The selects of a block by one condition.
class Choices {
public:
  /// Of more than one, in the order of the block.
  explicit Choices(ArrayRef<SelectInst *> Selects);
  bool isWorthABranch() const;
  void branch();

private:
  Value *Condition;
  /// The selects, and what is computed from them until the last one.
  SmallSetVector<Instruction *, 8> Group;
  /// What stands between them and is not computed from them.
  SmallVector<Instruction *> Others;
  unsigned NumSelects;
  bool IsPure = true;
};

} // namespace

Choices::Choices(ArrayRef<SelectInst *> Selects)
    : Condition(Selects.front()->getCondition()), NumSelects(Selects.size()) {
  for (Instruction *I = Selects.front();; I = I->getNextNode()) {
    auto *Select = dyn_cast<SelectInst>(I);
    bool IsOfGroup = (Select && Select->getCondition() == Condition) ||
                     any_of(I->operands(), [&](const Use &U) {
                       auto *Operand = dyn_cast<Instruction>(U.get());
                       return Operand && Group.contains(Operand);
                     });
    if (IsOfGroup) {
      Group.insert(I);
      IsPure &= !I->mayHaveSideEffects() && !I->mayReadFromMemory() &&
                !isa<CallBase>(I);
    } else {
      Others.push_back(I);
    }
    if (I == Selects.back())
      break;
  }
}

/// What is computed between the selects is there twice then.
bool Choices::isWorthABranch() const {
  return IsPure && Group.size() <= 2 * NumSelects - 1;
}

void Choices::branch() {
  Instruction *First = Group.front();
  for (Instruction *Other : Others)
    Other->moveBefore(*First->getParent(), First->getIterator());
  Instruction *Ends[2];
  SplitBlockAndInsertIfThenElse(Condition, First->getIterator(), &Ends[0],
                                &Ends[1]);
  BasicBlock *Joined = First->getParent();
  DenseMap<Value *, Value *> Known[2];
  for (unsigned N : {0, 1}) {
    auto Here = [&](Value *V) {
      Value *Other = Known[N].lookup(V);
      return Other ? Other : V;
    };
    for (Instruction *I : Group) {
      auto *Select = dyn_cast<SelectInst>(I);
      if (Select && Select->getCondition() == Condition) {
        Known[N][I] =
            Here(N == 0 ? Select->getTrueValue() : Select->getFalseValue());
        continue;
      }
      Instruction *Copy = I->clone();
      for (Use &Operand : Copy->operands())
        Operand.set(Here(Operand));
      Copy->insertBefore(Ends[N]->getIterator());
      Known[N][I] = Copy;
    }
  }
  for (Instruction *I : Group) {
    IRBuilder<> B(Joined, Joined->begin());
    B.SetCurrentDebugLocation(I->getDebugLoc());
    PHINode *Phi = B.CreatePHI(I->getType(), 2, I->getName());
    for (unsigned N : {0, 1})
      Phi->addIncoming(Known[N].lookup(I), Ends[N]->getParent());
    I->replaceUsesWithIf(Phi, [&](Use &U) {
      return !Group.contains(cast<Instruction>(U.getUser()));
    });
    if (I->isUsedByMetadata())
      ValueAsMetadata::handleRAUW(I, Phi);
    if (Phi->use_empty() && !Phi->isUsedByMetadata())
      Phi->eraseFromParent();
  }
  for (Instruction *I : reverse(Group))
    I->eraseFromParent();
}

/// The first group of a block that is worth a branch.
static bool joinIn(BasicBlock &BB) {
  MapVector<Value *, SmallVector<SelectInst *, 4>> ByCondition;
  for (Instruction &I : BB)
    if (auto *Select = dyn_cast<SelectInst>(&I))
      if (Select->getCondition()->getType()->isIntegerTy(1))
        ByCondition[Select->getCondition()].push_back(Select);
  for (auto &[Condition, Selects] : ByCondition) {
    if (Selects.size() < 2)
      continue;
    Choices Group(Selects);
    if (!Group.isWorthABranch())
      continue;
    Group.branch();
    return true;
  }
  return false;
}

void joinChoices(Function &F) {
  // What is behind a group is a block that comes behind.
  for (auto It = F.begin(); It != F.end(); ++It)
    joinIn(*It);
}

} // namespace llvm::bpffiber
