// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_CONTEXTADDRESSES_H
#define BPF_FIBER_TRANSFORMS_CONTEXTADDRESSES_H

#include "FiberShape.h"

namespace llvm::bpffiber {

/// Computes every address in the context directly before its use.
///
/// The verifier wants a context access to be one instruction with a constant
/// offset from the context itself (check_ptr_off_reg(): "dereference of
/// modified ctx ptr"). LICM and GVN let such addresses travel; if one lived
/// across a suspend, each resume would compute it and a phi would join them,
/// which the BPF backend cannot fold into the access.
///
/// Changes the body; to run after canonicalizeSuspends().
void localizeContextAddresses(FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
