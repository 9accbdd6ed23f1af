// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wires the screens to the loop: terminal input, resizes, signals, the
 * sampler's snapshots and log lines, the age that ticks. Nothing here waits;
 * the first picture is drawn before anything of the kernel is read. Drawing
 * happens when the loop has nothing else to do and something changed.
 */
#include "core/loop.h"
#include "tui/ask.h"
#include "tui/build.h"
#include "tui/change.h"
#include "tui/command.h"
#include "tui/fatal.h"
#include "tui/loglist.h"
#include "tui/lookback.h"
#include "tui/tui.h"
#include "tui/view_guide.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#define TICK_US USEC_PER_SEC

static const struct view_ops *const view_table[VIEW_MAX] = {
	[VIEW_PATCHES] = &view_patches, [VIEW_TRANSITION] = &view_transition,
	[VIEW_MODULES] = &view_modules, [VIEW_TAINT] = &view_taint,
	[VIEW_LOG] = &view_log,		[VIEW_BUILD] = &view_build,
	[VIEW_SYSTEM] = &view_system,	[VIEW_HISTORY] = &view_history,
	[VIEW_APPLY] = &view_apply,	[VIEW_ROLLBACK] = &view_rollback,
	[VIEW_TRACE] = &view_trace,
};

void tui_dirty(struct tui *t)
{
	loop_enable(t->draw, true);
}

void tui_end(struct tui *t, int code)
{
	t->ended = true;
	loop_exit(t->loop, code);
}

void tui_status(struct tui *t, enum style style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->status, sizeof(t->status), fmt, ap);
	va_end(ap);
	t->status_style = style;
	tui_dirty(t);
}

static int on_draw(struct loop_source *s, void *arg)
{
	struct tui *t = arg;
	char line[256];

	loop_enable(t->draw, false);
	if (stderr_poll(line, sizeof(line)))
		tui_status(t, STYLE_WARN, " %s", line);
	loop_enable(t->draw, false);
	if (t->stale)
		tui_update(t);
	t->stale = false;
	tui_draw(t);
	return 0;
}

static int on_tick(struct loop_source *s, void *arg)
{
	ask_tick(arg);
	build_tick(arg);
	tui_draw_header(arg);
	return loop_timer_set(s, TICK_US);
}

static int on_input(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct tui *t = arg;
	int waiting = 0, key, n = 0;

	if (!(events & EPOLLIN) || ioctl(fd, FIONREAD, &waiting) < 0 || waiting == 0) {
		tui_end(t, RC_SIGNAL + SIGHUP); /* the terminal is gone */
		return 0;
	}
	while (n++ < 64 && !t->ended && (key = term_key()) > 0)
		tui_key(t, key);
	return 0;
}

static int on_end(struct loop_source *s, int signo, void *arg)
{
	tui_end(arg, RC_SIGNAL + signo);
	return 0;
}

static int on_winch(struct loop_source *s, int signo, void *arg)
{
	struct tui *t = arg;

	term_resize();
	t->stale = true; /* there may be room for details now */
	tui_dirty(t);
	return 0;
}

static int on_stop(struct loop_source *s, int signo, void *arg)
{
	term_suspend();
	tui_dirty(arg);
	return 0;
}

static int on_continue(struct loop_source *s, int signo, void *arg)
{
	term_resume();
	tui_dirty(arg);
	return 0;
}

static void on_snapshot(const struct snapshot *s, void *arg)
{
	struct tui *t = arg;

	t->snap = s;
	t->log_end = loglist_end(t->log);
	if (streq(t->status, TUI_READING))
		t->status[0] = '\0';
	tui_read_audit(t);
	tui_update(t);
	tui_dirty(t);
}

static void on_log(const struct kmsg_record *r, void *arg)
{
	struct tui *t = arg;

	loglist_add(t->log, r);
	if (t->paused)
		return;
	t->log_end = loglist_end(t->log);
	if (t->view != &t->views[VIEW_LOG])
		return;
	t->stale = true;
	tui_dirty(t);
}

static int add_signals(struct tui *t)
{
	static const struct {
		int signo;
		loop_signal_fn fn;
	} list[] = {
		{ SIGTERM, on_end },	{ SIGHUP, on_end },   { SIGINT, on_end },	{ SIGQUIT, on_end },
		{ SIGWINCH, on_winch }, { SIGTSTP, on_stop }, { SIGCONT, on_continue },
	};

	signal(SIGPIPE, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		int r = loop_add_signal(t->loop, list[i].signo, list[i].fn, t, &t->signals[i]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_sources(struct tui *t)
{
	int r = loop_add_idle(t->loop, on_draw, t, &t->draw);

	if (r >= 0)
		r = loop_idle_first(t->draw); /* keys are answered while much is read */
	if (r >= 0)
		r = loop_add_timer(t->loop, on_tick, t, &t->tick);
	if (r >= 0)
		r = loop_timer_set(t->tick, TICK_US);
	if (r >= 0)
		r = add_signals(t);
	if (r >= 0)
		r = loop_add_io(t->loop, STDIN_FILENO, EPOLLIN, on_input, t, &t->input);
	return r;
}

static int add_sampler(struct tui *t)
{
	struct sampler_opts o = {
		.what = view_patches.needs,
		.map = &t->app->map,
		.stall_after = t->app->conf.stall_after,
		.probe_us = TUI_PROBE_MS * 1000,
		.idle_share = TUI_IDLE_SHARE,
		.on_snapshot = on_snapshot,
		.on_log = on_log,
		.arg = t,
	};

	return sampler_new(t->loop, t->app->root, &o, &t->sampler);
}

static void tui_done(struct tui *t)
{
	command_stop(t);
	change_close(t);
	lookback_done(t);
	build_free(t->build);
	for (int i = 0; i < VIEW_MAX; i++) {
		if (t->views[i].ops && t->views[i].ops->done)
			t->views[i].ops->done(&t->views[i]);
		table_done(&t->views[i].table);
	}
	child_list_done(&t->children); /* behind all who listen to one */
	pager_done(&t->detail);
	pager_done(&t->text);
	prompt_done(&t->prompt);
	t->sampler = sampler_free(t->sampler);
	for (size_t i = 0; i < ARRAY_SIZE(t->signals); i++)
		loop_remove(t->signals[i]);
	loop_remove(t->input);
	loop_remove(t->tick);
	loop_remove(t->draw);
	t->log = loglist_free(t->log);
	t->loop = loop_free(t->loop);
}

static int tui_init(struct tui *t)
{
	int r;

	t->log = loglist_new();
	if (!t->log)
		return -ENOMEM;
	t->detail.wrap = true;
	for (int i = 0; i < VIEW_MAX; i++) {
		t->views[i].ops = view_table[i];
		t->views[i].tui = t;
		table_init(&t->views[i].table, view_table[i]->source, &t->views[i]);
	}
	t->view = &t->views[VIEW_PATCHES];
	r = loop_new(&t->loop);
	return r < 0 ? r : add_sources(t);
}

static int tui_failed(const char *what, int r, const struct err *e)
{
	fprintf(stderr, "klpsh: %s\n", e && e->code ? e->text : what);
	if (e && *e->hint)
		fprintf(stderr, "  %s\n", e->hint);
	if (!e || !e->code)
		fprintf(stderr, "  %s\n", strerror(-r));
	return e && e->code ? (int)err_exit(e) : RC_FAILED;
}

int tui_run(struct app *app)
{
	struct tui *t = calloc(1, sizeof(*t));
	struct err e = { 0 };
	int r;

	if (!t)
		return tui_failed("no memory", -ENOMEM, NULL);
	t->app = app;
	r = term_open(app->set.color, &e);
	if (r < 0) {
		free(t);
		return tui_failed("no terminal", r, &e);
	}
	r = tui_init(t);
	if (r >= 0) {
		tui_draw(t); /* before anything is read */
		r = add_sampler(t);
	}
	if (r >= 0) {
		lookback_start(t);
		guide_hint(t);
		r = loop_run(t->loop);
	}
	tui_done(t);
	term_close();
	if (r < 0)
		r = tui_failed("the screens ended", r, NULL);
	free(t);
	return r;
}
