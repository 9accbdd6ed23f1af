/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The watcher is this program again, `klpsh confirm TXN --expire`: a transient
 * unit where systemd runs, so that the end of a login session does not take
 * it along, else a detached child. Started with an empty environment, by argv.
 */
#include "shell/unconfirmed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>

#include "core/loop.h"
#include "core/sysfacts.h"
#include "core/text.h"
#include "shell/forced.h"
#include "shell/takenback.h"

#define LOOK_US 20000
#define LOOK_WAIT_US (10 * USEC_PER_SEC)
#define SYSTEMD_RUN "/usr/bin/systemd-run"

static int own_path(char *buf, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buf, size - 1);

	if (n < 0)
		return -errno;
	buf[n] = '\0';
	return 0;
}

/* Of a session of its own, all signals as by default, without our descriptors. */
static int spawn_detached(const char *path, char *const *argv, pid_t *ret)
{
	char *const env[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	r = posix_spawn(ret, path, &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -r;
}

static int start_unit(const char *self, const char *txn)
{
	char unit[64];
	char *const argv[] = {
		(char *)"systemd-run", (char *)"--quiet", (char *)"--collect", (char *)"--unit",   unit,
		(char *)self,	       (char *)"confirm", (char *)txn,	       (char *)"--expire", NULL
	};
	int status, r;
	pid_t pid;

	FORMAT(unit, "klpsh-confirm-%s", txn);
	r = spawn_detached(SYSTEMD_RUN, argv, &pid);
	if (r < 0)
		return r;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

static int start_child(const char *self, const char *txn)
{
	char *const argv[] = { (char *)"klpsh", (char *)"confirm", (char *)txn, (char *)"--expire", NULL };
	pid_t pid;

	return spawn_detached(self, argv, &pid);
}

/* 1: a unit of its own, 0: a child, which a hard end of the session may kill. */
static int start_watcher(const char *txn)
{
	char self[512];
	int r = own_path(self, sizeof(self));

	if (r < 0)
		return r;
	if (sd_booted() > 0 && start_unit(self, txn) >= 0)
		return 1;
	r = start_child(self, txn);
	return r < 0 ? r : 0;
}

struct look {
	struct loop *loop;
	const char *dir, *txn;
	uint64_t deadline;
	bool seen;
};

static int on_look(struct loop_source *s, void *arg)
{
	struct look *l = arg;

	l->seen = confirm_is_watched(l->dir, l->txn);
	if (!l->seen && now_mono() < l->deadline)
		return loop_timer_set(s, LOOK_US);
	loop_exit(l->loop, 0);
	return 0;
}

static bool wait_watched(const char *dir, const char *txn)
{
	struct look l = { NULL, dir, txn, now_mono() + LOOK_WAIT_US, false };
	struct loop_source *timer = NULL;

	if (loop_new(&l.loop) >= 0 && loop_add_timer(l.loop, on_look, &l, &timer) >= 0 &&
	    loop_timer_set(timer, 0) >= 0)
		(void)loop_run(l.loop);
	loop_remove(timer);
	loop_free(l.loop);
	return l.seen;
}

static void fill(const struct plan *p, struct confirm *c)
{
	const struct change *ch = &p->act.change;

	*c = (struct confirm){ .seconds = p->confirm_within, .auid = ch->who.auid, .uid = ch->who.uid };
	FORMAT(c->txn, "%s", ch->txn);
	FORMAT(c->verb, "%s", ch->verb);
	FORMAT(c->target, "%s", ch->target);
	FORMAT(c->boot_id, "%s", ch->boot_id);
	FORMAT(c->user, "%s", ch->who.user);
	c->deadline_us = now_boot() + (uint64_t)(p->confirm_within * (double)USEC_PER_SEC);
}

/* May the change still be confirmed? Whose time is over is being undone, under the lock. */
static bool still_waits(const struct plan *p, const struct confirm *c)
{
	return streq(c->boot_id, p->act.change.boot_id) && now_boot() < c->deadline_us && !c->failed[0] &&
	       taken_back(p->c->app, c->txn) != 1;
}

/*
 * One that waits already could not be undone any more behind this one: a
 * rollback takes the last change, and no other.
 */
static int none_waits(const struct plan *p, struct err *e)
{
	_cleanup_free_ struct confirm *v = NULL;
	size_t n;
	int r = confirm_list(app_state_dir(p->c->app), &v, &n, e);

	for (size_t i = 0; r >= 0 && i < n; i++) {
		if (!still_waits(p, &v[i]))
			continue;
		r = err_set(e, -EBUSY,
			    "%s %s waits to be confirmed, and could not be undone behind this change",
			    v[i].verb, v[i].target);
		err_hint(e, "klpsh confirm %.8s keeps it; else its time is over soon: klpsh status",
			 v[i].txn);
	}
	return r;
}

int unconfirmed_possible(const struct plan *p, struct err *e)
{
	const struct change *ch = &p->act.change;
	int r;

	if (p->confirm_within < 0)
		return 0;
	r = none_waits(p, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ch->n_before; i++) {
		struct patch patch = { .name = (char *)ch->before[i].name, .forced = TRI_UNKNOWN };

		if (forced_refuse(p->c, &patch, e) < 0)
			return e->code;
		if (p->undo_needs_bytes && !ch->before[i].sha256[0]) {
			err_set(e, -ENOENT, "it could not be undone: the file of %s is not in the store",
				ch->before[i].name);
			err_hint(e, "only what klpsh load has loaded is there; leave --confirm-within out");
			return -ENOENT;
		}
	}
	return 0;
}

/* It goes back by itself only while it is the last change. */
static int tell_one(struct plan *p, const struct confirm *c)
{
	char text[400];
	int r;

	FORMAT(text,
	       "%s %s waits to be confirmed; behind this change nothing undoes it: klpsh confirm %.8s "
	       "keeps it, klpsh rollback undoes it now",
	       c->verb, c->target, c->txn);
	r = plan_fact(p, "%s", text);
	return r < 0 || p->c->set.dry_run ? r : plan_note(p, "%s", text);
}

int unconfirmed_tell(struct plan *p)
{
	_cleanup_free_ struct confirm *v = NULL;
	size_t n;
	int r = 0;

	if (p->confirm_within >= 0 || !*p->patch || confirm_list(app_state_dir(p->c->app), &v, &n, NULL) < 0)
		return 0;
	for (size_t i = 0; r >= 0 && i < n; i++)
		if (still_waits(p, &v[i]) && !streq(v[i].target, p->act.change.target))
			r = tell_one(p, &v[i]);
	return r;
}

int unconfirmed_arm(struct plan *p, struct err *e)
{
	const char *dir = app_state_dir(p->c->app);
	struct confirm c;
	int r;

	if (p->confirm_within < 0)
		return 0;
	fill(p, &c);
	r = confirm_arm(dir, &c, e);
	if (r < 0)
		return r;
	p->act.to_confirm = true;
	r = start_watcher(c.txn);
	if (r == 0)
		(void)plan_note(p,
				"The watcher is a child process: without systemd, who ends all processes of "
				"the session ends it too.");
	if (r >= 0 && wait_watched(dir, c.txn))
		return 0;
	(void)confirm_disarm(dir, c.txn, NULL);
	err_set(e, -EIO, "the process that would undo it could not be started, so nothing was done");
	return -EIO;
}

int unconfirmed_settle(struct plan *p, const struct act_result *res)
{
	char left[32], line[64];

	if (p->confirm_within < 0)
		return 0;
	if (!res->changed && !streq(res->result, "unknown") && !streq(res->result, "interrupted")) {
		(void)confirm_disarm(app_state_dir(p->c->app), p->act.change.txn, NULL);
		return 0;
	}
	FORMAT(line, "klpsh confirm %.8s", p->act.change.txn);
	if (row_push(p->row, "choices", line) < 0)
		return -ENOMEM;
	text_duration(left, sizeof(left), p->confirm_within);
	return plan_note(p, "It is undone in %s unless somebody says: klpsh confirm %.8s", left,
			 p->act.change.txn);
}

void unconfirmed_failed(const struct confirm *c, char *buf, size_t size)
{
	snprintf(buf, size,
		 "%s %s was not confirmed and could not be undone: %s; klpsh rollback --of=%s tries again, "
		 "klpsh confirm %.8s keeps it",
		 c->verb, c->target, c->failed, c->txn, c->txn);
}

static void tell_unwatched(struct call *c, const struct confirm *w)
{
	char text[640];

	if (w->failed[0]) {
		unconfirmed_failed(w, text, sizeof(text));
		call_warn(c, "%s", text);
		return;
	}
	call_warn(c, "%s %s (%.8s) waits to be confirmed, and nobody watched it: %s", w->verb, w->target,
		  w->txn,
		  now_boot() < w->deadline_us ? "taken up again" : "its time is over, so it is undone now");
	if (start_watcher(w->txn) < 0)
		call_warn(c, "the process that undoes it could not be started");
}

static void resume_one(struct call *c, const char *txn, const char *boot)
{
	const char *dir = app_state_dir(c->app);
	struct confirm w;

	/* A watcher that has just ended has written how. */
	if (confirm_is_watched(dir, txn) || confirm_find(dir, txn, &w, NULL) < 0)
		return;
	if (!streq(w.boot_id, boot)) {
		(void)confirm_disarm(dir, w.txn, NULL);
		call_warn(c, "%s %s was never confirmed; a reboot has ended it", w.verb, w.target);
	} else if (taken_back(c->app, w.txn) == 1) {
		(void)confirm_disarm(dir, w.txn, NULL);
	} else {
		tell_unwatched(c, &w);
	}
}

void unconfirmed_resume(struct call *c)
{
	_cleanup_free_ struct confirm *v = NULL;
	char boot[37];
	size_t n;

	/* Only the running machine has watchers. */
	if (geteuid() != 0 || !root_is_live(c->app->root) ||
	    confirm_list(app_state_dir(c->app), &v, &n, NULL) < 0)
		return;
	boot_id_read(c->app->root, boot);
	for (size_t i = 0; i < n; i++)
		resume_one(c, v[i].txn, boot);
}
