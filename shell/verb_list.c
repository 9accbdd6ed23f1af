/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `list`: every livepatch the kernel knows, and those that are disabled but
 * still loaded.
 */
#include "shell/shapes.h"
#include "shell/verbs.h"
#include "shell/view.h"

static int fill(struct report *r, const struct snapshot *s)
{
	size_t inferred = 0;
	int err = 0;

	for (size_t i = 0; err >= 0 && i < s->patches.n; i++) {
		struct row *row = report_add(r);

		if (!row)
			return -1;
		err = patch_row_fill(row, &s->patches.v[i], s->boot_us);
		inferred += s->patches.v[i].order_inferred;
	}
	if (err >= 0 && !s->patches.n)
		err = report_headline(r, "No livepatch is loaded.");
	if (err >= 0 && inferred > 1)
		err = report_note(r, "This kernel does not tell the order: it is inferred from the order of "
				     "loading.");
	return err;
}

static int list_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(report_freep) struct report *r = NULL;
	/* The log tells ages, which the table does not have. */
	unsigned log = c->set.json || c->set.plain ? SNAPSHOT_LOG : 0;
	int err;

	err = call_livepatch(c, SNAPSHOT_PATCHES | log, &s, e);
	if (err < 0)
		return err;
	r = report_new(&shape_patch, true);
	if (!r || fill(r, s) < 0 || call_source_errors(c, s, NULL) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(r);
	return 0;
}

const struct verb verb_list = {
	.name = "list",
	.help = "all livepatches with state, objects, order and build-id",
	.details =
		"A patch is enabled, disabled, enabling or disabling (in transition), or leftover: disabled "
		"for good, its module still loaded. What this kernel does not tell is n/a, or null in JSON.",
	.examples = "klpsh list  # a table\n"
		    "klpsh list --json  # for programs",
	.shape = &shape_patch,
	.run = list_run,
};
