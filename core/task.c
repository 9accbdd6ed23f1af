/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The procfs way to sample patch_state: /proc and /proc/PID/task are read with
 * getdents64 in large pieces, and each file is opened relative to its task
 * folder, so that a task costs one openat, read and close and a process two
 * calls more. Only tasks that are kept have their stat read.
 */
#include "core/taskfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#define DIGITS "0123456789"
#define PROBE_MAX 4096 /* new numbers that are looked up one by one */

struct linux_dirent64 {
	uint64_t d_ino;
	int64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

/* A folder that is being read in pieces. */
struct lister {
	int fd;
	bool eof;
	size_t len, at;
	char buf[16384] __attribute__((aligned(8)));
};

struct task_scan {
	const struct root *root;
	bool live;
	enum task_keep keep;
	int pid;
	struct lister proc, task;
	struct taskset set;
	struct task_index *index; /* NULL: list, and remember nothing */
	bool replay; /* look up the index instead of listing */
	size_t known, at; /* tasks of the index, and how far we are */
	int probe; /* next new number to try */
	struct task_load load; /* when the scan began */
};

/* The next numeric name; 0 at the end, negative errno. */
static int lister_next(struct lister *l, const char **ret)
{
	for (;;) {
		struct linux_dirent64 *d;

		if (l->at >= l->len) {
			long n = l->eof ? 0 : syscall(SYS_getdents64, l->fd, l->buf, sizeof(l->buf));

			if (n < 0)
				return errno > 0 ? -errno : -EIO;
			if (!n)
				return 0;
			l->len = (size_t)n;
			l->at = 0;
		}
		d = (struct linux_dirent64 *)(void *)(l->buf + l->at);
		l->at += d->d_reclen;
		if (d->d_name[0] >= '1' && d->d_name[0] <= '9' && !d->d_name[strspn(d->d_name, DIGITS)]) {
			*ret = d->d_name;
			return 1;
		}
	}
}

static void lister_close(struct lister *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

int task_scan_new(const struct root *root, enum task_keep keep, struct task_scan **ret)
{
	struct task_scan *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->root = root;
	s->live = root_is_live(root);
	s->keep = keep;
	s->task.fd = -1;
	s->proc.fd = root_openat(root, "proc", O_RDONLY | O_DIRECTORY);
	if (s->proc.fd < 0) {
		int r = s->proc.fd;

		task_scan_free(s);
		return r;
	}
	*ret = s;
	return 0;
}

struct task_scan *task_scan_free(struct task_scan *s)
{
	if (!s)
		return NULL;
	lister_close(&s->proc);
	lister_close(&s->task);
	taskset_free(&s->set);
	free(s);
	return NULL;
}

void taskset_free(struct taskset *t)
{
	free(t->v);
	*t = (struct taskset){ 0 };
}

/*
 * Open below a folder of proc. On the live system the short way relative to
 * the folder; in a captured tree, where links may lie in wait, through root.
 */
static int scan_open(const struct task_scan *s, int dir, const char *rel, const char *full, int flags)
{
	int fd;

	if (!s->live)
		return root_openat(s->root, full, flags | O_NONBLOCK | O_NOCTTY);
	fd = openat(dir, rel, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static size_t put(char *dst, size_t at, size_t size, const char *src)
{
	size_t n = MIN(strlen(src), size - 1 - at);

	memcpy(dst + at, src, n);
	dst[at + n] = '\0';
	return at + n;
}

/* patch_state of the task below a folder of proc. 0 or negative errno. */
static int read_state(const struct task_scan *s, int dir, const char *tid, int *ret)
{
	char rel[64], full[128] = "", buf[16];
	ssize_t n;
	int fd;

	put(rel, put(rel, 0, sizeof(rel), tid), sizeof(rel), "/patch_state");
	if (!s->live)
		FORMAT(full, "proc/%d/task/%s", s->pid, rel);
	fd = scan_open(s, dir, rel, full, O_RDONLY);
	if (fd < 0)
		return fd;
	n = read(fd, buf, sizeof(buf));
	if (n < 0)
		n = -errno;
	close(fd);
	return n < 0 ? (int)n : task_state_parse(buf, (size_t)n, ret);
}

static bool kept(enum task_keep keep, int state)
{
	switch (keep) {
	case TASK_KEEP_ALL:
		return true;
	case TASK_KEEP_NOT0:
		return state == 1;
	case TASK_KEEP_NOT1:
		return state == 0;
	case TASK_KEEP_NONE:
		return false;
	}
	return false;
}

static int keep_task(struct task_scan *s, const char *tid, int state)
{
	struct task t = {
		.pid = s->pid, .tid = (int)strtol(tid, NULL, 10), .patch_state = state, .state = '?'
	};
	int r;

	if (array_grow(&s->set.v, s->set.n, sizeof(*s->set.v)) < 0)
		return -ENOMEM;
	r = task_fill(s->root, &t);
	if (r == -ESRCH)
		return r;
	s->set.v[s->set.n++] = t; /* an unreadable stat still leaves a blocker */
	return 0;
}

/* 1 looked at, 0 there is no such task any more, negative errno. */
static int scan_task(struct task_scan *s, int dir, const char *tid)
{
	int state, r;

	r = read_state(s, dir, tid, &state);
	if (r == -ENOENT || r == -ESRCH)
		return 0;
	if (r == -ENOMEM || r == -EMFILE || r == -ENFILE)
		return r;
	if (r < 0) {
		s->set.total++;
		s->set.unreadable++;
		if (!s->set.first_errno)
			s->set.first_errno = r;
		return 1;
	}
	if (kept(s->keep, state)) {
		r = keep_task(s, tid, state);
		if (r == -ESRCH)
			return 0;
		if (r < 0)
			return r;
	}
	s->set.total++;
	s->set.by_state[state + 1]++;
	return 1;
}

/* Step into the next process. 1: done so, 0: no more, negative errno. */
static int next_process(struct task_scan *s)
{
	char rel[64], full[96];
	const char *name = "";
	int r;

	lister_close(&s->task);
	for (;;) {
		r = lister_next(&s->proc, &name);
		if (r <= 0)
			return r;
		put(rel, put(rel, 0, sizeof(rel), name), sizeof(rel), "/task");
		put(full, put(full, 0, sizeof(full), "proc/"), sizeof(full), rel);
		s->pid = (int)strtol(name, NULL, 10);
		r = scan_open(s, s->proc.fd, rel, full, O_RDONLY | O_DIRECTORY);
		if (r == -EMFILE || r == -ENFILE || r == -ENOMEM)
			return r;
		if (r >= 0)
			break; /* else it has died meanwhile */
	}
	s->task.fd = r;
	s->task.len = s->task.at = 0;
	s->task.eof = false;
	return 1;
}

/* One task of the listing. 1 more, 0 at the end. */
static int list_step(struct task_scan *s)
{
	const char *tid = "";
	int r;

	if (s->task.fd < 0) {
		r = next_process(s);
		if (r <= 0)
			return r;
	}
	r = lister_next(&s->task, &tid);
	if (r <= 0) {
		/* A process that dies while its folder is read ends early. */
		lister_close(&s->task);
		return 1;
	}
	r = scan_task(s, s->task.fd, tid);
	if (r > 0 && s->index)
		r = task_index_add(s->index, s->pid, (int)strtol(tid, NULL, 10));
	/* Few threads came in one piece with room to spare: that was all. */
	s->task.eof = s->live && s->task.len < sizeof(s->task.buf) / 2;
	return r < 0 ? r : 1;
}

/* Decimal digits, terminated; snprintf would cost as much as the lookup. */
static const char *number(char *buf, size_t size, int v)
{
	char *p = buf + size;

	*--p = '\0';
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v && p > buf);
	return p;
}

/*
 * A new number: a task's, or nobody's. Every task, leader or not, is found as
 * /proc/TID although only leaders are listed (proc_pid_lookup).
 */
static int probe_step(struct task_scan *s)
{
	int tid = s->probe++, r;
	char buf[16];

	if (task_index_has(s->index, s->known, tid))
		return 1;
	s->pid = task_tgid(s->root, tid);
	if (s->pid < 0)
		return s->pid == -ESRCH ? 1 : s->pid;
	r = scan_task(s, s->proc.fd, number(buf, sizeof(buf), tid));
	if (r > 0)
		r = task_index_add(s->index, s->pid, tid);
	return r < 0 ? r : 1;
}

/* A task of the index; its number may have gone to a thread of another process. */
static int replay_task(struct task_scan *s, struct task_id *id)
{
	char buf[16];
	const char *tid = number(buf, sizeof(buf), id->tid);
	int r, pid;

	s->pid = id->pid;
	r = scan_task(s, s->proc.fd, tid);
	if (r)
		return r;
	pid = task_tgid(s->root, id->tid);
	if (pid > 0 && pid != id->pid) {
		s->pid = id->pid = pid;
		r = scan_task(s, s->proc.fd, tid);
	}
	if (!r)
		id->tid = 0;
	return r;
}

/* One task of the index, then one new number. 1 more, 0 at the end. */
static int replay_step(struct task_scan *s)
{
	int r;

	if (s->at == s->known) {
		task_index_settle(s->index);
		s->known = s->index->n;
		s->at = s->known + 1;
	}
	if (s->at > s->known)
		return s->probe <= s->load.last ? probe_step(s) : 0;
	r = replay_task(s, &s->index->v[s->at++]);
	return r < 0 ? r : 1;
}

/* The index serves the next scan if the kernel counted as many threads. */
static void index_finish(struct task_scan *s)
{
	struct task_load now;

	task_index_settle(s->index);
	s->index->last = s->load.last;
	s->index->usable = task_load_read(s->root, &now) >= 0 &&
			   s->set.total >= MIN(now.threads, s->load.threads) &&
			   s->set.total <= MAX(now.threads, s->load.threads);
}

/* The index missed tasks, or knew some that are gone: what was counted is void. */
static int list_instead(struct task_scan *s)
{
	if (lseek(s->proc.fd, 0, SEEK_SET) < 0)
		return -errno;
	if (task_load_read(s->root, &s->load) < 0)
		s->index = NULL;
	else
		s->index->n = 0;
	taskset_free(&s->set);
	s->proc.len = s->proc.at = 0;
	s->replay = false;
	return 1;
}

int task_scan_step(struct task_scan *s, size_t max_tasks)
{
	int r = 1;

	for (; max_tasks && r > 0; max_tasks--) {
		r = s->replay ? replay_step(s) : list_step(s);
		if (r || !s->index)
			continue;
		index_finish(s);
		if (s->replay && !s->index->usable)
			r = list_instead(s);
	}
	return r;
}

void task_scan_use(struct task_scan *s, struct task_index *index)
{
	if (!s->live || task_load_read(s->root, &s->load) < 0)
		return;
	s->index = index;
	s->replay = index->usable && s->load.last >= index->last && s->load.last - index->last <= PROBE_MAX;
	s->known = index->n;
	s->probe = index->last + 1;
	index->usable = false;
	if (!s->replay)
		index->n = 0;
}

static int tid_compare(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

void task_scan_result(struct task_scan *s, struct taskset *ret)
{
	if (s->set.n)
		qsort(s->set.v, s->set.n, sizeof(*s->set.v), tid_compare);
	*ret = s->set;
	s->set = (struct taskset){ 0 };
}

int tasks_read(const struct root *root, enum task_keep keep, struct taskset *ret, struct err *e)
{
	_cleanup_(task_scan_freep) struct task_scan *s = NULL;
	int r;

	r = task_scan_new(root, keep, &s);
	while (r >= 0 && (r = task_scan_step(s, SIZE_MAX)) > 0)
		;
	if (r < 0)
		return err_set(e, r, "cannot read the tasks in /proc: %s", strerror(-r));
	task_scan_result(s, ret);
	return 0;
}
