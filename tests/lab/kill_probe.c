// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs a command and kills its worker with SIGKILL right before the Nth of the
 * system calls by which a worker reaches anything outside of itself, so that a
 * test can go through all of them. The worker is the process that calls
 * setsid(2). Prints the name of that call, or "ran" when there were fewer.
 * Usage: kill_probe all|CALL,CALL... N COMMAND ARG...
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define EVENTS                                                                                               \
	(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |            \
	 PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)

static const struct {
	long nr;
	const char *name;
} steps[] = {
	{ SYS_flock, "flock" },		{ SYS_ftruncate, "ftruncate" },
	{ SYS_write, "write" },		{ SYS_pwrite64, "pwrite64" },
	{ SYS_writev, "writev" },	{ SYS_fsync, "fsync" },
	{ SYS_fdatasync, "fdatasync" }, { SYS_mkdir, "mkdir" },
	{ SYS_mkdirat, "mkdirat" },	{ SYS_rename, "rename" },
	{ SYS_renameat, "renameat" },	{ SYS_renameat2, "renameat2" },
	{ SYS_linkat, "linkat" },	{ SYS_unlink, "unlink" },
	{ SYS_unlinkat, "unlinkat" },	{ SYS_finit_module, "finit_module" },
	{ SYS_sendto, "sendto" },	{ SYS_delete_module, "delete_module" },
	{ SYS_sendmsg, "sendmsg" },	{ SYS_exit_group, "exit_group" },
};

struct probe {
	const char *calls; /* those that count */
	pid_t first, worker;
	long left; /* steps until the kill */
	const char *at;
};

/* Is it one of "write,fsync"? */
static bool is_among(const char *name, const char *calls)
{
	size_t len = strlen(name);

	for (const char *c = calls; *c; c += strcspn(c, ","), c += *c == ',')
		if (strcspn(c, ",") == len && memcmp(c, name, len) == 0)
			return true;
	return strcmp(calls, "all") == 0;
}

static const char *step_of(const struct probe *p, long nr)
{
	for (size_t i = 0; i < COUNT(steps); i++)
		if (steps[i].nr == nr && is_among(steps[i].name, p->calls))
			return steps[i].name;
	return NULL;
}

/* A process is about to make, or has made, a system call. */
static void on_syscall(struct probe *p, pid_t pid)
{
	struct ptrace_syscall_info i;
	const char *name;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(i), &i) <= 0 || i.op != PTRACE_SYSCALL_INFO_ENTRY)
		return;
	if ((long)i.entry.nr == SYS_setsid)
		p->worker = pid;
	name = step_of(p, (long)i.entry.nr);
	if (pid != p->worker || !name || --p->left != 0)
		return;
	p->at = name;
	kill(pid, SIGKILL);
}

/* Let it go on, with the signal that it stopped for, if it was one. */
static void go_on(const struct probe *p, pid_t pid, int status)
{
	int signo = WSTOPSIG(status);

	if (signo == (SIGTRAP | 0x80) || status >> 16 || signo == SIGSTOP)
		signo = 0;
	ptrace(pid == p->first ? PTRACE_CONT : PTRACE_SYSCALL, pid, NULL, (void *)(long)signo);
}

/* Until nobody is left. */
static void follow(struct probe *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
		if (pid <= 0 || !WIFSTOPPED(status))
			continue;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			on_syscall(p, pid);
		go_on(p, pid, status);
	}
}

int main(int argc, char **argv)
{
	struct probe p = { .calls = argv[1], .left = argc > 3 ? strtol(argv[2], NULL, 10) : 0 };

	if (p.left < 1) {
		fprintf(stderr, "usage: kill_probe all|CALL,CALL... N COMMAND ARG...\n");
		return 2;
	}
	p.first = fork();
	if (!p.first) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (p.first < 0 || waitpid(p.first, NULL, 0) < 0 ||
	    ptrace(PTRACE_SETOPTIONS, p.first, NULL, EVENTS) < 0) {
		perror("kill_probe");
		return 1;
	}
	ptrace(PTRACE_CONT, p.first, NULL, NULL);
	follow(&p);
	printf("%s\n", p.at ? p.at : "ran");
	return 0;
}
