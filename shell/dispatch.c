/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one dispatcher of all front ends: find the verb, read its words, check
 * its danger, run it, and turn the outcome into an exit code. Never prints.
 */
#include "shell/dispatch.h"

#include <errno.h>

#include "shell/app.h"
#include "shell/args.h"

int danger_check(const struct verb *v, const struct settings *set, const struct app *app, struct err *e)
{
	if (v->danger == DANGER_NONE)
		return 0;
	/* Tests plug their own kernel behind a written tree. */
	if (app->root_prefix && !app->kops)
		return err_set(e, -EROFS, "%s changes things, and %s is a captured tree", v->name,
			       app->root_prefix);
	if (set->read_only && !set->dry_run)
		return err_set(e, -EROFS, "%s changes things, and this session is read-only", v->name);
	return 0;
}

static const struct verb *find_verb(const struct app *app, const char *name, struct err *e)
{
	const struct verb *v = verb_find(name), *near;

	if (v)
		return v;
	near = verb_nearest(name);
	err_rc(e, RC_USAGE, -EINVAL, "there is no verb \"%s\"", name);
	if (near)
		err_hint(e, "did you mean %s?", near->name);
	else
		err_hint(e, "%shelp lists the verbs", app->in_shell ? "" : "klpsh ");
	return NULL;
}

static int check_place(const struct app *app, const struct verb *v, struct err *e)
{
	if (!v->shell_only || app->in_shell)
		return 0;
	err_rc(e, RC_USAGE, -EINVAL, "%s is a word of the shell and of scripts", v->name);
	err_hint(e, "klpsh shell opens the shell, klpsh -f FILE runs a script");
	return -EINVAL;
}

static int run_verb(struct app *app, struct call *c, struct report **ret, struct err *e)
{
	struct err none = { 0 };
	int r;

	r = check_place(app, c->verb, e);
	if (r >= 0)
		r = danger_check(c->verb, &c->set, app, e);
	if (r < 0)
		return (int)err_exit(e);
	*e = none;
	r = c->verb->run(c, ret, e);
	if (r < 0 && !e->code)
		err_set(e, r, "%s: %s", c->verb->name, strerror(-r));
	if (r < 0)
		return (int)err_exit(e);
	return *ret ? (int)(*ret)->rc : RC_OK;
}

/* A --root behind the verb counts for this call alone: it gets an app of its own. */
static int run_elsewhere(struct app *app, const char *prefix, struct call *c, struct report **ret,
			 struct err *e)
{
	_cleanup_free_ struct app *other = calloc(1, sizeof(*other));
	int rc;

	if (!other) {
		err_set(e, -ENOMEM, "out of memory");
		return RC_FAILED;
	}
	if (app_open(other, prefix, &app->set, e) < 0) {
		app_close(other);
		return (int)err_exit(e);
	}
	other->in_shell = app->in_shell;
	other->progress = app->progress;
	other->progress_arg = app->progress_arg;
	c->app = other;
	rc = run_verb(other, c, ret, e);
	app->warnings = TAKE_PTR(other->warnings);
	app->n_warnings = other->n_warnings;
	other->n_warnings = 0;
	app_close(other);
	return rc;
}

static int run_parsed(struct app *app, struct parsed *p, struct call *c, struct report **ret, struct err *e)
{
	char *help_args[] = { (char *)p->verb->name, NULL };
	int rc;

	if (p->g.version) {
		err_rc(e, RC_USAGE, -EINVAL, "--version stands alone: klpsh --version");
		return RC_USAGE;
	}
	if (p->g.help) {
		c->verb = verb_find("help");
		c->args = help_args;
		c->n_args = 1;
		rc = run_verb(app, c, ret, e);
		c->args = NULL;
		return rc;
	}
	if (p->g.root)
		return run_elsewhere(app, p->g.root, c, ret, e);
	return run_verb(app, c, ret, e);
}

int verb_dispatch(struct app *app, char *const *argv, size_t argc,
		  int (*emit)(struct call *, struct report *), void *emit_arg, volatile int *interrupted,
		  struct settings *ret_set, struct report **ret, struct err *e)
{
	static volatile int never;
	struct err own = { 0 };
	struct parsed p = { .g.set = app->set };
	struct call c = { .app = app, .emit = emit, .emit_arg = emit_arg };
	int rc = RC_USAGE;

	e = e ? e : &own;
	*e = own;
	*ret = NULL;
	app_clear_warnings(app);
	c.interrupted = interrupted ? interrupted : &never;
	never = 0;
	c.verb = find_verb(app, argv[0], e);
	if (c.verb && args_parse(c.verb, &app->set, argv, argc, &p, e) >= 0) {
		c.args = p.args;
		c.n_args = p.n_args;
		c.flag_values = p.flag_values;
		c.set = p.g.set;
		rc = run_parsed(app, &p, &c, ret, e);
	} else if (e->code) {
		rc = (int)err_exit(e);
	}
	/* An unknown verb must still answer in the form that was asked for. */
	for (size_t i = 1; !c.verb && i < argc; i++)
		p.g.set.json |= streq(argv[i], "--json");
	if (ret_set)
		*ret_set = p.g.set;
	parsed_done(&p);
	return rc;
}
