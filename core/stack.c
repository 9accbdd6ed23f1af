/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks through a helper process: a fork that reads the files one by one and
 * writes "tid errno length\n" and the bytes to a pipe. When a read hangs
 * behind an exec only the helper waits; it is killed at the deadline and what
 * arrived is kept. In the child only system calls and the stack are used.
 * Format of a line: kernel/stacktrace, fs/proc/base.c proc_pid_stack().
 */
#include "core/stack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define STACK_TEXT_MAX (64 * 1024)
#define STACK_JOB_MAX 4096 /* tasks a job looks at */
#define MODULE_NAME_MAX 64

struct answer_head {
	int tid;
	int error;
	uint32_t len;
};

struct stack_job {
	int fd;
	pid_t pid;
	size_t n;
	int *tids;
	struct stacks got;
	char *buf;
	size_t len, cap;
};

static void stack_clear(struct stack *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->frames[i].name);
		free(s->frames[i].module);
	}
	free(s->frames);
	s->frames = NULL;
	s->n = 0;
}

void stacks_free(struct stacks *s)
{
	for (size_t i = 0; i < s->n; i++)
		stack_clear(&s->v[i]);
	free(s->v);
	*s = (struct stacks){ 0 };
}

static int tid_compare(const void *a, const void *b)
{
	const struct stack *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

const struct stack *stacks_find(const struct stacks *s, int tid)
{
	struct stack key = { .tid = tid };

	return s->n ? bsearch(&key, s->v, s->n, sizeof(key), tid_compare) : NULL;
}

/* "0x1a" at *p before end; moves *p behind it. */
static bool hex_number(const char **p, const char *end, uint64_t *ret)
{
	const char *s = *p;
	uint64_t v = 0;
	size_t digits = 0;

	if (end - s < 3 || s[0] != '0' || s[1] != 'x')
		return false;
	for (s += 2; s < end && digits <= 16; s++, digits++) {
		int c = *s, d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (d < 0)
			break;
		v = v << 4 | (unsigned)d;
	}
	*p = s;
	*ret = v;
	return digits && digits <= 16;
}

/* "[<0>] name+0xOFF/0xSIZE [module]". 0, -EBADMSG: none of it, -ENOMEM. */
static int frame_parse(const char *line, const char *end, struct frame *ret)
{
	const char *name = memchr(line, ']', (size_t)(end - line)), *plus, *p, *close;
	struct frame f = { 0 };

	if (!name || line[0] != '[' || end - name < 3 || name[1] != ' ')
		return -EBADMSG;
	name += 2;
	plus = memchr(name, '+', (size_t)(end - name));
	if (!plus || plus == name || plus - name > 512)
		return -EBADMSG;
	p = plus + 1;
	if (!hex_number(&p, end, &f.offset) || p >= end || *p != '/')
		return -EBADMSG;
	p++;
	if (!hex_number(&p, end, &f.size))
		return -EBADMSG;
	if (end - p > 3 && p[0] == ' ' && p[1] == '[') {
		p += 2;
		close = memchr(p, ']', (size_t)(end - p));
		/* With build-ids in traces: "[module 0123...]". */
		if (close)
			f.module = strndup(p, MIN(strcspn(p, " ]"), (size_t)MODULE_NAME_MAX));
		if (close && !f.module)
			return -ENOMEM;
	}
	f.name = strndup(name, (size_t)(plus - name));
	if (!f.name) {
		free(f.module);
		return -ENOMEM;
	}
	*ret = f;
	return 0;
}

int stack_parse(const char *text, size_t len, struct stack *ret)
{
	const char *end = text + len;

	for (const char *line = text; line < end && ret->n < STACK_MAX_FRAMES;) {
		const char *nl = memchr(line, '\n', (size_t)(end - line)), *stop = nl ? nl : end;
		struct frame f;
		int r = frame_parse(line, stop, &f);

		if (r >= 0 && array_grow(&ret->frames, ret->n, sizeof(f)) < 0) {
			free(f.name);
			free(f.module);
			r = -ENOMEM;
		}
		if (r == -ENOMEM)
			return r;
		if (r >= 0)
			ret->frames[ret->n++] = f;
		line = stop + 1;
	}
	return 0;
}

static bool write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static _Noreturn void helper(const struct root *root, const struct task *tasks, size_t n, int out)
{
	static char text[STACK_TEXT_MAX];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < n; i++) {
		struct answer_head head = { .tid = tasks[i].tid };
		char path[96];
		size_t len = 0;
		ssize_t got = 0;
		int fd;

		FORMAT(path, "proc/%d/task/%d/stack", tasks[i].pid, tasks[i].tid);
		fd = root_openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
		while (fd >= 0 && len < sizeof(text) && (got = read(fd, text + len, sizeof(text) - len)) > 0)
			len += (size_t)got;
		head.error = fd < 0 ? fd : got < 0 ? -errno : 0;
		head.len = (uint32_t)len;
		if (fd >= 0)
			close(fd);
		if (!write_all(out, &head, sizeof(head)) || !write_all(out, text, len))
			break;
	}
	_exit(0);
}

static void child_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int job_fork(struct stack_job *j, const struct root *root, const struct task *tasks)
{
	sigset_t all, old;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	/* No handler of ours may run in the child, so block them over the fork. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	j->pid = fork();
	if (!j->pid) {
		child_signals();
		helper(root, tasks, j->n, fds[1]);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(fds[1]);
	j->fd = fds[0];
	if (j->pid < 0)
		return -errno;
	fcntl(j->fd, F_SETFL, O_NONBLOCK);
	return 0;
}

int stack_job_start(const struct root *root, const struct task *tasks, size_t n, struct stack_job **ret)
{
	_cleanup_(stack_job_freep) struct stack_job *j = calloc(1, sizeof(*j));
	int r;

	if (!j)
		return -ENOMEM;
	j->fd = -1;
	j->pid = -1;
	j->n = MIN(n, (size_t)STACK_JOB_MAX);
	j->tids = calloc(j->n + 1, sizeof(*j->tids));
	if (!j->tids)
		return -ENOMEM;
	for (size_t i = 0; i < j->n; i++)
		j->tids[i] = tasks[i].tid;
	r = job_fork(j, root, tasks);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(j);
	return 0;
}

int stack_job_fd(const struct stack_job *j)
{
	return j->fd;
}

static int job_room(struct stack_job *j)
{
	size_t want = j->cap ? j->cap * 2 : 65536;
	char *p;

	if (j->cap - j->len >= 4096)
		return 0;
	p = realloc(j->buf, want);
	if (!p)
		return -ENOMEM;
	j->buf = p;
	j->cap = want;
	return 0;
}

/* Take one whole answer off the buffer. 1 taken, 0 not there yet. */
static int job_answer(struct stack_job *j, size_t *at)
{
	struct answer_head head;
	struct stack s = { 0 };
	int r;

	if (j->len - *at < sizeof(head))
		return 0;
	memcpy(&head, j->buf + *at, sizeof(head));
	if (head.len > STACK_TEXT_MAX)
		return -EBADMSG;
	if (j->len - *at - sizeof(head) < head.len)
		return 0;
	s.tid = head.tid;
	s.error = head.error;
	r = stack_parse(j->buf + *at + sizeof(head), head.len, &s);
	if (r >= 0)
		r = array_grow(&j->got.v, j->got.n, sizeof(s));
	if (r < 0) {
		stack_clear(&s);
		return r;
	}
	j->got.v[j->got.n++] = s;
	*at += sizeof(head) + head.len;
	return 1;
}

int stack_job_read(struct stack_job *j)
{
	for (;;) {
		size_t at = 0;
		ssize_t n;
		int r;

		r = job_room(j);
		if (r < 0)
			return r;
		n = read(j->fd, j->buf + j->len, j->cap - j->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (!n)
			return 0;
		j->len += (size_t)n;
		while ((r = job_answer(j, &at)) > 0)
			;
		if (r < 0)
			return r;
		memmove(j->buf, j->buf + at, j->len - at);
		j->len -= at;
	}
}

void stack_job_result(struct stack_job *j, struct stacks *ret)
{
	size_t answered = j->got.n;

	/* The helper goes through the tasks in order, so the rest has no answer. */
	for (size_t i = answered; i < j->n; i++) {
		struct stack s = { .tid = j->tids[i], .error = -ETIMEDOUT };

		if (array_grow(&j->got.v, j->got.n, sizeof(s)) < 0)
			break;
		j->got.v[j->got.n++] = s;
	}
	if (j->got.n)
		qsort(j->got.v, j->got.n, sizeof(*j->got.v), tid_compare);
	*ret = j->got;
	j->got = (struct stacks){ 0 };
}

/*
 * Killed helpers that are not dead yet (a read that hangs) are reaped at a
 * later call; a handful at most can be waiting.
 */
static void reap(pid_t pid)
{
	static pid_t waiting[16];

	if (waitpid(pid, NULL, WNOHANG) == 0)
		for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
			if (!waiting[i]) {
				waiting[i] = pid;
				break;
			}
	for (size_t i = 0; i < ARRAY_SIZE(waiting); i++)
		if (waiting[i] && waitpid(waiting[i], NULL, WNOHANG) != 0)
			waiting[i] = 0;
}

struct stack_job *stack_job_free(struct stack_job *j)
{
	if (!j)
		return NULL;
	if (j->fd >= 0)
		close(j->fd);
	if (j->pid > 0) {
		kill(j->pid, SIGKILL);
		reap(j->pid);
	}
	stacks_free(&j->got);
	free(j->tids);
	free(j->buf);
	free(j);
	return NULL;
}

int stacks_read(const struct root *root, const struct task *tasks, size_t n, int timeout_ms,
		struct stacks *ret)
{
	_cleanup_(stack_job_freep) struct stack_job *j = NULL;
	uint64_t deadline = now_mono() + (uint64_t)timeout_ms * 1000;
	int r;

	r = stack_job_start(root, tasks, n, &j);
	if (r < 0)
		return r;
	while ((r = stack_job_read(j)) > 0) {
		struct pollfd p = { .fd = j->fd, .events = POLLIN };
		uint64_t now = now_mono();

		if (now >= deadline ||
		    (poll(&p, 1, (int)((deadline - now) / 1000) + 1) < 0 && errno != EINTR))
			break;
	}
	if (r < 0)
		return r;
	stack_job_result(j, ret);
	return 0;
}
