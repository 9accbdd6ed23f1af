// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * __LINE__ travels as an argument: "mov $0x1a3,%esi" and then a call of
 * __might_sleep, warn_slowpath_fmt or the like. Both versions are decoded in
 * step. A differing immediate must be that of such a move, small enough to be
 * a line, and the first call behind it, with no jump between and nothing that
 * touches the register, must take a line in that argument; in those of printk
 * a line is what follows the name of a source file. All else is a difference.
 * Arguments are passed as the System V ABI has it.
 */
#include "builder/lines.h"
#include "builder/flow.h"
#include "builder/target.h"

#define LINE_MAX_ARG 200000u /* no source file is longer */
#define LOOK_AHEAD 24u /* instructions up to the call */
#define BEHIND_FILE 0u /* as number of an argument */

static const unsigned char arguments[] = { 7, 6, 2, 1, 8, 9 }; /* rdi, rsi, rdx, rcx, r8, r9 */

static const struct taker {
	const char *name;
	unsigned char argument; /* from 0; the first is none that has a line */
} takers[] = {
	{ "__might_sleep", 1 },
	{ "___might_sleep", 1 },
	{ "__might_fault", 1 },
	{ "__might_resched", 1 },
	{ "__cant_sleep", 1 },
	{ "__cant_migrate", 1 },
	{ "warn_slowpath_fmt", 1 },
	{ "warn_slowpath_null", 1 },
	{ "__warn", 1 },
	{ "lockdep_rcu_suspicious", 1 },
	{ "__warn_printk", BEHIND_FILE },
	{ "_printk", BEHIND_FILE },
	{ "printk", BEHIND_FILE },
};

static const struct taker *find_taker(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(takers); i++)
		if (streq(name, takers[i].name))
			return &takers[i];
	return NULL;
}

/* A register that holds what may be a line, on the way to a call. */
struct way {
	const struct things *t;
	const struct osection *s;
	unsigned reg;
	int file_reg; /* of the argument before it; -1: it is the first, or none */
	bool behind_file; /* that one was given a file's name */
};

static struct way way_of(const struct things *t, const struct osection *s, unsigned reg)
{
	struct way w = { .t = t, .s = s, .reg = reg, .file_reg = -1 };

	for (size_t i = 1; i < ARRAY_SIZE(arguments); i++)
		if (arguments[i] == reg)
			w.file_reg = arguments[i - 1];
	return w;
}

/* Does the call at this place take it as a line? */
static bool is_taken(const struct way *w, uint64_t at, const struct insn *in)
{
	const struct elf_rela *r = in->disp_len == 4 ? object_reloc_at(w->s, at + in->disp_at) : NULL;
	const struct taker *to = r ? find_taker(object_symbol(w->t->o, r->symbol)->name) : NULL;

	if (!to)
		return false;
	return to->argument == BEHIND_FILE ? w->behind_file : arguments[to->argument] == w->reg;
}

static unsigned opcode_reg(const struct insn *in)
{
	return (in->opcode & 7u) | (in->rex & 1u) << 3;
}

/* The registers of an operand in memory. */
static bool address_has(const unsigned char *p, const struct insn *in, unsigned reg)
{
	unsigned rm = in->modrm_byte & 7u, end = in->disp_len  ? in->disp_at
						 : in->imm_len ? in->imm_at
							       : in->len;

	if (rm != 4)
		return (rm | (in->rex & 1u) << 3) == reg;
	return ((p[end - 1] & 7u) | (in->rex & 1u) << 3) == reg ||
	       ((p[end - 1] >> 3 & 7u) | (in->rex & 2u) << 2) == reg;
}

static bool operands_have(const unsigned char *p, const struct insn *in, bool two, unsigned reg)
{
	unsigned mod = in->modrm_byte >> 6;

	if (two && ((in->modrm_byte >> 3 & 7u) | (in->rex & 4u) << 1) == reg)
		return true;
	if (mod == 3)
		return ((in->modrm_byte & 7u) | (in->rex & 1u) << 3) == reg;
	return address_has(p, in, reg);
}

/* Of the instructions that prepare a call: could it read or write the register? Any other may. */
static bool touches(const unsigned char *p, const struct insn *in, unsigned reg)
{
	if (in->kind == INSN_NOP)
		return false;
	if (in->vex || in->opcode_map != 1)
		return true;
	switch (in->opcode) {
	case 0x50 ... 0x5f: /* push, pop */
	case 0xb8 ... 0xbf: /* mov imm */
		return opcode_reg(in) == reg;
	case 0x31: /* xor */
	case 0x33:
	case 0x63: /* movslq */
	case 0x88 ... 0x8b: /* mov */
	case 0x8d: /* lea */
		return operands_have(p, in, true, reg);
	case 0x81: /* add and its like */
	case 0x83:
	case 0xc6: /* mov imm */
	case 0xc7:
		return operands_have(p, in, false, reg);
	default:
		return true;
	}
}

/* A string that ends as the name of a source file does. */
static bool is_file_name(const struct way *w, const struct elf_rela *r)
{
	struct target to;

	return r && target_find(w->t, w->s->s->index, r, &to) == 0 && to.kind == TARGET_STRING &&
	       to.len > 3 && to.bytes[to.len - 3] == '.' &&
	       (to.bytes[to.len - 2] == 'c' || to.bytes[to.len - 2] == 'h');
}

static void note_file(struct way *w, uint64_t at, const struct insn *in)
{
	unsigned reg = in->opcode == 0xc7 ? (in->modrm_byte & 7u) | (in->rex & 1u) << 3 : opcode_reg(in);

	if (in->kind == INSN_MOV_IMM32_REG && (int)reg == w->file_reg)
		w->behind_file = is_file_name(w, object_reloc_at(w->s, at + in->imm_at));
}

/* The next call within reach, with straight code before it. */
static bool leads_to_taker(struct way w, const struct thing *f, uint64_t from)
{
	struct flow flow;

	if (flow_begin(&flow, w.s, from, f->end, NULL) < 0)
		return false;
	for (unsigned i = 0; i < LOOK_AHEAD; i++) {
		struct insn in;
		uint64_t at;

		if (flow_next(&flow, &at, &in) <= 0)
			return false;
		if (in.kind == INSN_CALL_REL)
			return is_taken(&w, at, &in);
		if (touches(w.s->s->data + at, &in, w.reg))
			return false;
		note_file(&w, at, &in);
	}
	return false;
}

static uint32_t immediate(const unsigned char *p, const struct insn *in)
{
	const unsigned char *v = p + in->imm_at;

	return (uint32_t)v[0] | (uint32_t)v[1] << 8 | (uint32_t)v[2] << 16 | (uint32_t)v[3] << 24;
}

/* Two instructions that differ: are they loads of line numbers? */
static bool are_lines(const unsigned char *p, const unsigned char *q, const struct insn *in)
{
	uint32_t x, y;

	if (in->kind != INSN_MOV_IMM32_REG || in->opcode == 0xc7 || memcmp(p, q, in->imm_at) != 0)
		return false;
	x = immediate(p, in);
	y = immediate(q, in);
	return x > 0 && y > 0 && x <= LINE_MAX_ARG && y <= LINE_MAX_ARG;
}

/* Equal but for relocated bytes. */
static bool same_insn(const struct osection *s, uint64_t at, const unsigned char *p, const unsigned char *q,
		      size_t len)
{
	size_t n, i = 0;
	const struct elf_rela *r = object_relocs(s, at, at + len, &n);

	for (size_t k = 0; k < len; k++) {
		while (i < n && r[i].offset + (uint64_t)reloc_width(r[i].type) <= at + k)
			i++;
		if (p[k] != q[k] && !(i < n && at + k >= r[i].offset))
			return false;
	}
	return true;
}

bool lines_only(const struct things *a, const struct thing *f, const struct things *b, const struct thing *g)
{
	const struct osection *s = &a->o->sections[f->section], *t = &b->o->sections[g->section];
	struct flow x, y;

	if (flow_begin(&x, s, f->start, f->end, NULL) < 0 || flow_begin(&y, t, g->start, g->end, NULL) < 0)
		return false;
	for (;;) {
		struct insn i, j;
		uint64_t at, bt;
		int r = flow_next(&x, &at, &i);

		if (r < 0 || flow_next(&y, &bt, &j) != r)
			return false;
		if (r == 0)
			return true;
		if (i.len != j.len || at - f->start != bt - g->start)
			return false;
		if (same_insn(s, at, s->s->data + at, t->s->data + bt, i.len))
			continue;
		if (object_reloc_at(s, at + i.imm_at) || !are_lines(s->s->data + at, t->s->data + bt, &i) ||
		    !leads_to_taker(way_of(a, s, opcode_reg(&i)), f, at + i.len) ||
		    !leads_to_taker(way_of(b, t, opcode_reg(&i)), g, bt + j.len))
			return false;
	}
}
