// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one table of what the module leaves undefined, for all objects of a
 * patch, and the namespaces that it imports. A name in it means one thing; what
 * a name means is resolve.c's to find.
 */
#include <errno.h>

#include "builder/resolve_own.h"

struct resolved *resolver_find(struct resolver *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (streq(r->v[i].name, name))
			return &r->v[i];
	return NULL;
}

static void resolved_done(struct resolved *x)
{
	free(x->name);
	free(x->object);
	free(x->real);
	free(x->with);
	free(x->owner);
}

/* What is copied here was asked for: NULL stays NULL, a copy that fails does not. */
static bool copied(const char *from, char **to)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

int resolver_add(struct resolver *r, const struct resolved *x)
{
	struct resolved copy = { .sympos = x->sympos, .patch = x->patch };

	if (!copied(x->name, &copy.name) || !copied(x->object, &copy.object) ||
	    !copied(x->real, &copy.real) || !copied(x->with, &copy.with) || !copied(x->owner, &copy.owner) ||
	    array_grow(&r->v, r->n, sizeof(*r->v)) < 0) {
		resolved_done(&copy);
		return -ENOMEM;
	}
	r->v[r->n++] = copy;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

static bool same_meaning(const struct resolved *a, const struct resolved *b)
{
	return a->patch == b->patch && a->sympos == b->sympos && same_text(a->object, b->object) &&
	       same_text(a->real, b->real) && same_text(a->with, b->with);
}

/*
 * An export is bound by its name, and modpost would have the module depend on
 * who exports it: nothing that livepatch resolves may be called so.
 */
static bool is_taken(const struct resolver *r, const struct resolved *x, const char *name)
{
	return x->object && symvers_find(r->symvers, name);
}

int resolver_take_name(struct resolver *r, struct resolved *x, const char *wanted, char *name, size_t size)
{
	for (unsigned i = is_taken(r, x, wanted); i < 10000; i++) {
		const struct resolved *have;
		int len = i == 0 ? snprintf(name, size, "%s", wanted)
				 : snprintf(name, size, "%s.klpsh.%u", wanted, i);

		if (len < 0 || (size_t)len >= size)
			return -ENAMETOOLONG;
		have = resolver_find(r, name);
		if (have && same_meaning(have, x))
			return 0;
		if (!have) {
			x->name = name;
			return resolver_add(r, x);
		}
	}
	return -ENOSPC;
}

int resolver_import(struct resolver *r, const char *ns)
{
	if (!ns[0])
		return 0;
	for (size_t i = 0; i < r->n_ns; i++)
		if (streq(r->ns[i], ns))
			return 0;
	if (array_grow(&r->ns, r->n_ns, sizeof(*r->ns)) < 0)
		return -ENOMEM;
	r->ns[r->n_ns] = strdup(ns);
	return r->ns[r->n_ns] ? (int)(r->n_ns++, 0) : -ENOMEM;
}

void resolver_done(struct resolver *r)
{
	for (size_t i = 0; i < r->n; i++)
		resolved_done(&r->v[i]);
	for (size_t i = 0; i < r->n_ns; i++)
		free(r->ns[i]);
	free(r->v);
	free(r->ns);
	*r = (struct resolver){ 0 };
}
