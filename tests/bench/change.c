/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What changing a kernel is measured against, for `make bench` in the guest.
 *   bench_change insmod FILE NAME     finit_module, then a look at NAME's
 *                                     transition each 10 ms: microseconds
 *   bench_change sources              each source of the preflight read once
 *                                     and thrown away: microseconds
 *   bench_change lag NAME -- CMD...   CMD waits for NAME's transition: from its
 *                                     end (seen within 1 ms) to CMD's: microseconds
 */
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/util.h"

static void pause_us(uint64_t us)
{
	struct timespec t = { .tv_sec = (time_t)(us / USEC_PER_SEC),
			      .tv_nsec = (long)(us % USEC_PER_SEC) * 1000 };

	ppoll(NULL, 0, &t, NULL);
}

/* '1', '0', or -1 when there is no such patch. */
static int transition_of(const char *name)
{
	char path[160], c;
	_cleanup_close_ int fd = -1;

	FORMAT(path, "/sys/kernel/livepatch/%s/transition", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, &c, 1) == 1 ? c : -1;
}

static int run_insmod(char **argv)
{
	_cleanup_close_ int fd = open(argv[2], O_RDONLY | O_CLOEXEC);
	uint64_t begin = now_mono();

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) < 0)
		return 1;
	while (transition_of(argv[3]) == '1')
		pause_us(10000);
	printf("%llu\n", (unsigned long long)(now_mono() - begin));
	return 0;
}

static void drop_file(const char *path)
{
	static char buf[1 << 16];
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
		;
}

static int run_sources(void)
{
	uint64_t begin = now_mono();
	glob_t g;

	drop_file("/proc/kallsyms");
	drop_file("/sys/kernel/tracing/available_filter_functions");
	drop_file("/sys/kernel/tracing/enabled_functions");
	if (glob("/proc/[0-9]*/task/[0-9]*/stack", GLOB_NOSORT, NULL, &g) == 0)
		for (size_t i = 0; i < g.gl_pathc; i++)
			drop_file(g.gl_pathv[i]);
	printf("%llu\n", (unsigned long long)(now_mono() - begin));
	return 0;
}

static pid_t start(char **argv)
{
	posix_spawn_file_actions_t files;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	return posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) ? -1 : pid;
}

static int run_lag(char **argv)
{
	pid_t pid = start(argv + 4);
	uint64_t end;

	if (pid < 0)
		return 1;
	if (transition_of(argv[2]) != '1') {
		fprintf(stderr, "bench_change: no transition of %s runs\n", argv[2]);
		return 1;
	}
	while (transition_of(argv[2]) == '1')
		pause_us(1000);
	end = now_mono();
	waitpid(pid, NULL, 0);
	printf("%llu\n", (unsigned long long)(now_mono() - end));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && streq(argv[1], "insmod"))
		return run_insmod(argv);
	if (argc == 2 && streq(argv[1], "sources"))
		return run_sources();
	if (argc > 4 && streq(argv[1], "lag") && streq(argv[3], "--"))
		return run_lag(argv);
	fprintf(stderr, "bench_change: see the head of tests/bench/change.c\n");
	return 2;
}
