// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Spawning and hearing of children. posix_spawn and not fork: until the exec
 * the parent stands still, so that no copy of its descriptors (epoll's among
 * them) is ever alive beside it. The child never touches the terminal: stdin
 * is /dev/null, and it has a process group of its own.
 */
#include "tui/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#define DRAIN_READS 256

struct child_pipe {
	struct child *child;
	int fd;
	struct loop_source *io;
	void (*fn)(const char *data, size_t len, void *arg);
};

struct child {
	struct child *next;
	struct child_list *list;
	const struct child_events *events; /* NULL: nobody listens any more */
	void *arg;
	pid_t pid;
	struct loop_source *source;
	struct child_pipe out, err;
};

static void pipe_close(struct child_pipe *p)
{
	p->io = loop_remove(p->io);
	if (p->fd >= 0)
		close(TAKE_FD(p->fd));
}

static void child_free(struct child *c)
{
	struct child **at = &c->list->first;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
	pipe_close(&c->out);
	pipe_close(&c->err);
	loop_remove(c->source);
	if (c->pid > 0)
		waitpid(c->pid, NULL, WNOHANG);
	free(c);
}

/* One read. 1: something came, 0: nothing now, negative: the end. */
static int pipe_read(struct child_pipe *p)
{
	char buf[8192];
	ssize_t n = p->fd < 0 ? 0 : read(p->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -EPIPE;
	if (p->child->events)
		p->fn(buf, (size_t)n, p->child->arg);
	return 1;
}

static int on_pipe(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct child_pipe *p = arg;

	if (pipe_read(p) < 0)
		p->io = loop_remove(p->io);
	return 0;
}

/* What was written before the end is still in the pipe; not more than a pipe can hold. */
static void pipe_drain(struct child_pipe *p)
{
	for (int i = 0; i < DRAIN_READS && pipe_read(p) > 0; i++)
		;
}

static int on_exit_of(struct loop_source *s, int pid, int status, void *arg)
{
	struct child *c = arg;

	c->pid = 0;
	pipe_drain(&c->out);
	pipe_drain(&c->err);
	if (c->events)
		c->events->end(status, c->arg);
	child_free(c);
	return 0;
}

static int spawn(char *const *argv, int out, int err, pid_t *ret)
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
	posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
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

/* A pipe to read from; the other end is for the child. */
static int pipe_open(struct child_pipe *p, struct loop *loop, int *ret_write)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	p->fd = fds[0];
	*ret_write = fds[1];
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	return loop_add_io(loop, p->fd, EPOLLIN, on_pipe, p, &p->io);
}

static int start(struct child *c, struct loop *loop, char *const *argv)
{
	_cleanup_close_ int out = -1, err = -1;
	int r = pipe_open(&c->out, loop, &out);

	if (r >= 0 && c->events->err)
		r = pipe_open(&c->err, loop, &err);
	if (r >= 0)
		r = spawn(argv, out, err < 0 ? out : err, &c->pid);
	if (r < 0) {
		c->pid = 0;
		return r;
	}
	return loop_add_child(loop, c->pid, on_exit_of, c, &c->source);
}

int child_start(struct child_list *list, struct loop *loop, char *const *argv,
		const struct child_events *events, void *arg, struct child **ret)
{
	struct child *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->list = list;
	c->events = events;
	c->arg = arg;
	c->out = (struct child_pipe){ c, -1, NULL, events->out };
	c->err = (struct child_pipe){ c, -1, NULL, events->err };
	c->next = list->first;
	list->first = c;
	r = start(c, loop, argv);
	if (r < 0) {
		if (c->pid > 0)
			kill(c->pid, SIGKILL);
		child_free(c);
		return r;
	}
	*ret = c;
	return 0;
}

void child_signal(struct child *c, int signo)
{
	if (c && c->pid > 0)
		kill(c->pid, signo);
}

struct child *child_forget(struct child *c)
{
	if (!c)
		return NULL;
	c->events = NULL;
	pipe_close(&c->out);
	pipe_close(&c->err);
	return NULL;
}

void child_list_done(struct child_list *list)
{
	while (list->first)
		child_free(list->first);
}
