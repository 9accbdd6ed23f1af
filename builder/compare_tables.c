// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What special sections say of a thing, element by element.
 */
#include "builder/compare_own.h"

/* The elements of one table among a thing's. */
static const struct element *of_table(const struct side *s, const struct element *v, size_t n,
				      const char *name, size_t *ret_n)
{
	size_t i = 0, k = 0;

	while (i < n && !streq(s->t.o->sections[v[i].section].s->name, name))
		i++;
	while (i + k < n && v[i + k].section == v[i].section)
		k++;
	*ret_n = k;
	return v + i;
}

/* Bytes. A shorter struct bug_entry has no file and no line, and its flags where that would be. */
#define BUG_ENTRY_LINE 12u

static bool has_line(const struct element *el, unsigned flags)
{
	return flags & TABLE_LINE && el->size >= BUG_ENTRY_LINE;
}

static bool same_element(const struct side *a, const struct element *x, const struct side *b,
			 const struct element *y, unsigned flags, unsigned depth)
{
	struct span s = span_of(a, x->section, x->offset, x->offset + x->size);
	struct span t = span_of(b, y->section, y->offset, y->offset + y->size);
	struct mask line = { x->size - 4, 2 };

	return x->size == y->size && compare_refs(&s, &t, NULL, depth) &&
	       compare_data(&s, &t, &line, has_line(x, flags), NULL);
}

static bool same_table(const struct side *a, const struct element *x, size_t n, const struct side *b,
		       const struct element *all, size_t n_all, struct why *why, unsigned depth)
{
	const char *name = a->t.o->sections[x->section].s->name;
	const struct table_kind *k = table_find(name);
	size_t n_y;
	const struct element *y = of_table(b, all, n_all, name, &n_y);

	if (!(k->flags & TABLE_COMPARE))
		return true;
	if (n != n_y) {
		compare_say(why, "%zu entries in %s, were %zu", n_y, name, n);
		return false;
	}
	for (size_t i = 0; i < n; i++)
		if (!same_element(a, &x[i], b, &y[i], k->flags, depth)) {
			compare_say(why, "its entry %zu in %s is another", i, name);
			return false;
		}
	return true;
}

static bool has_more(const struct side *a, const struct element *x, size_t n, const struct side *b,
		     const struct element *y, size_t n_y, struct why *why)
{
	for (size_t i = 0; i < n_y; i++) {
		const char *name = b->t.o->sections[y[i].section].s->name;
		size_t k;

		(void)of_table(a, x, n, name, &k);
		if (k == 0 && table_find(name)->flags & TABLE_COMPARE) {
			compare_say(why, "it has entries in %s, had none", name);
			return true;
		}
	}
	return false;
}

bool compare_tables(const struct side *a, uint32_t x, const struct side *b, uint32_t y, struct why *why,
		    unsigned depth)
{
	size_t n, m;
	const struct element *v = tables_of(&a->tables, x, &n), *w = tables_of(&b->tables, y, &m);

	for (size_t i = 0; i < n;) {
		size_t run;
		const struct element *first =
			of_table(a, v + i, n - i, a->t.o->sections[v[i].section].s->name, &run);

		if (!same_table(a, first, run, b, w, m, why, depth))
			return false;
		i += run;
	}
	return !has_more(a, v, n, b, w, m, why);
}
