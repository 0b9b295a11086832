// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* veth takes what XDP_TX sends only where there is an XDP program, too. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

SEC("xdp") int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
