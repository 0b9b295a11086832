# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
	.text
	.globl	two
two:
	r0 = 2
	exit
