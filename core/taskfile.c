/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of one task in procfs: stat (fs/proc/array.c, do_task_stat),
 * status and patch_state.
 */
#include "core/taskfile.h"

#include <errno.h>

#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */

int task_state_parse(const char *s, size_t n, int *ret)
{
	n -= n && s[n - 1] == '\n';
	if (n == 2 && s[0] == '-' && s[1] == '1')
		*ret = -1;
	else if (n == 1 && (s[0] == '0' || s[0] == '1'))
		*ret = s[0] - '0';
	else
		return -EBADMSG;
	return 0;
}

/* The n-th blank-separated word of s, from 0. */
static const char *word(const char *s, unsigned n)
{
	while (s && n--) {
		s = strchr(s, ' ');
		s = s ? s + 1 : NULL;
	}
	return s;
}

/* /proc/PID/task/TID/stat; the name may hold blanks and parentheses. */
static int stat_parse(char *text, struct task *t)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')');
	const char *rest, *flags, *start;
	size_t n;

	if (!open || !close || close < open || close[1] != ' ' || !close[2])
		return -EBADMSG;
	n = MIN((size_t)(close - open - 1), sizeof(t->comm) - 1);
	memcpy(t->comm, open + 1, n);
	t->comm[n] = '\0';
	rest = close + 2; /* field 3, the state */
	flags = word(rest, 6);
	start = word(rest, 19);
	if (!flags || !start)
		return -EBADMSG;
	t->state = *rest;
	t->kthread = (strtoul(flags, NULL, 10) & PF_KTHREAD) != 0;
	t->start = strtoull(start, NULL, 10);
	return 0;
}

int task_fill(const struct root *root, struct task *t)
{
	char path[128], buf[1024];
	ssize_t n;

	FORMAT(path, "proc/%d/task/%d/stat", t->pid, t->tid);
	n = root_read_attr(root, path, buf, sizeof(buf));
	if (n < 0)
		return n == -ENOENT ? -ESRCH : (int)n;
	return stat_parse(buf, t);
}

int task_tgid(const struct root *root, int tid)
{
	_cleanup_free_ char *text = NULL;
	const char *line;
	char path[64];
	int r;

	FORMAT(path, "proc/%d/status", tid);
	r = root_read_file(root, path, 64 << 10, &text, NULL);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	line = strstr(text, "\nTgid:");
	return line ? (int)strtol(line + 6, NULL, 10) : -EBADMSG;
}

int task_read(const struct root *root, int tid, struct task *ret)
{
	struct task t = { .tid = tid, .patch_state = PATCH_STATE_NONE };
	char path[128], buf[16];
	ssize_t n;
	int r;

	if (tid <= 0)
		return -ESRCH;
	r = task_tgid(root, tid);
	if (r < 0)
		return r;
	t.pid = r;
	r = task_fill(root, &t);
	if (r < 0)
		return r;
	FORMAT(path, "proc/%d/task/%d/patch_state", t.pid, tid);
	n = root_read_attr(root, path, buf, sizeof(buf));
	if (n > 0)
		(void)task_state_parse(buf, (size_t)n, &t.patch_state);
	*ret = t;
	return 0;
}

const char *task_state_word(char state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "uninterruptible sleep";
	case 'I':
		return "idle";
	case 'T':
		return "stopped";
	case 't':
		return "traced";
	case 'Z':
		return "zombie";
	case 'X':
		return "dead";
	default:
		return "unknown";
	}
}
