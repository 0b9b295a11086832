// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_RANGEDEMAND_H
#define BPF_FIBER_TRANSFORMS_RANGEDEMAND_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Whether the verifier needs to know the range of the integer V where it is
/// used behind S.
///
/// The verifier forgets what it knew of a number that went through a map. It
/// asks again where the number becomes part of an address, a size given to a
/// helper, or the bound of a loop that runs within one activation. Re-checking
/// a number costs an instruction or two, so others are left alone.
bool demandsRange(Value &V, const SuspendPoint &S);

/// Whether it may need to know it at any use of V.
bool isUsedAsAddressSizeOrBound(Value &V);

/// Whether the integer V becomes part of an address or a helper's size.
bool isUsedAsAddressOrSize(Value &V);

} // namespace llvm::bpffiber

#endif
