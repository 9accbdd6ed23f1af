/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `source` and `quit`: words that only mean something inside a session.
 */
#include <errno.h>

#include "shell/verbs.h"
#include "shell/view.h"

#define SOURCE_DEPTH 8

static int source_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *r = NULL;
	int rc;

	if (!c->app->source)
		return err_set(e, -EOPNOTSUPP, "scripts cannot be run from here");
	if (c->app->source_depth >= SOURCE_DEPTH)
		return err_set(e, -ELOOP, "%s: scripts are %d deep inside one another: not read", c->args[0],
			       SOURCE_DEPTH);
	c->app->source_depth++;
	rc = c->app->source(c->app, c->args[0], e);
	c->app->source_depth--;
	if (e->code)
		return e->code;
	if (c->app->script_failed && rc < RC_SIGNAL)
		return err_rc(e, (enum rc)rc, -ECANCELED, "%s met an error", c->args[0]);
	r = report_new(NULL, false);
	if (!r)
		return out_of_memory(e);
	r->rc = (enum rc)rc;
	*ret = TAKE_PTR(r);
	return 0;
}

static int quit_run(struct call *c, struct report **ret, struct err *e)
{
	c->app->quit = true;
	return 0;
}

static const struct arg source_args[] = { { "FILE", ARG_FILE } };

const struct verb verb_source = {
	.name = "source",
	.args = source_args,
	.n_args = ARRAY_SIZE(source_args),
	.help = "run the verbs of a script in this session",
	.details = "The first error stops the script, and with it this one, unless --keep-going is set.",
	.shell_only = true,
	.run = source_run,
};

const struct verb verb_quit = {
	.name = "quit",
	.help = "end the session; Ctrl-D does the same",
	.shell_only = true,
	.run = quit_run,
};
