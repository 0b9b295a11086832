// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RuntimeTable.h"
#include "llvm/IR/Constants.h"

namespace llvm::bpffiber {

static Function *entry(const GlobalVariable &Table, unsigned Index) {
  const auto *Init = cast<ConstantStruct>(Table.getInitializer());
  return dyn_cast<Function>(Init->getOperand(Index)->stripPointerCasts());
}

bool isRuntimeTable(const GlobalVariable &Table) {
  if (!Table.hasInitializer())
    return false;
  const auto *Init = dyn_cast<ConstantStruct>(Table.getInitializer());
  if (!Init || Init->getNumOperands() != NumRuntimeFns)
    return false;
  for (unsigned I = 0; I != NumRuntimeFns; ++I)
    if (!entry(Table, I))
      return false;
  return true;
}

Function *getRuntimeFn(const GlobalVariable &Table, RuntimeFn Fn) {
  return entry(Table, static_cast<unsigned>(Fn));
}

} // namespace llvm::bpffiber
