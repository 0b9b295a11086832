// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is said of a declaration, as vmlinux.h does, is inherited.
// RUN: %diagnosed
#include "fiber.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct cookie; // NOTE: which is declared here
struct known;
struct known {
	__u32 number;
};
#pragma clang attribute pop

#ifdef WRONG
struct cookie { // SAYS: warning: the members of 'cookie' are looked for in the kernel's struct of that name [bpf-fiber-relocated] // NOTE: give a struct of your own another name; if the kernel's is meant, write __attribute__((preserve_access_index)) behind it
	__u32 number;
};
#else
struct cookie {
	__u32 number;
} __attribute__((preserve_access_index));
#endif

struct known known;
struct cookie cookie;
