// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The elements of special sections that speak of what is included, in the
 * order in which they stood.
 */
#include <errno.h>

#include "builder/extract_own.h"

static bool is_kept(const struct job *j, const struct element *el)
{
	const struct table_kind *k = table_find(j->t->o->sections[el->section].s->name);

	return extract_has(j, el->owner) && !(k->flags & TABLE_RUNTIME) &&
	       (j->opt->objtool || !(k->flags & TABLE_OBJTOOL));
}

static int by_place(const void *a, const void *b)
{
	const struct element *x = *(const struct element *const *)a, *y = *(const struct element *const *)b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* A table of entry hooks is tied to the section of its function. */
static int table_section(struct job *j, const struct element *el)
{
	const struct elf_section *s = j->t->o->sections[el->section].s;
	int section;

	if (!(s->flags & SHF_LINK_ORDER))
		return extract_shared(j, el->section);
	section = elfout_section(j->out, s->name, s->type, extract_flags(s) | SHF_LINK_ORDER, s->align,
				 s->entsize, NULL, 0);
	return section < 0								      ? section
	       : MIN(elfout_link_order(j->out, section, j->places[el->owner].section), 0) < 0 ? -EINVAL
											      : section;
}

static int copy_element(struct job *j, const struct element *el)
{
	const struct elf_section *s = j->t->o->sections[el->section].s;
	struct copy c = { .user = el->owner, .section = el->section, .table = true };
	int at;

	c.key = table_find(s->name)->flags & TABLE_KEY;
	c.note = table_find(s->name)->flags & TABLE_DISCARD;
	c.place.section = table_section(j, el);
	if (c.place.section < 0)
		return c.place.section;
	at = elfout_append(j->out, c.place.section, s->data ? s->data + el->offset : NULL, el->size,
			   extract_align(s, el->offset));
	if (at < 0)
		return at;
	c.place.shift = at - (int64_t)el->offset;
	return extract_relocs(j, &c, el->offset, el->offset + el->size);
}

int extract_tables(struct job *j)
{
	const struct tables *t = &j->d->b.tables;
	_cleanup_free_ const struct element **v = calloc(t->n + 1, sizeof(*v));
	size_t n = 0;
	int r = v ? 0 : -ENOMEM;

	for (size_t i = 0; v && i < t->n; i++)
		if (is_kept(j, &t->v[i]))
			v[n++] = &t->v[i];
	if (n)
		qsort(v, n, sizeof(const struct element *), by_place);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = copy_element(j, v[i]);
	return MIN(r, 0);
}
