// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding things that an object was divided into: by place, by symbol, by name,
 * and a child's parent by its name.
 */
#include <errno.h>

#include "builder/things_own.h"

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

int things_index(struct things *t)
{
	name_symbols(t);
	if (index_names(t) < 0)
		return -ENOMEM;
	find_parents(t);
	return 0;
}
