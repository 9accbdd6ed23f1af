// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See childproc.h. A group's number is taken while its leader is not waited
 * for, so a kill before waitpid(2) can hit nobody else. What fails between
 * fork and exec comes back through a pipe that the exec closes.
 */
#include "builder/childproc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "builder/program.h"
#include "core/detach.h"

/* Groups to kill when we are told to end; read by a signal handler. */
static volatile pid_t groups[CHILD_PARALLEL_MAX];

static void group_swap(pid_t from, pid_t to)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i] == from) {
			groups[i] = to;
			return;
		}
}

static void on_end(int sig)
{
	int saved = errno;

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i] > 0)
			kill(-groups[i], SIGKILL);
	signal(sig, SIG_DFL);
	raise(sig); /* takes effect when we return */
	errno = saved;
}

void child_guard_signals(void)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT };
	struct sigaction sa = { .sa_handler = on_end };

	sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &sa, NULL);
}

enum step { STEP_FOLDER, STEP_STDIN, STEP_STDOUT, STEP_EXEC };

/* What the child's side of the fork needs. */
struct launch {
	const struct child_spec *spec;
	char path[PATH_MAX];
	const char **env;
	int out, told; /* write ends */
	pid_t parent;
};

/* What it tells when it cannot go on. */
struct told {
	enum step step;
	int error;
};

static _Noreturn void give_up(const struct launch *l, enum step step)
{
	struct told t = { step, errno };

	(void)!write(l->told, &t, sizeof(t));
	_exit(127);
}

static void put_file(const struct launch *l, enum step step, const char *path, int flags, int to)
{
	int fd = open(path, flags | O_NOCTTY | O_CLOEXEC, 0600);

	if (fd < 0 || dup2(fd, to) < 0)
		give_up(l, step);
}

static void put_standard_fds(const struct launch *l)
{
	const struct child_spec *s = l->spec;

	put_file(l, STEP_STDIN, s->stdin_path ? s->stdin_path : "/dev/null", O_RDONLY, STDIN_FILENO);
	if (dup2(l->out, STDOUT_FILENO) < 0 || dup2(l->out, STDERR_FILENO) < 0)
		give_up(l, STEP_STDOUT);
	if (s->stdout_path)
		put_file(l, STEP_STDOUT, s->stdout_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW,
			 STDOUT_FILENO);
}

static _Noreturn void become(const struct launch *l)
{
	const struct child_spec *s = l->spec;
	sigset_t none;

	detach_signals();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != l->parent || setpgid(0, 0) < 0)
		give_up(l, STEP_EXEC);
	if (s->cwd && chdir(s->cwd) < 0)
		give_up(l, STEP_FOLDER);
	put_standard_fds(l);
	detach_close_others(&l->told, 1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(l->path, (char *const *)s->argv, (char *const *)l->env);
	give_up(l, STEP_EXEC);
}

/* With all signals blocked, so that no group is forked that on_end does not know. */
static pid_t launch(const struct launch *l)
{
	sigset_t all, old;
	pid_t pid;
	int code;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	code = errno;
	if (!pid)
		become(l);
	if (pid > 0) {
		(void)setpgid(pid, pid);
		group_swap(0, pid);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid < 0 ? -code : pid;
}

static int say_told(const struct child_spec *s, const struct told *t, struct err *e)
{
	const char *why = strerror(t->error);

	switch (t->step) {
	case STEP_FOLDER:
		return err_set(e, -t->error, "cannot run %s in %s: %s", s->argv[0], s->cwd, why);
	case STEP_STDIN:
		return err_set(e, -t->error, "cannot read %s for %s: %s", s->stdin_path, s->argv[0], why);
	case STEP_STDOUT:
		return err_set(e, -t->error, "cannot write what %s says to %s: %s", s->argv[0],
			       s->stdout_path ? s->stdout_path : "a pipe", why);
	default:
		return err_set(e, -t->error, "cannot run %s: %s", s->argv[0], why);
	}
}

/* Returns 0 once the program executes: then the pipe ends without a word. */
static int wait_for_exec(const struct child_spec *s, int fd, struct err *e)
{
	struct told t;
	ssize_t n;

	do
		n = read(fd, &t, sizeof(t));
	while (n < 0 && errno == EINTR);
	if (!n)
		return 0;
	return n == sizeof(t) ? say_told(s, &t, e) : err_set(e, -EIO, "cannot run %s", s->argv[0]);
}

static void closed(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int start(struct launch *l, struct child_proc *p, int told, struct err *e)
{
	const struct child_spec *s = l->spec;
	int r;

	p->pid = launch(l);
	closed(&l->out);
	closed(&l->told);
	if (p->pid < 0)
		return err_set(e, p->pid, "cannot start %s: %s", s->argv[0], strerror(-p->pid));
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd < 0)
		r = err_set(e, -errno, "cannot watch %s: %m", s->argv[0]);
	else
		r = wait_for_exec(s, told, e);
	if (r < 0)
		(void)child_proc_end(p);
	return r;
}

int child_proc_start(const struct child_spec *s, struct child_proc *ret, struct err *e)
{
	_cleanup_free_ const char **env = program_env(s->env);
	struct launch l = { .spec = s, .env = env, .out = -1, .told = -1, .parent = getpid() };
	struct child_proc p = { -1, -1, -1 };
	int out[2], told[2], r;

	if (!env)
		return err_set(e, -ENOMEM, "out of memory");
	r = program_find(s->argv[0], l.path, e);
	if (r < 0)
		return r;
	if (pipe2(out, O_CLOEXEC) < 0)
		return err_set(e, -errno, "cannot make a pipe: %m");
	p.out = out[0];
	l.out = out[1];
	if (pipe2(told, O_CLOEXEC) < 0) {
		r = err_set(e, -errno, "cannot make a pipe: %m");
		closed(&l.out);
		closed(&p.out);
		return r;
	}
	l.told = told[1];
	(void)fcntl(p.out, F_SETFL, O_NONBLOCK);
	r = start(&l, &p, told[0], e);
	closed(&told[0]);
	if (r < 0)
		closed(&p.out);
	else
		*ret = p;
	return r;
}

void child_proc_kill(const struct child_proc *p)
{
	if (p->pid > 0)
		kill(-p->pid, SIGKILL);
}

int child_proc_end(struct child_proc *p)
{
	int status = 0;

	child_proc_kill(p);
	group_swap(p->pid, 0);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	closed(&p->pidfd);
	closed(&p->out);
	p->pid = -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
