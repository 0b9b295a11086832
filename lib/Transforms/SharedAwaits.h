// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_SHAREDAWAITS_H
#define BPF_FIBER_TRANSFORMS_SHAREDAWAITS_H

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/PassManager.h"

namespace llvm::bpffiber {

/// What every await of a group passes for a parameter: Base, or an address
/// behind it. Base is null if they pass different numbers.
struct CommonArgument {
  Value *Base = nullptr;
  int64_t Offset = 0;
};

/// Awaits of one fiber that are to become one piece of code.
struct AwaitGroup {
  SmallVector<CallInst *> Sites;
  SmallVector<CommonArgument> Arguments;
  /// Numbers that live across them, added up.
  unsigned Kept = 0;
};

/// What is asked about fibers that are awaited, again and again.
class AwaitedFibers {
public:
  /// Those that Body, the fiber's, awaits must be known.
  void add(const Function *Fiber, Function &Body, FunctionAnalysisManager &FAM);

  bool contains(const Function *F) const { return Known.contains(F); }
  /// About how many instructions it becomes where it is awaited.
  unsigned getCost(const Function *Fiber) const {
    return Known.lookup(Fiber).Cost;
  }
  /// Whether it branches by its parameter N, or awaits one that does.
  bool branchesBy(const Function *Fiber, unsigned N) const {
    BitVector Deciding = Known.lookup(Fiber).Deciding;
    return N < Deciding.size() && Deciding.test(N);
  }

private:
  struct Facts {
    unsigned Cost = 0;
    BitVector Deciding;
  };
  DenseMap<const Function *, Facts> Known;
};

/// Which awaits of a fiber in Body may become one piece of code, and will be
/// smaller then. Child is the fiber's own body. In both everything is in
/// allocas still; copies in SSA form are asked.
///
/// Where one piece of code begins the values of all its callers meet. For
/// numbers that is no matter: separateReturns() tells behind the return what is
/// known of one. Of a pointer the verifier and the lowering have to know at any
/// time what it points to, and what is held or open must be so on all paths. So
/// these awaits stay apart:
///
/// - those that pass different pointers;
/// - one across which a pointer lives, if it is none to a local or a global,
///   and one at which a kernel reference is held;
/// - those that pass constants by which the fiber takes different branches:
///   what is dead code behind one may not be right behind another;
/// - those that pass several different numbers which become part of addresses:
///   that they belong together would be lost;
/// - one in a guarded region: a guard is copied behind each suspend in it;
/// - one in a loop, if there are to be yield points. Loops that have code in
///   common are none to LLVM, and would not get any.
SmallVector<AwaitGroup> findSharedAwaits(Function &Body, Function &Child,
                                         ArrayRef<CallBase *> Awaits,
                                         const AwaitedFibers &Fibers,
                                         FunctionAnalysisManager &FAM);

} // namespace llvm::bpffiber

#endif
