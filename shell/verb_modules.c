/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `modules`: what is loaded, newest first; livepatches and their leftovers
 * marked.
 */
#include <errno.h>
#include <inttypes.h>

#include "shell/verbs.h"
#include "shell/view.h"

static const struct field module_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "name of the module" },
	{ "size", NULL, F_INT, FIELD_RIGHT, NULL, "bytes of memory" },
	{ "refcount", "refs", F_INT, FIELD_RIGHT, NULL, "references to it" },
	{ "livepatch", NULL, F_BOOL, FIELD_JSON, NULL, "it is a livepatch, or was one: leftovers count" },
	{ "patch_state", "livepatch", F_STR, 0, NULL,
	  "state of the livepatch it is; null for other modules" },
	{ "state", NULL, F_STR, 0, NULL, "Live, Loading or Unloading" },
	{ "taints", NULL, F_STR, 0, NULL, "taint letters of the module" },
	{ "holders", "used_by", F_STRS, FIELD_TRUNC, NULL, "modules that use it" },
};
static const struct shape shape_module = SHAPE("module", module_fields);

static int push_holders(struct row *row, const char *holders)
{
	_cleanup_free_ char *copy = strdup(holders ? holders : "");
	char *save = NULL;
	int r = copy ? 0 : -ENOMEM;

	for (char *h = copy ? strtok_r(copy, ",", &save) : NULL; r >= 0 && h; h = strtok_r(NULL, ",", &save))
		r = row_push(row, "holders", h);
	return r;
}

static int fill_row(struct row *row, const struct module *m, const struct patch *p)
{
	int r = row_str(row, "name", m->name);

	r = r < 0 ? r : row_int(row, "size", (int64_t)m->size);
	if (r >= 0 && m->refcount >= 0)
		r = row_int(row, "refcount", m->refcount);
	r = r < 0 ? r : row_bool(row, "livepatch", p || m->livepatch);
	if (p || m->livepatch)
		r = r < 0 ? r : row_str(row, "patch_state", p ? patch_state_word(p) : "unknown");
	else
		r = r < 0 ? r : row_human(row, "patch_state", "-");
	r = r < 0 ? r : row_str(row, "state", m->state);
	r = r < 0 ? r : row_str(row, "taints", m->taints);
	if (r >= 0 && m->taints && !m->taints[0])
		r = row_human(row, "taints", "-");
	return r < 0 ? r : push_holders(row, m->holders);
}

static int fill(struct report *r, const struct snapshot *s, bool only)
{
	int err = 0;

	for (size_t i = 0; err >= 0 && i < s->modules.n; i++) {
		const struct module *m = &s->modules.v[i];
		const struct patch *p = patches_find(&s->patches, m->name);
		struct row *row;

		if (only && !p && !m->livepatch)
			continue;
		row = report_add(r);
		err = row ? fill_row(row, m, p) : -ENOMEM;
	}
	if (err >= 0 && !r->rows.n)
		err = report_headline(r, only ? "No livepatch module is loaded." : "No module is loaded.");
	return err;
}

static int modules_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(report_freep) struct report *r = NULL;
	int err;

	err = call_snapshot(c, SNAPSHOT_MODULES | SNAPSHOT_PATCHES, &s, e);
	if (err < 0)
		return err;
	/* A line that cannot be read hides no other module. */
	if (s->errs[SOURCE_MODULES].code && !s->modules.n) {
		*e = s->errs[SOURCE_MODULES];
		return e->code;
	}
	r = report_new(&shape_module, true);
	if (!r || fill(r, s, call_flag(c, "livepatch") != NULL) < 0 || call_source_errors(c, s, NULL) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(r);
	return 0;
}

static const struct flag modules_flags[] = {
	{ "livepatch", NULL, false, "livepatch modules only, leftovers included" },
};

const struct verb verb_modules = {
	.name = "modules",
	.flags = modules_flags,
	.n_flags = ARRAY_SIZE(modules_flags),
	.help = "loaded modules, livepatches and leftovers marked",
	.details = "In the order of the kernel: the newest first. Works on every kernel.",
	.examples = "klpsh modules --livepatch  # livepatches, leftovers too",
	.shape = &shape_module,
	.run = modules_run,
};
