// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Errors of the parser and of the types. */
#include "types.h"

struct xdp_md *f(void)
{
	undeclared(1;
	return 3.5
}

int g = "text" + 1.0;
