// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The oldest kernel that an object is to load on: -fbpf-fiber-kernel=. Without
// it everything that the compiler knows may be used.

#ifndef BPF_FIBER_TRANSFORMS_KERNELSUPPORT_H
#define BPF_FIBER_TRANSFORMS_KERNELSUPPORT_H

#include "FiberShape.h"
#include "OwnedReferences.h"
#include "llvm/ADT/StringRef.h"

namespace llvm::bpffiber {

/// Names in KernelVersions.def.
enum class KernelFeature {
#define KERNEL_FEATURE(Name, Major, Minor, What, Remedy) Name,
#include "KernelVersions.def"
};

/// Whether every kernel that the object is for has it.
bool kernelHas(KernelFeature F);

/// The BTF type tag of a pointer that a map value owns.
StringRef ownedPointerTag();

/// Reports what the code and the maps of M use and the kernel lacks; false
/// then. Code behind a question to the kernel (bpf_core_enum_value_exists(),
/// bpf_ksym_exists(), LINUX_KERNEL_VERSION) is the program's own business.
bool checkKernelSupport(const Module &M);

/// The same of what the lowering adds to a fiber: yield points, and references
/// that its frame owns. Behind canonicalizeSuspends().
bool checkKernelSupport(const FiberShape &Shape,
                        const OwnedReferences &References);

} // namespace llvm::bpffiber

#endif
