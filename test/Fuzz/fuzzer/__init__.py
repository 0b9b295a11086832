# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differential fuzzing of fibers: see ../README.md."""
