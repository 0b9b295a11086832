// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Clang plugin of BPF fibers.

#include "clang/Frontend/FrontendPluginRegistry.h"
