// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command the agent runs: on three pipes, or on a pty of its own.
 *
 * What to run comes as NUL-separated strings in SPEC/argv, SPEC/env and
 * SPEC/cwd, written by klpsh-lab. The agent's ends of pipes and pty do not
 * block. Nothing is relayed here.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "agent.h"

/* A NUL-separated file as a NULL-ended vector. */
static char **read_strings(const char *path)
{
	FILE *f = fopen(path, "re");
	char **v = calloc(1, sizeof(*v)), *s = NULL;
	size_t n = 0, cap = 0;

	if (!f || !v)
		fail(path);
	while (getdelim(&s, &cap, '\0', f) > 0) {
		v = realloc(v, (n + 2) * sizeof(*v));
		if (!v)
			fail(path);
		v[n++] = s;
		v[n] = NULL;
		s = NULL;
		cap = 0;
	}
	fclose(f);
	return v;
}

static _Noreturn void child_exec(const char *spec)
{
	char path[256], **argv, **env, **cwd;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(path, sizeof(path), "%s/cwd", spec);
	cwd = read_strings(path);
	snprintf(path, sizeof(path), "%s/argv", spec);
	argv = read_strings(path);
	snprintf(path, sizeof(path), "%s/env", spec);
	env = read_strings(path);
	if (!cwd[0] || chdir(cwd[0]) < 0) {
		fprintf(stderr, "klpsh-lab: cannot go to the caller's folder in the guest: %s\n",
			strerror(errno));
		_exit(126);
	}
	clearenv();
	for (; *env; env++)
		putenv(*env);
	execvp(argv[0], argv);
	fprintf(stderr, "klpsh-lab: cannot run %s in the guest: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

void child_on_pipes(const char *spec, struct child *ret)
{
	int i[2], o[2], e[2];
	pid_t pid;

	if (pipe2(i, O_CLOEXEC) || pipe2(o, O_CLOEXEC) || pipe2(e, O_CLOEXEC))
		fail("pipe");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		setsid();
		dup2(i[0], 0);
		dup2(o[1], 1);
		dup2(e[1], 2);
		child_exec(spec);
	}
	close(i[0]);
	close(o[1]);
	close(e[1]);
	fcntl(i[1], F_SETFL, O_NONBLOCK);
	fcntl(o[0], F_SETFL, O_NONBLOCK);
	fcntl(e[0], F_SETFL, O_NONBLOCK);
	*ret = (struct child){ .pid = pid, .master = -1, .in = i[1], .out = o[0], .err = e[0] };
}

void child_on_pty(const char *spec, const struct winsize *size, struct child *ret)
{
	int master, slave;
	pid_t pid;

	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (master < 0 || grantpt(master) || unlockpt(master))
		fail("pty");
	ioctl(master, TIOCSWINSZ, size);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		fail("pty");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		dup2(slave, 0);
		dup2(slave, 1);
		dup2(slave, 2);
		child_exec(spec);
	}
	close(slave);
	*ret = (struct child){ .pid = pid, .master = master, .in = master, .out = master, .err = -1 };
}
