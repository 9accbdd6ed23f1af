/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index of tasks and the kernel's own numbers that keep it honest
 * (fs/proc/loadavg.c: nr_threads and the cursor of the pid allocator).
 */
#include "core/taskindex.h"

#include <errno.h>

int task_load_parse(const char *text, struct task_load *ret)
{
	const char *slash = strchr(text, '/'), *space = slash ? strchr(slash, ' ') : NULL;
	char threads[16];
	uint64_t n, last;

	if (!space || space - slash - 1 >= (long)sizeof(threads))
		return -EBADMSG;
	memcpy(threads, slash + 1, (size_t)(space - slash - 1));
	threads[space - slash - 1] = '\0';
	if (parse_u64(threads, &n) < 0 || parse_u64(space + 1, &last) < 0 || last > INT32_MAX)
		return -EBADMSG;
	ret->threads = n;
	ret->last = (int)last;
	return 0;
}

int task_load_read(const struct root *root, struct task_load *ret)
{
	char buf[128];
	ssize_t n = root_read_attr(root, "proc/loadavg", buf, sizeof(buf));

	return n < 0 ? (int)n : task_load_parse(buf, ret);
}

int task_index_add(struct task_index *x, int pid, int tid)
{
	if (array_grow(&x->v, x->n, sizeof(*x->v)) < 0)
		return -ENOMEM;
	x->v[x->n++] = (struct task_id){ pid, tid };
	return 0;
}

static int id_compare(const void *a, const void *b)
{
	const struct task_id *x = a, *y = b;

	return (x->tid > y->tid) - (x->tid < y->tid);
}

void task_index_settle(struct task_index *x)
{
	size_t kept = 0;

	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].tid)
			x->v[kept++] = x->v[i];
	x->n = kept;
	if (kept)
		qsort(x->v, kept, sizeof(*x->v), id_compare);
}

bool task_index_has(const struct task_index *x, size_t n, int tid)
{
	struct task_id key = { 0, tid };

	return n && bsearch(&key, x->v, n, sizeof(key), id_compare);
}

void task_index_free(struct task_index *x)
{
	free(x->v);
	*x = (struct task_index){ 0 };
}
