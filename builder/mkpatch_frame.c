// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each object's part of the patch is extracted and its references resolved;
 * what livepatch is to be told of it is the module's frame: the objects, their
 * functions and callbacks.
 */
#include <errno.h>

#include "builder/mkpatch_own.h"

static void open_unit(struct mkpatch *m, struct munit *u)
{
	u->resolve = (struct resolve_unit){ .r = &m->resolver,
					    .file = u->k->source,
					    .object = u->object,
					    .module = u->module,
					    .plain = u->plain,
					    .proof = u->proof,
					    .orig = &u->diff->a.t,
					    .to = &m->refusals };
}

static int extract_unit(struct mkpatch *m, size_t i, struct err *e)
{
	struct munit *u = &m->units[i];
	char alias[32];
	const struct extract_options opt = {
		.file = u->k->source, .resolve = resolve_reference, .arg = &u->resolve, .alias = alias
	};

	FORMAT(alias, "%s%zu_", KLPMOD_ALIAS, i);
	return extract_make(u->diff, &opt, &m->refusals, &u->extract, e);
}

void mkpatch_frame_done(struct frame *f)
{
	free(f->objects);
	free(f->funcs);
	free(f->aliases);
}

static size_t count_functions(const struct mkpatch *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_units; i++)
		n += m->units[i].extract.n_functions;
	return n;
}

/* One that is refused is left out; mkpatch_judge() tells. */
static void add_functions(struct munit *u, struct frame *f, struct wrapper_object *o)
{
	for (size_t i = 0; i < u->extract.n_functions; i++) {
		struct extracted_function *x = &u->extract.functions[i];
		struct wrapper_func *w = (struct wrapper_func *)&o->funcs[o->n_funcs];
		uint32_t pos;

		if (resolve_function(&u->resolve, x->thing, &w->old_name, &pos) < 0)
			continue;
		x->sympos = pos;
		w->sympos = pos;
		w->symbol = x->alias;
		f->aliases[f->n_aliases++] = x->alias;
		o->n_funcs++;
	}
}

static void add_callbacks(struct mkpatch *m, struct munit *u, struct frame *f, struct wrapper_object *o)
{
	for (unsigned k = 0; k < AUTHOR_CALLBACKS; k++) {
		if (!u->extract.callbacks[k][0])
			continue;
		if (o->callbacks[k])
			(void)refuse(&m->refusals, REFUSE_CALLBACK, u->k->source, NULL, NULL,
				     "another file of %s has a callback of this kind, too", u->object);
		o->callbacks[k] = u->extract.callbacks[k];
		f->aliases[f->n_aliases++] = u->extract.callbacks[k];
	}
}

static bool first_of_object(const struct mkpatch *m, size_t unit)
{
	for (size_t i = 0; i < unit; i++)
		if (streq(m->units[i].object, m->units[unit].object))
			return false;
	return true;
}

/* An object that has but new code needs its place, too: livepatch applies relocations by object. */
static bool is_needed(const struct mkpatch *m, size_t unit)
{
	for (size_t i = unit; i < m->n_units; i++)
		if (streq(m->units[i].object, m->units[unit].object) && m->units[i].extract.bytes)
			return true;
	return false;
}

/* Objects in the order of their first file, each with all its functions one behind the other. */
static int frame_make(struct mkpatch *m, struct err *e)
{
	struct frame *f = &m->frame;
	size_t n = count_functions(m), used = 0;

	f->objects = calloc(m->n_units + 1, sizeof(*f->objects));
	f->funcs = calloc(n + 1, sizeof(*f->funcs));
	f->aliases = calloc(n + AUTHOR_CALLBACKS * m->n_units + 1, sizeof(*f->aliases));
	if (!f->objects || !f->funcs || !f->aliases)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->n_units; i++) {
		struct wrapper_object *o = &f->objects[f->n_objects];

		if (!first_of_object(m, i))
			continue;
		o->name = m->units[i].module ? m->units[i].object : NULL;
		o->funcs = f->funcs + used;
		for (size_t k = i; k < m->n_units; k++) {
			if (!streq(m->units[k].object, m->units[i].object))
				continue;
			add_functions(&m->units[k], f, o);
			add_callbacks(m, &m->units[k], f, o);
		}
		used += o->n_funcs;
		f->n_objects += is_needed(m, i);
	}
	return mkpatch_judge(m, e);
}

int mkpatch_extract(struct mkpatch *m, struct err *e)
{
	int r = 0;

	m->resolver.ksyms = &m->ksyms;
	m->resolver.symvers = &m->symvers;
	m->resolver.sealed = &m->sealed;
	for (size_t i = 0; r == 0 && i < m->n_units; i++) {
		open_unit(m, &m->units[i]);
		r = resolver_add_globals(&m->units[i].resolve, m->units[i].diff);
	}
	if (r < 0)
		return err_set(e, r, "out of memory");
	for (size_t i = 0; r == 0 && i < m->n_units; i++)
		if (!diff_is_empty(m->units[i].diff))
			r = extract_unit(m, i, e);
	return r < 0 ? r : frame_make(m, e); /* the functions' own positions: --check wants to know, too */
}
