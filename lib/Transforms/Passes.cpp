// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers the passes; holds no logic.

#if __has_include("llvm/Plugins/PassPlugin.h")
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "bpf-fiber", "0.1",
          [](PassBuilder &PB) {}};
}
