/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * data-path.h - what the programs and user space agree on.
 */
#ifndef DATA_PATH_H
#define DATA_PATH_H

#define MAX_CONNECTIONS	4096

/* A connection as its packets come in, in network byte order. */
struct flow {
	__u32 saddr;
	__u32 daddr;
	__u16 sport;
	__u16 dport;
};

/* What the data path knows of a TCP socket; user space puts it there. */
struct dp_connection {
	__u32 state;		/* 1: TCP_ESTABLISHED */
	__u32 requests;
	__u64 rcv_bytes;
	__u64 snd_bytes;
};

/* Context of the SYSCALL program: user space has read a request. */
struct dp_answer {
	struct flow key;
	__u32 token;		/* from the event that told of the request */
	__u32 bytes;		/* that it sends in return */
};

#endif /* DATA_PATH_H */
