/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names resolved as klp_find_object_symbol() does: symbols of any type count,
 * in the table's order; without a position the name must be unique. Objects
 * that are not loaded are looked up by the kernel when they come.
 */
#include "kmod/checks.h"

static void judge(struct tally *t, const char *object, const char *name, unsigned sympos, size_t count)
{
	if (!count)
		tally_add(t, CHECK_FAIL, "there is no %s in %s", name, object);
	else if (!sympos && count > 1)
		tally_add(t, CHECK_FAIL, "%s is ambiguous: %zu of that name in %s, and no position is given",
			  name, count, object);
	else if (sympos > count)
		tally_add(t, CHECK_FAIL, "%s of %s: position %u is asked for, there are %zu", name, object,
			  sympos, count);
}

/* Judge one name, if its object is there. 1 judged, 0 not there, -1 not known. */
static int look_up(const struct preflight_input *in, const struct codefacts *facts, struct tally *t,
		   const char *object, const char *name, unsigned sympos)
{
	int loaded = object_is_loaded(in->snap, object);

	if (loaded == 1)
		judge(t, object, name, sympos, facts->symbols[codefacts_find(facts, object, name)]);
	if (loaded < 0)
		tally_add(t, CHECK_NOT_CHECKED, "%s of %s: whether that is loaded is not known", name,
			  object);
	return loaded;
}

static int check_functions(const struct preflight_input *in, const struct codefacts *facts,
			   struct preflight *p)
{
	struct tally t = { 0 };
	char well[96];
	size_t n = 0, later = 0;

	for (size_t i = 0; i < in->file->n_objects; i++)
		for (size_t k = 0; k < in->file->objects[i].n_funcs; k++) {
			const struct inspect_func *f = &in->file->objects[i].funcs[k];
			int r = look_up(in, facts, &t, in->file->objects[i].name, f->old_name, f->sympos);

			n += r == 1;
			later += r == 0;
		}
	if (!in->file->objects_complete)
		tally_add(&t, CHECK_NOT_CHECKED, "the file does not tell all that it patches");
	FORMAT(well, "%zu found%s", n, later ? ", others are looked up when their module is loaded" : "");
	return check_tally(p, "functions-exist", &t, "the build is for another kernel, or needs a position",
			   well);
}

static int check_relocs(const struct preflight_input *in, const struct codefacts *facts, struct preflight *p)
{
	struct tally t = { 0 };
	char well[96] = "it has no livepatch relocations";
	size_t n = 0;

	for (size_t i = 0; i < in->file->n_relocs; i++) {
		const struct inspect_reloc *s = &in->file->relocs[i];

		n += look_up(in, facts, &t, s->object, s->symbol, s->sympos) == 1;
	}
	if (in->file->n_relocs)
		FORMAT(well, "%zu of %zu symbols found%s", n, in->file->n_relocs,
		       n < in->file->n_relocs ? ", the others when their module is loaded" : "");
	return check_tally(p, "klp-relocs", &t, "the build is for another kernel", well);
}

int check_symbols(const struct preflight_input *in, const struct codefacts *facts, struct preflight *p)
{
	int r;

	if (facts->kallsyms_err.code) {
		r = check_add(p, "functions-exist", CHECK_NOT_CHECKED, NULL, "%s", facts->kallsyms_err.text);
		if (r < 0 || in->file->n_relocs)
			return r < 0 ? r
				     : check_add(p, "klp-relocs", CHECK_NOT_CHECKED, NULL, "%s",
						 facts->kallsyms_err.text);
		return check_relocs(in, facts, p);
	}
	r = check_functions(in, facts, p);
	return r < 0 ? r : check_relocs(in, facts, p);
}
