// SPDX-License-Identifier: LGPL-2.1-only OR BSD-2-Clause
/*
 * report.c - a table for people, JSON for programs, and the limits.
 */
#include "bench.h"

/* Names of what both reports have of each object. */
enum quantity { XLATED, VERIFIED, FRAME, NS, QUANTITIES };

static const char * const quantity_names[QUANTITIES] = {
	"xlated_insns", "verified_insns", "frame_bytes", "ns",
};

static __u32 quantity_of(const struct object_size *size, enum quantity q)
{
	switch (q) {
	case XLATED:	return size->xlated_insns;
	case VERIFIED:	return size->verified_insns;
	default:	return size->frame_bytes;
	}
}

static double ratio_of(const struct example_result *e, enum quantity q)
{
	if (q == NS)
		return e->ns_ratio;
	return (double)quantity_of(&e->size[FIBER], q) / quantity_of(&e->size[HAND], q);
}

static double mean_ratio(const struct results *r, enum quantity q)
{
	double ratios[MAX_EXAMPLES];

	for (size_t i = 0; i < r->nr_examples; i++)
		ratios[i] = ratio_of(&r->examples[i], q);
	return geometric_mean(ratios, r->nr_examples);
}

/* Table. */

#define ROW		"%-26s %18s %18s %7s"

/* "98.2 ±1.5", half of what lies between the quartiles, in 18 columns. */
static const char *spread_text(const struct spread *s, char *buf, size_t size)
{
	int digits = s->median < 1000;
	char text[64];

	snprintf(text, sizeof(text), "%.*f ±%.*f", digits, s->median, digits,
		 (s->q3 - s->q1) / 2);
	/* printf() counts bytes, and ± has two. */
	snprintf(buf, size, "%19s", text);
	return buf;
}

static void table_spreads(FILE *out, const char *title, const struct spread *fiber,
			  const struct spread *hand, double ratio)
{
	char f[64], h[64];

	fprintf(out, "  %-26s %s %s %7.2f", title, spread_text(fiber, f, sizeof(f)),
		spread_text(hand, h, sizeof(h)), ratio);
}

static void table_numbers(FILE *out, const char *title, __u32 fiber, __u32 hand)
{
	fprintf(out, "  %-26s %18u %18u %7.2f\n", title, fiber, hand, (double)fiber / hand);
}

static void table_size(FILE *out, const struct example_result *e)
{
	const struct object_size *f = &e->size[FIBER], *h = &e->size[HAND];

	table_numbers(out, "xlated instructions", f->xlated_insns, h->xlated_insns);
	table_numbers(out, "verified instructions", f->verified_insns, h->verified_insns);
	for (size_t i = 0; f->nr_programs > 1 && i < f->nr_programs && i < h->nr_programs; i++) {
		const struct program_size *fp = &f->programs[i], *hp = &h->programs[i];
		char title[80];

		snprintf(title, sizeof(title), "  %s", fp->name);
		table_numbers(out, title, fp->verified_insns, hp->verified_insns);
	}
	fprintf(out, "  %-26s %18u %18u %+7d\n", "frame, bytes", f->frame_bytes, h->frame_bytes,
		(int)(f->frame_bytes - h->frame_bytes));
}

static void table_activations(FILE *out, const struct results *r, const struct example_result *e)
{
	for (size_t i = 0; i < e->nr_activations; i++) {
		const struct activation *a = &e->activations[i];
		char title[64];

		snprintf(title, sizeof(title), "%s, ns", a->name);
		table_spreads(out, title, &a->ns[FIBER], &a->ns[HAND], a->ratio.value);
		fprintf(out, "  %.2f to %.2f", a->ratio.low, a->ratio.high);
		if (r->floor_ns[a->method])
			fprintf(out, "  %5.2f", a->net_ratio);
		fputc('\n', out);
	}
}

static void table_means(FILE *out, const struct results *r)
{
	fprintf(out, "geometric mean of the ratios\n");
	fprintf(out, "  %-64s %7.2f\n", "xlated instructions", mean_ratio(r, XLATED));
	fprintf(out, "  %-64s %7.2f\n", "verified instructions", mean_ratio(r, VERIFIED));
	fprintf(out, "  %-64s %7.2f\n", "ns", mean_ratio(r, NS));
}

void report_table(const struct results *r, FILE *out)
{
	fprintf(out, "Linux %s, %s, CPU %d%s\n", kernel_release(), cpu_model(), r->cpu,
		r->realtime ? "" : ", without real-time priority");
	fprintf(out, "%s, quantum %u, %u rounds in %u loads\n\n", r->flags, r->quantum, r->rounds,
		r->loads);
	fprintf(out, "  " ROW "  %-12s  %5s\n", "", "fiber", "hand", "ratio", "loads", "net");
	for (size_t i = 0; i < r->nr_examples; i++) {
		fprintf(out, "%s\n", r->examples[i].name);
		table_size(out, &r->examples[i]);
		table_activations(out, r, &r->examples[i]);
	}
	table_means(out, r);
	fprintf(out, "\n  " ROW "\n", "", "bpf-fiberc", "clang", "ratio");
	fprintf(out, "compile time of %s\n", r->source);
	table_spreads(out, "ms", &r->compile.ms[FIBER], &r->compile.ms[HAND], r->compile.ratio);
	fprintf(out, "\n\n±      half of what lies between the quartiles\n"
		"loads  the ratio in the lowest and in the highest load\n"
		"net    the ratio without what an empty program takes: %.1f ns of an open port's\n"
		"       packet, %.1f ns of the others, where the kernel reads its clock twice\n",
		r->floor_ns[TEST_RUN], r->floor_ns[RUN_STATS]);
}

/* JSON. */

static void json_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			fprintf(out, "\\u%04x", *s);
		else
			fputc(*s, out);
	}
	fputc('"', out);
}

static void json_member(FILE *out, const char *indent, const char *name, const char *value)
{
	fprintf(out, "%s\"%s\": ", indent, name);
	json_string(out, value);
	fputs(",\n", out);
}

static void json_spread(FILE *out, const struct spread *s)
{
	fprintf(out, "{\"q1\": %.3f, \"median\": %.3f, \"q3\": %.3f}", s->q1, s->median, s->q3);
}

static void json_size(FILE *out, const struct object_size *size)
{
	fputs("{\n", out);
	for (int q = XLATED; q <= FRAME; q++)
		fprintf(out, "        \"%s\": %u,\n", quantity_names[q], quantity_of(size, q));
	fputs("        \"programs\": [", out);
	for (size_t i = 0; i < size->nr_programs; i++) {
		const struct program_size *p = &size->programs[i];

		fprintf(out, "%s\n          {\"name\": \"%s\", \"xlated_insns\": %u, "
			"\"verified_insns\": %u}", i ? "," : "", p->name, p->xlated_insns,
			p->verified_insns);
	}
	fputs("\n        ]\n      },\n", out);
}

static void json_activation(FILE *out, const struct activation *a)
{
	fprintf(out, "        {\n          \"name\": \"%s\",\n          \"method\": \"%s\",\n",
		a->name, method_names[a->method]);
	for (int side = 0; side < SIDES; side++) {
		fprintf(out, "          \"%s_ns\": ", side_names[side]);
		json_spread(out, &a->ns[side]);
		fputs(",\n", out);
	}
	fprintf(out, "          \"ratio\": %.4f,\n          \"ratio_of_loads\": "
		"{\"low\": %.4f, \"high\": %.4f},\n          \"net_ratio\": %.4f\n        }",
		a->ratio.value, a->ratio.low, a->ratio.high, a->net_ratio);
}

static void json_example(FILE *out, const struct example_result *e)
{
	fputs("    {\n", out);
	json_member(out, "      ", "name", e->name);
	for (int side = 0; side < SIDES; side++) {
		fprintf(out, "      \"%s\": ", side_names[side]);
		json_size(out, &e->size[side]);
	}
	fputs("      \"activations\": [\n", out);
	for (size_t i = 0; i < e->nr_activations; i++) {
		json_activation(out, &e->activations[i]);
		fputs(i + 1 < e->nr_activations ? ",\n" : "\n", out);
	}
	fputs("      ],\n      \"ratio\": {", out);
	for (int q = 0; q < QUANTITIES; q++)
		fprintf(out, "%s\"%s\": %.4f", q ? ", " : "", quantity_names[q], ratio_of(e, q));
	fputs("}\n    }", out);
}

static void json_compile(FILE *out, const struct results *r)
{
	fputs("  \"compile\": {\n", out);
	json_member(out, "    ", "source", r->source);
	fprintf(out, "    \"runs\": %zu,\n    \"bpf_fiberc_ms\": ", r->compile.runs);
	json_spread(out, &r->compile.ms[FIBER]);
	fputs(",\n    \"clang_ms\": ", out);
	json_spread(out, &r->compile.ms[HAND]);
	fprintf(out, ",\n    \"ratio\": %.4f\n  },\n", r->compile.ratio);
}

void report_json(const struct results *r, FILE *out)
{
	fputs("{\n  \"version\": 1,\n", out);
	json_member(out, "  ", "kernel", kernel_release());
	json_member(out, "  ", "cpu", cpu_model());
	json_member(out, "  ", "flags", r->flags);
	fprintf(out, "  \"quantum\": %u,\n  \"realtime\": %s,\n", r->quantum,
		r->realtime ? "true" : "false");
	fprintf(out, "  \"rounds\": %u,\n  \"loads\": %u,\n", r->rounds, r->loads);
	fprintf(out, "  \"floor_ns\": {\"test_run\": %.3f, \"run_stats\": %.3f},\n",
		r->floor_ns[TEST_RUN], r->floor_ns[RUN_STATS]);
	fputs("  \"examples\": [\n", out);
	for (size_t i = 0; i < r->nr_examples; i++) {
		json_example(out, &r->examples[i]);
		fputs(i + 1 < r->nr_examples ? ",\n" : "\n", out);
	}
	fputs("  ],\n  \"geomean\": {", out);
	for (int q = 0; q < QUANTITIES; q++)
		fprintf(out, "%s\"%s\": %.4f", q ? ", " : "", quantity_names[q], mean_ratio(r, q));
	fputs("},\n", out);
	json_compile(out, r);
	fprintf(out, "  \"limits\": {\"verified_insns\": %.2f, \"ns\": %.2f, "
		"\"frame_bytes\": %d},\n", LIMIT_VERIFIED, LIMIT_NS, LIMIT_FRAME);
	fprintf(out, "  \"within_limits\": %s\n}\n",
		report_violations(r, NULL) ? "false" : "true");
}

/* Limits. */

unsigned int report_violations(const struct results *r, FILE *out)
{
	unsigned int violations = 0;

	for (size_t i = 0; i < r->nr_examples; i++) {
		const struct example_result *e = &r->examples[i];
		__u32 fiber = e->size[FIBER].frame_bytes, hand = e->size[HAND].frame_bytes;
		double verified = ratio_of(e, VERIFIED);

		if (verified > LIMIT_VERIFIED) {
			violations++;
			if (out)
				fprintf(out, "over the limit: %s: verified instructions: %.3f, "
					"limit %.2f\n", e->name, verified, LIMIT_VERIFIED);
		}
		if (fiber > hand + LIMIT_FRAME) {
			violations++;
			if (out)
				fprintf(out, "over the limit: %s: frame: %u bytes, limit %u\n",
					e->name, fiber, hand + LIMIT_FRAME);
		}
		for (size_t a = 0; a < e->nr_activations; a++) {
			double ratio = e->activations[a].ratio.value;

			if (ratio <= LIMIT_NS)
				continue;
			violations++;
			if (out)
				fprintf(out, "over the limit: %s: %s: time: %.3f, limit %.2f\n",
					e->name, e->activations[a].name, ratio, LIMIT_NS);
		}
	}
	return violations;
}
