# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The IR in docs/design.md is what the passes see and make.
# REQUIRES: llvm-22
# RUN: python3 %S/Inputs/check-ir.py %root/docs/design.md %fiberc %t
