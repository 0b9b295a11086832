// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "RuntimeTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"

namespace llvm::bpffiber {

static Function *entry(const GlobalVariable &Table, unsigned Index) {
  const auto *Init = cast<ConstantStruct>(Table.getInitializer());
  return dyn_cast<Function>(Init->getOperand(Index)->stripPointerCasts());
}

/// What the functions give and take: pointers, numbers by their width, v for
/// nothing.
static const char *const Signatures[NumRuntimeFns] = {
    "l ppp i p", // Insert
    "p ppp i p", // Create
    "v p ii",    // Release
    "v pp i p",  // Delete
    "v p ii p",  // NotWaiting
    "v p",       // Aborted
    "v p",       // Submit
    "v p",       // Discard
    "v ppp",     // InitTimer
    "v ppp",     // InitWq
    "i p",       // StartWq
    "l pl",      // StartTimer
    "v p",       // StopTimer
    "l l",       // WakeTime
    "l b",       // CoarseNs
    "i pppp b",  // TimerFired
    "i pp",      // WqFired
};

static char letterOf(const Type &T) {
  if (T.isVoidTy())
    return 'v';
  if (T.isPointerTy())
    return 'p';
  return T.isIntegerTy(64)   ? 'l'
         : T.isIntegerTy(32) ? 'i'
         : T.isIntegerTy(1)  ? 'b'
                             : '?';
}

static bool hasSignature(const FunctionType &T, StringRef Signature) {
  std::string Has(1, letterOf(*T.getReturnType()));
  for (const Type *Param : T.params())
    Has += letterOf(*Param);
  std::string Wanted = Signature.str();
  erase(Wanted, ' ');
  return !T.isVarArg() && Has == Wanted;
}

bool isRuntimeTable(const GlobalVariable &Table) {
  if (!Table.hasInitializer())
    return false;
  const auto *Init = dyn_cast<ConstantStruct>(Table.getInitializer());
  if (!Init || Init->getNumOperands() != NumRuntimeFns)
    return false;
  for (unsigned I = 0; I != NumRuntimeFns; ++I) {
    const Function *F = entry(Table, I);
    if (!F || !hasSignature(*F->getFunctionType(), Signatures[I]))
      return false;
  }
  return true;
}

Function *getRuntimeFn(const GlobalVariable &Table, RuntimeFn Fn) {
  return entry(Table, static_cast<unsigned>(Fn));
}

} // namespace llvm::bpffiber
