// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs verbs behind `:`. Each in a process of its own, this same program with
 * the verb as its words and a pipe as its stdout, so that `watch`, a slow
 * procfs or a big file cannot hold the screens up; Esc kills it. In this
 * version only verbs that change nothing get that far. The child never touches
 * the terminal.
 */
#include "tui/command.h"

#include "core/text.h"
#include "shell/token.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#define COMMAND_MAX_BYTES (4u << 20)

struct cmdrun {
	struct tui *tui;
	struct cmdrun *next; /* of those that were killed and have not ended yet */
	char *line;
	char **argv; /* the vector; its words are borrowed until the child has started */
	pid_t pid;
	int fd;
	struct loop_source *io, *child;
	char partial[4096]; /* a line not yet complete */
	size_t n_partial;
	size_t bytes;
};

static struct cmdrun *command_free(struct cmdrun *c)
{
	if (!c)
		return NULL;
	loop_remove(c->io);
	loop_remove(c->child);
	if (c->fd >= 0)
		close(c->fd);
	if (c->pid > 0)
		waitpid(c->pid, NULL, WNOHANG);
	free(c->line);
	free(c->argv);
	free(c);
	return NULL;
}

bool command_running(const struct tui *t)
{
	return t->command && t->command->pid > 0;
}

/* Nobody waits for a killed child: it may be stuck in the kernel. Its end is heard later. */
void command_stop(struct tui *t)
{
	struct cmdrun *c = t->command;

	t->command = NULL;
	if (!c || c->pid <= 0 || !c->child) {
		command_free(c);
		return;
	}
	kill(c->pid, SIGKILL);
	c->io = loop_remove(c->io);
	close(TAKE_FD(c->fd));
	c->next = t->ending;
	t->ending = c;
}

void command_done(struct tui *t)
{
	command_stop(t);
	while (t->ending) {
		struct cmdrun *next = t->ending->next;

		command_free(t->ending);
		t->ending = next;
	}
}

static void command_ended(struct tui *t, struct cmdrun *c)
{
	struct cmdrun **at = &t->ending;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
	command_free(c);
}

/* The words that start this very program with the verb; NULL-terminated. */
static char **command_argv(const struct tui *t, const struct command *w)
{
	char **argv = calloc(w->n + 6, sizeof(*argv));
	size_t n = 0;

	if (!argv)
		return NULL;
	argv[n++] = (char *)"klpsh";
	argv[n++] = (char *)"--color=never";
	if (t->app->root_prefix) {
		argv[n++] = (char *)"--root";
		argv[n++] = (char *)t->app->root_prefix;
	}
	if (t->app->set.read_only)
		argv[n++] = (char *)"--read-only";
	memcpy(argv + n, w->words, w->n * sizeof(*argv));
	return argv;
}

/*
 * posix_spawn and not fork: until the exec the parent stands still, so that no
 * copy of its descriptors (epoll's among them) is ever alive beside it.
 */
static int command_spawn(char *const *argv, int out, pid_t *ret)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int r;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
				 POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	r = posix_spawn(ret, "/proc/self/exe", &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return -r;
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
	struct cmdrun *c = arg;
	struct tui *t = c->tui;

	c->pid = 0;
	if (c != t->command) {
		command_ended(t, c);
		return 0;
	}
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
	_cleanup_close_ int out = -1;
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	c->fd = fds[0];
	out = fds[1];
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->argv = command_argv(t, w);
	r = c->argv ? command_spawn(c->argv, out, &c->pid) : -ENOMEM;
	if (r < 0) {
		c->pid = 0;
		return r;
	}
	r = loop_add_io(t->loop, c->fd, EPOLLIN, command_output, t, &c->io);
	return r < 0 ? r : loop_add_child(t->loop, c->pid, command_exit, c, &c->child);
}

/* Words that mean the screens themselves. True: done. */
static bool command_own(struct tui *t, const char *word)
{
	if (streq(word, "quit") || streq(word, "q")) {
		tui_end(t, 0);
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
