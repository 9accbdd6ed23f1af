/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sampler's ear: the kernel log, whose livepatch lines are hints to look
 * at once.
 */
#include <errno.h>
#include <sys/epoll.h>

#include "core/build.h"
#include "core/sampler_own.h"

#define HINT_FOR_US USEC_PER_SEC

static void learn(struct sampler *s, const struct kmsg_record *rec, bool live)
{
	char patch[64];

	transition_log(&s->track, rec, build_log_offset(s->root));
	if (s->o.on_log)
		s->o.on_log(rec, s->o.arg);
	if (!live || s->paused || kmsg_event_of(rec, patch, sizeof(patch)) == KMSG_NONE)
		return;
	s->hint_until = now_mono() + HINT_FOR_US;
	sampler_refresh(s);
}

static int drain_log(struct sampler *s, bool live)
{
	struct kmsg_record rec;
	int r;

	while ((r = kmsg_next(s->log, &rec)) > 0)
		learn(s, &rec, live);
	return r;
}

void sampler_drain_log(struct sampler *s)
{
	int r = s->log ? drain_log(s, true) : 0;

	if (r >= 0)
		return;
	err_set(&s->log_err, r, "the kernel log cannot be read any more: %s", strerror(-r));
	s->log_io = loop_remove(s->log_io);
	s->log = kmsg_free(s->log);
	if (!s->paused)
		sampler_refresh(s); /* from here on the files alone tell */
}

static int on_log(struct loop_source *src, int fd, uint32_t events, void *arg)
{
	sampler_drain_log(arg);
	return 0;
}

void sampler_open_log(struct sampler *s)
{
	int r;

	s->opened = true;
	if (kmsg_open(s->root, true, &s->log, &s->log_err) < 0)
		return;
	r = drain_log(s, false);
	if (r >= 0 && kmsg_fd(s->log) >= 0)
		r = loop_add_io(s->loop, kmsg_fd(s->log), EPOLLIN, on_log, s, &s->log_io);
	if (r < 0) {
		err_set(&s->log_err, r, "cannot follow the kernel log: %s", strerror(-r));
		s->log = kmsg_free(s->log);
	}
}
