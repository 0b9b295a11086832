/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
static inline int spoken_of(int n)
{
	return n + 1;
}
