/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks through a helper process that reads the files one by one. When a
 * read hangs behind an exec only the helper waits; it is killed at the
 * deadline, and what arrived by then is kept. Format of a line:
 * fs/proc/base.c, proc_pid_stack().
 */
#include "core/stack.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/dirfile.h"
#include "core/helper.h"

#define STACK_TEXT_MAX (64 * 1024)
#define STACK_JOB_MAX 4096 /* tasks a job looks at */
#define MODULE_NAME_MAX 64

struct answer_head {
	int tid;
	int error;
	uint32_t len;
};

struct stack_job {
	const struct root *root; /* used in the helper only */
	struct task *tasks;
	size_t n;
	struct helper *helper;
	struct stacks got;
};

void stack_clear(struct stack *s)
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
	if (!plus || plus == name || plus - name > 512 || memchr(name, 0, (size_t)(plus - name)))
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

/* Files only: a captured tree's pipe would look like a task without a stack. */
static int open_stack(const struct root *root, const struct task *t)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	char path[96];

	FORMAT(path, "proc/%d/task/%d/stack", t->pid, t->tid);
	fd = root_openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && (fstat(fd, &st) < 0 || S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		return -EINVAL;
	return TAKE_FD(fd);
}

/* Runs in the helper. */
static void read_stacks(int out, void *arg)
{
	static char text[STACK_TEXT_MAX];
	const struct stack_job *j = arg;

	for (size_t i = 0; i < j->n; i++) {
		struct answer_head head = { .tid = j->tasks[i].tid };
		size_t len = 0;
		ssize_t got = 0;
		int fd = open_stack(j->root, &j->tasks[i]);

		while (fd >= 0 && len < sizeof(text) && (got = read(fd, text + len, sizeof(text) - len)) > 0)
			len += (size_t)got;
		head.error = fd < 0 ? fd : got < 0 ? -errno : 0;
		head.len = (uint32_t)len;
		if (fd >= 0)
			close(fd);
		if (write_all(out, &head, sizeof(head)) < 0 || write_all(out, text, len) < 0)
			break;
	}
}

int stack_job_start(const struct root *root, const struct task *tasks, size_t n, struct stack_job **ret)
{
	_cleanup_(stack_job_freep) struct stack_job *j = calloc(1, sizeof(*j));
	int r;

	if (!j)
		return -ENOMEM;
	j->root = root;
	j->n = MIN(n, (size_t)STACK_JOB_MAX);
	j->tasks = calloc(j->n + 1, sizeof(*j->tasks));
	if (!j->tasks)
		return -ENOMEM;
	if (j->n)
		memcpy(j->tasks, tasks, j->n * sizeof(*tasks));
	r = helper_start(read_stacks, j, &j->helper);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(j);
	return 0;
}

int stack_job_fd(const struct stack_job *j)
{
	return helper_fd(j->helper);
}

/* Take one whole answer off the bytes. Its length, 0: not there yet. */
static int job_answer(struct stack_job *j, const char *data, size_t len)
{
	struct answer_head head;
	struct stack s = { 0 };
	int r;

	if (len < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	if (head.len > STACK_TEXT_MAX)
		return -EBADMSG;
	if (len - sizeof(head) < head.len)
		return 0;
	s.tid = head.tid;
	s.error = head.error;
	r = stack_parse(data + sizeof(head), head.len, &s);
	if (r >= 0)
		r = array_grow(&j->got.v, j->got.n, sizeof(s));
	if (r < 0) {
		stack_clear(&s);
		return r;
	}
	j->got.v[j->got.n++] = s;
	return (int)(sizeof(head) + head.len);
}

static int job_answers(struct stack_job *j)
{
	size_t len, at = 0;
	const char *data = helper_data(j->helper, &len);
	int r;

	while ((r = job_answer(j, data + at, len - at)) > 0)
		at += (size_t)r;
	helper_consume(j->helper, at);
	return r;
}

int stack_job_read(struct stack_job *j)
{
	int r = helper_read(j->helper), k = r < 0 ? r : job_answers(j);

	return k < 0 ? k : r;
}

void stack_job_result(struct stack_job *j, struct stacks *ret)
{
	size_t answered = j->got.n;

	/* The helper goes through the tasks in order, so the rest has no answer. */
	for (size_t i = answered; i < j->n; i++) {
		struct stack s = { .tid = j->tasks[i].tid, .error = -ETIMEDOUT };

		if (array_grow(&j->got.v, j->got.n, sizeof(s)) < 0)
			break;
		j->got.v[j->got.n++] = s;
	}
	if (j->got.n)
		qsort(j->got.v, j->got.n, sizeof(*j->got.v), tid_compare);
	*ret = j->got;
	j->got = (struct stacks){ 0 };
}

struct stack_job *stack_job_free(struct stack_job *j)
{
	if (!j)
		return NULL;
	helper_free(j->helper);
	stacks_free(&j->got);
	free(j->tasks);
	free(j);
	return NULL;
}

int stacks_read(const struct root *root, const struct task *tasks, size_t n, int timeout_ms,
		struct stacks *ret)
{
	_cleanup_(stack_job_freep) struct stack_job *j = NULL;
	int r;

	r = stack_job_start(root, tasks, n, &j);
	if (r < 0)
		return r;
	r = helper_wait(j->helper, timeout_ms);
	if (r < 0 && r != -ETIMEDOUT)
		return r;
	r = job_answers(j);
	if (r < 0)
		return r;
	stack_job_result(j, ret);
	return 0;
}
