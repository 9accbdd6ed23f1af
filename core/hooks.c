// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/hooks.h"

struct reading {
	const struct nameset *names;
	struct hook *v;
};

static struct hook *hook_of(const struct reading *r, const struct funcline *l)
{
	int i = nameset_find(r->names, l->module, l->module_len, l->name, l->name_len);

	return i < 0 ? NULL : &r->v[i];
}

/* Whoever changes where it goes on is one user, a direct call another; all its kprobes are one. */
static void take_enabled(void *arg, const struct funcline *l)
{
	struct hook *h = hook_of(arg, l);
	long users = l->users - !!(l->flags & FUNC_IPMODIFY) - !!(l->flags & FUNC_DIRECT);

	if (!h)
		return;
	h->flags |= l->flags;
	h->users += MAX(users, 0L);
}

/* Those that are on are one user of ftrace together, one that is off is none. */
static void take_kprobe(void *arg, const struct funcline *l)
{
	struct hook *h = hook_of(arg, l);
	bool on = l->flags & FUNC_KPROBE_ON;

	if (!h)
		return;
	if (on && (l->flags & FUNC_KPROBE_FTRACE) && !(h->flags & FUNC_KPROBE_FTRACE) && h->users > 0)
		h->users--;
	h->flags |= on ? l->flags : l->flags & ~FUNC_KPROBE_FTRACE;
}

void hooks_read(const struct root *root, const struct nameset *names, struct hook *v, struct err *enabled_err,
		struct err *kprobes_err)
{
	struct reading r = { names, v };

	functable_read(root, FUNCTABLE_ENABLED, take_enabled, &r, enabled_err);
	functable_read(root, FUNCTABLE_KPROBES, take_kprobe, &r, kprobes_err);
}

void hook_words(const struct hook *h, char *buf, size_t size)
{
	const char *probe = h->flags & FUNC_KPROBE_ON ? "a kprobe"
			    : h->flags & FUNC_KPROBE  ? "a disabled kprobe"
						      : "";
	const char *direct = h->flags & FUNC_DIRECT ? "a BPF program or another direct call" : "";
	const char *comma = *probe && *direct ? ", " : "";
	const char *last = h->users && (*probe || *direct) ? ", " : "";
	char users[48] = "";

	if (h->users)
		FORMAT(users, "%ld other user%s of ftrace", h->users, h->users == 1 ? "" : "s");
	snprintf(buf, size, "%s%s%s%s%s", probe, comma, direct, last, users);
}
