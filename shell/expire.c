/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watcher's life: wait for the deadline or the confirmation, then undo by
 * the same verbs and the same pipeline as everyone. A change whose transition
 * still runs is turned round; one that is done is rolled back.
 */
#include <errno.h>
#include <signal.h>

#include "core/lock.h"
#include "core/loop.h"
#include "shell/takenback.h"
#include "shell/unconfirmed.h"
#include "shell/view.h"

#define LOOK_US 200000
#define RETRY_US (5 * USEC_PER_SEC)
#define RETRIES 60

struct expire {
	struct call *c;
	struct loop *loop;
	struct loop_source *timer;
	const struct confirm *what;
	int fd;
	bool confirmed;
};

static int on_tick(struct loop_source *s, void *arg)
{
	struct expire *x = arg;

	x->confirmed = !confirm_is_armed(x->fd);
	if (!x->confirmed && now_boot() < x->what->deadline_us)
		return loop_timer_set(s, MIN(LOOK_US, x->what->deadline_us - now_boot()));
	loop_exit(x->loop, 0);
	return 0;
}

static int on_retry(struct loop_source *s, void *arg)
{
	loop_exit(((struct expire *)arg)->loop, 0);
	return 0;
}

static int run_timer(struct expire *x, loop_fn fn, uint64_t first_us)
{
	int r = loop_new(&x->loop);

	r = r < 0 ? r : loop_add_timer(x->loop, fn, x, &x->timer);
	r = r < 0 ? r : loop_timer_set(x->timer, first_us);
	r = r < 0 ? r : loop_run(x->loop);
	x->timer = loop_remove(x->timer);
	x->loop = loop_free(x->loop);
	return r;
}

static int say(struct expire *x, const char *verb, const char *arg, struct err *e)
{
	_cleanup_(report_freep) struct report *r = NULL;
	char reason[96], of[64];
	char *argv[8];
	size_t n = 0;

	FORMAT(reason, "--reason=%.8s was not confirmed within %.0f s", x->what->txn, x->what->seconds);
	FORMAT(of, "--of=%s", x->what->txn);
	argv[n++] = (char *)verb;
	argv[n++] = (char *)"--yes";
	argv[n++] = reason;
	if (arg)
		argv[n++] = (char *)arg;
	if (streq(verb, "rollback"))
		argv[n++] = of;
	return verb_dispatch(x->c->app, argv, n, NULL, NULL, NULL, NULL, &r, e);
}

/* Was it a load whose transition was turned round? Then only the module is left. */
static bool is_leftover(const struct expire *x, int enabled)
{
	struct pin pin;

	return enabled != 1 && pin_patch(x->c->app->root, x->what->target, &pin, NULL) >= 0;
}

/*
 * A running transition may have been turned round by somebody already, so
 * what is said is where to, and never just the other way.
 */
static int undo_now(struct expire *x, struct err *e)
{
	const char *verb = x->what->verb, *target = x->what->target;
	bool loaded = streq(verb, "load") || streq(verb, "replace");
	int enabled, transition, r = patch_read_state(x->c->app->root, target, &enabled, &transition);

	if (r < 0) {
		err_set(e, r, "cannot read the state of %s: %s", target, strerror(-r));
		return RC_FAILED;
	}
	if (loaded && (transition == 1 || is_leftover(x, enabled)))
		return say(x, "unload", target, e);
	if (transition != 1 && taken_back(x->c->app, x->what->txn) == 1)
		return RC_OK;
	if (transition != 1)
		return say(x, "rollback", NULL, e);
	if (streq(verb, "disable") || streq(verb, "unload"))
		return say(x, "enable", target, e);
	return streq(verb, "enable") ? say(x, "disable", target, e) : say(x, "reverse", NULL, e);
}

/* Not while a change runs: it may be the very one, or be taking it back. */
static int undo(struct expire *x, struct err *e)
{
	const struct app *app = x->c->app;

	*e = (struct err){ 0 };
	return lock_peek(app_run_dir(app), LOCK_WHOLE, e) > 0 ? RC_BUSY : undo_now(x, e);
}

/* Somebody else is at it, it came half-way, or the audit system lost records just then. */
static bool may_pass(int rc, const struct err *e)
{
	/* What the kernel has accepted goes on by itself. */
	if (rc == RC_PARTIAL && e->code == -EINPROGRESS)
		return false;
	/* Nor does a lack of something stay. */
	if (rc == RC_FAILED)
		return e->code == -ENFILE || e->code == -EMFILE || e->code == -ENOMEM;
	return rc == RC_BUSY || rc == RC_STALLED || rc == RC_PARTIAL || rc == RC_AUDIT;
}

static int undo_patiently(struct expire *x, struct err *e)
{
	int rc = undo(x, e);

	for (int i = 0; i < RETRIES && may_pass(rc, e); i++) {
		if (run_timer(x, on_retry, RETRY_US) < 0 || !confirm_is_armed(x->fd))
			break;
		rc = undo(x, e);
	}
	return rc;
}

/* What could not be undone is kept in mind: klpsh status tells it until somebody has decided. */
static void settle(const struct expire *x, int rc, const struct err *e)
{
	const char *dir = app_state_dir(x->c->app);

	if (rc == RC_OK || (rc == RC_PARTIAL && e->code == -EINPROGRESS)) {
		(void)confirm_disarm(dir, x->what->txn, NULL);
		return;
	}
	/* One that is ended has not failed: the next one goes on. Somebody may have decided meanwhile. */
	if (rc < RC_SIGNAL && confirm_is_armed(x->fd))
		(void)confirm_note_failed(dir, x->what, e->text, NULL);
}

int unconfirmed_expire(struct call *c, const char *txn, struct err *e)
{
	const char *dir = app_state_dir(c->app);
	struct confirm what;
	struct expire x = { .c = c, .what = &what };
	int rc = RC_OK, r = confirm_find(dir, txn, &what, e);

	if (r < 0)
		return (int)err_exit(e);
	x.fd = confirm_watch(dir, what.txn, e);
	if (x.fd < 0)
		return (int)err_exit(e);
	/* Another watcher may have come to its end between the two. */
	if (confirm_find(dir, what.txn, &what, e) < 0 || what.failed[0]) {
		close(x.fd);
		return RC_OK;
	}
	r = run_timer(&x, on_tick, 0);
	if (r >= 0 && !x.confirmed) {
		rc = undo_patiently(&x, e);
		settle(&x, rc, e);
	}
	close(x.fd);
	return r < 0 ? RC_FAILED : rc;
}
