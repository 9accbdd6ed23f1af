// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs commands side by side: one poll(2) over their pipes and pidfds. A
 * command has ended when it itself has, not when its pipe has: whoever it left
 * behind in its group is killed then, and a descendant that moved to another
 * group cannot make us wait. What the pipe still holds then is read.
 */
#include "builder/child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "builder/childproc.h"

#define READ_SIZE 65536
#define LAST_WORDS_MAX (1u << 20) /* no pipe holds more, unless root made it so */

struct run {
	bool used;
	size_t job;
	struct child_proc p;
	uint64_t deadline; /* 0: none */
	size_t len; /* of line, less than the line's when that is too long */
	char line[CHILD_LINE_MAX];
};

struct pool {
	struct child_job *jobs;
	size_t n, next;
	void (*line)(void *arg, size_t job, const char *line, size_t len);
	void (*done)(void *arg, size_t job, int status);
	void *arg;
	bool any_status; /* a status that is not 0 is no failure */
	unsigned n_runs, n_used;
	struct run *runs;
};

static void tell_line(struct pool *p, struct run *r)
{
	if (p->line)
		p->line(p->arg, r->job, r->line, r->len);
	r->len = 0;
}

static void take(struct pool *p, struct run *r, const char *data, size_t len)
{
	while (len) {
		const char *nl = memchr(data, '\n', len);
		size_t n = nl ? (size_t)(nl - data) : len, fits = MIN(n, sizeof(r->line) - r->len);

		memcpy(r->line + r->len, data, fits);
		r->len += fits;
		if (nl)
			tell_line(p, r);
		n += nl != NULL;
		data += n;
		len -= n;
	}
}

/* Read once. Returns what came, 0 when nothing more can come now. */
static size_t read_some(struct pool *p, struct run *r)
{
	char data[READ_SIZE];
	ssize_t n = read(r->p.out, data, sizeof(data));

	if (n > 0) {
		take(p, r, data, (size_t)n);
		return (size_t)n;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(r->p.out);
		r->p.out = -1;
	}
	return 0;
}

static int start_next(struct pool *p, struct err *e)
{
	struct child_job *job = &p->jobs[p->next];
	struct run *r = p->runs;
	int code;

	while (r->used)
		r++;
	code = child_proc_start(&job->spec, &r->p, e);
	if (code < 0)
		return code;
	r->used = true;
	r->job = p->next++;
	r->len = 0;
	r->deadline = job->spec.timeout_s ? now_mono() + job->spec.timeout_s * USEC_PER_SEC : 0;
	p->n_used++;
	return 0;
}

static int end_run(struct pool *p, struct run *r, struct err *e)
{
	struct child_job *job = &p->jobs[r->job];
	size_t total = 0, n;

	child_proc_kill(&r->p);
	while (r->p.out >= 0 && total < LAST_WORDS_MAX && (n = read_some(p, r)))
		total += n;
	if (r->len)
		tell_line(p, r);
	job->status = child_proc_end(&r->p);
	r->used = false;
	p->n_used--;
	if (p->done)
		p->done(p->arg, r->job, job->status);
	return p->any_status ? 0 : child_failed(&job->spec, job->status, e);
}

static int out_of_time(const struct child_spec *s, struct err *e)
{
	return err_set(e, -ETIMEDOUT, "%s did not come to an end within %u s", s->argv[0], s->timeout_s);
}

/* Milliseconds to the first deadline, -1: there is none. */
static int patience(const struct pool *p)
{
	uint64_t now = now_mono(), first = UINT64_MAX;

	for (unsigned i = 0; i < p->n_runs; i++)
		if (p->runs[i].used && p->runs[i].deadline)
			first = MIN(first, p->runs[i].deadline);
	if (first == UINT64_MAX)
		return -1;
	return first <= now ? 0 : (int)MIN((first - now) / 1000 + 1, 1000000);
}

static int serve(struct pool *p, struct run *r, bool said, bool ended, struct err *e)
{
	if (ended)
		return end_run(p, r, e);
	if (said)
		(void)read_some(p, r);
	if (r->deadline && now_mono() >= r->deadline)
		return out_of_time(&p->jobs[r->job].spec, e);
	return 0;
}

/* Wait until something happens, and see to it. */
static int turn(struct pool *p, struct err *e)
{
	struct pollfd fds[2 * CHILD_PARALLEL_MAX];
	int code = 0;

	for (unsigned i = 0; i < p->n_runs; i++) {
		const struct run *r = &p->runs[i];

		fds[2 * i] = (struct pollfd){ .fd = r->used ? r->p.out : -1, .events = POLLIN };
		fds[2 * i + 1] = (struct pollfd){ .fd = r->used ? r->p.pidfd : -1, .events = POLLIN };
	}
	if (poll(fds, 2 * p->n_runs, patience(p)) < 0)
		return errno == EINTR ? 0 : err_set(e, -errno, "cannot wait for commands: %m");
	for (unsigned i = 0; i < p->n_runs && code >= 0; i++)
		if (p->runs[i].used)
			code = serve(p, &p->runs[i], fds[2 * i].revents, fds[2 * i + 1].revents, e);
	return code;
}

static int run_pool(struct pool *p, struct err *e)
{
	int code = 0;

	while (code >= 0 && (p->next < p->n || p->n_used))
		code = p->next < p->n && p->n_used < p->n_runs ? start_next(p, e) : turn(p, e);
	for (unsigned i = 0; i < p->n_runs; i++)
		if (p->runs[i].used)
			(void)child_proc_end(&p->runs[i].p);
	return code;
}

static int run_jobs(struct pool *p, unsigned parallel, struct err *e)
{
	unsigned n_runs = (unsigned)MIN(MAX(MIN(parallel, CHILD_PARALLEL_MAX), 1), MAX(p->n, 1));
	_cleanup_free_ struct run *runs = calloc(n_runs, sizeof(*runs));

	if (!runs)
		return err_set(e, -ENOMEM, "out of memory");
	p->n_runs = n_runs;
	p->runs = runs;
	for (size_t i = 0; i < p->n; i++)
		p->jobs[i].status = -1;
	return run_pool(p, e);
}

int child_run_all(struct child_job *jobs, size_t n, unsigned parallel,
		  void (*line)(void *arg, size_t job, const char *line, size_t len),
		  void (*done)(void *arg, size_t job, int status), void *arg, struct err *e)
{
	struct pool p = { .jobs = jobs, .n = n, .line = line, .done = done, .arg = arg };

	return run_jobs(&p, parallel, e);
}

struct one {
	child_line_fn fn;
	void *arg;
};

static void line_of_one(void *arg, size_t job, const char *line, size_t len)
{
	const struct one *o = arg;

	if (o->fn)
		o->fn(o->arg, line, len);
}

int child_run(const struct child_spec *s, child_line_fn fn, void *arg, int *ret_status, struct err *e)
{
	struct child_job job = { .spec = *s };
	struct one one = { fn, arg };
	struct pool p = { .jobs = &job, .n = 1, .line = line_of_one, .arg = &one, .any_status = true };
	int r = run_jobs(&p, 1, e);

	if (r >= 0)
		*ret_status = job.status;
	return r;
}

int child_failed(const struct child_spec *s, int status, struct err *e)
{
	int sig = status - 128;

	if (!status)
		return 0;
	if (sig == SIGKILL)
		return err_set(e, -EIO, "%s was killed by signal %d (out of memory?)", s->argv[0], sig);
	if (sig > 0 && sigabbrev_np(sig))
		return err_set(e, -EIO, "%s was killed by signal %d (SIG%s)", s->argv[0], sig,
			       sigabbrev_np(sig));
	return err_set(e, -EIO, "%s failed with exit status %d", s->argv[0], status);
}
