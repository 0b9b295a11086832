/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#define RESULT 3
	.text
	.globl	three
three:
	r0 = RESULT
	exit
