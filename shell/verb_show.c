/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `show NAME`: one livepatch in full: objects and functions, what other
 * patches stack on them, the module, and the file it came from where one is
 * known.
 */
#include <errno.h>
#include <inttypes.h>

#include "kmod/origin.h"
#include "shell/shapes.h"
#include "shell/stacking.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field func_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "function that is patched" },
	{ "sympos", NULL, F_INT, FIELD_RIGHT, NULL, "which one of that name, from 1" },
	{ "restore", NULL, F_BOOL, FIELD_JSON, NULL,
	  "shown only during a replace: the original comes back; null: not known" },
	{ "new_name", "replaced by", F_STR, 0, NULL, "symbol that replaces it, where the file is known" },
	{ "below", NULL, F_STRS, FIELD_TRUNC, NULL, "enabled patches of the same function, under this one" },
	{ "above", NULL, F_STRS, FIELD_TRUNC, NULL, "enabled patches of the same function, over this one" },
	{ "unordered", NULL, F_STRS, FIELD_JSON, NULL, "enabled patches of it whose order is not known" },
};
static const struct shape shape_sfunc = SHAPE("function", func_fields);

static const struct field object_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "vmlinux or the name of a module" },
	{ "patched", NULL, F_BOOL, 0, NULL, "the object is patched now; no: its module is not loaded" },
	{ "functions", NULL, F_ROWS, 0, &shape_sfunc, "functions it patches there" },
};
static const struct shape shape_sobject = SHAPE("object", object_fields);

static const struct field module_fields[] = {
	{ "size", NULL, F_INT, 0, NULL, "bytes of memory" },
	{ "refcount", "references", F_INT, 0, NULL, "references to it" },
	{ "state", NULL, F_STR, 0, NULL, "Live, Loading or Unloading" },
	{ "taints", NULL, F_STR, 0, NULL, "taint letters of the module" },
};
static const struct shape shape_smodule = SHAPE("module", module_fields);

static const struct field file_fields[] = {
	{ "path", NULL, F_STR, 0, NULL, "the file, identified by build-id or srcversion" },
	{ "description", NULL, F_STR, 0, NULL, "what its author says" },
	{ "vermagic", NULL, F_STR, 0, NULL, "kernel it was built for" },
	{ "signer", NULL, F_STR, 0, NULL, "who signed it, null: unsigned" },
	{ "sha256", NULL, F_STR, 0, NULL, "SHA-256 of the file" },
	{ "depends", NULL, F_STRS, 0, NULL, "modules it needs" },
};
static const struct shape shape_file = SHAPE("file", file_fields);

static const struct field show_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "name of the livepatch module" },
	{ "state", NULL, F_STR, 0, NULL,
	  "enabled, disabled, enabling, disabling, loading, unloading, leftover or unknown" },
	{ "since", NULL, F_REAL, 0, NULL,
	  "seconds it has been in its state; null: the kernel's log does not tell" },
	{ "since_inferred", NULL, F_BOOL, FIELD_JSON, NULL, "records are missing in the log since then" },
	{ "enabled", NULL, F_BOOL, FIELD_JSON, NULL, "what the attribute enabled says" },
	{ "transition", NULL, F_BOOL, 0, NULL, "this patch is in transition" },
	{ "loaded", NULL, F_BOOL, FIELD_JSON, NULL, "its module is loaded" },
	{ "replace", NULL, F_BOOL, 0, NULL, "an atomic replace" },
	{ "stack_order", "order", F_INT, 0, NULL, "position in the stack, highest is active" },
	{ "inferred_order", NULL, F_INT, FIELD_JSON, NULL,
	  "position by the order of loading, where the kernel does not tell" },
	{ "forced", NULL, F_BOOL, 0, NULL, "a transition of it was forced, as far as the log tells" },
	{ "srcversion", NULL, F_STR, 0, NULL, "checksum of its sources" },
	{ "build_id", "build-id", F_STR, 0, NULL, "build-id of its module" },
	{ "module", NULL, F_ROW, 0, &shape_smodule, "the loaded module" },
	{ "file", NULL, F_ROW, 0, &shape_file, "the file it came from, null: not found" },
	{ "objects", NULL, F_ROWS, 0, &shape_sobject, "what it patches" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
static const struct shape shape_show = SHAPE("show", show_fields);

struct show {
	const struct snapshot *s;
	const struct patch *p;
	const struct inspect *file; /* or NULL */
};

/* The file's klp_func of a function, NULL when unknown. */
static const struct inspect_func *file_func(const struct inspect *i, const char *object, const struct func *f)
{
	for (size_t k = 0; i && k < i->n_objects; k++)
		for (size_t n = 0; streq(i->objects[k].name, object) && n < i->objects[k].n_funcs; n++) {
			const struct inspect_func *c = &i->objects[k].funcs[n];

			if (streq(c->old_name, f->name) &&
			    (c->sympos ? c->sympos : 1) == (f->sympos ? f->sympos : 1))
				return c;
		}
	return NULL;
}

static int fill_stacking(const struct show *sh, struct row *row, const char *object, const struct func *f)
{
	static const char *const keys[] = {
		[STACKING_BELOW] = "below",
		[STACKING_ABOVE] = "above",
		[STACKING_UNORDERED] = "unordered",
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < sh->s->patches.n; i++) {
		const struct patch *other = &sh->s->patches.v[i];
		enum stacking k = stacking_of(sh->p, other, object, f);

		if (k != STACKING_NONE)
			r = row_push(row, keys[k], other->name);
	}
	for (int k = STACKING_BELOW; r >= 0 && k <= STACKING_ABOVE; k++)
		if (!row_cell(row, keys[k])->strs.n)
			r = row_human(row, keys[k], "-");
	return r;
}

static int fill_func(const struct show *sh, struct row *parent, const char *object, const struct func *f)
{
	const struct inspect_func *known = file_func(sh->file, object, f);
	struct row *row = row_add(parent, "functions");
	int r = row ? row_str(row, "name", f->name) : -ENOMEM;

	if (r >= 0 && f->restore == 1)
		r = row_human(row, "name", "%s (to be restored)", f->name);
	r = r < 0 ? r : row_int(row, "sympos", f->sympos);
	r = r < 0 ? r : row_tri(row, "restore", f->restore);
	r = r < 0 ? r : row_str(row, "new_name", known ? known->new_name : NULL);
	return r < 0 ? r : fill_stacking(sh, row, object, f);
}

static int fill_objects(const struct show *sh, struct row *row)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < sh->p->n_objects; i++) {
		const struct object *o = &sh->p->objects[i];
		struct row *sub = row_add(row, "objects");

		r = sub ? row_str(sub, "name", o->name) : -ENOMEM;
		r = r < 0 ? r : row_tri(sub, "patched", o->patched);
		for (size_t k = 0; r >= 0 && k < o->n_funcs; k++)
			r = fill_func(sh, sub, o->name, &o->funcs[k]);
	}
	return r;
}

static int fill_state(const struct show *sh, struct row *row)
{
	const struct patch *p = sh->p;
	int r = patch_state_fill(row, p);

	r = r < 0 ? r : patch_since_fill(row, p, sh->s->boot_us);
	r = r < 0 ? r : row_str(row, "srcversion", p->srcversion);
	r = r < 0 ? r : row_str(row, "build_id", p->build_id);
	if (r < 0 || p->stack_order < 0)
		return r;
	if (!p->order_inferred)
		return row_int(row, "stack_order", p->stack_order);
	r = row_human(row, "stack_order", "%d (inferred from the order of loading)", p->stack_order);
	return r < 0 ? r : row_int(row, "inferred_order", p->stack_order);
}

static int fill_module(const struct show *sh, struct row *row)
{
	const struct module *m = modules_find(&sh->s->modules, sh->p->name);
	struct row *sub = m ? row_sub(row, "module") : NULL;
	int r;

	if (!m)
		return 0;
	r = sub ? row_int(sub, "size", (int64_t)m->size) : -ENOMEM;
	r = r < 0 ? r : row_human(sub, "size", "%" PRIu64 " bytes", m->size);
	if (r >= 0 && m->refcount >= 0)
		r = row_int(sub, "refcount", m->refcount);
	r = r < 0 ? r : row_str(sub, "state", m->state);
	return r < 0 ? r : row_str(sub, "taints", m->taints);
}

static int fill_file(const struct show *sh, struct row *row)
{
	const struct inspect *i = sh->file;
	struct row *sub = i ? row_sub(row, "file") : NULL;
	int r;

	if (!i)
		return row_human(row, "file", "not found");
	/* Below the root, so that it reads the same for a captured tree. */
	r = sub ? row_strf(sub, "path", "%s%s", i->path[0] == '/' ? "" : "/", i->path) : -ENOMEM;
	r = r < 0 ? r : row_str(sub, "description", i->description);
	r = r < 0 ? r : row_str(sub, "vermagic", i->vermagic);
	r = r < 0 ? r : row_human_trimmed(sub, "vermagic", i->vermagic);
	r = r < 0 ? r : row_str(sub, "signer", i->signer);
	if (r >= 0 && !i->is_signed)
		r = row_human(sub, "signer", "not signed");
	r = r < 0 ? r : row_str(sub, "sha256", i->sha256);
	for (size_t k = 0; r >= 0 && k < i->n_depends; k++)
		r = row_push(sub, "depends", i->depends[k]);
	return r;
}

static int add_notes(const struct show *sh, struct report *rep)
{
	if (!sh->p->in_sysfs)
		return report_note(rep, "It is disabled and cannot be enabled again: remove the module with "
					"rmmod, then load it anew.");
	return 0;
}

static int show_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(report_freep) struct report *rep = NULL;
	struct show sh = { 0 };
	struct row *row;
	int r;

	r = call_livepatch(c, SNAPSHOT_MODULES | SNAPSHOT_LOG, &s, e);
	if (r < 0)
		return r;
	sh.s = s;
	sh.p = patches_find(&s->patches, c->args[0]);
	if (!sh.p)
		return patch_not_found(s, c->args[0], e);
	sh.file = origin_find(c->app->origin, sh.p->name);
	rep = report_single(&shape_show, &row);
	if (!rep || fill_state(&sh, row) < 0 || fill_module(&sh, row) < 0 || fill_file(&sh, row) < 0 ||
	    fill_objects(&sh, row) < 0 || add_notes(&sh, rep) < 0 || call_source_errors(c, s, row) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(rep);
	return 0;
}

static const struct arg show_args[] = { { "NAME", ARG_PATCH } };

const struct verb verb_show = {
	.name = "show",
	.args = show_args,
	.n_args = ARRAY_SIZE(show_args),
	.help = "one livepatch: objects, functions, what stacks on them, its module and file",
	.details =
		"Functions are shown as a tree under their objects. Below and above name the other enabled "
		"patches of the same function; the highest is the one that runs. The file is looked for in "
		"the boot stores, under /lib/modules, and where the site's configuration says, and counts "
		"only when its build-id or srcversion is that of the loaded module.",
	.examples = "klpsh show livepatch_fix  # all about it",
	.shape = &shape_show,
	.run = show_run,
};
