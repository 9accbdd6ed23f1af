// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which objects a patch touches: those of its own sources and those that
 * include what it changes, by what their compilers really read; and the patched
 * view that they are compiled in. What no object can take in is refused.
 */
#include <errno.h>

#include "builder/includes.h"
#include "builder/mkpatch_own.h"
#include "builder/wrapper.h"
#include "core/modname.h"

#define FIXED_TOLD 5u /* of so many files, the rest is a number */

/* What kbuild and the list of includes say against a file of the patch, as a refusal; they name the file. */
static int refuse_said(struct mkpatch *m, enum refusal_code code, struct err *e)
{
	(void)refuse(&m->refusals, code, NULL, NULL, NULL, "%s%s%s", e->text, *e->hint ? "; " : "", e->hint);
	return mkpatch_judge(m, e);
}

/* What no patch can change must not include what this one changes. */
static int refuse_fixed(struct mkpatch *m, const struct words *fixed, struct err *e)
{
	size_t n = MIN(fixed->n, FIXED_TOLD);
	char more[64] = "";

	for (size_t i = 0; i < n; i++) {
		if (i + 1 == n && fixed->n > n)
			FORMAT(more, " (so may %zu more)", fixed->n - n);
		(void)refuse(&m->refusals, REFUSE_FILE, fixed->v[i], NULL, NULL,
			     "the file may include what the patch changes, and %s%s",
			     kbuild_forbidden(fixed->v[i]), more);
	}
	return mkpatch_judge(m, e);
}

/* The objects' sources: the patch's own, and who includes what it changes. */
static int take_sources(const struct mkpatch *m, const struct includes *found, struct words *ret)
{
	bool any = found->objects.n > 0;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < m->n_files; i++) {
		const struct mfile *f = &m->files[i];

		any = any || f->header;
		if (!f->header && !words_has(&found->parts, f->path))
			r = words_add_str(ret, f->path);
	}
	for (size_t i = 0; r >= 0 && i < found->objects.n; i++)
		if (!words_has(ret, found->objects.v[i]))
			r = words_add_str(ret, found->objects.v[i]);
	if (any)
		mkpatch_note(m, "the changed headers may touch %zu object%s", found->objects.n,
			     found->objects.n == 1 ? "" : "s");
	return r;
}

static int list_sources(struct mkpatch *m, struct words *ret, struct err *e)
{
	_cleanup_free_ const char **files = calloc(m->n_files + 1, sizeof(*files));
	unsigned max = m->spec->max_objects ? m->spec->max_objects : MKPATCH_OBJECTS;
	struct includes found = { 0 };
	int r;

	if (!files)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->n_files; i++)
		files[i] = m->files[i].path;
	r = includes_find(m->tree, files, max, &found, e);
	if (r == -E2BIG && e->rc == RC_REFUSED)
		r = refuse_said(m, REFUSE_FILE, e);
	r = r < 0 ? r : refuse_fixed(m, &found.fixed, e);
	if (r == 0 && take_sources(m, &found, ret) < 0)
		r = err_set(e, -ENOMEM, "out of memory");
	includes_clear(&found);
	return r;
}

static int learn(struct mkpatch *m, struct err *e)
{
	struct words sources = { 0 };
	int r;

	if (m->oot)
		return mkpatch_oot_learn(m, e);
	r = list_sources(m, &sources, e);
	if (r == 0) {
		m->ahead.n[PACE_TWIN] = 2 * sources.n;
		mkpatch_ahead_begin(m, PACE_PLAIN, sources.n);
		r = kbuild_learn(m->tree, (const char *const *)sources.v, sources.n, mkpatch_say, m,
				 &m->kbuild, e);
		if (r < 0 && e->rc == RC_REFUSED)
			r = refuse_said(m, REFUSE_NOT_LINKED, e);
		if (r == 0)
			mkpatch_ahead_end(m);
	}
	words_clear(&sources);
	return r;
}

/* Is an object touched, by what its compiler really read? */
static bool is_touched(const struct mkpatch *m, const struct kbuild_object *k)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (streq(m->files[i].path, k->source) || includes_names(k->cmd, m->files[i].path))
			return true;
	return false;
}

/* KBUILD_MODNAME is the module's; of one that several share, all their names. */
static int name_object(struct mkpatch *m, struct munit *u)
{
	const struct kcmd *k = u->k->cmd;

	if (!k->is_module) {
		FORMAT(u->object, "vmlinux");
		return 0;
	}
	FORMAT(u->object, "%s", k->modname ? k->modname : "");
	modname_make(u->object);
	if (!wrapper_is_module_name(u->object))
		return refuse(&m->refusals, REFUSE_UNIT, u->k->source, NULL, NULL,
			      "kbuild names its module '%.80s', which is not one module's name",
			      k->modname ? k->modname : "");
	return 0;
}

static bool is_changed_itself(const struct mkpatch *m, const struct kbuild_object *k)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (streq(m->files[i].path, k->source))
			return true;
	return false;
}

/* n: objects that headers touch. Of the tree there may be more than there are; here it is known. */
static void check_number(struct mkpatch *m, size_t n)
{
	unsigned max = m->spec->max_objects ? m->spec->max_objects : MKPATCH_OBJECTS;

	if (n)
		mkpatch_note(m, "the changed headers touch %zu object%s", n, n == 1 ? "" : "s");
	if (n > max)
		(void)refuse(&m->refusals, REFUSE_FILE, NULL, NULL, NULL,
			     "%zu objects of module %s include what the patch changes, the limit is %u; "
			     "change a C file instead, or raise the limit with --max-objects N",
			     n, m->oot_name, max);
}

static int make_units(struct mkpatch *m, struct err *e)
{
	size_t by_header = 0;

	m->units = calloc(m->kbuild->n + 1, sizeof(*m->units));
	if (!m->units)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->kbuild->n; i++) {
		const struct kbuild_object *k = &m->kbuild->v[i];

		if (!is_touched(m, k))
			continue;
		by_header += !is_changed_itself(m, k);
		m->units[m->n_units].k = k;
		(void)name_object(m, &m->units[m->n_units++]);
	}
	if (m->oot)
		check_number(m, by_header);
	return mkpatch_judge(m, e);
}

/* From which folders a compiler may go up: the source's own, and those that stand before "/../". */
static int add_ways(const struct munit *u, struct words *to)
{
	int r = words_add_str(to, u->k->source);

	for (size_t i = 0; r >= 0 && i < u->k->cmd->deps.n; i++) {
		const char *dep = u->k->cmd->deps.v[i], *up = strstr(dep, "/../");
		_cleanup_free_ char *way = NULL;

		dep += strncmp(dep, "./", 2) == 0 ? 2 : 0;
		if (!up || *dep == '/' || strncmp(dep, "../", 3) == 0)
			continue;
		way = strndup(dep, (size_t)(up - dep) + 1);
		if (!way || !words_has(to, way))
			r = way ? words_add_str(to, way) : -ENOMEM;
	}
	return r;
}

static int make_farm(struct mkpatch *m, struct err *e)
{
	struct words ways = { 0 };
	int r = 0;

	for (size_t i = 0; r >= 0 && i < m->n_units; i++)
		r = add_ways(&m->units[i], &ways);
	r = r < 0 ? err_set(e, r, "the folders of the patched view cannot be listed: %s", strerror(-r))
		  : farm_make(m->base, m->farm, m->farm_files, m->n_files, (const char *const *)ways.v,
			      m->spec->keep != NULL, e);
	words_clear(&ways);
	return r;
}

int mkpatch_units(struct mkpatch *m, struct err *e)
{
	int r = learn(m, e);

	r = r < 0 ? r : make_units(m, e);
	return r < 0 ? r : make_farm(m, e);
}
