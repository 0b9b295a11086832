/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * proxy-handshake.h - what the programs and user space agree on.
 */
#ifndef PROXY_HANDSHAKE_H
#define PROXY_HANDSHAKE_H

/* A connection, in network byte order; the fiber's key. */
struct flow {
	__u32 client;
	__u32 server;
	__u16 client_port;
	__u16 server_port;
};

/* Context of the SYSCALL program: user space has decided. */
struct decision {
	struct flow flow;
	__u32 token;		/* from the event that asked */
	__u32 allow;
};

#endif /* PROXY_HANDSHAKE_H */
