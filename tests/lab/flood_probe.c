/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run in the lab's guest: floods the kernel log from four processes, runs a
 * command meanwhile, and ends as it did; 124 when it did not end in time.
 * Usage: flood_probe SECONDS COMMAND ARGUMENT...
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "core/util.h"

static pid_t flood(void)
{
	pid_t pid = fork();
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	while (write(fd, "flood\n", 6) == 6)
		;
	_exit(1);
}

static pid_t command(unsigned seconds, char **argv)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	alarm(seconds);
	execv(argv[0], argv);
	_exit(127);
}

int main(int argc, char **argv)
{
	pid_t pids[4];
	int status;

	if (argc < 3)
		return 2;
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = flood();
	if (waitpid(command((unsigned)atoi(argv[1]), argv + 2), &status, 0) < 0)
		return 2;
	for (size_t i = 0; i < ARRAY_SIZE(pids); i++)
		if (kill(pids[i], SIGKILL) < 0 || waitpid(pids[i], NULL, 0) < 0)
			return 2;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 124;
}
