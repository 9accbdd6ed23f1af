/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See probe.h. What it reads goes into one number; what cannot be read counts
 * by its errno, so that coming and going is a difference as well.
 */
#include "core/probe.h"

#include <errno.h>

#include "core/fnv.h"
#include "core/patch.h"

#define MODULES_MAX (4u << 20)

struct probe {
	const struct root *root;
	struct probe_opts o;
	struct loop_source *timer;
	uint64_t mark, cost_us;
	bool deep;
};

static uint64_t add(uint64_t sum, const char *text, size_t len)
{
	/* With the NUL, or what ends one would begin the next. */
	return fnv(fnv(sum, text, len), "", 1);
}

static uint64_t add_number(uint64_t sum, int64_t v)
{
	return fnv(sum, &v, sizeof(v));
}

/* One line of /proc/modules without what moves by itself: size and references. */
static uint64_t add_module(uint64_t sum, const char *line, size_t len)
{
	const char *end = line + len, *p = line;

	sum = add(sum, line, strcspn(line, " \n"));
	for (int blanks = 0; p < end && blanks < 4; p++)
		blanks += *p == ' ';
	return add(sum, p, (size_t)(end - p));
}

static uint64_t add_modules(uint64_t sum, const struct root *root)
{
	_cleanup_free_ char *text = NULL;
	int r = root_read_file(root, "proc/modules", MODULES_MAX, &text, NULL);

	if (r < 0)
		return add_number(sum, r);
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");

		sum = add_module(sum, p, len);
		p += len + (p[len] == '\n');
	}
	return sum;
}

static uint64_t add_patches(uint64_t sum, const struct root *root, bool deep)
{
	_cleanup_(strv_freep) char **names = NULL;
	size_t n = 0;
	int r = root_list(root, "sys/kernel/livepatch", true, &names, &n);

	if (r < 0)
		return add_number(sum, r);
	for (size_t i = 0; i < n; i++) {
		int enabled, transition;

		sum = add(sum, names[i], strlen(names[i]));
		if (!deep || !patch_name_valid(names[i]))
			continue;
		(void)patch_read_state(root, names[i], &enabled, &transition);
		sum = add_number(add_number(sum, enabled), transition);
	}
	return sum;
}

uint64_t probe_look(const struct root *root, bool deep)
{
	uint64_t sum = FNV_START;
	char taint[32] = "";

	(void)root_read_attr(root, "proc/sys/kernel/tainted", taint, sizeof(taint));
	sum = add(sum, taint, strlen(taint));
	return add_modules(add_patches(sum, root, deep), root);
}

static uint64_t look(struct probe *p)
{
	uint64_t begun = now_cpu(), sum = probe_look(p->root, p->deep);

	p->cost_us = now_cpu() - begun;
	return sum;
}

static int on_timer(struct loop_source *src, void *arg)
{
	struct probe *p = arg;

	if (look(p) == p->mark)
		probe_start(p);
	else
		p->o.changed(p->o.arg);
	return 0;
}

int probe_new(struct loop *l, const struct root *root, const struct probe_opts *o, struct probe **ret)
{
	_cleanup_(probe_freep) struct probe *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;
	p->root = root;
	p->o = *o;
	r = loop_add_timer(l, on_timer, p, &p->timer);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(p);
	return 0;
}

struct probe *probe_free(struct probe *p)
{
	if (p)
		loop_remove(p->timer);
	free(p);
	return NULL;
}

void probe_mark(struct probe *p, bool deep)
{
	probe_stop(p);
	p->deep = deep;
	p->mark = look(p);
}

void probe_start(struct probe *p)
{
	loop_timer_set(p->timer, MAX(p->o.every_us, p->cost_us * (MAX(p->o.share, 1u) - 1)));
}

void probe_set_share(struct probe *p, unsigned share)
{
	p->o.share = share;
}

void probe_stop(struct probe *p)
{
	loop_timer_stop(p->timer);
}
