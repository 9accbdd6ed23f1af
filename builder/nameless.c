// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes that belong to no symbol, in both versions: functions of assembly
 * without a size, tables that a linker's symbols bound. Of one section they
 * are compared in their order. No patch can carry a change of them; but what
 * functions point at and nobody writes is compared through its users, who take
 * it along.
 */
#include <errno.h>

#include "builder/diffwork.h"

struct nameless {
	const struct things *t;
	uint32_t *v; /* by the name of their section, then index */
	size_t n;
};

static const char *section_name(const struct things *t, uint32_t thing)
{
	return t->o->sections[t->v[thing].section].s->name;
}

static bool is_judged(const struct things *t, uint32_t i, bool used)
{
	if (t->v[i].kind != THING_ANON)
		return false;
	switch (things_class(t, t->v[i].section)) {
	case SEC_TEXT:
	case SEC_DATA:
	case SEC_PERCPU:
		return true;
	case SEC_RODATA:
	case SEC_INIT:
		return !used;
	default:
		return false;
	}
}

static int by_section(const void *a, const void *b, void *things)
{
	const struct things *t = things;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int r = strcmp(section_name(t, x), section_name(t, y));

	return r ? r : x < y ? -1 : x > y;
}

static int find(struct things *t, struct nameless *ret)
{
	_cleanup_free_ bool *used = NULL;

	ret->t = t;
	ret->v = calloc(t->n + 1, sizeof(*ret->v));
	if (!ret->v || diff_find_used(t, &used) < 0)
		return -ENOMEM;
	for (uint32_t i = 0; i < t->n; i++)
		if (is_judged(t, i, used[i]))
			ret->v[ret->n++] = i;
	qsort_r(ret->v, ret->n, sizeof(*ret->v), by_section, t);
	return 0;
}

/* How many from `at` on are of one section's name. */
static size_t run(const struct nameless *x, size_t at)
{
	size_t n = 0;

	while (at + n < x->n && streq(section_name(x->t, x->v[at + n]), section_name(x->t, x->v[at])))
		n++;
	return n;
}

static void tell(const struct nameless *x, size_t i, const char *why, const char *file, struct refusals *to)
{
	const char *section = section_name(x->t, x->v[i]);

	(void)refuse(to, REFUSE_SECTION, file, NULL, section,
		     "bytes of %.60s that belong to no symbol have changed: %s", section, why);
}

static void compare_runs(const struct diff *d, const struct nameless *a, size_t i, size_t n,
			 const struct nameless *b, size_t k, size_t m, const char *file, struct refusals *to)
{
	char number[60];
	struct why why;

	if (n != m) {
		FORMAT(number, "they are in %zu places, were in %zu", m, n);
		tell(m ? b : a, m ? k : i, number, file, to);
		return;
	}
	for (size_t at = 0; at < n; at++)
		if (compare_things(&d->a, a->v[i + at], &d->b, b->v[k + at], &why) > SAME_LINES)
			tell(b, k + at, why.text, file, to);
}

static void compare_all(const struct diff *d, const struct nameless *a, const struct nameless *b,
			const char *file, struct refusals *to)
{
	size_t i = 0, k = 0;

	while (i < a->n || k < b->n) {
		int r = i == a->n   ? 1
			: k == b->n ? -1
				    : strcmp(section_name(a->t, a->v[i]), section_name(b->t, b->v[k]));
		size_t n = r <= 0 ? run(a, i) : 0, m = r >= 0 ? run(b, k) : 0;

		compare_runs(d, a, i, n, b, k, m, file, to);
		i += n;
		k += m;
	}
}

int diff_nameless(struct diff *d, const char *file, struct refusals *to)
{
	struct nameless a = { 0 }, b = { 0 };
	int r = find(&d->a.t, &a);

	if (r == 0)
		r = find(&d->b.t, &b);
	if (r == 0)
		compare_all(d, &a, &b, file, to);
	free(a.v);
	free(b.v);
	return r;
}
