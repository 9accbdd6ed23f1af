// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares a module file with what sysfs and tracefs say of the patch that it
 * became. An object that is not loaded has nothing to show; an attribute that
 * this kernel lacks says nothing.
 */
#include "kmod/verify.h"

#include <errno.h>

#include "kmod/checks.h"

struct look {
	const struct inspect *file;
	struct snapshot *snap;
	const struct patch *patch;
	struct codefacts facts;
	struct tally t;
};

static void look_state(struct look *l)
{
	const struct patch *p = l->patch;

	if (p->enabled == 0)
		tally_add(&l->t, CHECK_FAIL, "it is not enabled");
	if (p->transition == 1)
		tally_add(&l->t, CHECK_FAIL, "its transition has not ended");
	if (p->enabled < 0 || p->transition < 0)
		tally_add(&l->t, CHECK_NOT_CHECKED, "its state could not be read");
}

static void look_func(struct look *l, const struct inspect_object *o, const struct inspect_func *f)
{
	int i = codefacts_find(&l->facts, o->name, f->old_name);

	if (!patch_has_func(l->patch, o->name, f->old_name, f->sympos))
		tally_add(&l->t, CHECK_FAIL, "%s of %s is not among its functions", f->old_name, o->name);
	else if (!l->facts.enabled_err.code && i >= 0 && !(l->facts.entry[i] & FUNC_IPMODIFY))
		tally_add(&l->t, CHECK_FAIL, "%s of %s is not redirected", f->old_name, o->name);
}

static void look_object(struct look *l, const struct inspect_object *o)
{
	const struct object *seen = patch_find_object(l->patch, o->name);
	int loaded = object_is_loaded(l->snap, o->name);

	if (loaded < 0)
		tally_add(&l->t, CHECK_NOT_CHECKED, "whether %s is loaded could not be read", o->name);
	if (loaded != 1)
		return;
	if (!seen)
		tally_add(&l->t, CHECK_FAIL, "%s is not among its objects", o->name);
	else if (seen->patched == 0)
		tally_add(&l->t, CHECK_FAIL, "%s is loaded but not patched", o->name);
	for (size_t i = 0; seen && i < o->n_funcs; i++)
		look_func(l, o, &o->funcs[i]);
}

static void look_all(struct look *l)
{
	l->patch = patches_find(&l->snap->patches, l->file->name);
	if (l->snap->errs[SOURCE_PATCHES].code) {
		tally_add(&l->t, CHECK_NOT_CHECKED, "%s", l->snap->errs[SOURCE_PATCHES].text);
		return;
	}
	if (!l->patch || !l->patch->in_sysfs) {
		tally_add(&l->t, CHECK_FAIL, "the kernel knows no livepatch %s", l->file->name);
		return;
	}
	look_state(l);
	for (size_t i = 0; i < l->file->n_objects; i++)
		look_object(l, &l->file->objects[i]);
	if (l->facts.enabled_err.code)
		tally_add(&l->t, CHECK_NOT_CHECKED, "whether its functions are redirected: %s",
			  l->facts.enabled_err.text);
	if (!l->file->objects_complete)
		tally_add(&l->t, CHECK_NOT_CHECKED, "the file does not tell all of its functions");
}

static int look_result(struct look *l, struct verified *ret)
{
	_cleanup_free_ char *text = TAKE_PTR(l->t.text);
	char *all = NULL;

	if (l->t.error)
		return l->t.error;
	if (l->t.more && asprintf(&all, "%s; and %zu more", text, l->t.more) < 0)
		return -ENOMEM;
	ret->text = all ? all : TAKE_PTR(text);
	ret->yes = l->t.worst == CHECK_PASS ? 1 : l->t.worst == CHECK_FAIL ? 0 : -1;
	return 0;
}

int verify_load(const struct root *root, const struct inspect *file, struct verified *ret)
{
	_cleanup_(snapshot_freep) struct snapshot *snap = NULL;
	struct look l = { .file = file };
	int r = snapshot_take(root, SNAPSHOT_PATCHES | SNAPSHOT_MODULES, NULL, &snap);

	r = r < 0 ? r : codefacts_read_enabled(root, file, &l.facts);
	if (r < 0)
		return r;
	l.snap = snap;
	look_all(&l);
	codefacts_done(&l.facts);
	return look_result(&l, ret);
}

void verified_done(struct verified *v)
{
	free(v->text);
	*v = (struct verified){ 0 };
}
