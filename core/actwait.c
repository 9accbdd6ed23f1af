// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waiting in the worker. The end of a transition is seen by reading its
 * `transition` ten milliseconds apart (nothing in sysfs can be waited on); a
 * sampler beside it tells when it has stalled. The write lock is given back
 * meanwhile, so that reverse, poke and force can help.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/actwork.h"
#include "core/sampler.h"

#define LOOK_US 10000
#define SAMPLE_US 1000000
#define REFS_LOOK_US 20000

struct waiting {
	struct act *a;
	const char *patch;
	struct loop *loop;
	struct loop_source *look, *limit, *channel, *term;
	struct sampler *sampler;
	enum act_wait_end end;
	bool stall_ends;
};

static void finish(struct waiting *w, enum act_wait_end end)
{
	w->end = end;
	loop_exit(w->loop, 0);
}

/* Is the transition over (1)? Also when the patch has left sysfs. Negative: that cannot be read. */
static int is_over(const struct act *a, const char *patch, int *ret_enabled)
{
	int transition, r = patch_read_state(a->root, patch, ret_enabled, &transition);

	return r < 0 ? r : transition != 1;
}

/* What the kernel has accepted goes on, unseen. */
static int unseen(struct act *a, int r, struct err *e)
{
	FORMAT(a->result.result, "unknown");
	err_set(e, r, "the waiting failed: %s; the kernel goes on", strerror(-r));
	err_hint(e, "klpsh status says how things stand");
	return r;
}

static int on_look(struct loop_source *s, void *arg)
{
	struct waiting *w = arg;
	int enabled, r = is_over(w->a, w->patch, &enabled);

	if (r < 0)
		return r;
	if (r)
		finish(w, WAIT_ENDED);
	return loop_timer_set(s, LOOK_US);
}

static int on_limit(struct loop_source *s, void *arg)
{
	finish(arg, WAIT_TIMEOUT);
	return 0;
}

/* "stop", or the front end is gone: then the waiting goes on without it. */
static int on_channel(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct waiting *w = arg;
	char buf[16];
	ssize_t n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n > 0)
		finish(w, WAIT_INTERRUPTED);
	else if (n == 0 || errno != EAGAIN)
		w->channel = loop_remove(w->channel);
	return 0;
}

static int on_term(struct loop_source *s, int signo, void *arg)
{
	finish(arg, WAIT_INTERRUPTED);
	return 0;
}

static void on_snapshot(const struct snapshot *s, void *arg)
{
	struct waiting *w = arg;

	if (w->stall_ends && s->stalled && s->in_transition && streq(s->in_transition->name, w->patch))
		finish(w, WAIT_STALLED);
}

static int start(struct waiting *w)
{
	struct sampler_opts opts = {
		.what = SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG,
		.stall_after = w->a->conf->stall_after,
		.idle_us = SAMPLE_US,
		.busy_us = SAMPLE_US,
		.on_snapshot = on_snapshot,
		.arg = w,
	};
	double limit = w->a->wait;
	int r = loop_new(&w->loop);

	r = r < 0 ? r : loop_add_timer(w->loop, on_look, w, &w->look);
	r = r < 0 ? r : loop_timer_set(w->look, 0);
	r = r < 0 ? r : loop_add_io(w->loop, w->a->channel, EPOLLIN, on_channel, w, &w->channel);
	r = r < 0 ? r : loop_add_signal(w->loop, SIGTERM, on_term, w, &w->term);
	if (r >= 0 && limit > 0 && !isinf(limit)) {
		r = loop_add_timer(w->loop, on_limit, w, &w->limit);
		r = r < 0 ? r : loop_timer_set(w->limit, (uint64_t)(limit * (double)USEC_PER_SEC));
	}
	return r < 0 ? r : sampler_new(w->loop, w->a->root, &opts, &w->sampler);
}

static void stop(struct waiting *w)
{
	sampler_free(w->sampler);
	w->look = loop_remove(w->look);
	w->limit = loop_remove(w->limit);
	w->channel = loop_remove(w->channel);
	w->term = loop_remove(w->term);
	w->loop = loop_free(w->loop);
}

static int wait_once(struct act *a, const char *patch, enum act_wait_end *ret)
{
	struct waiting w = { .a = a, .patch = patch, .stall_ends = a->wait < 0 || a->reverse_on_stall };
	int r;

	act_write_end(a);
	r = start(&w);
	r = r < 0 ? r : loop_run(w.loop);
	stop(&w);
	if (r >= 0)
		*ret = w.end;
	return r < 0 ? r : 0;
}

/* Somebody may have turned it round meanwhile. A patch that has left sysfs is disabled. */
static int judge_end(struct act *a, const char *patch, struct err *e)
{
	int enabled, r = is_over(a, patch, &enabled);

	if (r < 0)
		return unseen(a, r, e);
	if (a->wanted < 0 || (enabled == 1) == (a->wanted == 1))
		return 0;
	FORMAT(a->result.result, "reversed");
	err_set(e, -ECANCELED, "the transition of %s was turned round meanwhile: it is %s", patch,
		enabled == 1 ? "enabled" : "disabled");
	err_hint(e, "klpsh history says by whom, if it was done with klpsh");
	return -ECANCELED;
}

static int stalled(struct act *a, const char *patch, struct err *e)
{
	FORMAT(a->result.result, "stalled");
	err_rc(e, RC_STALLED, -ETIMEDOUT, "the transition of %s has stalled", patch);
	err_hint(e, "the kernel goes on trying; klpsh blockers says who blocks and what helps");
	return -ETIMEDOUT;
}

static int timed_out(struct act *a, const char *patch, struct err *e)
{
	FORMAT(a->result.result, "timeout");
	err_rc(e, RC_STALLED, -ETIMEDOUT, "the transition of %s still runs", patch);
	err_hint(e, "the kernel goes on trying; klpsh wait %s waits on", patch);
	return -ETIMEDOUT;
}

static int interrupted(struct act *a, const char *patch, struct err *e)
{
	FORMAT(a->result.result, "interrupted");
	err_rc(e, (enum rc)(RC_SIGNAL + SIGINT), -EINTR,
	       "the waiting was ended; the transition of %s goes on in the kernel", patch);
	err_hint(e, "klpsh wait %s waits on, klpsh reverse turns it round", patch);
	return -EINTR;
}

/* As it was asked for beforehand: back, and wait for that without a limit. */
static int reverse(struct act *a, const char *patch, struct err *e)
{
	bool once = a->reverse_on_stall;
	double wait = a->wait;
	enum act_wait_end end;
	int enabled, r;

	r = act_write_begin(a, e);
	if (r < 0)
		return r;
	/* The write would disable a patch that got through at last. */
	r = is_over(a, patch, &enabled);
	if (r != 0)
		return r < 0 ? unseen(a, r, e) : judge_end(a, patch, e);
	act_phase(a, "stalled, so reversing %s", patch);
	r = act_enable(a, patch, !a->wanted, e);
	if (r < 0)
		return r;
	a->reverse_on_stall = false;
	a->wait = -1;
	r = act_wait(a, patch, &end, e);
	a->reverse_on_stall = once;
	a->wait = wait;
	if (r < 0)
		return r;
	FORMAT(a->result.result, "reversed");
	err_rc(e, RC_STALLED, -ETIMEDOUT, "the transition of %s stalled and was reversed", patch);
	err_hint(e, "--on-stall=reverse asked for that; klpsh check says who would block now");
	return -ETIMEDOUT;
}

int act_wait(struct act *a, const char *patch, enum act_wait_end *ret, struct err *e)
{
	int enabled, r;

	*ret = WAIT_ENDED;
	r = a->wait == 0 ? is_over(a, patch, &enabled) : 1;
	if (r == 0) {
		*ret = WAIT_ACCEPTED;
		FORMAT(a->result.result, "accepted");
		return 0;
	}
	act_phase(a, "waiting");
	r = r < 0 ? r : wait_once(a, patch, ret);
	if (r < 0)
		return unseen(a, r, e);
	switch (*ret) {
	case WAIT_STALLED:
		return a->reverse_on_stall ? reverse(a, patch, e) : stalled(a, patch, e);
	case WAIT_TIMEOUT:
		return timed_out(a, patch, e);
	case WAIT_INTERRUPTED:
		return interrupted(a, patch, e);
	default:
		return judge_end(a, patch, e);
	}
}

static int64_t refs_of(const struct act *a, const char *name)
{
	char path[160];
	int64_t n;
	int r;

	FORMAT(path, "sys/module/%s/refcnt", name);
	r = root_read_int(a->root, path, &n);
	return r < 0 ? r : n;
}

struct refs {
	struct act *a;
	const char *name;
	struct loop *loop;
	uint64_t deadline;
};

static int on_refs(struct loop_source *s, void *arg)
{
	struct refs *w = arg;

	if (refs_of(w->a, w->name) > 0 && now_mono() < w->deadline)
		return loop_timer_set(s, REFS_LOOK_US);
	loop_exit(w->loop, 0);
	return 0;
}

int act_wait_refs(struct act *a, const char *name, double sec, struct err *e)
{
	struct refs w = { a, name, NULL, now_mono() + (uint64_t)(sec * (double)USEC_PER_SEC) };
	struct loop_source *timer = NULL;
	int64_t n;
	int r = loop_new(&w.loop);

	r = r < 0 ? r : loop_add_timer(w.loop, on_refs, &w, &timer);
	r = r < 0 ? r : loop_timer_set(timer, 0);
	r = r < 0 ? r : loop_run(w.loop);
	loop_remove(timer);
	loop_free(w.loop);
	n = refs_of(a, name);
	if (r < 0 || n <= 0)
		return r < 0 ? err_set(e, r, "the waiting failed: %s", strerror(-r)) : 0;
	err_set(e, -EBUSY, "%s is still in use: %lld reference%s", name, (long long)n, n == 1 ? "" : "s");
	err_hint(e, "klpsh modules says who holds it; a forced patch stays for good");
	return -EBUSY;
}
