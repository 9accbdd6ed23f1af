/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The prompt. Between lines the loop runs: typed keys, signals, and a sampler
 * whose changes are told above the line. While a verb runs the loop rests and
 * the verb has the terminal to itself.
 */
#include "shell/repl.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>

#include "core/loop.h"
#include "shell/app.h"
#include "shell/buildnews.h"
#include "shell/change.h"
#include "shell/changes.h"
#include "shell/line.h"
#include "shell/out.h"
#include "shell/prompt.h"
#include "shell/remember.h"
#include "shell/script.h"
#include "shell/session.h"
#include "shell/token.h"

struct repl {
	struct app *app;
	struct loop *loop;
	struct sampler *sampler;
	struct changes *changes;
	struct buildnews *builds; /* NULL: nobody tells us */
	struct loop_source *input, *signals[6];
	char *text; /* lines that end in a continuation, so far */
	char prompt[192];
	int history; /* descriptor, -1 none */
	unsigned told; /* snapshots with nothing new: the verb that ran has said what changed */
	int rc;
};

static void show_prompt(struct repl *r)
{
	line_start(r->text ? "> " : r->prompt);
}

static bool worth_telling(enum change_kind k)
{
	return k == CHANGE_BEGAN || k == CHANGE_ENDED || k == CHANGE_REVERSED || k == CHANGE_STALLED ||
	       k == CHANGE_PATCH_REMOVED;
}

static int on_change(const struct notice *ch, void *arg)
{
	const struct repl *r = arg;
	char text[1100];

	if (r->told || !worth_telling(ch->kind))
		return 0;
	FORMAT(text, "-- %s", ch->text);
	line_message(text);
	return 0;
}

static void on_build(const char *text, void *arg)
{
	line_message(text);
}

static void on_snapshot(const struct snapshot *s, void *arg)
{
	struct repl *r = arg;
	char before[sizeof(r->prompt)];

	memcpy(before, r->prompt, sizeof(before));
	prompt_make(r->prompt, sizeof(r->prompt), r->app, s);
	if (!streq(before, r->prompt) && !r->text)
		line_prompt(r->prompt);
	(void)changes_feed(r->changes, s, on_change, r);
	r->told -= r->told > 0;
}

/* A verb that runs is stopped by Ctrl-Z as any program: the loop, which would hear of it, rests. */
static void mask_stop(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(how, &set, NULL);
}

static void run_commands(struct repl *r, const struct commands *cmds)
{
	session_interrupted = 0;
	r->app->told = false;
	mask_stop(SIG_UNBLOCK);
	if (cmds->n)
		r->rc = session_run_all(r->app, cmds);
	mask_stop(SIG_BLOCK);
	/* Ctrl-C ends a verb, a signal to end that the verb has taken ends the session. */
	if (session_interrupted && session_interrupted != SIGINT)
		r->app->quit = true;
	if (r->app->told) /* one that was begun before it may end only now */
		r->told = 1 + sampler_is_busy(r->sampler);
	/* `set` may have changed it. */
	sampler_set_stall(r->sampler, r->app->conf.stall_after);
	sampler_refresh(r->sampler);
}

static int append(struct repl *r, const char *line)
{
	char *text = NULL;

	if (asprintf(&text, "%s%s%s", r->text ? r->text : "", r->text ? "\n" : "", line) < 0)
		return -ENOMEM;
	free(r->text);
	r->text = text;
	return 0;
}

static void forget_text(struct repl *r)
{
	free(r->text);
	r->text = NULL;
}

static void on_line(const char *line, void *arg)
{
	struct repl *r = arg;
	struct commands cmds = { 0 };
	struct err e = { 0 };
	int more;

	if (!line && r->text) {
		forget_text(r);
		show_prompt(r);
		return;
	}
	if (!line || append(r, line) < 0) {
		loop_exit(r->loop, 0);
		return;
	}
	more = tokens_parse(r->text, &cmds, &e);
	if (more == 1) {
		show_prompt(r);
		return;
	}
	remember_text(r->history, r->text, more < 0 ? NULL : &cmds);
	forget_text(r);
	if (more < 0) {
		out_error(NULL, NULL, &e);
		r->rc = (int)err_exit(&e);
	}
	run_commands(r, &cmds);
	commands_free(&cmds);
	if (r->app->quit)
		loop_exit(r->loop, 0);
	else
		show_prompt(r);
}

static int on_complete(char *const *words, size_t n, struct candidates *ret, void *arg)
{
	struct repl *r = arg;
	size_t named = n > 1 && streq(words[0], "klpsh");

	return complete_words(r->app, words + named, n - named, ret);
}

static int on_input(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct repl *r = arg;

	if (events & EPOLLIN)
		line_feed();
	else if (events & (EPOLLHUP | EPOLLERR))
		loop_exit(r->loop, 0);
	return 0;
}

static void stop_ourselves(void)
{
	line_stopping();
	kill(getpid(), SIGTSTP);
	mask_stop(SIG_UNBLOCK); /* stopped here, unless nobody is there who could continue us */
	mask_stop(SIG_BLOCK);
	line_continued();
}

static int on_signal(struct loop_source *s, int signo, void *arg)
{
	struct repl *r = arg;

	switch (signo) {
	case SIGINT:
		line_cancel(r->text ? r->prompt : NULL);
		forget_text(r);
		break;
	case SIGWINCH:
		line_resized();
		break;
	case SIGTSTP:
		stop_ourselves();
		break;
	default:
		r->rc = RC_SIGNAL + signo;
		loop_exit(r->loop, 0);
	}
	return 0;
}

static int start_sampler(struct repl *r)
{
	struct sampler_opts opts = {
		.what = SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG,
		.stall_after = r->app->conf.stall_after,
		/* A prompt may wait for days: it must cost next to nothing. */
		.idle_us = 10 * USEC_PER_SEC,
		.probe_us = USEC_PER_SEC / 2,
		.idle_share = 100,
		.on_snapshot = on_snapshot,
		.arg = r,
	};
	int err = changes_new(&r->changes);

	return err < 0 ? err : sampler_new(r->loop, r->app->root, &opts, &r->sampler);
}

static int start(struct repl *r)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP };
	int err = loop_new(&r->loop);

	for (size_t i = 0; err >= 0 && i < ARRAY_SIZE(signals); i++)
		err = loop_add_signal(r->loop, signals[i], on_signal, r, &r->signals[i]);
	if (err >= 0)
		err = loop_add_io(r->loop, STDIN_FILENO, EPOLLIN, on_input, r, &r->input);
	if (err >= 0)
		(void)buildnews_watch(r->loop, on_build, r, &r->builds);
	return err < 0 ? err : start_sampler(r);
}

/* What an earlier klpsh left unfinished. */
static void tell_unfinished(struct repl *r)
{
	struct call c = { .app = r->app, .set = r->app->set };

	app_clear_warnings(r->app);
	change_recover(&c);
	for (size_t i = 0; i < r->app->n_warnings; i++)
		fprintf(stderr, "klpsh: note: %s\n", r->app->warnings[i]);
	app_clear_warnings(r->app);
}

static void greet(struct repl *r)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_free_ char *sentence = NULL;
	struct snapshot_opts opts = { .stall_after = r->app->conf.stall_after };

	if (snapshot_take(r->app->root, SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_LOG, &opts, &s) < 0)
		return;
	sentence = snapshot_sentence(s);
	printf("klpsh %s, help lists the verbs, Ctrl-D ends.\n%s\n", KLPSH_VERSION, sentence ? sentence : "");
	tell_unfinished(r);
	prompt_make(r->prompt, sizeof(r->prompt), r->app, s);
	/* From here on a change is news. */
	(void)changes_feed(r->changes, s, on_change, r);
}

static void finish(struct repl *r)
{
	line_stop();
	sampler_free(r->sampler);
	buildnews_free(r->builds);
	changes_free(r->changes);
	loop_remove(r->input);
	for (size_t i = 0; i < ARRAY_SIZE(r->signals); i++)
		loop_remove(r->signals[i]);
	loop_free(r->loop);
	forget_text(r);
	if (r->history >= 0)
		close(r->history);
}

int repl_run(struct app *app)
{
	struct repl r = { .app = app, .history = -1, .prompt = "klpsh> " };
	struct line_ops ops = { .entered = on_line, .complete = on_complete, .arg = &r };
	int err;

	app->in_shell = true;
	app->source = script_run_file;
	err = start(&r);
	if (err >= 0) {
		line_init(&ops);
		/* No history of what was done on a captured tree. */
		r.history = app->root_prefix ? -1 : remember_open();
		greet(&r);
		show_prompt(&r);
		err = loop_run(r.loop);
	}
	finish(&r);
	if (err < 0) {
		fprintf(stderr, "klpsh: the shell cannot go on: %s\n", strerror(-err));
		return RC_FAILED;
	}
	return r.rc;
}
