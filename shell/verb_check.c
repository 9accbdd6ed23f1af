/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `check`: would this file load, and who would hold its transition up? The
 * checks are kmod/preflight's; here they get a verdict in the first line, a
 * table, and words for what is wrong. Changes nothing.
 */
#include <errno.h>

#include "shell/preflight_view.h"
#include "shell/verbs.h"
#include "shell/view.h"

/* The first check that fails, and how many more. */
static int headline_fail(struct report *rep, const struct inspect *i, const struct preflight *p)
{
	char more[48];

	preflight_more_fail(p, more, sizeof(more));
	return report_headline(rep, "fail: %s would not load: %s%s.", i->name,
			       preflight_first_fail(p)->evidence, more);
}

static int headline(struct report *rep, const struct inspect *i, const struct preflight *p)
{
	size_t warn = preflight_count(p, CHECK_WARN), open = preflight_count(p, CHECK_NOT_CHECKED);
	char not_checked[64] = "";

	if (preflight_verdict(p) == CHECK_FAIL)
		return headline_fail(rep, i, p);
	if (preflight_verdict(p) == CHECK_PASS)
		return report_headline(rep, "pass: nothing stands in the way of %s.", i->name);
	if (open)
		FORMAT(not_checked, " %zu of %zu checks could not be made.", open, p->n);
	if (!warn)
		return report_headline(rep, "warn: nothing is known to stand in the way of %s.%s", i->name,
				       not_checked);
	return report_headline(rep, "warn: %s would load, with %zu warning%s.%s", i->name, warn,
			       warn == 1 ? "" : "s", not_checked);
}

static int make_report(struct call *c, const struct snapshot *s, const struct inspect *i,
		       const struct preflight *p, struct report **ret)
{
	struct row *row;
	_cleanup_(report_freep) struct report *rep = report_single(&shape_preflight, &row);

	if (!rep || headline(rep, i, p) < 0 || preflight_fill(row, i, p) < 0 ||
	    preflight_explain(rep, p) < 0 || call_source_errors(c, s, row) < 0)
		return -ENOMEM;
	if (!s->root && preflight_count(p, CHECK_NOT_CHECKED) &&
	    report_note(rep, "Root sees more: run it as root to make every check.") < 0)
		return -ENOMEM;
	rep->rc = preflight_verdict(p) == CHECK_FAIL ? RC_FAILED : RC_OK;
	*ret = TAKE_PTR(rep);
	return 0;
}

static int check_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct preflight p = { 0 };
	int r = inspect_file(c->args[0], &i, e);

	r = r < 0 ? r : call_livepatch(c, SNAPSHOT_MODULES | SNAPSHOT_SYSTEM | SNAPSHOT_LOG, &s, e);
	if (r < 0)
		return r;
	r = preflight_run(&(struct preflight_input){ c->app->root, s, i, &c->app->map, c->app->origin }, &p);
	r = r < 0 ? r : make_report(c, s, i, &p, ret);
	preflight_done(&p);
	return r < 0 ? out_of_memory(e) : 0;
}

static const struct arg check_args[] = { { "FILE", ARG_FILE } };

const struct verb verb_check = {
	.name = "check",
	.args = check_args,
	.n_args = ARRAY_SIZE(check_args),
	.help = "would this file load, and who would hold its transition up now",
	.details =
		"Looks for every known reason why a load of FILE would fail or stall, and loads nothing: the "
		"file, signatures, modules it needs, the running transition, each function in kallsyms and "
		"ftrace, kprobes, the patches that are enabled, and the stacks of all sleeping tasks. A task "
		"is predicted to block when its stack holds code that the kernel would look for: it is a "
		"picture of this moment. Where a source is closed (no root, lockdown, tracefs not mounted) "
		"the check says not-checked, never pass.\n\n"
		"Exit code: 0 for pass and for warn, 1 for fail; the verdict is in the first line. A check "
		"that could not be made counts as a warning.",
	.examples = "klpsh check fix.ko  # verdict, checks, and the tasks that would block\n"
		    "klpsh check fix.ko --json  # the same for programs",
	.shape = &shape_preflight,
	.run = check_run,
};
