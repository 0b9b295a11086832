/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Enough for BPF programs without the headers of a kernel. */
#ifndef TYPES_H
#define TYPES_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed int __s32;
typedef signed long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

enum { BPF_MAP_TYPE_HASH = 1, BPF_MAP_TYPE_ARRAY = 2, BPF_ANY = 0 };
enum { XDP_DROP = 1, XDP_PASS = 2 };

struct xdp_md {
	__u32 data;
	__u32 data_end;
};

#include <bpf/bpf_helpers.h>

#endif
