// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
/*
 * Lines of a verifier log, as do_check() and what it calls write them since
 * Linux 5.12, raw or between the marks of libbpf.
 */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"

/* The longest real line, all registers and the whole stack, has some 10,000. */
#define MAX_LINE	65536

char *log__read(FILE *log)
{
	static char buffer[MAX_LINE];
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(log)) != EOF && c != '\n')
		if (len < sizeof(buffer) - 1)
			buffer[len++] = c && (isprint(c) || c == '\t' || c >= 0x80) ? c : ' ';
	if (c == EOF && !len)
		return NULL;
	buffer[len] = '\0';
	return buffer;
}

static bool take_number(const char **at, unsigned int *number)
{
	unsigned long value;
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	value = strtoul(*at, &end, 10);
	if (value > UINT32_MAX)
		return false;
	*number = value;
	*at = end;
	return true;
}

static bool take(const char **at, const char *word)
{
	if (!starts_with(*at, word))
		return false;
	*at += strlen(word);
	return true;
}

/* What the verifier says beside instructions, and when it has no objection. */
static bool is_noise(const char *text)
{
	static const char *const beginnings[] = {
		"func#", "caller:", "callee:", "returning from callee", "to caller at",
		"mark_precise:", "propagating", "last_idx", "regs=", "parent ",
		"verification time", "stack depth", "Live regs before insn",
		"insn_cnt ", "mark_read", "Func#", "subprog#", "cur state:", "old state:",
		"total_states", "peak_states", "max_states_per_insn",
		"arg#0 reference type('UNKNOWN ')",
	};

	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (starts_with(text, beginnings[i]))
			return true;
	return strstr(text, ": safe") || strstr(text, ") is safe for any args");
}

/* R1_w=..., frame1: R1=..., but not "R1 invalid ..." */
static bool is_state(const char *text)
{
	if (starts_with(text, "frame"))
		return true;
	if (*text != 'R' || !isdigit((unsigned char)text[1]))
		return false;
	do
		text++;
	while (isalnum((unsigned char)*text) || *text == '_');
	return *text == '=';
}

/* print_insn_state() takes the end of the instruction's line back, and adds none. */
static void parse_glued(struct line *line, char *text)
{
	char *glued = strstr(text, " infinite loop detected at insn ");

	if (!glued)
		return;
	*glued = '\0';
	line->message = glued + 1;
}

/*
 * Behind an instruction: " ; R1=...", or, where the next one is not the one
 * below, " 24: R1=...".
 */
static void parse_behind(struct line *line, char *text)
{
	for (char *at = text; (at = strchr(at, ' ')); at++) {
		const char *behind = at + 1;

		if (take(&behind, "; ")) {
			line->state = behind;
		} else if (take_number(&behind, &line->to) && take(&behind, ": ") &&
			   is_state(behind)) {
			line->state = behind;
			line->has_next = true;
		} else {
			continue;
		}
		while (at > text && isblank((unsigned char)at[-1]))
			at--;
		*at = '\0';
		return;
	}
}

/* 12: (79) r1 = ...; 12: R0=... */
static bool parse_numbered(struct line *line, char *text)
{
	const char *at = text;

	if (!take_number(&at, &line->insn) || !take(&at, ": "))
		return false;
	if (at[0] == '(' && isxdigit((unsigned char)at[1]) && isxdigit((unsigned char)at[2]) &&
	    at[3] == ')' && at[4] == ' ') {
		line->kind = LINE_INSN;
		line->text = at + 5;
		parse_glued(line, (char *)line->text);
		parse_behind(line, (char *)line->text);
		return true;
	}
	if (is_state(at)) {
		line->kind = LINE_STATE;
		line->state = at;
		return true;
	}
	if (starts_with(at, "safe") || at[0] == '.') {
		line->kind = LINE_NOISE;
		return true;
	}
	return false;
}

static bool parse_libbpf(struct line *line, char *text)
{
	static const char begin[] = ": -- BEGIN PROG LOAD LOG --";
	char *mark, *name, *end;

	if (strstr(text, "-- END PROG LOAD LOG --")) {
		line->kind = LINE_END;
		return true;
	}
	/* libbpf: prog 'entry': -- BEGIN PROG LOAD LOG -- */
	mark = strstr(text, begin);
	if (!mark)
		return false;
	line->kind = LINE_BEGIN;
	*mark = '\0';
	name = strstr(text, "prog '");
	if (name) {
		name += strlen("prog '");
		end = strrchr(name, '\'');
		if (end)
			*end = '\0';
		line->text = name;
	}
	return true;
}

/* Validating check() func#1... */
static bool parse_function(struct line *line, char *text)
{
	const char *name = text;
	char *end = strstr(text, "() func#");

	if (!take(&name, "Validating ") || !end)
		return false;
	line->kind = LINE_FUNCTION;
	line->text = name;
	*end = '\0';
	return true;
}

static bool parse_from(struct line *line, const char *text)
{
	const char *at = text;

	if (!take(&at, "from ") || !take_number(&at, &line->insn) || !take(&at, " to ") ||
	    !take_number(&at, &line->to))
		return false;
	at = strchr(at, ':');
	if (!at)
		return false;
	line->kind = strstr(at, "safe") ? LINE_NOISE : LINE_FROM;
	line->state = at + 1;
	return true;
}

struct line line__parse(char *text)
{
	struct line line = { .kind = LINE_MESSAGE };

	while (isblank((unsigned char)*text))
		text++;
	line.text = text;
	if (!*text) {
		line.kind = LINE_BLANK;
	} else if (parse_libbpf(&line, text) || parse_numbered(&line, text) ||
		   parse_from(&line, text) || parse_function(&line, text)) {
		;
	} else if (starts_with(text, "; ")) {
		line.kind = LINE_SOURCE;
		line.text = text + 2;
	} else if (starts_with(text, "processed ") && strstr(text, " insns")) {
		line.kind = LINE_STATS;
	} else if (is_state(text)) {
		line.kind = LINE_STATE;
		line.state = text;
	} else if (is_noise(text)) {
		line.kind = LINE_NOISE;
	}
	return line;
}

/* r1, w1 */
static bool take_reg(const char **at, int *reg, bool *is_32)
{
	unsigned int number;
	const char *digits = *at + 1;

	if ((**at != 'r' && **at != 'w') || !take_number(&digits, &number) || number > 10)
		return false;
	*is_32 = **at == 'w';
	*reg = number;
	*at = digits;
	return true;
}

/* (u32 *)(r6 +8) or *(u32 *)(r6 +8) */
static bool take_memory(const char **at, struct insn *insn, int *base)
{
	const char *now = *at;
	unsigned int bits;
	bool is_32;

	take(&now, "*");
	if (!take(&now, "(") || (*now != 'u' && *now != 's'))
		return false;
	now++;
	if (!take_number(&now, &bits) || !take(&now, " *)(") || !take_reg(&now, base, &is_32) ||
	    !take(&now, " "))
		return false;
	insn->size = bits / 8;
	insn->off = strtol(now, (char **)&now, 10);
	if (!take(&now, ")"))
		return false;
	*at = now;
	return true;
}

static void take_operator(const char **at, struct insn *insn)
{
	size_t len = strcspn(*at, " ");

	if (len < sizeof(insn->op)) {
		memcpy(insn->op, *at, len);
		insn->op[len] = '\0';
	}
	*at += len;
	take(at, " ");
}

static void take_operand(const char **at, struct insn *insn)
{
	bool is_32;

	insn->src = -1;
	if (!take_reg(at, &insn->src, &is_32))
		insn->imm = strtoull(*at, (char **)at, 0);
}

static void parse_call(struct insn *insn, const char *at)
{
	size_t len = strcspn(at, "# ");

	if (starts_with(at, "pc")) {
		insn->kind = INSN_SUBPROG;
		return;
	}
	insn->kind = INSN_CALL;
	if (len >= sizeof(insn->name))
		len = sizeof(insn->name) - 1;
	memcpy(insn->name, at, len);
}

/* if r0 == 0x0 goto pc+5 */
static void parse_jump(struct insn *insn, const char *at)
{
	if (!take_reg(&at, &insn->dst, &insn->is_32) || !take(&at, " "))
		return;
	take_operator(&at, insn);
	take_operand(&at, insn);
	if (!take(&at, " goto pc"))
		return;
	insn->off = strtol(at, NULL, 10);
	/* The immediate has 32 bits and is sign-extended. */
	if (insn->src < 0 && !insn->is_32)
		insn->imm = (int64_t)(int32_t)insn->imm;
	insn->kind = INSN_JUMP;
}

/* r1 = ..., r1 += ... */
static void parse_assignment(struct insn *insn, const char *at)
{
	bool is_32;

	if (!take_reg(&at, &insn->dst, &insn->is_32) || !take(&at, " "))
		return;
	take_operator(&at, insn);
	insn->kind = INSN_ALU;
	if (strcmp(insn->op, "=")) {
		take_operand(&at, insn);
		return;
	}
	if (starts_with(at, "atomic")) {
		insn->src = insn->dst;
		at += strcspn(at, "(");
		if (take(&at, "(") && take_memory(&at, insn, &insn->dst))
			insn->kind = INSN_FETCH;
		return;
	}
	if (take_memory(&at, insn, &insn->src)) {
		insn->kind = INSN_LOAD;
		return;
	}
	/* (s8)r2 */
	if (*at == '(')
		at += strcspn(at, ")") + (strchr(at, ')') != NULL);
	insn->src = -1;
	if (take_reg(&at, &insn->src, &is_32))
		insn->kind = INSN_MOVE;
	else if (isdigit((unsigned char)*at) || (*at == '-' && isdigit((unsigned char)at[1])))
		insn->kind = INSN_SET;
	insn->imm = strtoull(at, NULL, 0);
}

struct insn insn__parse(const char *text)
{
	struct insn insn = { .dst = -1, .src = -1 };
	const char *at = text;
	bool is_32;

	if (take(&at, "if ")) {
		parse_jump(&insn, at);
	} else if (take(&at, "call ")) {
		parse_call(&insn, at);
	} else if (starts_with(at, "exit")) {
		insn.kind = INSN_EXIT;
	} else if (*at == '*' || take(&at, "lock ")) {
		if (take_memory(&at, &insn, &insn.dst)) {
			insn.kind = INSN_STORE;
			if (!take(&at, " = ") || !take_reg(&at, &insn.src, &is_32))
				insn.src = -1;
		}
	} else {
		parse_assignment(&insn, at);
	}
	return insn;
}
