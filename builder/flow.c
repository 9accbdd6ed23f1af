// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See flow.h. Two zeros where an instruction should begin are taken for
 * padding, not for the add that they also are: no compiler emits that one.
 */
#include "builder/flow.h"
#include "builder/le.h"

#include <errno.h>

#define FLOW_ALIGN 16 /* of a function, by which padding ends */

int flow_begin(struct flow *f, const struct osection *s, uint64_t start, uint64_t end, struct err *e)
{
	if (!s->s->data || start > end || end > s->s->size)
		return err_set(e, -EINVAL, "%s holds no code from 0x%llx to 0x%llx", s->s->name,
			       (unsigned long long)start, (unsigned long long)end);
	*f = (struct flow){ s, start, end, e };
	return 0;
}

/* Bytes of padding here: zeros to the end, or up to the last aligned place that they reach. */
static uint64_t padding(const struct flow *f)
{
	const unsigned char *p = f->s->s->data;
	uint64_t to = f->at;

	while (to < f->end && !p[to])
		to++;
	if (to == f->end)
		return to - f->at;
	if (to < f->at + 2)
		return 0;
	to -= to % FLOW_ALIGN;
	return to > f->at ? to - f->at : 0;
}

static int not_followed(const struct flow *f, int r)
{
	return err_set(f->e, -EILSEQ, "the code in %s cannot be followed: %s at 0x%llx", f->s->s->name,
		       r == -ENODATA ? "it ends within the instruction" : "no known instruction",
		       (unsigned long long)f->at);
}

int flow_next(struct flow *f, uint64_t *ret_at, struct insn *ret)
{
	int r;

	if (f->at < f->end && !f->s->s->data[f->at])
		f->at += padding(f);
	if (f->at >= f->end)
		return 0;
	r = insn_decode(f->s->s->data + f->at, f->end - f->at, ret);
	if (r < 0)
		return not_followed(f, r);
	*ret_at = f->at;
	f->at += ret->len;
	return 1;
}

static bool is_relocated(const struct osection *s, uint64_t at, unsigned width)
{
	size_t n;
	const struct elf_rela *v = object_relocs(s, at, at + width, &n);

	for (size_t i = 0; i < n; i++)
		if (reloc_width(v[i].type) > 0)
			return true;
	return false;
}

/* The next instruction with a displacement that no relocation fills in. As flow_next(). */
static int next_resolved(struct flow *f, uint64_t *ret_at, struct insn *ret)
{
	int r;

	while ((r = flow_next(f, ret_at, ret)) > 0)
		if (ret->disp_len && !is_relocated(f->s, *ret_at + ret->disp_at, ret->disp_len))
			break;
	return r;
}

int flow_branches(const struct osection *s, uint64_t start, uint64_t end, flow_fn fn, void *arg,
		  struct err *e)
{
	struct flow f = { 0 };
	struct insn i;
	uint64_t at = 0, target;
	int r = flow_begin(&f, s, start, end, e);

	if (r < 0)
		return r;
	while ((r = next_resolved(&f, &at, &i)) > 0) {
		if (!insn_is_branch(&i))
			continue;
		target = at + i.len + (uint64_t)i.rel; /* before the section's begin it is huge */
		if (target >= s->s->size)
			return err_set(e, -EILSEQ, "the branch at 0x%llx of %s leads out of it",
				       (unsigned long long)at, s->s->name);
		r = fn(arg, at + i.disp_at, i.disp_len, target);
		if (r)
			return r;
	}
	return r;
}

int flow_reaches_out(const struct osection *s, uint64_t start, uint64_t end, uint64_t *ret_at, struct err *e)
{
	struct flow f = { 0 };
	struct insn i;
	uint64_t at = 0, target;
	int r = flow_begin(&f, s, start, end, e);

	if (r < 0)
		return r;
	while ((r = next_resolved(&f, &at, &i)) > 0) {
		if (!i.rip_relative || i.disp_len != 4)
			continue;
		target = at + i.len + (uint64_t)(int64_t)(int32_t)get_u32(s->s->data + at + i.disp_at);
		if (target >= start && target < end)
			continue;
		*ret_at = at;
		return 1;
	}
	return r;
}

int flow_insn_at(const struct osection *s, uint64_t start, uint64_t end, uint64_t field, uint64_t *ret_start,
		 struct insn *ret, struct err *e)
{
	struct flow f = { 0 };
	struct insn i;
	uint64_t at = 0;
	int r = flow_begin(&f, s, start, end, e);

	if (r < 0)
		return r;
	while ((r = flow_next(&f, &at, &i)) > 0 && at <= field) {
		if (field - at >= i.len)
			continue;
		*ret_start = at;
		*ret = i;
		return 0;
	}
	if (r < 0)
		return r;
	return err_set(e, -ENOENT, "no instruction of %s holds its byte at 0x%llx", s->s->name,
		       (unsigned long long)field);
}
