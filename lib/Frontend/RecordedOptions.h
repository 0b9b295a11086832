// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// -grecord-command-line, -frecord-command-line and -fembed-bitcode=all write
// the command line into the object file. The options that the driver adds have
// no business there: the object would differ from clang's, and with the place
// of installation.

#ifndef BPF_FIBER_FRONTEND_RECORDEDOPTIONS_H
#define BPF_FIBER_FRONTEND_RECORDEDOPTIONS_H

#include "clang/Basic/CodeGenOptions.h"

namespace llvm::bpffiber {

/// Takes the driver's options out of what Options would record.
void forgetOwnOptions(clang::CodeGenOptions &Options);

} // namespace llvm::bpffiber

#endif
