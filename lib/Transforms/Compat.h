// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The only file that tests the LLVM version. LLVM 19 to 22.

#ifndef BPF_FIBER_TRANSFORMS_COMPAT_H
#define BPF_FIBER_TRANSFORMS_COMPAT_H

#include "llvm/Config/llvm-config.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Passes/PassBuilder.h"

#if LLVM_VERSION_MAJOR >= 22
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

namespace llvm::bpffiber::compat {

/// Registers Add at OptimizerEarly; the callback gained a parameter in 20.
template <typename Fn> void registerOptimizerEarly(PassBuilder &PB, Fn Add) {
#if LLVM_VERSION_MAJOR >= 20
  PB.registerOptimizerEarlyEPCallback(
      [Add](ModulePassManager &MPM, OptimizationLevel Level,
            ThinOrFullLTOPhase) { Add(MPM, Level); });
#else
  PB.registerOptimizerEarlyEPCallback(
      [Add](ModulePassManager &MPM, OptimizationLevel Level) {
        Add(MPM, Level);
      });
#endif
}

/// Registers Add at OptimizerLast; the same.
template <typename Fn> void registerOptimizerLast(PassBuilder &PB, Fn Add) {
#if LLVM_VERSION_MAJOR >= 20
  PB.registerOptimizerLastEPCallback(
      [Add](ModulePassManager &MPM, OptimizationLevel Level,
            ThinOrFullLTOPhase) { Add(MPM, Level); });
#else
  PB.registerOptimizerLastEPCallback(Add);
#endif
}

/// What GEPOperator::collectOffset() fills: a MapVector, then a small one.
template <typename Map>
Map offsetsOf(bool (GEPOperator::*)(const DataLayout &, unsigned, Map &,
                                    APInt &) const);
using CollectedOffsets = decltype(offsetsOf(&GEPOperator::collectOffset));

/// The debug records that describe V.
inline void findDbgRecords(Value *V,
                           SmallVectorImpl<DbgVariableRecord *> &Records) {
#if LLVM_VERSION_MAJOR >= 22
  findDbgUsers(V, Records);
#else
  SmallVector<DbgVariableIntrinsic *, 4> Intrinsics;
  findDbgUsers(Intrinsics, V, &Records);
#endif
}

} // namespace llvm::bpffiber::compat

#endif
