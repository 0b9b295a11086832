// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers the passes; holds no logic.

#include "AnalysisPrinters.h"
#include "Compat.h"
#include "LowerPass.h"
#include "PreparePass.h"
#include "StackAddresses.h"

using namespace llvm;
using namespace llvm::bpffiber;

static void addLowering(ModulePassManager &MPM, OptimizationLevel) {
  MPM.addPass(LowerPass());
  MPM.addPass(CleanupPass());
}

static void addStackAddresses(ModulePassManager &MPM, OptimizationLevel) {
  MPM.addPass(StackAddressPass());
}

static bool parsePass(StringRef Name, ModulePassManager &MPM,
                      ArrayRef<PassBuilder::PipelineElement>) {
  if (Name == "bpf-fiber-prepare")
    MPM.addPass(PreparePass());
  else if (Name == "bpf-fiber-lower")
    MPM.addPass(LowerPass());
  else if (Name == "bpf-fiber-cleanup")
    MPM.addPass(CleanupPass());
  else if (Name == "bpf-fiber-stack-addresses")
    MPM.addPass(StackAddressPass());
  else if (Name == "print<bpf-fiber-liveness>")
    MPM.addPass(AnalysisPrinterPass(AnalysisPrinterPass::Liveness));
  else if (Name == "print<bpf-fiber-origins>")
    MPM.addPass(AnalysisPrinterPass(AnalysisPrinterPass::Origins));
  else if (Name == "print<bpf-fiber-references>")
    MPM.addPass(AnalysisPrinterPass(AnalysisPrinterPass::References));
  else if (Name == "print<bpf-fiber-frame>")
    MPM.addPass(AnalysisPrinterPass(AnalysisPrinterPass::Frame));
  else
    return false;
  return true;
}

static void registerPasses(PassBuilder &PB) {
  // For -print-before= and the like.
  if (PassInstrumentationCallbacks *PIC =
          PB.getPassInstrumentationCallbacks()) {
    PIC->addClassToPassName(PreparePass::name(), "bpf-fiber-prepare");
    PIC->addClassToPassName(LowerPass::name(), "bpf-fiber-lower");
    PIC->addClassToPassName(CleanupPass::name(), "bpf-fiber-cleanup");
    PIC->addClassToPassName(StackAddressPass::name(),
                            "bpf-fiber-stack-addresses");
  }
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(PreparePass());
      });
  compat::registerOptimizerEarly(PB, addLowering);
  compat::registerOptimizerLast(PB, addStackAddresses);
  PB.registerPipelineParsingCallback(parsePass);
}

extern "C" LLVM_ATTRIBUTE_VISIBILITY_DEFAULT PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "bpf-fiber", "0.1", registerPasses};
}
