// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs verbs behind `:`. Each in a forked child whose stdout is a pipe, so
 * that `watch`, a slow procfs or a big file cannot hold the screens up; Esc
 * kills it. In this version only verbs that change nothing get that far.
 * The child never touches the terminal: stdin is /dev/null, it ends by _exit.
 */
#include "tui/command.h"

#include "core/text.h"
#include "shell/session.h"
#include "shell/token.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define COMMAND_MAX_BYTES (4u << 20)

struct cmdrun {
	char *line;
	pid_t pid;
	int fd;
	struct loop_source *io, *child;
	char partial[4096]; /* a line not yet complete */
	size_t n_partial;
	size_t bytes;
	bool stopped;
};

static struct cmdrun *command_free(struct cmdrun *c)
{
	if (!c)
		return NULL;
	loop_remove(c->io);
	loop_remove(c->child);
	if (c->fd >= 0)
		close(c->fd);
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0); /* killed: at once */
	}
	free(c->line);
	free(c);
	return NULL;
}

bool command_running(const struct tui *t)
{
	return t->command && t->command->pid > 0;
}

void command_stop(struct tui *t)
{
	t->command = command_free(t->command);
}

static _Noreturn void command_child(struct tui *t, const struct command *w, int out)
{
	sigset_t none;
	int rc, null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	t->app->set.interactive = false;
	t->app->set.color = 0;
	t->app->in_shell = true;
	t->app->progress = NULL;
	rc = session_run(t->app, w->words, w->n, NULL, NULL);
	fflush(NULL);
	_exit(rc);
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

static int command_output(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct tui *t = arg;
	struct cmdrun *c = t->command;
	char buf[8192];
	ssize_t n = read(fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0 && c->bytes < COMMAND_MAX_BYTES) {
		c->bytes += (size_t)n;
		command_feed(t, c, buf, (size_t)n);
		return 0;
	}
	if (n > 0) {
		lines_add(&t->text.lines, STYLE_WARN, "(stopped: more than 4 MB of output)");
		kill(c->pid, SIGKILL);
	}
	command_flush(t, c);
	c->io = loop_remove(c->io);
	return 0;
}

static int command_exit(struct loop_source *s, int pid, int status, void *arg)
{
	struct tui *t = arg;
	struct cmdrun *c = t->command;

	c->pid = 0;
	if (status == 0)
		tui_status(t, STYLE_GOOD, " :%s  done", c->line);
	else if (status < RC_SIGNAL)
		tui_status(t, STYLE_WARN, " :%s  exit %d (%s)", c->line, status, rc_name(status));
	else
		tui_status(t, STYLE_WARN, " :%s  ended by signal %d", c->line, status - RC_SIGNAL);
	return 0;
}

static int command_start(struct tui *t, struct cmdrun *c, const struct command *w)
{
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	c->pid = fork();
	if (c->pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return -errno;
	}
	if (c->pid == 0)
		command_child(t, w, fds[1]);
	close(fds[1]);
	c->fd = fds[0];
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	r = loop_add_io(t->loop, c->fd, EPOLLIN, command_output, t, &c->io);
	return r < 0 ? r : loop_add_child(t->loop, c->pid, command_exit, t, &c->child);
}

/* Words that mean the screens themselves. True: done. */
static bool command_own(struct tui *t, const char *word)
{
	if (streq(word, "quit") || streq(word, "q")) {
		loop_exit(t->loop, 0);
		return true;
	}
	if (streq(word, "set") || streq(word, "source")) {
		tui_status(t, STYLE_WARN, " %s belongs to `klpsh shell`; the screens have no session to set",
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
		c->fd = -1;
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

	if (!v) {
		near = verb_nearest(word);
		tui_status(t, STYLE_BAD, " no such verb: %s%s%s%s", word, near ? "; perhaps " : "",
			   near ? near->name : "", near ? "?" : " (:help lists them)");
		return NULL;
	}
	if (v->danger != DANGER_NONE) {
		tui_status(t, STYLE_WARN, " %s changes the system; the screens of this version only read",
			   v->name);
		return NULL;
	}
	return v;
}

void command_run(struct tui *t, const char *line)
{
	_cleanup_(commands_free) struct commands all = { 0 };
	struct err e = { 0 };
	int r;

	command_stop(t);
	r = tokens_parse(line, &all, &e);
	if (r != 0 || all.n > 1) {
		tui_status(t, STYLE_BAD, " %s", r < 0 ? e.text : "one command at a time, please");
		return;
	}
	if (all.n == 0 || command_own(t, all.v[0].words[0]) || !command_verb(t, all.v[0].words[0]))
		return;
	command_begin(t, &all.v[0], line);
}
