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
/// Changes F; in a fiber's body to run after canonicalizeSuspends().
void localizeContextAddresses(Function &F, Argument &Ctx);

/// Makes a load from one of several addresses, of which some are in the
/// context, a load from each again.
///
/// InstCombine and SimplifyCFG make one load of two of them: "load(phi(ctx + 8,
/// frame + 4))". An await makes such pairs: what was read from the context
/// before it is reloaded from the frame behind it.
void splitJoinedLoads(Function &F, Argument &Ctx);

/// Keeps code generation from making one of two loads of which one is from the
/// context: if they are at the end of two blocks, to it they are the same
/// instruction when the addresses are in the same register (TailMergeBlocks()
/// of BranchFolding); if one of them is chosen, it chooses the address
/// (SimplifySelectOps() of DAGCombiner). The verifier refuses such an
/// instruction (reg_type_mismatch()).
void keepContextLoadsApart(Function &F, Argument &Ctx);

/// Extends what phis merge of loads from the context where it is loaded.
///
/// A packet pointer is loaded with 32 bits, which extends it. GVN merges such
/// loads in front of the extension; that becomes a copy of 32 bits, which is a
/// number to the verifier (check_alu_op()).
void widenJoinedLoads(Function &F, Argument &Ctx);

/// BPFAbstractMemberAccess passes each CO-RE address through a call that is
/// like no other, so that two are not made one. Its copies, in the parts of a
/// fiber and where they are inlined, are like each other again; this numbers
/// them anew.
void separatePassthroughs(Function &F);

/// Computes every address of a member of a local directly before its use, too.
///
/// It is a displacement in the instruction that uses it. Where GVN has one
/// computation serve several places, each resume computes it as well, and phis
/// join what the backend could have folded.
void localizeMemberAddresses(FiberShape &Shape);

} // namespace llvm::bpffiber

#endif
