/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shared steps of the reading verbs. See view.h.
 */
#include "shell/view.h"

#include <errno.h>

#include "shell/nearest.h"

int out_of_memory(struct err *e)
{
	return err_set(e, -ENOMEM, "out of memory");
}

int row_human_trimmed(struct row *row, const char *key, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	while (len && text[len - 1] == ' ')
		len--;
	return text ? row_human(row, key, "%.*s", (int)len, text) : 0;
}

struct report *report_single(const struct shape *shape, struct row **ret_row)
{
	struct report *r = report_new(shape, false);

	*ret_row = r ? report_add(r) : NULL;
	return *ret_row ? r : report_free(r);
}

int call_snapshot(struct call *c, unsigned what, struct snapshot **ret, struct err *e)
{
	struct snapshot_opts opts = {
		.map = &c->app->map,
		.track = &c->app->track,
		.stall_after = c->app->conf.stall_after,
	};
	int r = snapshot_take(c->app->root, what, &opts, ret);

	return r < 0 ? err_set(e, r, "cannot look at the kernel: %s", strerror(-r)) : 0;
}

int snapshot_require(const struct snapshot *s, struct err *e)
{
	if (s->livepatch)
		return 0;
	err_rc(e, RC_UNSUPPORTED, -EOPNOTSUPP, "this kernel (%s) has no livepatching",
	       s->release[0] ? s->release : "unknown release");
	err_hint(e, "klpsh-lab demo shows klpsh on a kernel that has it");
	return -EOPNOTSUPP;
}

int call_livepatch(struct call *c, unsigned what, struct snapshot **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	int r;

	r = call_snapshot(c, what | SNAPSHOT_PATCHES, &s, e);
	if (r < 0)
		return r;
	r = snapshot_require(s, e);
	if (r < 0)
		return r;
	/* One attribute of one patch that cannot be read hides no other patch. */
	if (s->errs[SOURCE_PATCHES].code && !s->patches.n) {
		*e = s->errs[SOURCE_PATCHES];
		return e->code;
	}
	*ret = TAKE_PTR(s);
	return 0;
}

static int tell(struct call *c, struct row *row, const char *text, const char *hint)
{
	if (hint[0])
		call_warn(c, "%s; %s", text, hint);
	else
		call_warn(c, "%s", text);
	return row ? row_push(row, "errors", text) : 0;
}

int call_source_errors(struct call *c, const struct snapshot *s, struct row *row)
{
	int r = 0;

	for (int i = 0; r >= 0 && i < SOURCE_MAX; i++) {
		/* The log only tells when a transition began. */
		if (i == SOURCE_LOG && !s->in_transition)
			continue;
		/* Without livepatching there is nothing to miss; errors of a patch follow. */
		if (!s->errs[i].code || (i == SOURCE_PATCHES && (!s->livepatch || s->patches.n)))
			continue;
		r = tell(c, row, s->errs[i].text, s->errs[i].hint);
	}
	for (size_t i = 0; r >= 0 && i < s->patches.n; i++) {
		const struct patch *p = &s->patches.v[i];

		if (p->err.code)
			r = tell(c, row, p->err.text, p->err.hint);
	}
	return r;
}

int patch_not_found(const struct snapshot *s, const char *name, struct err *e)
{
	struct nearest near = NEAREST_TO(name);

	for (size_t i = 0; i < s->patches.n; i++)
		nearest_try(&near, s->patches.v[i].name);
	err_set(e, -ENOENT, "there is no livepatch \"%s\"", name);
	if (nearest_found(&near))
		err_hint(e, "did you mean %s?", nearest_found(&near));
	else
		err_hint(e, s->patches.n ? "klpsh list shows those that are loaded"
					 : "no livepatch is loaded at all");
	return -ENOENT;
}
