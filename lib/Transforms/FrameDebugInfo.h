// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_FRAMEDEBUGINFO_H
#define BPF_FIBER_TRANSFORMS_FRAMEDEBUGINFO_H

#include "FiberShape.h"
#include "FrameLayout.h"

namespace llvm::bpffiber {

/// What an integer's member is of that has no type from the source; empty: it
/// is no integer, but bytes.
StringRef getPlainTypeName(const FrameField &F);

/// Completes the forward declaration of struct <fiber>_frame that FIBER_MAP()
/// made, so that LLVM's own BTF emission describes the frame. The state is an
/// enum whose constants are the names of the suspend points.
///
/// Reports an error if the program has no debug info; false then.
bool completeFrameType(const FiberShape &Shape, const FrameLayout &Layout);

/// Gives a clone a subprogram of its own. libbpf finds a function's BTF and
/// CO-RE relocations by the subprogram's name, so two may not share one.
void nameClone(Function &Clone, const FiberShape &Shape);

/// The function <fiber>__<kind>_callback (map, key, frame), made if need be.
Function *declareCallback(const FiberShape &Shape, StringRef Kind);

} // namespace llvm::bpffiber

#endif
