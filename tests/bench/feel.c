/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How screens feel, for `make bench`: programs run on a terminal of their own.
 *   feel tasks ROOT N LEFT      add N tasks to a made-up machine, LEFT of them not switched yet
 *   feel first RUNS TEXT CMD...  CPU microseconds until TEXT is drawn, mean; TEXT "": the first 500 bytes
 *   feel keys RUNS TEXT A B CMD...  once TEXT was drawn, press A and B by turns: microseconds until
 *                               something is drawn: median, 99 of 100, worst; then its dirty
 *                               and resident memory in KiB
 * Prints bare numbers, one line each.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/bench/memory.h"

#define THREADS 8
#define RUNS_MAX 2000
#define QUIET_MS 30
#define PATIENCE_MS 120000

static int put(const char *dir, const char *name, const char *fmt, ...) _printf_(3, 4);
static int put(const char *dir, const char *name, const char *fmt, ...)
{
	char path[512];
	va_list ap;
	FILE *out;
	int r;

	FORMAT(path, "%s/%s", dir, name);
	out = fopen(path, "we");
	if (!out)
		return -errno;
	va_start(ap, fmt);
	r = vfprintf(out, fmt, ap);
	va_end(ap);
	return fclose(out) < 0 || r < 0 ? -EIO : 0;
}

static int add_task(const char *root, int pid, int tid, int state)
{
	char dir[256];
	int r;

	FORMAT(dir, "%s/proc/%d/task/%d", root, pid, tid);
	if (mkdir(dir, 0755) < 0)
		return -errno;
	r = put(dir, "comm", "daemon%d\n", tid);
	r = r < 0 ? r
		  : put(dir, "stat", "%d (daemon%d) S 1 0 0 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n",
			tid, tid);
	r = r < 0 ? r : put(dir, "stack", "[<0>] ep_poll+0x123/0x400\n[<0>] do_syscall_64+0x5b/0xc0\n");
	return r < 0 ? r : put(dir, "patch_state", "%d\n", state);
}

static int run_tasks(char **argv)
{
	int n = atoi(argv[3]), left = atoi(argv[4]);

	for (int i = 0; i < n; i++) {
		int pid = 1000 + i / THREADS * THREADS;
		char dir[256];

		FORMAT(dir, "%s/proc/%d", argv[2], pid);
		if (i % THREADS == 0 && (mkdir(dir, 0755) < 0 || put(dir, "comm", "daemon%d\n", pid) < 0))
			return 1;
		FORMAT(dir, "%s/proc/%d/task", argv[2], pid);
		if (i % THREADS == 0 && mkdir(dir, 0755) < 0)
			return 1;
		if (add_task(argv[2], pid, 1000 + i, i >= left) < 0)
			return 1;
	}
	return 0;
}

static pid_t on_terminal(char **argv, int *ret_fd)
{
	struct winsize ws = { .ws_row = 50, .ws_col = 160 };
	pid_t pid = forkpty(ret_fd, NULL, NULL, &ws);

	if (!pid) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static void end(pid_t pid, int fd)
{
	char buf[4096];

	if (pid <= 0) /* kill would take that for everybody */
		return;
	kill(pid, SIGTERM);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
}

/* Time on a CPU in nanoseconds, of the process's first thread. */
static uint64_t cpu_ns(pid_t pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *f;

	FORMAT(path, "/proc/%d/schedstat", pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	if (f)
		fclose(f);
	return ns;
}

/* Read what comes within so long. Bytes, 0 nothing, -1 it has ended. */
static ssize_t take(int fd, char *buf, size_t size, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0 ? (read(fd, buf, size) ?: -1) : 0;
}

static bool wait_text(int fd, const char *text)
{
	static char seen[1u << 20];
	size_t n = 0;

	for (;;) {
		ssize_t got = take(fd, seen + n, sizeof(seen) - 1 - n, PATIENCE_MS);

		if (got <= 0)
			return false;
		n += (size_t)got;
		seen[n] = '\0';
		for (size_t i = 0; i < n; i++) /* of escape sequences only the text matters */
			if (!seen[i])
				seen[i] = ' ';
		if (strstr(seen, text))
			return true;
		if (n > sizeof(seen) / 2) {
			memmove(seen, seen + n - 4096, 4096);
			n = 4096;
		}
	}
}

/* A first picture has at least so many bytes. */
static bool wait_picture(int fd)
{
	size_t drawn = 0;
	char buf[65536];
	ssize_t n;

	while (drawn < 500 && (n = take(fd, buf, sizeof(buf), PATIENCE_MS)) > 0)
		drawn += (size_t)n;
	return drawn >= 500;
}

static int run_first(char **argv)
{
	int runs = atoi(argv[2]), fd;
	uint64_t sum = 0;

	for (int i = 0; i < runs; i++) {
		pid_t pid = on_terminal(argv + 4, &fd);
		bool drawn = pid > 0 && (*argv[3] ? wait_text(fd, argv[3]) : wait_picture(fd));

		sum += drawn ? cpu_ns(pid) : 0;
		end(pid, fd);
		if (!drawn) {
			fprintf(stderr, "feel: %s draws nothing\n", argv[4]);
			return 1;
		}
	}
	printf("%llu\n", (unsigned long long)(sum / (uint64_t)MAX(runs, 1) / 1000));
	return 0;
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t press(int fd, const char *key)
{
	char buf[65536];
	uint64_t begin;

	while (take(fd, buf, sizeof(buf), QUIET_MS) > 0)
		;
	begin = now_mono();
	if (write(fd, key, strlen(key)) < 0)
		return 0;
	if (take(fd, buf, sizeof(buf), 10000) <= 0)
		return UINT64_MAX;
	return now_mono() - begin;
}

static int run_keys(char **argv)
{
	static uint64_t us[RUNS_MAX];
	int runs = MIN(atoi(argv[2]), RUNS_MAX), fd;
	pid_t pid = on_terminal(argv + 6, &fd);

	if (pid < 0 || !wait_text(fd, argv[3])) {
		fprintf(stderr, "feel: %s does not draw '%s'\n", argv[6], argv[3]);
		return 1;
	}
	for (int i = 0; i < runs; i++)
		us[i] = press(fd, argv[4 + i % 2]);
	qsort(us, (size_t)runs, sizeof(*us), by_size);
	printf("%llu\n%llu\n%llu\n%lu\n%lu\n", (unsigned long long)us[runs / 2],
	       (unsigned long long)us[runs * 99 / 100], (unsigned long long)us[runs - 1], dirty_kib(pid),
	       resident_kib(pid));
	end(pid, fd);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && streq(argv[1], "tasks"))
		return run_tasks(argv);
	if (argc > 4 && streq(argv[1], "first"))
		return run_first(argv);
	if (argc > 6 && streq(argv[1], "keys"))
		return run_keys(argv);
	fprintf(stderr, "feel: see the head of tests/bench/feel.c\n");
	return 2;
}
