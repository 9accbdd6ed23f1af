// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Divides an object into things. Symbols with a size claim their bytes in the
 * order of their places; a symbol within what is claimed already names that
 * thing too (an alias). What no symbol claims is a thing without a name, but
 * for padding.
 */
#include <errno.h>

#include "builder/insn.h"
#include "builder/things_own.h"

static bool is_divided(enum section_class c)
{
	switch (c) {
	case SEC_TEXT:
	case SEC_DATA:
	case SEC_RODATA:
	case SEC_BSS:
	case SEC_PERCPU:
	case SEC_INIT:
	case SEC_META:
	case SEC_AUTHOR:
		return true;
	default:
		return false;
	}
}

static int push(struct things *t, const struct thing *thing)
{
	if (array_grow(&t->v, t->n, sizeof(*t->v)) < 0)
		return -ENOMEM;
	t->v[t->n++] = *thing;
	return 0;
}

static bool holds_anything(const struct osection *s, uint64_t from, uint64_t to)
{
	size_t n;

	(void)object_relocs(s, from, to, &n);
	if (n > 0)
		return true;
	for (uint64_t i = from; s->s->data && i < to; i++)
		if (s->s->data[i] != 0)
			return true;
	return false;
}

static int push_piece(struct things *t, uint32_t section, uint64_t from, uint64_t to)
{
	struct thing piece = { .section = section,
			       .start = from,
			       .end = to,
			       .at = from,
			       .size = to - from,
			       .name = "",
			       .kind = THING_ANON,
			       .parent = THING_NONE,
			       .twin = THING_NONE };

	return push(t, &piece);
}

/* Zeros, int3 and instructions that do nothing. */
static bool is_padding(const struct osection *s, uint64_t from, uint64_t to)
{
	const unsigned char *p = s->s->data;
	struct insn in;
	size_t n;

	(void)object_relocs(s, from, to, &n);
	if (n > 0)
		return false;
	for (uint64_t i = from; p && i < to; i += in.len) {
		in.len = 1;
		if (p[i] &&
		    (insn_decode(p + i, to - i, &in) < 0 || (in.kind != INSN_NOP && in.kind != INSN_INT3)))
			return false;
	}
	return true;
}

static bool is_something(const struct things *t, uint32_t section, uint64_t from, uint64_t to)
{
	const struct osection *s = &t->o->sections[section];

	return s->s->flags & SHF_EXECINSTR ? !is_padding(s, from, to) : holds_anything(s, from, to);
}

/* Bytes that no symbol claims. */
static int push_gap(struct things *t, uint32_t section, uint64_t from, uint64_t to)
{
	if (from >= to || !is_something(t, section, from, to))
		return 0;
	return push_piece(t, section, from, to);
}

static bool claims(const struct elf_symbol *sym)
{
	return sym->size > 0 && (sym->type == STT_FUNC || sym->type == STT_OBJECT || sym->type == STT_NOTYPE);
}

static struct thing thing_of(const struct elf_symbol *sym, uint32_t section)
{
	return (struct thing){
		.section = section,
		.start = sym->value,
		.end = sym->value + sym->size,
		.at = sym->value,
		.size = sym->size,
		.symbol = sym->index,
		.name = sym->name,
		.kind = sym->type == STT_FUNC ? THING_FUNC : THING_DATA,
		.global = sym->bind != STB_LOCAL,
		.own = name_is_own(sym->name),
		.parent = THING_NONE,
		.twin = THING_NONE,
	};
}

/* Of several names of one place the longest is the thing, then a function, then what others can see. */
static bool better(const struct elf_symbol *a, const struct elf_symbol *b)
{
	if (a->size != b->size)
		return a->size > b->size;
	if ((a->type == STT_FUNC) != (b->type == STT_FUNC))
		return a->type == STT_FUNC;
	return a->bind == STB_GLOBAL && b->bind != STB_GLOBAL;
}

static const struct elf_symbol *best_at(const struct things *t, const struct osection *s, size_t *i)
{
	const struct elf_symbol *best = NULL;
	uint64_t value = object_symbol(t->o, s->syms[*i])->value;

	for (; *i < s->n_syms; (*i)++) {
		const struct elf_symbol *sym = object_symbol(t->o, s->syms[*i]);

		if (sym->value != value)
			break;
		if (claims(sym) && (!best || better(sym, best)))
			best = sym;
	}
	return best;
}

#define PREFIX_MAX 64u /* bytes before a function that are its own */

/* A bundle: the section is the one thing's, with prefix and padding; code takes what has no name along. */
static void own_section(struct things *t, size_t first)
{
	const struct elf_section *s;
	size_t n = t->n - first, named = 0, last = first;

	if (n == 0)
		return;
	s = t->o->sections[t->v[first].section].s;
	for (size_t i = first; i < t->n; i++)
		if (t->v[i].kind != THING_ANON) {
			named++;
			last = i;
		}
	if (n != 1 && !(s->flags & SHF_EXECINSTR && named == 1))
		return;
	t->v[first] = t->v[last];
	t->n = first + 1;
	t->v[first].alone = true;
	t->v[first].start = 0;
	t->v[first].end = s->size;
}

/*
 * Where a function begins that shares its section: what it is patched through
 * may lie in front of its symbol (-fpatchable-function-entry=16,16), and a
 * table says so.
 */
static uint64_t entry_before(const struct things *t, uint32_t section, uint64_t from, uint64_t symbol)
{
	size_t lo = things_first_key(t->entries, t->n_entries, things_key(section, symbol));
	uint64_t found;

	if (!t->entries || lo == 0 || t->entries[lo - 1] >> 32 != section)
		return symbol;
	found = t->entries[lo - 1] & UINT32_MAX;
	return found >= from && symbol - found <= PREFIX_MAX ? found : symbol;
}

static int divide(struct things *t, uint32_t section)
{
	const struct osection *s = &t->o->sections[section];
	uint64_t done = 0;
	size_t i = 0, before = t->n;

	while (i < s->n_syms) {
		const struct elf_symbol *sym = best_at(t, s, &i);
		struct thing thing;

		if (!sym || sym->value < done || sym->value >= s->s->size ||
		    sym->size > s->s->size - sym->value)
			continue;
		thing = thing_of(sym, section);
		if (thing.kind == THING_FUNC)
			thing.start = entry_before(t, section, done, sym->value);
		if (push_gap(t, section, done, thing.start) < 0)
			return -ENOMEM;
		if (streq(s->s->name, ".data.once") || streq(s->s->name, "__verbose") ||
		    streq(s->s->name, "__dyndbg"))
			thing.own = true;
		if (push(t, &thing) < 0)
			return -ENOMEM;
		done = thing.end;
	}
	if (push_gap(t, section, done, s->s->size) < 0)
		return -ENOMEM;
	own_section(t, before);
	return 0;
}

/* Pieces begin where something points, and end where the next begins. */
static int divide_fragments(struct things *t, uint32_t section)
{
	for (size_t i = things_first_key(t->cuts, t->n_cuts, things_key(section, 0));
	     i < t->n_cuts && t->cuts[i] >> 32 == section; i++) {
		bool last = i + 1 == t->n_cuts || t->cuts[i + 1] >> 32 != section;
		uint64_t from = t->cuts[i] & UINT32_MAX;
		uint64_t to = last ? t->o->sections[section].s->size : t->cuts[i + 1] & UINT32_MAX;

		if (to > from && push_piece(t, section, from, to) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* A variable without bytes (struct lock_class_key without lockdep) still is one, with its section. */
static int divide_empty(struct things *t, uint32_t section)
{
	const struct osection *s = &t->o->sections[section];
	struct thing thing;

	if (!is_divided(things_class(t, section)) || s->n_syms != 1)
		return 0;
	thing = thing_of(object_symbol(t->o, s->syms[0]), section);
	thing.alone = true;
	thing.start = thing.end = thing.at = 0;
	return push(t, &thing);
}

static int make_section(struct things *t, uint32_t section)
{
	enum section_class class = things_class(t, section);

	if (t->o->sections[section].s->size == 0)
		return divide_empty(t, section);
	if (class == SEC_FRAGMENT)
		return divide_fragments(t, section);
	return is_divided(class) ? divide(t, section) : 0;
}

static int things_fill(struct things *t)
{
	const struct object *o = t->o;

	t->class = calloc(o->n_sections + 1, sizeof(*t->class));
	t->first = calloc(o->n_sections + 1, sizeof(*t->first));
	t->of_symbol = calloc(o->n_symbols + 1, sizeof(*t->of_symbol));
	t->hint = calloc(1, sizeof(*t->hint));
	if (!t->class || !t->first || !t->of_symbol || !t->hint || things_find_entries(t) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < o->n_sections; i++)
		t->class[i] = (unsigned char)section_classify(o->sections[i].s);
	if (things_find_cuts(t) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < o->n_sections; i++) {
		t->first[i] = (uint32_t)t->n;
		if (make_section(t, i) < 0)
			return -ENOMEM;
	}
	t->first[o->n_sections] = (uint32_t)t->n;
	return things_index(t);
}

int things_make(const struct object *o, struct things *ret, struct err *e)
{
	struct things t = { .o = o };
	int r = things_fill(&t);

	if (r < 0) {
		things_done(&t);
		return err_set(e, r, "out of memory");
	}
	*ret = t;
	return 0;
}

void things_done(struct things *t)
{
	free(t->v);
	free(t->entries);
	free(t->cuts);
	free(t->hint);
	free(t->class);
	free(t->first);
	free(t->of_symbol);
	free(t->by_name);
	*t = (struct things){ 0 };
}
