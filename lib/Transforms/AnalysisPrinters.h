// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_ANALYSISPRINTERS_H
#define BPF_FIBER_TRANSFORMS_ANALYSISPRINTERS_H

#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// print<bpf-fiber-WHAT>: prints what an analysis of the lowering says of each
/// fiber, where bpf-fiber-lower could stand.
///
/// The analyses are of a body that has been prepared for the split, so this
/// works on a copy of the module and changes nothing.
class AnalysisPrinterPass : public PassInfoMixin<AnalysisPrinterPass> {
public:
  enum Analysis { Liveness, Origins, References, Frame };

  explicit AnalysisPrinterPass(Analysis What) : What(What) {}
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM);
  static bool isRequired() { return true; }

private:
  Analysis What;
};

} // namespace llvm::bpffiber

#endif
