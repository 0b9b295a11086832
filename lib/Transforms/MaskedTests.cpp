// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "MaskedTests.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm::PatternMatch;

namespace llvm::bpffiber {

/// Whether Mask has the bits of the lower half from one on.
static bool isUpperPartOfLowerHalf(const APInt &Mask) {
  return Mask.getBitWidth() == 64 && Mask.isIntN(32) &&
         Mask.trunc(32).isNegatedPowerOf2();
}

void compareMaskedTests(Function &F) {
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    auto *Test = dyn_cast<ICmpInst>(&I);
    Value *Number;
    const APInt *Mask;
    if (!Test || !Test->isEquality() ||
        !match(Test->getOperand(0), m_And(m_Value(Number), m_APInt(Mask))) ||
        !match(Test->getOperand(1), m_Zero()) || !isUpperPartOfLowerHalf(*Mask))
      continue;
    IRBuilder<> B(Test);
    Value *Masked = Test->getOperand(0);
    Test->replaceAllUsesWith(B.CreateICmp(
        Test->getPredicate() == ICmpInst::ICMP_EQ ? ICmpInst::ICMP_ULT
                                                  : ICmpInst::ICMP_UGE,
        B.CreateTrunc(Number, B.getInt32Ty()), B.getInt(-Mask->trunc(32))));
    Test->eraseFromParent();
    RecursivelyDeleteTriviallyDeadInstructions(Masked);
  }
}

} // namespace llvm::bpffiber
