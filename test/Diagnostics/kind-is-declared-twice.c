// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// A kind has one type, and a type that verbs know belongs to one kind.
// RUN: %diagnosed
#include "fiber.h"

struct begin { int id; };
struct end { int id; };

FIBER_CONTEXT(begin, struct begin); // NOTE: the first declaration is here
#ifdef WRONG
FIBER_CONTEXT(begin, struct end); // SAYS: error: kind 'begin' is declared a second time, with another type [bpf-fiber-kind-twice]
FIBER_CONTEXT(again, struct begin); // SAYS: error: 'struct begin' is the context of another kind already [bpf-fiber-kind-twice] // NOTE: verbs tell the kind by the type: declare this one as FIBER_CONTEXT_NAMED(again, struct begin), and name it in verbs that end in _in
FIBER_CONTEXT(packet, struct xdp_md); // SAYS: error: 'struct xdp_md' is the context of another kind already [bpf-fiber-kind-twice] // NOTE: kind 'xdp' is built in
#else
FIBER_CONTEXT(end, struct end);
FIBER_CONTEXT_NAMED(again, struct begin);
FIBER_CONTEXT_NAMED(packet, struct xdp_md);
#endif
