// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where included things go. A section that held one thing is copied with its
 * name, prefix and padding; of one that held several only what is needed, one
 * behind the other.
 */
#include <errno.h>

#include "builder/extract_own.h"

/* The module loader knows one section of per-CPU variables; aligned and read-mostly ones go there, too. */
static const char *name_of(const struct job *j, uint32_t section)
{
	const char *name = j->t->o->sections[section].s->name;

	return things_class(j->t, section) == SEC_PERCPU ? ".data..percpu" : name;
}

uint64_t extract_flags(const struct elf_section *s)
{
	return s->flags & ~(uint64_t)(SHF_GROUP | SHF_LINK_ORDER | SHF_MERGE | SHF_STRINGS);
}

int extract_shared(struct job *j, uint32_t section)
{
	const struct elf_section *s = j->t->o->sections[section].s;

	if (j->sections[section] < 0)
		j->sections[section] = elfout_section(j->out, name_of(j, section), s->type, extract_flags(s),
						      1, s->entsize, NULL, 0);
	return j->sections[section];
}

uint64_t extract_align(const struct elf_section *s, uint64_t offset)
{
	uint64_t align = s->align ? s->align : 1;

	while (align > 1 && offset % align != 0)
		align /= 2;
	return align;
}

/* Bytes of a shared section at the end of the new one of its name. Returns the new offset. */
static int append(struct job *j, uint32_t section, uint64_t from, uint64_t size, int *ret_section)
{
	const struct elf_section *s = j->t->o->sections[section].s;

	*ret_section = extract_shared(j, section);
	if (*ret_section < 0)
		return *ret_section;
	return elfout_append(j->out, *ret_section, s->data ? s->data + from : NULL, size,
			     extract_align(s, from));
}

static int place_thing(struct job *j, uint32_t i)
{
	const struct thing *t = &j->t->v[i];
	const struct elf_section *s = j->t->o->sections[t->section].s;
	struct place *p = &j->places[i];
	int at;

	if (t->alone) {
		p->section = elfout_section(j->out, name_of(j, t->section), s->type, extract_flags(s),
					    s->align, 0, s->data, s->size);
		p->shift = 0;
		return p->section < 0 ? p->section : 0;
	}
	at = append(j, t->section, t->start, t->end - t->start, &p->section);
	if (at < 0)
		return at;
	p->shift = at - (int64_t)t->start;
	return 0;
}

/*
 * Symbols of what is included. Only a new global stays visible, for the other
 * objects of the patch: the rest must bind to nothing else.
 */
static int place_symbol(struct job *j, uint32_t index)
{
	const struct elf_symbol *s = object_symbol(j->t->o, index);
	uint32_t thing = j->t->of_symbol[index];
	unsigned char bind = STB_LOCAL;

	if (!extract_has(j, thing) || s->type == STT_SECTION || s->type == STT_FILE || !s->name[0])
		return 0;
	if (j->t->v[thing].twin == THING_NONE && s->bind != STB_LOCAL)
		bind = s->bind;
	j->symbols[index] = elfout_symbol(j->out, s->name, bind, s->type, j->places[thing].section,
					  (uint64_t)((int64_t)s->value + j->places[thing].shift), s->size);
	return MIN(j->symbols[index], 0);
}

/*
 * A second name at a function's place, for the frame. No function of its own to
 * objtool, which ties a .cold part to the one function of its parent's name.
 */
static int add_alias(struct job *j, const char *alias, uint32_t thing)
{
	const struct place *p = &j->places[thing];

	return MIN(elfout_symbol(j->out, alias, STB_GLOBAL, STT_NOTYPE, p->section,
				 (uint64_t)((int64_t)j->t->v[thing].at + p->shift), 0),
		   0);
}

static int add_function(struct job *j, uint32_t thing)
{
	struct extract *x = j->ret;
	struct extracted_function *f;

	if (array_grow(&x->functions, x->n_functions, sizeof(*x->functions)) < 0)
		return -ENOMEM;
	f = &x->functions[x->n_functions++];
	f->thing = j->t->v[thing].twin;
	f->sympos = -1;
	f->alias[0] = '\0';
	if (!j->opt->alias)
		return 0;
	FORMAT(f->alias, "%s%zu", j->opt->alias, x->n_functions - 1);
	return add_alias(j, f->alias, thing);
}

static int add_callback(struct job *j, unsigned kind, uint32_t thing)
{
	char *alias = j->ret->callbacks[kind];

	(void)snprintf(alias, sizeof(j->ret->callbacks[kind]), "%scallback%u", j->opt->alias, kind);
	return add_alias(j, alias, thing);
}

static int add_callbacks(struct job *j)
{
	int r = 0;

	for (unsigned kind = 0; r == 0 && kind < AUTHOR_CALLBACKS; kind++) {
		uint32_t thing = author_callback(j->t, kind, j->opt->file, j->to);

		if (thing != THING_NONE && extract_has(j, thing) && j->opt->alias)
			r = add_callback(j, kind, thing);
	}
	return r;
}

/* Functions that are entered through a hook; a .cold child comes with its parent. */
static bool is_patched(const struct diff *d, uint32_t i)
{
	const struct thing *t = &d->b.t.v[i];

	return d->marks[i].included && t->kind == THING_FUNC && t->twin != THING_NONE &&
	       (t->parent == THING_NONE || diff_has_hook(&d->b, i));
}

int extract_place(struct job *j)
{
	for (uint32_t i = 0; i < j->t->n; i++) {
		int r = j->d->marks[i].included ? place_thing(j, i) : 0;

		if (r < 0)
			return r;
	}
	for (uint32_t i = 1; i < j->t->o->n_symbols; i++) {
		int r = place_symbol(j, i);

		if (r < 0)
			return r;
	}
	for (uint32_t i = 0; i < j->t->n; i++) {
		int r = is_patched(j->d, i) ? add_function(j, i) : 0;

		if (r < 0)
			return r;
	}
	return add_callbacks(j);
}
