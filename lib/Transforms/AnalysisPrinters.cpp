// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "AnalysisPrinters.h"
#include "FiberAnalyses.h"
#include "FrameReport.h"
#include "KernelReferences.h"
#include "Primitives.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ModuleSlotTracker.h"
#include "llvm/Transforms/Utils/Cloning.h"

namespace llvm::bpffiber {

namespace {
class AnalysisPrinter {
public:
  AnalysisPrinter(const FiberShape &Shape, raw_ostream &OS)
      : Shape(Shape), OS(OS), Slots(&Shape.getModule()) {
    Slots.incorporateFunction(*Shape.Body);
  }
  void print(const SuspendLiveness &Liveness);
  void print(const ValueOrigins &Origins);
  void print(const OwnedReferences &References);

private:
  template <typename T> void printList(StringRef What, ArrayRef<T *> Values);
  void printName(const Value *V) { V->printAsOperand(OS, true, Slots); }

  const FiberShape &Shape;
  raw_ostream &OS;
  ModuleSlotTracker Slots;
};
} // namespace

template <typename T>
void AnalysisPrinter::printList(StringRef What, ArrayRef<T *> Values) {
  OS << "    " << What << ":";
  for (const T *V : Values) {
    OS << (V == Values.front() ? " " : ", ");
    printName(V);
  }
  OS << '\n';
}

void AnalysisPrinter::print(const SuspendLiveness &Liveness) {
  OS << "Live across the suspends of fiber '" << Shape.Name << "':\n";
  for (auto [I, S] : enumerate(Shape.Suspends)) {
    OS << "  " << S.Name << '\n';
    printList("values", Liveness.valuesAcross(I));
    printList("objects", Liveness.objectsAcross(I));
  }
}

void AnalysisPrinter::print(const ValueOrigins &Origins) {
  OS << "Pointers of fiber '" << Shape.Name << "':\n";
  auto Print = [&](Value *V) {
    Origin O = Origins.get(V);
    if (O == Origin::Scalar)
      return;
    OS << "  ";
    printName(V);
    OS << ": " << describe(O);
    if (Instruction *Source = Origins.getSource(V); Source && Source != V) {
      OS << " from ";
      printName(Source);
    }
    OS << '\n';
  };
  for (Argument &A : Shape.Body->args())
    Print(&A);
  for (Instruction &I : instructions(*Shape.Body))
    Print(&I);
}

static StringRef nameState(OwnedReferences::State State) {
  switch (State) {
  case OwnedReferences::Unreached:
    return "unreached";
  case OwnedReferences::Null:
    return "null";
  case OwnedReferences::Held:
    return "held";
  case OwnedReferences::MaybeNull:
    return "held or null";
  case OwnedReferences::Released:
    return "released";
  case OwnedReferences::Mixed:
    return "held on some ways";
  }
  return "";
}

void AnalysisPrinter::print(const OwnedReferences &References) {
  OS << "Kernel references of fiber '" << Shape.Name << "':\n";
  for (const SuspendPoint &S : Shape.Suspends) {
    OS << "  " << S.Name << '\n';
    for (Instruction &I : instructions(*Shape.Body)) {
      const Reference *Ref = References.getReference(&I);
      if (!Ref)
        continue;
      OS << "    ";
      printName(&I);
      OS << " (struct " << Ref->Type
         << "): " << nameState(References.stateAt(&I, *S.Call)) << '\n';
    }
  }
}

static void printAnalysis(AnalysisPrinterPass::Analysis What,
                          const FiberShape &Shape,
                          const KernelReferences &Kernel,
                          FunctionAnalysisManager &FAM) {
  FiberAnalyses Analyses(Shape, Kernel);
  AnalysisPrinter Printer(Shape, errs());
  switch (What) {
  case AnalysisPrinterPass::Liveness:
    return Printer.print(Analyses.Liveness);
  case AnalysisPrinterPass::Origins:
    return Printer.print(Analyses.Origins);
  case AnalysisPrinterPass::References:
    return Printer.print(Analyses.References);
  case AnalysisPrinterPass::Frame:
    if (auto Layout = Analyses.layOutFrame(FAM); Layout->isValid())
      printFrameReport(explainFrame(Shape, *Layout), errs());
  }
}

PreservedAnalyses AnalysisPrinterPass::run(Module &M,
                                           ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  std::unique_ptr<Module> Copy = CloneModule(M);
  if (!checkPrimitives(*Copy))
    return PreservedAnalyses::all();
  KernelReferences Kernel(*Copy);
  for (Function &F : *Copy) {
    if (!F.hasFnAttribute(FiberBodyAttr) || F.isDeclaration())
      continue;
    std::unique_ptr<FiberShape> Shape = collectVerbs(F);
    if (Shape && !Shape->Starts.empty() && prepareForSplit(*Shape, Kernel, FAM))
      printAnalysis(What, *Shape, Kernel, FAM);
  }
  for (Function &F : *Copy)
    FAM.clear(F, F.getName());
  return PreservedAnalyses::all();
}

} // namespace llvm::bpffiber
