// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Instances are called "klpsh-PID-START", START being the process's start time
 * in clock ticks, so that one whose process is gone can be told. The guard
 * waits on a pipe whose other end is ours; when we are gone, it removes the
 * instance. It is forked before the buffers are opened: an instance whose
 * buffers are open cannot be removed.
 */
#include "core/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/alive.h"
#include "core/dirfile.h"
#include "core/ringpage.h"

#define PREFIX "klpsh-"
#define BUFFER_KB "256\n" /* a processor */
#define PAGE_BYTES 65536 /* pages are 4 KiB where klpsh builds patches; other sizes fit */
#define CPUS_MAX 8192
#define PAGES_AT_ONCE 256
#define REMOVE_TRIES 100
#define REMOVE_PAUSE_MS 20
#define GUARD_FDS 64 /* the guard's own are from here on */

struct tracer {
	int instances; /* folder of all */
	int dir; /* ours */
	char name[64];
	int guard_pipe;
	pid_t guard;
	int *cpus;
	size_t n_cpus;
	struct ringlayout layout;
	bool missed;
	unsigned char page[PAGE_BYTES];
};

static int write_file(int dir, const char *name, const char *text)
{
	_cleanup_close_ int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : write_all(fd, text, strlen(text));
}

/*
 * Removing it stops its tracer, too. Buffers that somebody has open keep it: ours are
 * closed by the time of a later try; a stranger's stay, and then it is switched off.
 */
static int instance_remove(int instances, const char *name, int tries)
{
	_cleanup_close_ int dir = -1;
	int r;

	while ((r = unlinkat(instances, name, AT_REMOVEDIR) < 0 ? -errno : 0) == -EBUSY && --tries > 0)
		poll(NULL, 0, REMOVE_PAUSE_MS);
	if (r != -EBUSY)
		return r == -ENOENT ? 0 : r;
	dir = openat(instances, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir >= 0 && write_file(dir, "current_tracer", "nop\n") < 0)
		(void)write_file(dir, "tracing_on", "0\n");
	return r;
}

static int instances_open(const struct root *root)
{
	int fd = root_openat(root, "sys/kernel/tracing/instances", O_RDONLY | O_DIRECTORY);

	return fd >= 0 ? fd : root_openat(root, "sys/kernel/debug/tracing/instances", O_RDONLY | O_DIRECTORY);
}

/* Of "klpsh-PID-START": is that process gone? */
static bool is_left(const struct root *root, const char *name)
{
	unsigned long long start;
	int pid, n = 0;

	if (sscanf(name, PREFIX "%d-%llu%n", &pid, &start, &n) != 2 || name[n] || pid < 1)
		return false;
	return !process_alive(root, pid, start);
}

size_t tracer_sweep(const struct root *root)
{
	_cleanup_close_ int instances = instances_open(root);
	_cleanup_(closedirp) DIR *d = NULL;
	const struct dirent *de;
	size_t n = 0;
	int copy;

	if (instances < 0)
		return 0;
	copy = fcntl(instances, F_DUPFD_CLOEXEC, 3);
	d = copy < 0 ? NULL : fdopendir(copy);
	if (!d && copy >= 0)
		close(copy);
	while (d && (de = readdir(d)))
		if (begins(de->d_name, PREFIX) && is_left(root, de->d_name))
			n += unlinkat(instances, de->d_name, AT_REMOVEDIR) == 0;
	return n;
}

/* Only what it needs stays open: a pipe that it held would keep its reader waiting. */
static _Noreturn void guard(int instances, const char *name, int pipe_in)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	ssize_t n;
	char c;

	(void)setsid();
	for (int fd = 0; fd <= 2; fd++)
		(void)dup2(null, fd);
	instances = fcntl(instances, F_DUPFD_CLOEXEC, GUARD_FDS);
	pipe_in = fcntl(pipe_in, F_DUPFD_CLOEXEC, GUARD_FDS);
	(void)close_range(3, GUARD_FDS - 1, 0);
	(void)close_range((unsigned)MAX(instances, pipe_in) + 1, ~0U, 0);
	do
		n = read(pipe_in, &c, 1);
	while (n < 0 && errno == EINTR);
	(void)instance_remove(instances, name, REMOVE_TRIES);
	_exit(0);
}

/* Its signals stay blocked: nothing but the end of the pipe may end it. */
static int guard_start(struct tracer *t)
{
	sigset_t all, before;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	t->guard = fork();
	if (!t->guard) {
		close(fds[1]);
		guard(t->instances, t->name, fds[0]);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fds[0]);
	if (t->guard < 0) {
		close(fds[1]);
		return -EAGAIN;
	}
	t->guard_pipe = fds[1];
	return 0;
}

static int instance_make(struct tracer *t, const struct root *root, struct err *e)
{
	uint64_t start;
	int r = process_start(root, (int)getpid(), &start);

	if (r < 0)
		return err_set(e, r, "cannot read our own start time: %s", strerror(-r));
	FORMAT(t->name, PREFIX "%d-%llu", (int)getpid(), (unsigned long long)start);
	if (mkdirat(t->instances, t->name, 0700) < 0)
		return err_set(e, -errno, "the kernel makes no instance of tracefs: %s", strerror(errno));
	t->dir = openat(t->instances, t->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->dir < 0)
		return err_set(e, -errno, "the new instance of tracefs cannot be opened: %s",
			       strerror(errno));
	r = guard_start(t);
	return r < 0 ? err_set(e, r, "cannot start a guard process: %s", strerror(-r)) : 0;
}

/* By its number it is one function, and quickly found; by its name all of that name. */
static bool set_filter(int fd, const struct tracer_filter *f)
{
	char line[sizeof(f->name) + 2];

	FORMAT(line, "%zu\n", f->line);
	if (write_all(fd, line, strlen(line)) >= 0)
		return true;
	FORMAT(line, "%s\n", f->name);
	return write_all(fd, line, strlen(line)) >= 0;
}

static int set_filters(struct tracer *t, const struct tracer_filter *filters, size_t n, struct err *e)
{
	_cleanup_close_ int fd = openat(t->dir, "set_ftrace_filter", O_WRONLY | O_TRUNC | O_CLOEXEC);
	size_t taken = 0;

	if (fd < 0)
		return err_set(e, -errno, "this kernel cannot filter functions: %s", strerror(errno));
	for (size_t i = 0; i < n; i++)
		taken += set_filter(fd, &filters[i]);
	return taken ? 0 : err_set(e, -ENOENT, "none of these functions can be traced");
}

/* An empty filter would be every function of the kernel. */
static int filter_is_set(struct tracer *t, struct err *e)
{
	_cleanup_close_ int fd = openat(t->dir, "set_ftrace_filter", O_RDONLY | O_CLOEXEC);
	char first = '#';

	if (fd < 0 || read(fd, &first, 1) != 1 || first == '#')
		return err_set(e, -ENOENT, "the kernel has taken no filter, so nothing is traced");
	return 0;
}

static int read_layout(struct tracer *t, struct err *e)
{
	_cleanup_close_ int fd = openat(t->dir, "events/ftrace/function/format", O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	int r = fd < 0 ? -errno : fd_read_all(fd, 65536, &text, NULL);

	r = r < 0 ? r : ringlayout_parse(text, &t->layout);
	return r < 0 ? err_set(e, r, "the trace's format cannot be read: %s", strerror(-r)) : 0;
}

static int set_tracer(struct tracer *t, struct err *e)
{
	int r = write_file(t->dir, "tracing_on", "0\n");

	r = r < 0 ? r : write_file(t->dir, "buffer_size_kb", BUFFER_KB);
	r = r < 0 ? r : write_file(t->dir, "current_tracer", "function\n");
	if (r == -EINVAL)
		return err_rc(e, RC_UNSUPPORTED, r, "this kernel has no function tracer");
	return r < 0 ? err_set(e, r, "the function tracer cannot be set: %s", strerror(-r)) : 0;
}

static int open_cpus(struct tracer *t, struct err *e)
{
	for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
		char path[64];
		int fd;

		FORMAT(path, "per_cpu/cpu%u/trace_pipe_raw", cpu);
		fd = openat(t->dir, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			break; /* numbered without gaps: those that are possible */
		if (fd < 0)
			return err_set(e, -errno, "the trace of processor %u cannot be opened: %s", cpu,
				       strerror(errno));
		if (array_grow(&t->cpus, t->n_cpus, sizeof(*t->cpus)) < 0) {
			close(fd);
			return err_set(e, -ENOMEM, "out of memory");
		}
		t->cpus[t->n_cpus++] = fd;
	}
	return t->n_cpus ? 0 : err_set(e, -ENOENT, "the trace has no processors");
}

static int set_up(struct tracer *t, const struct root *root, const struct tracer_filter *filters, size_t n,
		  struct err *e)
{
	int r;

	t->instances = instances_open(root);
	if (t->instances == -EACCES || t->instances == -EPERM)
		return err_set(e, -EPERM, "only root can trace");
	if (t->instances < 0)
		return err_rc(e, RC_UNSUPPORTED, t->instances, "tracefs is not there: %s",
			      strerror(-t->instances));
	r = instance_make(t, root, e);
	r = r < 0 ? r : set_filters(t, filters, n, e);
	r = r < 0 ? r : filter_is_set(t, e);
	r = r < 0 ? r : read_layout(t, e);
	r = r < 0 ? r : set_tracer(t, e);
	return r < 0 ? r : open_cpus(t, e);
}

int tracer_begin(const struct root *root, const struct tracer_filter *filters, size_t n, struct tracer **ret,
		 struct err *e)
{
	struct tracer *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_set(e, -ENOMEM, "out of memory");
	t->instances = t->dir = t->guard_pipe = -1;
	(void)tracer_sweep(root);
	r = set_up(t, root, filters, n, e);
	if (r < 0)
		tracer_free(t);
	else
		*ret = t;
	return r;
}

int tracer_go(struct tracer *t, struct err *e)
{
	int r = write_file(t->dir, "tracing_on", "1\n");

	return r < 0 ? err_set(e, r, "the tracing cannot be switched on: %s", strerror(-r)) : 0;
}

void tracer_halt(struct tracer *t)
{
	(void)write_file(t->dir, "tracing_on", "0\n");
}

int64_t tracer_read(struct tracer *t, void (*hit)(void *arg, uint64_t ip), void *arg)
{
	int64_t n = 0;

	for (size_t i = 0; i < t->n_cpus; i++)
		for (int k = 0; k < PAGES_AT_ONCE; k++) {
			ssize_t len = read(t->cpus[i], t->page, sizeof(t->page));
			bool missed;

			if (len < 0 && errno != EAGAIN && errno != EINTR)
				return -errno;
			if (len <= 0)
				break;
			n += (int64_t)ringpage_walk(&t->layout, t->page, (size_t)len, hit, arg, &missed);
			t->missed = t->missed || missed;
		}
	return n;
}

/* "overrun: 12" of a processor's stats. */
static uint64_t stat_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, 10) : 0;
}

uint64_t tracer_lost(const struct tracer *t)
{
	uint64_t lost = 0;

	for (size_t i = 0; i < t->n_cpus; i++) {
		_cleanup_close_ int fd = -1;
		char path[64], text[1024];
		ssize_t n;

		FORMAT(path, "per_cpu/cpu%zu/stats", i);
		fd = openat(t->dir, path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (n <= 0)
			continue;
		text[n] = '\0';
		lost += stat_of(text, "\noverrun: ") + stat_of(text, "\ndropped events: ");
	}
	return lost ? lost : t->missed;
}

static void reap_guard(struct tracer *t)
{
	closep(&t->guard_pipe); /* it looks once more, and ends */
	t->guard_pipe = -1;
	while (t->guard > 0 && waitpid(t->guard, NULL, 0) < 0 && errno == EINTR)
		;
	t->guard = 0;
}

int tracer_end(struct tracer *t, const char **ret_name)
{
	int r;

	for (size_t i = 0; i < t->n_cpus; i++)
		close(t->cpus[i]);
	t->n_cpus = 0;
	closep(&t->dir);
	t->dir = -1;
	r = *t->name ? instance_remove(t->instances, t->name, REMOVE_TRIES) : 0;
	reap_guard(t);
	*ret_name = t->name;
	return r;
}

struct tracer *tracer_free(struct tracer *t)
{
	const char *name;

	if (!t)
		return NULL;
	(void)tracer_end(t, &name);
	free(t->cpus);
	closep(&t->instances);
	free(t);
	return NULL;
}
