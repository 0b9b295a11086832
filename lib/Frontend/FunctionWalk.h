// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The walk over one function that fills in its entry of the FiberModel.

#ifndef BPF_FIBER_FRONTEND_FUNCTIONWALK_H
#define BPF_FIBER_FRONTEND_FUNCTIONWALK_H

#include "FiberModel.h"

namespace llvm::bpffiber {

void walkBody(const clang::FunctionDecl *F, const clang::ASTContext &Context,
              const SourceText &Text, bool Preprocessed, Function &Into);

/// The type and the initializer of a variable of file scope.
void walkVariable(const clang::VarDecl *V, const clang::ASTContext &Context,
                  const SourceText &Text, bool Preprocessed, Function &Into);

} // namespace llvm::bpffiber

#endif
