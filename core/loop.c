/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event loop over sd-event, so that no other file needs its types.
 */
#include "core/loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <systemd/sd-event.h>

struct loop {
	sd_event *event;
};

struct loop_source {
	sd_event_source *source;
	union {
		loop_io_fn io;
		loop_fn plain;
		loop_signal_fn signal;
		loop_child_fn child;
	};
	void *arg;
};

int loop_new(struct loop **ret)
{
	struct loop *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return -ENOMEM;
	r = sd_event_new(&l->event);
	if (r < 0) {
		free(l);
		return r;
	}
	*ret = l;
	return 0;
}

struct loop *loop_free(struct loop *l)
{
	if (!l)
		return NULL;
	sd_event_unref(l->event);
	free(l);
	return NULL;
}

struct loop_source *loop_remove(struct loop_source *s)
{
	if (!s)
		return NULL;
	sd_event_source_disable_unref(s->source);
	free(s);
	return NULL;
}

static struct loop_source *source_new(void *arg)
{
	struct loop_source *s = calloc(1, sizeof(*s));

	if (s)
		s->arg = arg;
	return s;
}

static int source_done(struct loop_source *s, int r, struct loop_source **ret)
{
	if (r < 0) {
		loop_remove(s); /* the event may know it already */
		return r;
	}
	/* A failing callback must end the loop, not just its own source. */
	sd_event_source_set_exit_on_failure(s->source, 1);
	*ret = s;
	return 0;
}

static int on_io(sd_event_source *src, int fd, uint32_t revents, void *userdata)
{
	struct loop_source *s = userdata;

	return s->io(s, fd, revents, s->arg);
}

int loop_add_io(struct loop *l, int fd, uint32_t events, loop_io_fn fn, void *arg, struct loop_source **ret)
{
	struct loop_source *s = source_new(arg);

	if (!s)
		return -ENOMEM;
	s->io = fn;
	return source_done(s, sd_event_add_io(l->event, &s->source, fd, events, on_io, s), ret);
}

static int on_time(sd_event_source *src, uint64_t usec, void *userdata)
{
	struct loop_source *s = userdata;

	return s->plain(s, s->arg);
}

int loop_add_timer(struct loop *l, loop_fn fn, void *arg, struct loop_source **ret)
{
	struct loop_source *s = source_new(arg);
	int r;

	if (!s)
		return -ENOMEM;
	s->plain = fn;
	r = sd_event_add_time(l->event, &s->source, CLOCK_MONOTONIC, 0, 1000, on_time, s);
	if (r >= 0)
		r = sd_event_source_set_enabled(s->source, SD_EVENT_OFF);
	return source_done(s, r, ret);
}

int loop_timer_set(struct loop_source *s, uint64_t us)
{
	int r = sd_event_source_set_time_relative(s->source, us);

	return r < 0 ? r : sd_event_source_set_enabled(s->source, SD_EVENT_ONESHOT);
}

int loop_timer_stop(struct loop_source *s)
{
	return sd_event_source_set_enabled(s->source, SD_EVENT_OFF);
}

static int on_signal(sd_event_source *src, const struct signalfd_siginfo *si, void *userdata)
{
	struct loop_source *s = userdata;

	return s->signal(s, (int)si->ssi_signo, s->arg);
}

int loop_add_signal(struct loop *l, int signo, loop_signal_fn fn, void *arg, struct loop_source **ret)
{
	struct loop_source *s = source_new(arg);
	sigset_t set;

	if (!s)
		return -ENOMEM;
	s->signal = fn;
	sigemptyset(&set);
	sigaddset(&set, signo);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
		free(s);
		return -errno;
	}
	return source_done(s, sd_event_add_signal(l->event, &s->source, signo, on_signal, s), ret);
}

static int on_child(sd_event_source *src, const siginfo_t *si, void *userdata)
{
	struct loop_source *s = userdata;
	int status = si->si_code == CLD_EXITED ? si->si_status : 128 + si->si_status;

	return s->child(s, si->si_pid, status, s->arg);
}

int loop_add_child(struct loop *l, int pid, loop_child_fn fn, void *arg, struct loop_source **ret)
{
	struct loop_source *s = source_new(arg);
	sigset_t set;

	if (!s)
		return -ENOMEM;
	s->child = fn;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) {
		free(s);
		return -errno;
	}
	return source_done(s, sd_event_add_child(l->event, &s->source, pid, WEXITED, on_child, s), ret);
}

static int on_idle(sd_event_source *src, void *userdata)
{
	struct loop_source *s = userdata;

	return s->plain(s, s->arg);
}

int loop_add_idle(struct loop *l, loop_fn fn, void *arg, struct loop_source **ret)
{
	struct loop_source *s = source_new(arg);
	int r;

	if (!s)
		return -ENOMEM;
	s->plain = fn;
	r = sd_event_add_defer(l->event, &s->source, on_idle, s);
	if (r >= 0)
		r = sd_event_source_set_priority(s->source, SD_EVENT_PRIORITY_IDLE);
	if (r >= 0)
		r = sd_event_source_set_enabled(s->source, SD_EVENT_OFF);
	return source_done(s, r, ret);
}

int loop_idle_first(struct loop_source *s)
{
	return sd_event_source_set_priority(s->source, SD_EVENT_PRIORITY_IDLE - 1);
}

int loop_enable(struct loop_source *s, bool on)
{
	return sd_event_source_set_enabled(s->source, on ? SD_EVENT_ON : SD_EVENT_OFF);
}

int loop_run(struct loop *l)
{
	return sd_event_loop(l->event);
}

void loop_exit(struct loop *l, int code)
{
	sd_event_exit(l->event, code);
}

int loop_once(struct loop *l, uint64_t timeout_us)
{
	return sd_event_run(l->event, timeout_us);
}
