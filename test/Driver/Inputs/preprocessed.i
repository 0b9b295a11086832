/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
# 1 "elsewhere.c"
int twice(int x) { return 2 * x; }
