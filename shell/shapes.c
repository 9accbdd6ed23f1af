/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patches and objects as rows: the shape of `list`, shared with `show`.
 */
#include "shell/shapes.h"

#include <errno.h>

#include "core/text.h"

static const struct field func_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "function that is patched" },
	{ "sympos", NULL, F_INT, FIELD_RIGHT, NULL, "which one of that name, from 1" },
	{ "restore", NULL, F_BOOL, FIELD_JSON, NULL,
	  "shown only during a replace: the original comes back; null: not known" },
};
static const struct shape shape_func = SHAPE("function", func_fields);

static const struct field object_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "vmlinux or the name of a module" },
	{ "patched", NULL, F_BOOL, 0, NULL, "the object is patched now; no: its module is not loaded" },
	{ "functions", NULL, F_ROWS, 0, &shape_func, "functions it patches there" },
};
const struct shape shape_object = SHAPE("object", object_fields);

static const struct field patch_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "name of the livepatch module" },
	{ "state", NULL, F_STR, 0, NULL,
	  "enabled, disabled, enabling, disabling, loading, unloading, leftover or unknown" },
	{ "enabled", NULL, F_BOOL, FIELD_JSON, NULL, "what the attribute enabled says" },
	{ "transition", NULL, F_BOOL, FIELD_JSON, NULL, "this patch is in transition" },
	{ "loaded", NULL, F_BOOL, FIELD_JSON, NULL, "its module is loaded" },
	{ "objects", NULL, F_ROWS, FIELD_RIGHT, &shape_object, "what it patches (table: patched now/all)" },
	{ "replace", NULL, F_BOOL, 0, NULL, "an atomic replace; null on kernels that do not say" },
	{ "stack_order", "order", F_INT, FIELD_RIGHT, NULL, "position in the stack, highest is active" },
	{ "inferred_order", NULL, F_INT, FIELD_JSON, NULL,
	  "position by the order of loading, where the kernel does not tell" },
	{ "forced", NULL, F_BOOL, FIELD_WIDE, NULL,
	  "a transition of it was forced, as far as the log tells" },
	{ "refcount", "refs", F_INT, FIELD_RIGHT, NULL, "references to its module" },
	{ "srcversion", NULL, F_STR, FIELD_WIDE, NULL, "checksum of its sources" },
	{ "build_id", NULL, F_STR, 0, NULL, "build-id of its module (table: the first 12 digits)" },
	{ "since", NULL, F_REAL, FIELD_JSON, NULL,
	  "seconds it has been in its state; null: the kernel's log does not tell" },
	{ "since_inferred", NULL, F_BOOL, FIELD_JSON, NULL, "records are missing in the log since then" },
};
const struct shape shape_patch = SHAPE("patch", patch_fields);

int object_row_fill(struct row *row, const struct object *o)
{
	int r = row_str(row, "name", o->name);

	r = r < 0 ? r : row_tri(row, "patched", o->patched);
	for (size_t i = 0; r >= 0 && i < o->n_funcs; i++) {
		struct row *f = row_add(row, "functions");

		r = f ? row_str(f, "name", o->funcs[i].name) : -ENOMEM;
		r = r < 0 ? r : row_int(f, "sympos", o->funcs[i].sympos);
		r = r < 0 ? r : row_tri(f, "restore", o->funcs[i].restore);
	}
	return r;
}

static int fill_objects(struct row *row, const struct patch *p)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < p->n_objects; i++) {
		struct row *o = row_add(row, "objects");

		r = o ? object_row_fill(o, &p->objects[i]) : -ENOMEM;
	}
	if (r < 0)
		return r;
	if (!p->in_sysfs)
		return row_human(row, "objects", "-");
	if (patch_count_patched(p) < 0)
		return row_human(row, "objects", "%zu", patch_count_objects(p));
	return row_human(row, "objects", "%d/%zu", patch_count_patched(p), patch_count_objects(p));
}

/* A disabled patch that only its module is left of is not enabled: that is known. */
int patch_state_fill(struct row *row, const struct patch *p)
{
	int r = row_str(row, "name", p->name);

	r = r < 0 ? r : row_str(row, "state", patch_state_word(p));
	r = r < 0 ? r : row_tri(row, "enabled", p->in_sysfs ? p->enabled : 0);
	r = r < 0 ? r : row_tri(row, "transition", p->in_sysfs ? p->transition : 0);
	r = r < 0 ? r : row_bool(row, "loaded", p->loaded);
	r = r < 0 ? r : row_tri(row, "replace", p->replace);
	r = r < 0 ? r : row_tri(row, "forced", p->forced);
	return r;
}

int patch_since_fill(struct row *row, const struct patch *p, uint64_t boot_us)
{
	char text[32];
	int r;

	if (!p->since_known)
		return 0;
	text_duration(text, sizeof(text), patch_age(p, boot_us));
	r = row_real(row, "since", patch_age(p, boot_us));
	r = r < 0 ? r : row_bool(row, "since_inferred", p->since_inferred);
	return r < 0 ? r
		     : row_human(row, "since", "%s%s", text,
				 p->since_inferred ? " (inferred: the log has a gap)" : "");
}

static int fill_order(struct row *row, const struct patch *p)
{
	if (p->stack_order < 0)
		return p->in_sysfs ? 0 : row_human(row, "stack_order", "-");
	if (!p->order_inferred)
		return row_int(row, "stack_order", p->stack_order);
	if (row_human(row, "stack_order", "%d", p->stack_order) < 0)
		return -ENOMEM;
	return row_int(row, "inferred_order", p->stack_order);
}

int patch_row_fill(struct row *row, const struct patch *p, uint64_t boot_us)
{
	int r = patch_state_fill(row, p);

	r = r < 0 ? r : fill_objects(row, p);
	r = r < 0 ? r : fill_order(row, p);
	if (r >= 0 && p->refcount >= 0)
		r = row_int(row, "refcount", p->refcount);
	r = r < 0 ? r : row_str(row, "srcversion", p->srcversion);
	r = r < 0 ? r : row_str(row, "build_id", p->build_id);
	if (r >= 0 && p->build_id)
		r = row_human(row, "build_id", "%.12s", p->build_id);
	return r < 0 ? r : patch_since_fill(row, p, boot_us);
}
