// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AddressBounds.h"
#include "IntegerRanges.h"
#include "Primitives.h"
#include "RangeCheck.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Operator.h"

namespace llvm::bpffiber {

void checkAddressBounds(Function &F, ScalarEvolution &SE) {
  struct Check {
    Use *Index;
    ConstantRange Range;
  };
  SmallVector<Check> Checks;
  {
    IntegerRanges Ranges(F);
    for (Instruction &I : instructions(F)) {
      auto *Address = dyn_cast<GetElementPtrInst>(&I);
      if (!Address)
        continue;
      for (Use &Index : Address->indices()) {
        // A CO-RE offset libbpf has to find as it is.
        if (!isa<Instruction>(Index) || getCoreOffset(Index))
          continue;
        // ScalarEvolution knows strides.
        ConstantRange Range =
            Ranges.getAt(Index, I.getParent())
                .intersectWith(SE.getUnsignedRange(SE.getSCEV(Index)));
        if (!Range.isFullSet() && !Range.isEmptySet())
          Checks.push_back({&Index, Range});
      }
    }
  }
  for (auto &[Index, Range] : Checks) {
    auto *Address = cast<Instruction>(Index->getUser());
    IRBuilder<> B(Address);
    Index->set(markRange(B, Index->get(), Range));
  }
}

} // namespace llvm::bpffiber
