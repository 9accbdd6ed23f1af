// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the tracer twenty times a second, so that small buffers do not
 * overflow; nothing of it is left when this returns.
 */
#include "shell/tracing.h"

#include <errno.h>

#include "shell/verbs.h"
#include "shell/view.h"

#define TICK_US 50000

double tracing_seconds(const struct tracing *t)
{
	return t->took ? t->took : (double)(now_mono() - t->begun) / USEC_PER_SEC;
}

static void on_hit(void *arg, uint64_t ip)
{
	struct tracing *t = arg;

	traced_hit(&t->list, ip);
}

static void progress(struct tracing *t)
{
	char line[128];

	FORMAT(line, "counting, %.0f of %.0f s, %llu hits; Ctrl-C ends it",
	       (double)(now_mono() - t->begun) / USEC_PER_SEC, t->seconds, (unsigned long long)t->hits);
	call_progress(t->c, line);
}

static int on_tick(struct loop_source *s, void *arg)
{
	struct tracing *t = arg;
	int64_t n = tracer_read(t->tracer, on_hit, t);

	if (n < 0)
		t->r = (int)n;
	else
		t->hits += (uint64_t)n;
	if (n >= 0 && t->c->set.json && now_mono() >= t->next) {
		t->next += USEC_PER_SEC;
		t->r = t->tell(t);
	}
	if (t->r < 0 || t->hits >= TRACING_HITS_MAX) {
		loop_exit(t->cl.loop, 0);
		return 0;
	}
	progress(t);
	return loop_timer_set(s, TICK_US);
}

static int begin(struct tracing *t, struct err *e)
{
	struct tracer_filter *filters = calloc(t->list.n + 1, sizeof(*filters));
	size_t n = 0;
	int r = 0;

	if (!filters)
		return out_of_memory(e);
	for (size_t i = 0; i < t->list.n; i++) {
		if (traced_why_not(&t->list.v[i]))
			continue;
		filters[n].line = t->list.v[i].line;
		traced_filter(&t->list.v[i], filters[n].name, sizeof(filters[n].name));
		n++;
	}
	if (!n) {
		r = err_rc(e, RC_UNSUPPORTED, -ENOENT, "none of its functions can be traced");
		err_hint(e, "its objects are not loaded, or ftrace does not see their functions");
	}
	r = r < 0 ? r : tracer_begin(t->c->app->root, filters, n, &t->tracer, e);
	free(filters);
	return r;
}

static int run_loop(struct tracing *t, struct err *e)
{
	int r = loop_add_timer(t->cl.loop, on_tick, t, &t->tick);

	r = r < 0 ? err_set(e, r, "no timer: %s", strerror(-r)) : tracer_go(t->tracer, e);
	if (r < 0)
		return r;
	t->begun = t->next = now_mono();
	r = loop_timer_set(t->tick, TICK_US);
	r = r < 0 ? r : call_loop_run(&t->cl, e);
	tracer_halt(t->tracer);
	call_progress(t->c, NULL);
	if (r >= 0 && t->r >= 0) /* what came at the end */
		t->hits += (uint64_t)MAX(tracer_read(t->tracer, on_hit, t), 0);
	return r < 0 ? r : t->r < 0 ? err_set(e, t->r, "the trace cannot be read: %s", strerror(-t->r)) : 0;
}

/* Its instance goes before signals come through again: a second Ctrl-C must not leave it. */
static void end(struct tracing *t)
{
	const char *name;

	t->took = tracing_seconds(t);
	t->lost = tracer_lost(t->tracer);
	if (tracer_end(t->tracer, &name) == -EBUSY)
		call_warn(t->c,
			  "somebody reads the instance %s of tracefs, so it is still there: rmdir "
			  "instances/%s when they have ended",
			  name, name);
}

int tracing_count(struct tracing *t, struct err *e)
{
	int r = begin(t, e);

	if (r < 0)
		return r;
	r = call_loop_start(&t->cl, t->c, t->seconds, e);
	r = r < 0 ? r : run_loop(t, e);
	end(t);
	loop_remove(t->tick);
	call_loop_done(&t->cl);
	return r;
}

void tracing_done(struct tracing *t)
{
	t->tracer = tracer_free(t->tracer);
	traced_done(&t->list);
}
