// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Errors of the parser, of the types, and an include that is not there. */
#include "types.h"
#include "not-there.h"
