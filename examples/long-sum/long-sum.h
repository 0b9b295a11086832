/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * long-sum.h - the numbers to add and where the result goes.
 */
#ifndef LONG_SUM_H
#define LONG_SUM_H

#define NUMBERS		(1 << 16)

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, NUMBERS);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

/* How many of them are added; read when a sum starts. */
__u32 how_many = NUMBERS;

__u64 result;
__u32 finished;

#endif /* LONG_SUM_H */
