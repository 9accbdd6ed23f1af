// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * __LINE__ travels as an argument: "mov $0x1a3,%esi" and then a call of
 * __might_sleep, warn_slowpath_fmt or the like. Both versions are decoded in
 * step. A differing immediate must be that of such a move, small enough to be
 * a line, and the first call behind it, with no jump between, must be one that
 * takes a line number. All else is a difference.
 */
#include "builder/lines.h"
#include "builder/flow.h"
#include "builder/target.h"

#define LINE_MAX_ARG 200000u /* no source file is longer */
#define LOOK_AHEAD 24u /* instructions up to the call */

static const char *const takers[] = {
	"__might_sleep", "___might_sleep",	   "__might_fault",	"__might_resched",
	"__cant_sleep",	 "__cant_migrate",	   "warn_slowpath_fmt", "warn_slowpath_null",
	"__warn",	 "lockdep_rcu_suspicious", "__warn_printk",	"_printk",
	"printk",	 "__btrfs_panic",
};

static bool takes_line(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(takers); i++)
		if (streq(name, takers[i]))
			return true;
	return false;
}

/* Does a call at this place go to one of them? */
static bool calls_taker(const struct things *t, const struct osection *s, uint64_t at, const struct insn *in)
{
	const struct elf_rela *r = in->disp_len == 4 ? object_reloc_at(s, at + in->disp_at) : NULL;

	return r && takes_line(object_symbol(t->o, r->symbol)->name);
}

/* The next call within reach, with straight code before it. */
static bool leads_to_taker(const struct things *t, const struct thing *f, uint64_t from)
{
	const struct osection *s = &t->o->sections[f->section];
	struct flow flow;

	if (flow_begin(&flow, s, from, f->end, NULL) < 0)
		return false;
	for (unsigned i = 0; i < LOOK_AHEAD; i++) {
		struct insn in;
		uint64_t at;

		if (flow_next(&flow, &at, &in) <= 0)
			return false;
		if (in.kind == INSN_CALL_REL)
			return calls_taker(t, s, at, &in);
		if (in.kind != INSN_OTHER && in.kind != INSN_MOV_IMM32_REG && in.kind != INSN_NOP)
			return false;
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

	if (in->kind != INSN_MOV_IMM32_REG || in->imm_len != 4 || memcmp(p, q, in->imm_at) != 0)
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
		    !leads_to_taker(a, f, at + i.len) || !leads_to_taker(b, g, bt + j.len))
			return false;
	}
}
