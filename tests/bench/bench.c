/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The measuring half of `make bench`, run in the lab's guest by bench.sh.
 *   bench tasks N -- CMD...   CMD beside N more sleeping tasks (processes of 8 threads)
 *   bench scan                our task scan beside the least C that reads the same files
 *   bench cpu RUNS CMD...     user and system time of CMD, mean of RUNS, microseconds
 *   bench wall RUNS CMD...    start to exit of CMD, best of RUNS, microseconds
 *   bench peak CMD...         memory that CMD had at most, KiB: its dirty pages and those of files
 *   bench idle SEC CMD...     CMD on a terminal of its own, left alone: CPU microseconds
 *                             over SEC seconds, then its dirty memory in KiB
 * Prints bare numbers, one line each.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "core/task.h"
#include "tests/bench/memory.h"

#define THREADS 8
#define SCANS 7

static void *rest(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* A process of THREADS threads that only sleep; tells when all are there. */
static void sleeper(int ready)
{
	pthread_attr_t a;
	pthread_t t;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 16384);
	for (int i = 1; i < THREADS; i++)
		if (pthread_create(&t, &a, rest, NULL))
			break;
	if (write(ready, "", 1) != 1)
		_exit(1);
	rest(NULL);
}

static int run_tasks(int argc, char **argv)
{
	int n = argc > 3 ? atoi(argv[2]) / THREADS : 0, fds[2], status;
	char byte;
	pid_t pid;

	if (argc < 5 || pipe(fds) < 0)
		return 2;
	for (int i = 0; i < n; i++) {
		pid = fork();
		if (!pid)
			sleeper(fds[1]);
		if (pid < 0 || read(fds[0], &byte, 1) != 1)
			return 1;
	}
	pid = fork();
	if (!pid) {
		execvp(argv[4], argv + 4);
		_exit(127);
	}
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Every task there is, as paths: the listing is not the yardstick's burden. */
static size_t list_paths(char (**ret)[48])
{
	_cleanup_(root_freep) struct root *root = NULL;
	struct taskset set = { 0 };
	char(*paths)[48];

	if (root_open(NULL, &root, NULL) < 0 || tasks_read(root, TASK_KEEP_ALL, &set, NULL) < 0)
		return 0;
	paths = calloc(set.n + 1, sizeof(*paths));
	for (size_t i = 0; paths && i < set.n; i++)
		FORMAT(paths[i], "%d/task/%d/patch_state", set.v[i].pid, set.v[i].tid);
	*ret = paths;
	return paths ? set.n : 0;
}

/* The least C: openat, read, close of each file. Microseconds. */
static uint64_t scan_least(char (*paths)[48], size_t n)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t begin = now_mono();
	char buf[16];

	for (size_t i = 0; i < n; i++) {
		int fd = openat(proc, paths[i], O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (read(fd, buf, sizeof(buf)) < 0)
			buf[0] = 0;
		close(fd);
	}
	begin = now_mono() - begin;
	close(proc);
	return begin;
}

/* A scan as the TUI does it; index NULL: a first one, which lists /proc. */
static uint64_t scan_ours(struct task_index *index, size_t *ret_n)
{
	_cleanup_(task_scan_freep) struct task_scan *s = NULL;
	_cleanup_(root_freep) struct root *root = NULL;
	struct taskset set = { 0 };
	uint64_t begin;

	if (root_open(NULL, &root, NULL) < 0)
		return 0;
	begin = now_mono();
	if (task_scan_new(root, TASK_KEEP_NONE, &s) < 0)
		return 0;
	if (index)
		task_scan_use(s, index);
	while (task_scan_step(s, 256) > 0)
		;
	task_scan_result(s, &set);
	begin = now_mono() - begin;
	*ret_n = set.total;
	taskset_free(&set);
	return begin;
}

/* Best of several, by turns: tasks, least, first scan, every later scan. */
static int run_scan(void)
{
	uint64_t least = UINT64_MAX, first = UINT64_MAX, later = UINT64_MAX;
	struct task_index index = { 0 };
	char(*paths)[48] = NULL;
	size_t n = list_paths(&paths), total = 0;

	scan_ours(&index, &total);
	for (int i = 0; n && i < SCANS; i++) {
		least = MIN(least, scan_least(paths, n));
		first = MIN(first, scan_ours(NULL, &total));
		later = MIN(later, scan_ours(&index, &total));
	}
	free(paths);
	printf("%zu\n%llu\n%llu\n%llu\n", total, (unsigned long long)least, (unsigned long long)first,
	       (unsigned long long)later);
	task_index_free(&index);
	return n && total ? 0 : 1;
}

static pid_t start_quiet(char **argv)
{
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static uint64_t tv_us(struct timeval t)
{
	return (uint64_t)t.tv_sec * USEC_PER_SEC + (uint64_t)t.tv_usec;
}

static int run_times(int argc, char **argv, bool wall)
{
	int runs = atoi(argv[2]), status;
	uint64_t cpu = 0, best = UINT64_MAX;

	for (int i = 0; i < runs; i++) {
		uint64_t begin = now_mono();
		struct rusage u;
		pid_t pid = start_quiet(argv + 3);

		if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
			return 1;
		best = MIN(best, now_mono() - begin);
		cpu += tv_us(u.ru_utime) + tv_us(u.ru_stime);
	}
	printf("%llu\n", (unsigned long long)(wall ? best : cpu / (uint64_t)MAX(runs, 1)));
	return 0;
}

static int run_peak(char **argv)
{
	pid_t pid = start_quiet(argv + 2);
	struct rusage u;
	int status;

	if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
		return 1;
	printf("%ld\n", u.ru_maxrss);
	return 0;
}

/* utime and stime of a process in microseconds. */
static uint64_t cpu_of(pid_t pid)
{
	unsigned long long user = 0, sys = 0;
	char path[64], buf[1024];
	char *rest_of;
	ssize_t n;
	int fd;

	FORMAT(path, "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	if (fd >= 0)
		close(fd);
	buf[MAX(n, 0)] = '\0';
	rest_of = strrchr(buf, ')');
	if (!rest_of ||
	    sscanf(rest_of + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &sys) != 2)
		return 0;
	return (user + sys) * USEC_PER_SEC / (uint64_t)sysconf(_SC_CLK_TCK);
}

/* Read and drop what the program draws, for so long. */
static void drain(int fd, uint64_t us)
{
	uint64_t end = now_mono() + us, now;
	char buf[65536];

	while ((now = now_mono()) < end) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, (int)((end - now) / 1000) + 1) > 0 && read(fd, buf, sizeof(buf)) <= 0)
			return;
	}
}

static int run_idle(int argc, char **argv)
{
	struct winsize ws = { .ws_row = 50, .ws_col = 160 };
	uint64_t before, seconds = (uint64_t)atoi(argv[2]);
	int fd;
	pid_t pid = forkpty(&fd, NULL, NULL, &ws);

	if (!pid) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (pid < 0)
		return 1;
	drain(fd, 10 * USEC_PER_SEC); /* to settle */
	before = cpu_of(pid);
	drain(fd, seconds * USEC_PER_SEC);
	printf("%llu\n%lu\n", (unsigned long long)(cpu_of(pid) - before), dirty_kib(pid));
	kill(pid, SIGTERM);
	drain(fd, USEC_PER_SEC / 5);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && streq(argv[1], "tasks"))
		return run_tasks(argc, argv);
	if (argc == 2 && streq(argv[1], "scan"))
		return run_scan();
	if (argc > 3 && streq(argv[1], "cpu"))
		return run_times(argc, argv, false);
	if (argc > 3 && streq(argv[1], "wall"))
		return run_times(argc, argv, true);
	if (argc > 2 && streq(argv[1], "peak"))
		return run_peak(argv);
	if (argc > 3 && streq(argv[1], "idle"))
		return run_idle(argc, argv);
	fprintf(stderr, "bench: see the head of tests/bench/bench.c\n");
	return 2;
}
