/* SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause */
/*
 * bench.h - what the parts of fiber-bench share.
 *
 * An example is measured by one or more measures.  A measure has a method and
 * a round; one round gives a number for each of the measure's activations, for
 * the fiber and for the hand-written twin.
 */
#ifndef BENCH_H
#define BENCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Exit codes; 77 is what automake and lit call a skipped test. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_NO_RIGHTS = 77 };

enum side { FIBER, HAND, SIDES };

extern const char * const side_names[SIDES];

#define MAX_PROGRAMS	4
#define MAX_ACTIVATIONS	4

/*
 * @TEST_RUN: what BPF_PROG_TEST_RUN gives for many repetitions
 * @RUN_STATS: what the kernel counts in run_time_ns of the program, per run
 * @WALL_CLOCK: from the first system call to the visible result
 */
enum method { TEST_RUN, RUN_STATS, WALL_CLOCK, METHODS };

extern const char * const method_names[METHODS];

/* The two objects of an example, loaded. */
struct objects {
	struct bpf_object *obj[SIDES];
};

/* One round: a number for each activation and side. */
struct round {
	double ns[SIDES][MAX_ACTIVATIONS];
};

/**
 * struct measure - one way to measure some activations of an example
 * @method: how
 * @realtime: the rounds are run with real-time priority; not for those that
 *	wait for a kernel thread
 * @activations: their names, NULL behind the last
 * @prepare: before the rounds on freshly loaded objects; may be NULL
 * @round: a round, the side @first before the other one
 * @finish: after the rounds, also when one failed: did all that was expected
 *	happen?  May be NULL
 *
 * The functions return 0, or -1 when they have complained.
 */
struct measure {
	enum method method;
	bool realtime;
	const char *activations[MAX_ACTIVATIONS + 1];
	int (*prepare)(struct objects *o, enum side first);
	int (*round)(struct objects *o, enum side first, struct round *r);
	int (*finish)(struct objects *o);
};

/* @frames: the map of frames, the same name in both objects */
struct example {
	const char *name;
	const char *frames;
	const struct measure *measures;
	size_t nr_measures;
};

extern const struct example port_knock, data_path, open_latency, long_sum, task_watch;
extern const struct example conn_timeout, sni_filter, proxy_handshake;

#define TRACED_PROGRAMS	2

/**
 * struct traced - two programs at tracepoints, see traced.c
 * @programs, @tracepoints: in the order of the measure's activations
 * @act: pass by both tracepoints @n times; 0, or -1 when it has complained
 * @warm_up, @times: how often without and with measuring, per round
 * @done: how often each side has been passed, both together
 * @keep_alive: of the tracepoints; traced.c's own
 */
struct traced {
	const char *programs[TRACED_PROGRAMS];
	const char *tracepoints[TRACED_PROGRAMS];
	int (*act)(int n);
	int warm_up, times;
	__u64 done[SIDES];
	int keep_alive[TRACED_PROGRAMS];
};

/* To be called from a measure's functions of the same name. */
int traced_prepare(struct traced *t);
int traced_round(struct traced *t, struct objects *o, enum side first, struct round *r);
void traced_finish(struct traced *t);

/* Results. */

/* Of many numbers: the median and the quartiles. */
struct spread {
	double q1, median, q3;
};

/* @low, @high: the lowest and the highest of the loads */
struct ratio {
	double low, value, high;
};

struct activation {
	const char *name;
	enum method method;
	struct spread ns[SIDES];
	struct ratio ratio;
	double net_ratio;	/* without what the method itself costs */
};

struct program_size {
	char name[64];
	__u32 xlated_insns;
	__u32 verified_insns;
};

struct object_size {
	struct program_size programs[MAX_PROGRAMS];
	size_t nr_programs;
	__u32 xlated_insns;	/* of all programs */
	__u32 verified_insns;
	__u32 frame_bytes;
};

#define MAX_MEASURED	(2 * MAX_ACTIVATIONS)

struct example_result {
	const char *name;
	struct object_size size[SIDES];
	struct activation activations[MAX_MEASURED];
	size_t nr_activations;
	double ns_ratio;	/* geometric mean of the activations' */
};

struct compile_result {
	size_t runs;
	struct spread ms[SIDES];	/* FIBER: bpf-fiberc, HAND: clang */
	double ratio;
};

#define MAX_EXAMPLES	8

struct results {
	const char *flags;	/* of the compilers */
	const char *source;	/* what was compiled for compile */
	unsigned int quantum, rounds, loads;
	int cpu;
	bool realtime;
	double floor_ns[METHODS];
	struct example_result examples[MAX_EXAMPLES];
	size_t nr_examples;
	struct compile_result compile;
};

/* What `--check` holds the examples to. */
#define LIMIT_VERIFIED	1.25
#define LIMIT_NS	1.10
#define LIMIT_FRAME	8

/* statistics.c; these sort @n numbers in place */
struct spread spread_of(double *numbers, size_t n);
double geometric_mean(const double *numbers, size_t n);
/*
 * Ratio of two sides that were measured in turns: of each pair, then the mean
 * of the middle half, which is not confined to steps as a median of whole
 * nanoseconds is.  @floor is subtracted from every number before.
 */
double paired_ratio(const double *fiber, const double *hand, size_t n, double floor);

/* machine.c */
double now_ns(void);
/* Stay on one CPU, the last allowed one. Return: its number, or -1 */
int pin_to_cpu(void);
/* A thread on any CPU but this one, if there is another. Return: 0 or an errno */
int start_on_other_cpu(pthread_t *thread, void *(*function)(void *), void *argument);
/* Return: whether this is how it is now */
bool set_realtime(bool on);
/* A program that returns XDP_PASS. Return: its file descriptor, or -errno */
int load_empty(enum bpf_prog_type type);
bool may_use_bpf(void);
const char *cpu_model(void);
const char *kernel_release(void);
/* Make the tracing file system visible to this process, if it is not. */
void private_tracefs(void);
/*
 * A tracepoint, "group/name", that loses its last user waits for all CPUs, 50
 * ms.  An event that is never enabled keeps it in use, so that attaching and
 * detaching in each round is cheap.  Return: its file descriptor, or -1
 */
int tracepoint_keep_alive(const char *name);

/* object.c */
void __attribute__((format(printf, 1, 2))) complain(const char *fmt, ...);
void capture_libbpf_log(void);
struct bpf_object *load_object(const char *path);
int object_size(struct bpf_object *obj, const char *frames, struct object_size *size);
int program_fd(struct bpf_object *obj, const char *name);
int map_fd(struct bpf_object *obj, const char *name);
/* The ring buffers in which fibers tell that they wait. Return: 0 or -1, as usual */
int open_rings(struct objects *o, ring_buffer_sample_fn on_event, struct ring_buffer **rings);
void close_rings(struct ring_buffer **rings);
/* Where their sections say. Return: 0, or -1, some @links being made. */
int attach_programs(struct bpf_object *obj, const char * const *names, struct bpf_link **links,
		    size_t n);
/* A global variable in the memory that the programs see, or NULL. */
volatile void *global_variable(struct bpf_object *obj, const char *name, size_t size);

/* activate.c */

/* An Ethernet frame with IPv4, a TCP or UDP header, and what follows. */
struct packet {
	__u8 bytes[512];
	__u32 len;
};

struct packet udp_packet(__u32 saddr, __u16 dport);
/* A TCP segment with PSH from 10.0.0.1:@sport to 10.0.0.2:80 */
struct packet tcp_packet(__u16 sport, __u16 dport);

enum sender { CLIENT, SERVER };

/* Of the connection from 10.0.0.1:@sport to 10.0.0.2:@dport; @flags: TH_SYN, ... */
struct packet tcp_segment(enum sender sender, __u16 sport, __u16 dport, __u8 flags, __u32 seq,
			  __u32 ack);
void append(struct packet *packet, const void *data, size_t size);
/* Return: 0 when the program gave @verdict */
int run_packet(int prog, const struct packet *packet, __u32 verdict);
/* @ns: of one of the @repeat runs, the mean */
int time_packet(int prog, const struct packet *packet, unsigned int repeat, __u32 verdict,
		double *ns);
/* For what may have to be tried again. Return: whether the program gave XDP_PASS */
bool passes(int prog, const struct packet *packet);
int run_syscall(int prog, void *ctx, size_t size, __u32 verdict);

/* Reads of a program's run_time_ns and run_cnt. */
struct run_stats {
	__u64 ns;
	__u64 runs;
};

int run_stats_read(int prog, struct run_stats *stats);
/*
 * Time of a run since @before.  There must have been @runs, or with
 * @or_more at least.
 */
int run_stats_mean(int prog, const struct run_stats *before, __u64 runs, bool or_more,
		   double *ns);

/* measure.c */
int measure_example(const struct example *example, const char *directory,
		    struct results *results);
int measure_floor(struct results *results);

/* report.c */
void report_table(const struct results *results, FILE *out);
void report_json(const struct results *results, FILE *out);
/* Names each limit that was missed on @out. Return: how many */
unsigned int report_violations(const struct results *results, FILE *out);

#endif /* BENCH_H */
