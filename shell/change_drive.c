/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The front end while the worker works: its messages, a line of progress from
 * a sampler of our own, and Ctrl-C, which ends the waiting and nothing else.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/epoll.h>

#include "core/text.h"
#include "shell/callloop.h"
#include "shell/change_run.h"
#include "shell/shapes.h"
#include "shell/view.h"

#define PATIENCE_US (3 * USEC_PER_SEC) /* for a worker that was asked to stop */
#define TICK_US 1000000

struct drive {
	struct plan *p;
	struct call_loop cl;
	struct act_worker *worker;
	struct loop_source *io, *tick;
	struct sampler *sampler;
	struct act_result *ret;
	char phase[400];
	uint64_t begun_us;
	bool have_result, gone;
};

static void show(struct drive *d)
{
	const struct snapshot *s = d->sampler ? sampler_snapshot(d->sampler) : NULL;
	char since[32], line[512];

	text_duration(since, sizeof(since), (double)(now_mono() - d->begun_us) / (double)USEC_PER_SEC);
	if (streq(d->phase, "waiting") && s && s->in_transition)
		FORMAT(line, "waiting for %s: %zu of %zu tasks left, %s%s", d->p->patch, snapshot_left(s),
		       s->tasks.total, since, s->stalled ? ", stalled" : "");
	else
		FORMAT(line, "%s, waiting for the kernel, %s", d->phase[0] ? d->phase : "starting", since);
	call_progress(d->p->c, line);
}

static int on_tick(struct loop_source *s, void *arg)
{
	show(arg);
	return loop_timer_set(s, TICK_US);
}

static void on_snapshot(const struct snapshot *s, void *arg)
{
	show(arg);
}

/* The line of progress wants counts once there is something to wait for. */
static int watch_tasks(struct drive *d)
{
	struct call *c = d->p->c;
	struct sampler_opts opts = {
		.what = SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG,
		.stall_after = c->app->conf.stall_after,
		.idle_us = TICK_US,
		.busy_us = TICK_US,
		.on_snapshot = on_snapshot,
		.arg = d,
	};

	if (d->sampler || !c->app->progress || !d->p->patch[0])
		return 0;
	return sampler_new(d->cl.loop, c->app->root, &opts, &d->sampler);
}

static int take_message(struct drive *d, const struct act_msg *m)
{
	switch (m->kind) {
	case ACT_MSG_PHASE:
		FORMAT(d->phase, "%s", m->text);
		return streq(m->text, "waiting") && !*d->p->c->interrupted ? watch_tasks(d) : 0;
	case ACT_MSG_NOTE:
		return plan_note(d->p, "%s", m->text);
	case ACT_MSG_RESULT:
		*d->ret = m->result;
		d->have_result = true;
		break;
	default:
		d->gone = true;
	}
	loop_exit(d->cl.loop, 0);
	return 0;
}

static int read_worker(struct drive *d)
{
	struct act_msg m;

	while (!d->have_result && !d->gone && act_worker_read(d->worker, &m) > 0) {
		int r = take_message(d, &m);

		if (r < 0)
			return r;
	}
	return 0;
}

static int on_worker(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	return read_worker(arg);
}

static int start(struct drive *d, struct err *e)
{
	int r = call_loop_start(&d->cl, d->p->c, -1, e), signo;

	if (r < 0)
		return r;
	signo = call_signal_taken(); /* while it was checked: nothing is begun then */
	if (signo) {
		*d->p->c->interrupted = signo;
		return err_rc(e, (enum rc)(RC_SIGNAL + signo), -EINTR, "interrupted, nothing was changed");
	}
	r = act_start(&d->p->act, &d->worker, e);
	if (r < 0)
		return r;
	r = loop_add_io(d->cl.loop, act_worker_fd(d->worker), EPOLLIN, on_worker, d, &d->io);
	r = r < 0 ? r : loop_add_timer(d->cl.loop, on_tick, d, &d->tick);
	r = r < 0 ? r : loop_timer_set(d->tick, TICK_US);
	return r < 0 ? err_set(e, r, "cannot follow the worker: %s", strerror(-r)) : 0;
}

/*
 * Ctrl-C: the worker records it and says so, unless it sits in the kernel. The
 * loop has ended and does not run twice, so its messages are waited for here.
 */
static int interrupted(struct drive *d)
{
	uint64_t deadline = now_mono() + PATIENCE_US, now;
	int r = 0;

	if (*d->p->c->interrupted != SIGINT)
		return 0;
	act_worker_stop(d->worker);
	while (r >= 0 && !d->have_result && !d->gone && (now = now_mono()) < deadline) {
		struct pollfd p = { .fd = act_worker_fd(d->worker), .events = POLLIN };

		if (poll(&p, 1, (int)((deadline - now) / 1000) + 1) > 0)
			r = read_worker(d);
	}
	return r;
}

/* Nobody listens any more, or the kernel has not answered: the worker goes on alone. */
static int left_alone(struct drive *d, struct err *e)
{
	int signo = *d->p->c->interrupted;

	FORMAT(d->ret->result, "interrupted");
	FORMAT(d->ret->txn, "%s", d->p->act.change.txn);
	err_rc(e, (enum rc)(RC_SIGNAL + signo), -EINTR,
	       "the waiting was ended; the kernel still works on it, and its end will be recorded");
	err_hint(e, "klpsh status shows how it goes on, klpsh history how it ended");
	return -EINTR;
}

static int worker_died(struct drive *d, struct err *e)
{
	FORMAT(d->ret->result, "unknown");
	err_set(e, -EIO, "the worker process died, so how it ended is not known");
	err_hint(e, "klpsh status says what the kernel does now; klpsh history closes the record");
	return -EIO;
}

static int conclude(struct drive *d, struct err *e)
{
	if (d->gone)
		return worker_died(d, e);
	if (!d->have_result)
		return left_alone(d, e);
	if (d->ret->code < 0)
		*e = d->ret->err;
	return d->ret->code;
}

int plan_drive(struct plan *p, struct act_result *ret, struct err *e)
{
	struct drive d = { .p = p, .ret = ret, .begun_us = now_mono() };
	int r = start(&d, e);

	r = r < 0 ? r : call_loop_run(&d.cl, e);
	if (r >= 0 && !d.have_result && !d.gone)
		r = interrupted(&d);
	call_progress(p->c, NULL);
	if (r >= 0)
		r = conclude(&d, e);
	sampler_free(d.sampler);
	loop_remove(d.tick);
	loop_remove(d.io);
	call_loop_done(&d.cl);
	act_worker_free(d.worker);
	return r;
}

static int fill_counts(struct plan *p, const struct snapshot *s)
{
	int r = row_int(p->row, "tasks", (int64_t)s->tasks.total);

	r = r < 0 || s->target < 0 ? r : row_int(p->row, "done", (int64_t)s->tasks.by_state[s->target + 1]);
	for (size_t i = 0; r >= 0 && i < s->blockers.n; i++) {
		struct row *b = row_add(p->row, "blockers");

		r = b ? blocker_row_fill(b, &s->blockers.v[i]) : -ENOMEM;
	}
	return r;
}

static int choice(struct plan *p, const char *fmt, ...) _printf_(2, 3);
static int choice(struct plan *p, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return row_push(p->row, "choices", text);
}

static int add_choices(struct plan *p, const struct snapshot *s)
{
	int r = choice(p, "klpsh wait %s", p->patch);

	for (size_t i = 0; r >= 0 && i < MIN(s->blockers.n, (size_t)4); i++)
		if (s->blockers.v[i].unblock == UNBLOCK_POKE)
			r = choice(p, "klpsh poke %d", s->blockers.v[i].task.tid);
	return r < 0 ? r : choice(p, "klpsh reverse");
}

static int say_blockers(struct plan *p, const struct snapshot *s)
{
	const struct cell *choices = row_cell(p->row, "choices");
	int r = report_headline(p->report, "%s: %zu of %zu tasks left.", p->patch, snapshot_left(s),
				s->tasks.total);

	for (size_t i = 0; r >= 0 && i < MIN(s->blockers.n, (size_t)6); i++) {
		const struct blocker *b = &s->blockers.v[i];

		r = report_note(p->report, "%d %s: %s%s. %s", b->task.tid, b->task.comm, b->reason,
				b->inferred ? " (inferred)" : "", b->advice);
	}
	if (r >= 0)
		r = report_note(p->report, "What can be done now:");
	for (size_t i = 0; r >= 0 && choices->set && i < choices->strs.n; i++)
		r = report_note(p->report, "  %s", choices->strs.v[i]);
	return r;
}

int plan_stalled(struct plan *p, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	struct err none = { 0 };

	if (call_snapshot(p->c, SNAPSHOT_PATCHES | SNAPSHOT_BLOCKERS | SNAPSHOT_TASKS | SNAPSHOT_LOG, &s,
			  &none) < 0 ||
	    !s->in_transition)
		return 0;
	if (fill_counts(p, s) < 0 || add_choices(p, s) < 0 || say_blockers(p, s) < 0 ||
	    call_source_errors(p->c, s, p->row) < 0)
		return out_of_memory(e);
	return 0;
}
