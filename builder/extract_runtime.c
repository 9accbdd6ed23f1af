// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constants that the kernel writes into its own code when it starts, and into
 * no module's: arch/x86/include/asm/runtime-const.h, since 6.11. Where a module
 * uses such a pointer (uaccess_64.h, MODULE), it loads the variable; so does the
 * new code: the instruction that was to hold the value becomes that load. One
 * that shifts by such a constant has no such twin.
 */
#include <errno.h>

#include "builder/extract_own.h"

static const char runtime_ptr[] = "runtime_ptr_", runtime_shift[] = "runtime_shift_";

/* movabs $0x0123456789abcdef,%reg, ten bytes, the field two behind its start. */
#define MOVABS 10u
#define PLACEHOLDER 0x0123456789abcdefull

struct site {
	struct job *j;
	const struct element *el;
	const char *name; /* of the section */
	uint32_t section; /* ELF index of the code in b */
	uint64_t at; /* of the instruction */
};

static bool is_pointer(const struct site *s)
{
	return strncmp(s->name, runtime_ptr, sizeof(runtime_ptr) - 1) == 0;
}

/* "d_hash_shift" */
static const char *variable(const struct site *s)
{
	return s->name + (is_pointer(s) ? sizeof(runtime_ptr) : sizeof(runtime_shift)) - 1;
}

static int refuse_site(const struct site *s, const char *why)
{
	s->j->refused = true;
	return refuse(s->j->to, REFUSE_CODE, s->j->opt->file, s->j->t->v[s->el->owner].name, s->name,
		      "it holds the constant '%.80s', which the kernel fills in when it starts, and %s",
		      variable(s), why);
}

/* The instruction whose field the element names. */
static int find_site(struct job *j, const struct element *el, struct site *ret)
{
	const struct thing *f = &j->t->v[el->owner];
	const struct elf_rela *r = object_reloc_at(&j->t->o->sections[el->section], el->offset);
	struct target to;

	*ret = (struct site){ j, el, j->t->o->sections[el->section].s->name, f->section, 0 };
	if (!r || target_find(j->t, el->section, r, &to) < 0 || to.offset < 2)
		return refuse_site(ret, "its place is not understood");
	ret->at = f->at + (uint64_t)to.offset - 2;
	return 0;
}

/* mov NAME(%rip),%reg and a nop of three bytes; returns where in it the field is. */
static int rewrite(unsigned char *p)
{
	uint64_t value;

	memcpy(&value, p + 2, sizeof(value));
	if ((p[0] & 0xfe) != 0x48 || (p[1] & 0xf8) != 0xb8 || value != PLACEHOLDER)
		return -EILSEQ;
	p[2] = (unsigned char)((p[1] & 7) << 3 | 5);
	p[1] = 0x8b;
	p[0] = p[0] & 1 ? 0x4c : 0x48;
	memset(p + 3, 0, 4);
	memcpy(p + 7, "\x0f\x1f\x00", 3);
	return 3;
}

static int load_variable(struct job *j, const struct element *el)
{
	const struct place *to = &j->places[el->owner];
	const struct thing *f = &j->t->v[el->owner];
	unsigned char *code = elfout_data(j->out, to->section); /* NULL: it has no bytes */
	struct site s;
	int symbol, field, r = find_site(j, el, &s);

	if (r < 0)
		return r;
	if (!is_pointer(&s))
		return refuse_site(&s, "no instruction in its place could read it");
	if (s.at < f->start || s.at + MOVABS > f->end)
		return refuse_site(&s, "its place is outside of the function");
	field = code ? rewrite(code + (int64_t)s.at + to->shift) : -EILSEQ;
	if (field < 0)
		return refuse_site(&s, "the instruction is not one that is known");
	symbol = extract_named(j, el->owner, s.name, variable(&s), false);
	if (symbol < 0)
		return symbol;
	return elfout_reloc(j->out, to->section, (uint64_t)((int64_t)s.at + to->shift + field), R_X86_64_PC32,
			    symbol, -4);
}

int extract_runtime(struct job *j)
{
	const struct tables *t = &j->d->b.tables;

	for (size_t i = 0; i < t->n; i++) {
		const struct table_kind *k = table_find(j->t->o->sections[t->v[i].section].s->name);
		int r = k->flags & TABLE_RUNTIME && extract_has(j, t->v[i].owner) ? load_variable(j, &t->v[i])
										  : 0;

		if (r < 0 && r != -EPERM)
			return r;
	}
	return 0;
}
