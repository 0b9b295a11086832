// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef BPF_FIBER_TRANSFORMS_HELPERBUFFERS_H
#define BPF_FIBER_TRANSFORMS_HELPERBUFFERS_H

namespace llvm {
class Function;
}

namespace llvm::bpffiber {

/// TLDR: a member that a helper fills does not keep its whole struct in memory.
///
///     bpf_get_current_comm(event.comm, sizeof(event.comm));
///
/// To LLVM the helper may do anything with all of the struct, at any time. So
/// the struct would be an object in the frame, with the members that are
/// assigned only behind the await, and those that the key or another member
/// tells. What such a helper really does is to fill so many bytes: it gets a
/// buffer of its own, which is copied into the member; all other uses of the
/// struct are accesses that SROA takes apart.
void separateBuffers(Function &F);

} // namespace llvm::bpffiber

#endif
