/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The file beside every enabled patch, function by function: what it stacks
 * on, what it replaces, and, the one that hurts, which fixes an atomic replace
 * takes away without having them itself.
 */
#include "kmod/checks.h"

static bool file_has(const struct inspect *f, const char *object, const struct func *fn)
{
	for (size_t i = 0; i < f->n_objects; i++) {
		const struct inspect_object *o = &f->objects[i];

		if (!streq(o->name, object))
			continue;
		for (size_t k = 0; k < o->n_funcs; k++)
			if (streq(o->funcs[k].old_name, fn->name) &&
			    MAX(o->funcs[k].sympos, 1u) == MAX(fn->sympos, 1u))
				return true;
	}
	return false;
}

/* Enabled, or about to be; the file's own older self is already-loaded's matter. */
static bool counts(const struct preflight_input *in, const struct patch *q)
{
	return q->in_sysfs && q->enabled != 0 && !streq(q->name, in->file->name);
}

static void compare_func(const struct preflight_input *in, const struct patch *q, const char *object,
			 const struct func *fn, bool lost, struct tally *t)
{
	bool has = file_has(in->file, object, fn);

	if (!has && lost && in->file->replace == 1)
		tally_add(t, CHECK_WARN, "%s of %s goes back to the original: %s patches it, this does not",
			  fn->name, object, q->name);
	if (has && !lost)
		tally_add(t, CHECK_PASS, "%s of %s: %s %s", fn->name, object,
			  in->file->replace == 1 ? "replaces" : "stacks on", q->name);
}

/* lost: tell what an atomic replace takes away; else what both have. */
static void compare_all(const struct preflight_input *in, bool lost, struct tally *t)
{
	for (size_t i = 0; i < in->snap->patches.n; i++) {
		const struct patch *q = &in->snap->patches.v[i];

		for (size_t k = 0; counts(in, q) && k < q->n_objects; k++)
			for (size_t j = 0; j < q->objects[k].n_funcs; j++)
				compare_func(in, q, q->objects[k].name, &q->objects[k].funcs[j], lost, t);
	}
}

int check_conflicts(const struct preflight_input *in, struct preflight *p)
{
	static const char hint[] = "see that what goes is not missed; klpsh show lists a patch's functions";
	const struct err *e = &in->snap->errs[SOURCE_PATCHES];
	struct tally t = { 0 };
	size_t others = 0;

	for (size_t i = 0; i < in->snap->patches.n; i++)
		others += counts(in, &in->snap->patches.v[i]);
	compare_all(in, true, &t);
	if (others && in->file->replace < 0)
		tally_add(&t, CHECK_WARN, "whether it replaces the %zu enabled patches is not known", others);
	if (e->code)
		tally_add(&t, CHECK_NOT_CHECKED, "%s", e->text);
	if (others && !in->file->objects_complete)
		tally_add(&t, CHECK_NOT_CHECKED, "the file does not tell all that it patches");
	compare_all(in, false, &t);
	return check_tally(p, "conflicts", &t, hint,
			   others ? "no enabled patch has a function of it" : "no other patch is enabled");
}
