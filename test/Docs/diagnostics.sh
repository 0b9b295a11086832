# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# docs/diagnostics.md has a section for every diagnostic; its wrong code gets
# that one, in the words shown, and its right code compiles silently.
# REQUIRES: vmlinux
# RUN: rm -rf %t
# RUN: python3 %S/Inputs/check-diagnostics.py %root/docs/diagnostics.md %root/lib %fiberc %vmlinux_dir %t
