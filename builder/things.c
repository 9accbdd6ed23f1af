// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Divides an object into things. Symbols with a size claim their bytes in the
 * order of their places; a symbol within what is claimed already names that
 * thing too (an alias). What no symbol claims is a thing without a name, but
 * for padding.
 */
#include <errno.h>

#include "builder/insn.h"
#include "builder/things.h"

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

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

#define PREFIX_MAX 64u /* bytes before a function that are its own */

static uint64_t entry_key(uint64_t section, uint64_t offset)
{
	return section << 32 | offset;
}

/* The first that is not below `key`. */
static size_t first_key(const uint64_t *v, size_t n, uint64_t key)
{
	return COUNT_BEFORE(n, i, v[i] < key);
}

/* Where __patchable_function_entries points, which may be one section or many. */
static int collect_entries(struct things *t, const struct osection *from)
{
	for (size_t i = 0; i < from->n_relocs; i++) {
		const struct elf_rela *r = &from->relocs[i];
		const struct elf_symbol *sym = object_symbol(t->o, r->symbol);
		uint64_t at = sym->value + (uint64_t)r->addend;

		if (!object_section_of(t->o, sym) || at > UINT32_MAX)
			continue;
		if (array_grow(&t->entries, t->n_entries, sizeof(*t->entries)) < 0)
			return -ENOMEM;
		t->entries[t->n_entries++] = entry_key(sym->shndx, at);
	}
	return 0;
}

static int find_entries(struct things *t)
{
	for (size_t i = 1; i < t->o->n_sections; i++)
		if (streq(t->o->sections[i].s->name, "__patchable_function_entries") &&
		    collect_entries(t, &t->o->sections[i]) < 0)
			return -ENOMEM;
	if (t->n_entries)
		qsort(t->entries, t->n_entries, sizeof(*t->entries), by_value);
	return 0;
}

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
	size_t lo = first_key(t->entries, t->n_entries, entry_key(section, symbol));
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

/* Where the relocations of one section point into fragments of others. */
static int collect_cuts(struct things *t, const struct osection *from)
{
	bool code = from->s->flags & SHF_EXECINSTR;

	for (size_t i = 0; i < from->n_relocs; i++) {
		const struct elf_rela *r = &from->relocs[i];
		const struct elf_symbol *sym = object_symbol(t->o, r->symbol);
		const struct osection *to = object_section_of(t->o, sym);
		/* branches end in their field, so four bytes are to be added */
		uint64_t at = sym->value + (uint64_t)r->addend + (code && reloc_is_relative(r->type) ? 4 : 0);

		if (!to || to == from || things_class(t, sym->shndx) != SEC_FRAGMENT || at >= to->s->size ||
		    at > UINT32_MAX)
			continue;
		if (array_grow(&t->cuts, t->n_cuts, sizeof(*t->cuts)) < 0)
			return -ENOMEM;
		t->cuts[t->n_cuts++] = entry_key(sym->shndx, at);
	}
	return 0;
}

static int find_cuts(struct things *t)
{
	for (size_t i = 1; i < t->o->n_sections; i++)
		if (t->o->sections[i].s->flags & SHF_ALLOC && collect_cuts(t, &t->o->sections[i]) < 0)
			return -ENOMEM;
	if (t->n_cuts)
		qsort(t->cuts, t->n_cuts, sizeof(*t->cuts), by_value);
	return 0;
}

/* Pieces begin where something points, and end where the next begins. */
static int divide_fragments(struct things *t, uint32_t section)
{
	for (size_t i = first_key(t->cuts, t->n_cuts, entry_key(section, 0));
	     i < t->n_cuts && t->cuts[i] >> 32 == section; i++) {
		bool last = i + 1 == t->n_cuts || t->cuts[i + 1] >> 32 != section;
		uint64_t from = t->cuts[i] & UINT32_MAX;
		uint64_t to = last ? t->o->sections[section].s->size : t->cuts[i + 1] & UINT32_MAX;

		if (to > from && push_piece(t, section, from, to) < 0)
			return -ENOMEM;
	}
	return 0;
}

uint32_t things_at(const struct things *t, uint32_t section, uint64_t offset)
{
	size_t lo = t->first[section], hi = t->first[section + 1], end = hi;

	if (!t->v)
		return THING_NONE;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].end <= offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < end && offset >= t->v[lo].start)
		return (uint32_t)lo;
	if (lo > t->first[section] && offset == t->v[lo - 1].end)
		return (uint32_t)(lo - 1);
	return THING_NONE;
}

static void name_symbols(struct things *t)
{
	for (size_t i = 0; i < t->o->n_symbols; i++) {
		const struct elf_symbol *sym = object_symbol(t->o, i);
		const struct osection *s = object_section_of(t->o, sym);

		t->of_symbol[i] = THING_NONE;
		if (s && sym->type != STT_SECTION && sym->type != STT_FILE)
			t->of_symbol[i] = things_at(t, s->s->index, sym->value);
	}
	for (uint32_t i = 0; i < t->n; i++) /* the end of one is the start of the next */
		if (t->v[i].symbol)
			t->of_symbol[t->v[i].symbol] = i;
}

static int by_name(const void *a, const void *b, void *things)
{
	const struct things *t = things;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int r = strcmp(t->v[x].name, t->v[y].name);

	return r ? r : x < y ? -1 : x > y;
}

static int index_names(struct things *t)
{
	t->by_name = calloc(t->n + 1, sizeof(*t->by_name));
	if (!t->by_name)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->n; i++)
		if (t->v[i].name[0])
			t->by_name[t->n_named++] = i;
	qsort_r(t->by_name, t->n_named, sizeof(*t->by_name), by_name, t);
	return 0;
}

static size_t find_name(const struct things *t, const char *name, size_t len)
{
	return COUNT_BEFORE(t->n_named, i, strncmp(t->v[t->by_name[i]].name, name, len) < 0);
}

size_t things_named(const struct things *t, const char *name, const uint32_t **ret)
{
	size_t lo = find_name(t, name, strlen(name) + 1), n = 0;

	while (lo + n < t->n_named && streq(t->v[t->by_name[lo + n]].name, name))
		n++;
	*ret = &t->by_name[lo];
	return n;
}

/* The function of that name, whose length is given; THING_NONE. */
static uint32_t function_called(const struct things *t, const char *name, size_t len)
{
	for (size_t i = find_name(t, name, len); i < t->n_named; i++) {
		const struct thing *f = &t->v[t->by_name[i]];

		if (strncmp(f->name, name, len) != 0)
			break;
		if (f->kind == THING_FUNC && f->name[len] == '\0')
			return t->by_name[i];
	}
	return THING_NONE;
}

static void find_parents(struct things *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		bool may_miss;
		size_t len = t->v[i].kind == THING_FUNC ? name_parent_len(t->v[i].name, &may_miss) : 0;

		if (len > 0)
			t->v[i].parent = function_called(t, t->v[i].name, len);
	}
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
	if (!t->class || !t->first || !t->of_symbol || !t->hint || find_entries(t) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < o->n_sections; i++)
		t->class[i] = (unsigned char)section_classify(o->sections[i].s);
	if (find_cuts(t) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < o->n_sections; i++) {
		t->first[i] = (uint32_t)t->n;
		if (make_section(t, i) < 0)
			return -ENOMEM;
	}
	t->first[o->n_sections] = (uint32_t)t->n;
	name_symbols(t);
	if (index_names(t) < 0)
		return -ENOMEM;
	find_parents(t);
	return 0;
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
