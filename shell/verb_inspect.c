/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `inspect`: a module file as facts, without loading it.
 */
#include <errno.h>
#include <inttypes.h>

#include "kmod/inspect.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field func_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "function it would patch" },
	{ "sympos", NULL, F_INT, FIELD_RIGHT, NULL, "which one of that name; 0: it must be the only one" },
	{ "new_name", "replaced by", F_STR, 0, NULL, "symbol that replaces it" },
};
static const struct shape shape_ifunc = SHAPE("function", func_fields);

static const struct field object_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "vmlinux or the name of a module" },
	{ "patched", NULL, F_BOOL, FIELD_JSON, NULL, "always null: it is only a file" },
	{ "functions", NULL, F_ROWS, 0, &shape_ifunc, "functions it would patch there" },
	{ "callbacks", NULL, F_STRS, 0, NULL, "callbacks it has for this object" },
};
static const struct shape shape_iobject = SHAPE("object", object_fields);

static const struct field reloc_fields[] = {
	{ "object", NULL, F_STR, 0, NULL, "object the symbol is in" },
	{ "symbol", NULL, F_STR, 0, NULL, "symbol it refers to" },
	{ "sympos", NULL, F_INT, FIELD_RIGHT, NULL, "which one of that name" },
};
static const struct shape shape_reloc = SHAPE("relocation", reloc_fields);

static const struct field state_fields[] = {
	{ "id", NULL, F_INT, FIELD_RIGHT, NULL, "number of the state" },
	{ "version", NULL, F_INT, FIELD_RIGHT, NULL, "version of it that the patch supports" },
};
static const struct shape shape_istate = SHAPE("state", state_fields);

static const struct field inspect_fields[] = {
	{ "path", "file", F_STR, 0, NULL, "the file" },
	{ "module", NULL, F_STR, 0, NULL, "name of the module in it" },
	{ "livepatch", NULL, F_BOOL, 0, NULL, "it is a livepatch" },
	{ "vermagic", NULL, F_STR, 0, NULL, "kernel it was built for, with options" },
	{ "matches_running", "for this kernel", F_BOOL, 0, NULL,
	  "its release is that of the running kernel" },
	{ "description", NULL, F_STR, 0, NULL, "what its author says" },
	{ "version", NULL, F_STR, FIELD_JSON, NULL, "version its author gave it" },
	{ "license", NULL, F_STR, 0, NULL, "licence it declares" },
	{ "signed", NULL, F_BOOL, 0, NULL, "a signature is appended (not verified here)" },
	{ "signer", NULL, F_STR, 0, NULL, "who signed it" },
	{ "sig_key", NULL, F_STR, FIELD_JSON, NULL, "id of the signing key" },
	{ "sig_hash", NULL, F_STR, FIELD_JSON, NULL, "hash of the signature" },
	{ "build_id", "build-id", F_STR, 0, NULL, "build-id" },
	{ "srcversion", NULL, F_STR, 0, NULL, "checksum of its sources" },
	{ "sha256", NULL, F_STR, 0, NULL, "SHA-256 of the file as it is" },
	{ "size", NULL, F_INT, 0, NULL, "bytes of the file as it is" },
	{ "compression", NULL, F_STR, 0, NULL, "none, gzip, xz or zstd" },
	{ "depends", NULL, F_STRS, 0, NULL, "modules it needs" },
	{ "replace", NULL, F_BOOL, 0, NULL, "an atomic replace" },
	{ "objects_complete", NULL, F_BOOL, FIELD_JSON, NULL, "all objects and functions could be read" },
	{ "objects", NULL, F_ROWS, 0, &shape_iobject, "what it would patch" },
	{ "relocations", NULL, F_ROWS, 0, &shape_reloc, "livepatch relocations (.klp.sym)" },
	{ "states", "system states", F_ROWS, 0, &shape_istate,
	  "system states it makes or supports (klp_state)" },
	{ "states_known", NULL, F_BOOL, FIELD_JSON, NULL, "the states could be read" },
};
static const struct shape shape_inspect = SHAPE("inspect", inspect_fields);

static int fill_func(struct row *parent, const struct inspect_func *f)
{
	struct row *row = row_add(parent, "functions");
	int r = row ? row_str(row, "name", f->old_name) : -ENOMEM;

	r = r < 0 ? r : row_int(row, "sympos", f->sympos);
	return r < 0 ? r : row_str(row, "new_name", f->new_name);
}

static int fill_object(struct row *parent, const struct inspect_object *o)
{
	struct row *row = row_add(parent, "objects");
	int r = row ? row_str(row, "name", o->name) : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < o->n_funcs; i++)
		r = fill_func(row, &o->funcs[i]);
	if (r >= 0 && o->pre_patch)
		r = row_push(row, "callbacks", "pre-patch");
	if (r >= 0 && o->post_patch)
		r = row_push(row, "callbacks", "post-patch");
	if (r >= 0 && o->pre_unpatch)
		r = row_push(row, "callbacks", "pre-unpatch");
	if (r >= 0 && o->post_unpatch)
		r = row_push(row, "callbacks", "post-unpatch");
	return r;
}

static int fill_reloc(struct row *parent, const struct inspect_reloc *s)
{
	struct row *row = row_add(parent, "relocations");
	int r = row ? row_str(row, "object", s->object) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "symbol", s->symbol);
	return r < 0 ? r : row_int(row, "sympos", s->sympos);
}

static int fill_state(struct row *parent, const struct inspect_state *s)
{
	struct row *row = row_add(parent, "states");
	int r = row ? row_int(row, "id", (int64_t)s->id) : -ENOMEM;

	return r < 0 ? r : row_int(row, "version", s->version);
}

static int fill_identity(struct row *row, const struct inspect *i, const char *release)
{
	int r = row_str(row, "path", i->path);

	r = r < 0 ? r : row_str(row, "module", i->name);
	r = r < 0 ? r : row_bool(row, "livepatch", i->livepatch);
	r = r < 0 ? r : row_str(row, "vermagic", i->vermagic);
	r = r < 0 ? r : row_human_trimmed(row, "vermagic", i->vermagic);
	if (r >= 0 && release[0] && i->vermagic)
		r = row_bool(row, "matches_running", inspect_matches_release(i, release));
	r = r < 0 ? r : row_str(row, "description", i->description);
	r = r < 0 ? r : row_str(row, "version", i->version);
	r = r < 0 ? r : row_str(row, "license", i->license);
	r = r < 0 ? r : row_str(row, "build_id", i->build_id);
	return r < 0 ? r : row_str(row, "srcversion", i->srcversion);
}

static int fill_file(struct row *row, const struct inspect *i)
{
	int r = row_bool(row, "signed", i->is_signed);

	r = r < 0 ? r : row_str(row, "signer", i->signer);
	r = r < 0 ? r : row_str(row, "sig_key", i->sig_key);
	r = r < 0 ? r : row_str(row, "sig_hash", i->sig_hash);
	if (r >= 0 && !i->is_signed)
		r = row_human(row, "signer", "-");
	r = r < 0 ? r : row_str(row, "sha256", i->sha256);
	r = r < 0 ? r : row_int(row, "size", (int64_t)i->size);
	r = r < 0 ? r : row_human(row, "size", "%" PRIu64 " bytes", i->size);
	r = r < 0 ? r : row_str(row, "compression", i->compression);
	for (size_t k = 0; r >= 0 && k < i->n_depends; k++)
		r = row_push(row, "depends", i->depends[k]);
	return r;
}

static int fill_klp(struct report *rep, struct row *row, const struct inspect *i)
{
	int r = row_tri(row, "replace", i->replace);

	if (!i->livepatch) {
		r = r < 0 ? r : row_human(row, "replace", "-");
		return r < 0 ? r : report_note(rep, "This module is not a livepatch.");
	}
	r = r < 0 ? r : row_bool(row, "objects_complete", i->objects_complete);
	for (size_t k = 0; r >= 0 && k < i->n_objects; k++)
		r = fill_object(row, &i->objects[k]);
	for (size_t k = 0; r >= 0 && k < i->n_relocs; k++)
		r = fill_reloc(row, &i->relocs[k]);
	for (size_t k = 0; r >= 0 && k < i->n_states; k++)
		r = fill_state(row, &i->states[k]);
	r = r < 0 ? r : row_bool(row, "states_known", i->states_known);
	if (r >= 0 && !i->objects_complete)
		r = report_note(rep,
				"Not everything it patches could be read from the file: there may be more.");
	return r;
}

static int inspect_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(report_freep) struct report *rep = NULL;
	struct row *row;
	int r;

	r = inspect_file(c->args[0], &i, e);
	if (r < 0)
		return r;
	r = call_snapshot(c, 0, &s, e);
	if (r < 0)
		return r;
	rep = report_single(&shape_inspect, &row);
	if (!rep || fill_identity(row, i, s->release) < 0 || fill_file(row, i) < 0 ||
	    fill_klp(rep, row, i) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(rep);
	return 0;
}

static const struct arg inspect_args[] = { { "FILE", ARG_FILE } };

const struct verb verb_inspect = {
	.name = "inspect",
	.args = inspect_args,
	.n_args = ARRAY_SIZE(inspect_args),
	.help = "a module file without loading it: what it would patch, and for which kernel",
	.details = "Reads .ko, .ko.gz, .ko.xz and .ko.zst. A signature is described, not verified. Works on "
		   "every kernel and without root.",
	.examples = "klpsh inspect fix.ko  # objects, functions, vermagic, signature",
	.shape = &shape_inspect,
	.run = inspect_run,
};
