// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs verbs behind `:`. Each in a process of its own (tui/child), this same
 * program with the verb as its words, so that `watch`, a slow procfs or a big
 * file cannot hold the screens up; Esc kills it. What changes the kernel goes
 * the way of the capital keys instead (tui/change).
 */
#include "tui/command.h"

#include "core/text.h"
#include "shell/token.h"
#include "tui/action.h"
#include "tui/change.h"
#include "tui/child.h"
#include "tui/mouse.h"
#include "tui/view_build.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>

#define COMMAND_MAX_BYTES (4u << 20)

struct cmdrun {
	struct tui *tui;
	char *line;
	struct child *child; /* NULL: it has ended */
	char partial[4096]; /* a line not yet complete */
	size_t n_partial;
	size_t bytes;
};

static struct cmdrun *command_free(struct cmdrun *c)
{
	if (!c)
		return NULL;
	child_forget(c->child);
	free(c->line);
	free(c);
	return NULL;
}

bool command_running(const struct tui *t)
{
	return t->command && t->command->child;
}

/* Nobody waits for a killed child: it may be stuck in the kernel. */
void command_stop(struct tui *t)
{
	if (command_running(t))
		child_signal(t->command->child, SIGKILL);
	t->command = command_free(t->command);
}

static char **argv_of(const struct tui *t, char *const *words, size_t n, bool json)
{
	char **argv = calloc(n + 7, sizeof(*argv));
	size_t at = 0;

	if (!argv)
		return NULL;
	argv[at++] = (char *)"klpsh";
	argv[at++] = (char *)"--color=never";
	if (t->app->root_prefix) {
		argv[at++] = (char *)"--root";
		argv[at++] = (char *)t->app->root_prefix;
	}
	if (t->app->set.read_only)
		argv[at++] = (char *)"--read-only";
	if (json) /* in front of the verb's words: those may hold a `--` */
		argv[at++] = (char *)"--json";
	memcpy(argv + at, words, n * sizeof(*argv));
	return argv;
}

char **tui_argv(const struct tui *t, char *const *words, size_t n)
{
	return argv_of(t, words, n, false);
}

char **tui_argv_json(const struct tui *t, char *const *words, size_t n)
{
	return argv_of(t, words, n, true);
}

static void command_flush(struct tui *t, struct cmdrun *c)
{
	if (c->n_partial)
		lines_text(&t->text.lines, STYLE_NORMAL, c->partial, c->n_partial);
	c->n_partial = 0;
	pager_changed(&t->text);
	tui_dirty(t);
}

/* Whole lines go to the text at once, the rest waits for its end. */
static void command_feed(struct tui *t, struct cmdrun *c, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		c->partial[c->n_partial++] = data[i];
		if (data[i] == '\n' || c->n_partial == sizeof(c->partial))
			command_flush(t, c);
	}
}

static void command_output(const char *data, size_t len, void *arg)
{
	struct cmdrun *c = arg;
	struct tui *t = c->tui;
	bool room = c->bytes < COMMAND_MAX_BYTES;

	c->bytes += len;
	if (room) {
		command_feed(t, c, data, len);
		return;
	}
	lines_add(&t->text.lines, STYLE_WARN, "(stopped: more than 4 MB of output)");
	command_flush(t, c);
	child_signal(c->child, SIGKILL);
	c->child = child_forget(c->child);
	tui_status(t, STYLE_WARN, " :%s  stopped", c->line);
}

static void command_end(int status, void *arg)
{
	struct cmdrun *c = arg;
	struct tui *t = c->tui;

	c->child = NULL;
	command_flush(t, c);
	if (status == 0)
		tui_status(t, STYLE_GOOD, " :%s  done", c->line);
	else if (status < RC_SIGNAL)
		tui_status(t, STYLE_WARN, " :%s  exit %d (%s)", c->line, status, rc_name(status));
	else
		tui_status(t, STYLE_WARN, " :%s  ended by signal %d", c->line, status - RC_SIGNAL);
}

static const struct child_events command_events = { .out = command_output, .end = command_end };

static int command_start(struct tui *t, struct cmdrun *c, const struct command *w)
{
	_cleanup_free_ char **argv = tui_argv(t, w->words, w->n);

	return argv ? child_start(&t->children, t->loop, argv, &command_events, c, &c->child) : -ENOMEM;
}

/* Without a flag, which the form may not have. */
static bool is_plain(const struct command *w)
{
	for (size_t i = 1; i < w->n; i++)
		if (w->words[i][0] == '-')
			return false;
	return true;
}

/* What has a screen of its own is shown there. */
static bool command_screen(struct tui *t, const struct command *w)
{
	if (streq(w->words[0], "build") && w->n > 1 && is_plain(w))
		build_named(t, w->words + 1, w->n - 1);
	else if (streq(w->words[0], "trace") && w->n == 2 && is_plain(w))
		action_trace(t, w->words[1]);
	else
		return false;
	return true;
}

/* Words that mean the screens themselves. True: done. */
static bool command_own(struct tui *t, const struct command *w)
{
	const char *word = w->words[0];

	if (streq(word, "set") && mouse_set(t, w->words, w->n))
		return true;
	if (streq(word, "quit") || streq(word, "q")) {
		tui_end(t, 0);
		return true;
	}
	if (streq(word, "set") || streq(word, "source")) {
		tui_status(t, STYLE_WARN, " %s belongs to `klpsh shell`; here only `set mouse on` and `off`",
			   word);
		return true;
	}
	return false;
}

static void command_begin(struct tui *t, const struct command *w, const char *line)
{
	struct cmdrun *c = calloc(1, sizeof(*c));
	char title[192];
	int r = -ENOMEM;

	if (c) {
		c->tui = t;
		c->line = strdup(line);
		t->command = c;
		FORMAT(title, ":%s", line);
		tui_open_text(t, title, false);
		tui_status(t, STYLE_DIM, " running; Esc stops it");
		r = c->line ? command_start(t, c, w) : -ENOMEM;
	}
	if (r < 0) {
		tui_close_text(t);
		tui_status(t, STYLE_BAD, " cannot run it: %s", strerror(-r));
	}
}

/* The verb, if it may run here; else says why not. */
static const struct verb *command_verb(struct tui *t, const char *word)
{
	const struct verb *v = verb_find(word), *near;
	const char *why;

	if (!v) {
		near = verb_nearest(word);
		tui_status(t, STYLE_BAD, " no such verb: %s%s%s%s", word, near ? "; perhaps " : "",
			   near ? near->name : "", near ? "?" : " (:help lists them)");
		return NULL;
	}
	if (v->danger != DANGER_NONE && !tui_may_change(t, &why)) {
		tui_status(t, STYLE_WARN, " %s: %s", v->name, why);
		return NULL;
	}
	return v;
}

/* Words that make any verb change nothing. */
static bool only_looks(const struct command *w)
{
	for (size_t i = 1; i < w->n && !streq(w->words[i], "--"); i++)
		if (streq(w->words[i], "--dry-run") || streq(w->words[i], "--help"))
			return true;
	return false;
}

void command_run(struct tui *t, const char *line)
{
	_cleanup_(commands_free) struct commands all = { 0 };
	const struct verb *v;
	struct err e = { 0 };
	int r;

	command_stop(t);
	r = tokens_parse(line, &all, &e);
	if (r != 0 || all.n > 1) {
		tui_status(t, STYLE_BAD, " %s", r < 0 ? e.text : "one command at a time, please");
		return;
	}
	if (all.n == 0 || command_own(t, &all.v[0]) || command_screen(t, &all.v[0]))
		return;
	v = command_verb(t, all.v[0].words[0]);
	if (v && v->danger >= DANGER_MODERATE && !only_looks(&all.v[0]))
		change_begin(t, all.v[0].words, all.v[0].n, NULL, NULL);
	else if (v)
		command_begin(t, &all.v[0], line);
}

void command_look(struct tui *t, const char *verb, const char *file)
{
	char *words[] = { (char *)verb, (char *)file, NULL };
	char line[PATH_MAX + 32];

	command_stop(t);
	FORMAT(line, "%s %s", verb, file);
	command_begin(t, &(struct command){ .words = words, .n = 2 }, line);
}
