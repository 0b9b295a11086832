// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Warnings of the front end, a macro in the middle, __DATE__, none an error. */
#include "types.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))

const char built[] = __DATE__ __TIME__ __FILE__;

SEC("xdp") int odd(struct xdp_md *ctx)
{
	int unused, x = ctx->data;
	unsigned int limit = 5;

	if (x = MAX(x, limit))
		return x == limit;
	return -1 < limit;
}
