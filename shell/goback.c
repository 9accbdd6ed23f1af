// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rollback as arithmetic of two stacks. Patches at the bottom that are the
 * same stay; what is above them now goes, newest first; what was above them
 * before comes back, oldest first. Only the lowest of what comes back can be
 * an atomic replace: it would have removed everything below it.
 */
#include "shell/goback.h"

#include <errno.h>

static int by_order(const void *a, const void *b)
{
	const struct patch *x = *(const struct patch *const *)a, *y = *(const struct patch *const *)b;

	return (x->stack_order > y->stack_order) - (x->stack_order < y->stack_order);
}

/* Enabled patches, oldest first. */
static int read_now(const struct patches *p, struct goback *g, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct patch *q = &p->v[i];

		if (!patch_is_enabled(q))
			continue;
		if (g->n_now == GOBACK_MAX)
			return err_set(e, -E2BIG, "more than %d patches are enabled", GOBACK_MAX);
		if (q->stack_order < 0)
			return err_set(e, -ENODATA, "the order of the enabled patches is not known");
		g->now[g->n_now++] = q;
	}
	qsort(g->now, g->n_now, sizeof(g->now[0]), by_order);
	return 0;
}

static bool is_same(const struct patch *q, const struct patch_ref *ref)
{
	return streq(q->name, ref->name) && q->build_id && streq(q->build_id, ref->build_id);
}

int goback_compare(const struct history_entry *what, const struct patches *p, struct goback *ret,
		   struct err *e)
{
	int r;

	*ret = (struct goback){ 0 };
	if (!what->before_known || what->n_before > GOBACK_MAX)
		return err_set(e, -ENODATA, "the record of %s %s does not tell which patches it found",
			       what->verb, what->target);
	r = read_now(p, ret, e);
	if (r < 0)
		return r;
	while (ret->same < MIN(ret->n_now, what->n_before) &&
	       is_same(ret->now[ret->same], &what->before[ret->same]))
		ret->same++;
	return ret->same == ret->n_now && ret->same == what->n_before;
}

/* How a change ended: its outcome's word; without an outcome it is unknown. */
static const char *result_of(const struct history_list *l, size_t intent)
{
	for (size_t i = l->n; i-- > intent;)
		if (streq(l->v[i].txn, l->v[intent].txn) && streq(l->v[i].phase, "outcome") && l->v[i].result)
			return l->v[i].result;
	return "unknown";
}

/* An intent of this boot that changes which patches are enabled. */
static bool is_change(const struct history_entry *h, const char *boot_id)
{
	static const char *const verbs[] = { "load",	"boot",	    "unload", "disable", "enable",
					     "replace", "rollback", "force",  "undo",	 NULL };

	return h->txn && h->phase && streq(h->phase, "intent") && word_in(h->verb, verbs) && h->target &&
	       h->boot_id && streq(h->boot_id, boot_id);
}

/* Did it come to nothing? Then who names an earlier one means that. */
static bool came_to_nothing(const struct history_list *l, size_t i, const struct patches *p)
{
	static const char *const words[] = { "failed", "reversed", "undone", "refused", "declined", NULL };
	struct goback g;

	return word_in(result_of(l, i), words) && goback_compare(&l->v[i], p, &g, NULL) == 1;
}

static const struct history_entry *find_txn(const struct history_list *l, const char *txn)
{
	for (size_t i = l->n; i-- > 0;)
		if (l->v[i].txn && streq(l->v[i].txn, txn) && l->v[i].phase && streq(l->v[i].phase, "intent"))
			return &l->v[i];
	return NULL;
}

/* An unfinished rollback is taken up again: what it was to undo is still to be undone. */
static const struct history_entry *taken_up(const struct history_list *l, size_t i)
{
	static const char *const finished[] = { "done", "accepted", NULL };
	const struct history_entry *h = &l->v[i], *of;

	if (!streq(h->verb, "rollback") || !h->of || word_in(result_of(l, i), finished))
		return h;
	of = find_txn(l, h->of);
	return of ? of : h;
}

static int forced(struct err *e, const char *name)
{
	err_set(e, -EPERM, "a transition of %s was forced, so its old code may still run: no rollback", name);
	err_hint(e, "only a reboot brings the kernel back to a known state");
	return -EPERM;
}

static int in_transition(const struct patches *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].transition != 1)
			continue;
		err_set(e, -EBUSY, "%s is in transition", p->v[i].name);
		err_hint(e, "klpsh reverse turns it round, klpsh wait %s waits for its end", p->v[i].name);
		return -EBUSY;
	}
	return 0;
}

static int check_name(const struct history_list *l, const struct history_entry *h, const char *boot_id,
		      const char *name, struct err *e)
{
	if (!name || streq(h->target, name))
		return 0;
	for (size_t i = 0; i < l->n; i++)
		if (is_change(&l->v[i], boot_id) && streq(l->v[i].target, name)) {
			err_set(e, -EINVAL, "the last change was %s %s, not of %s", h->verb, h->target, name);
			err_hint(e, "a rollback undoes one change at a time, the last one first");
			return -EINVAL;
		}
	return err_set(e, -ENOENT, "no change of %s is recorded since this kernel was booted", name);
}

static int check_txn(const struct history_entry *h, const char *txn, struct err *e)
{
	if (!txn || streq(h->txn, txn))
		return 0;
	err_set(e, -ESTALE, "the last change is %s %s (%.8s), and no longer %.8s", h->verb, h->target, h->txn,
		txn);
	err_hint(e, "nothing was done; klpsh history shows what came after it");
	return -ESTALE;
}

int goback_find(const struct history_list *l, const char *boot_id, const struct patches *p, const char *name,
		const char *txn, const struct history_entry **ret, const struct history_entry **ret_stuck,
		struct err *e)
{
	const struct history_entry *h;
	int r = in_transition(p, e);

	for (size_t i = l->n; r >= 0 && i-- > 0;) {
		if (!is_change(&l->v[i], boot_id))
			continue;
		if (streq(l->v[i].verb, "force") && !streq(result_of(l, i), "failed"))
			return forced(e, l->v[i].target);
		if (streq(l->v[i].verb, "force") || ((name || txn) && came_to_nothing(l, i, p)))
			continue;
		h = taken_up(l, i);
		r = check_txn(h, txn, e);
		r = r < 0 ? r : check_name(l, h, boot_id, name, e);
		if (r >= 0) {
			*ret = h;
			*ret_stuck = h == &l->v[i] ? NULL : &l->v[i];
		}
		return r;
	}
	if (r < 0)
		return r;
	err_set(e, -ENOENT,
		"no change is recorded since this kernel was booted, so there is nothing to undo");
	err_hint(e, "klpsh unload NAME takes a patch out");
	return -ENOENT;
}

static void add_step(struct goback *g, enum goback_kind kind, const char *name, size_t index)
{
	g->v[g->n++] = (struct goback_step){ kind, name, index };
}

/* Modules that are only left over take the names of what is to come back. */
static int clear_names(const struct history_entry *what, const struct patches *p, struct goback *g,
		       struct err *e)
{
	for (size_t i = g->same; i < what->n_before; i++) {
		const struct patch *q = patches_find(p, what->before[i].name);

		if (q && q->forced == 1)
			return forced(e, q->name);
		if (q && !q->in_sysfs)
			add_step(g, GOBACK_REMOVE, q->name, 0);
	}
	return 0;
}

/* Is a patch enabled under this name, in another build? Then it must go first. */
static bool name_taken(const struct history_entry *what, const struct goback *g)
{
	for (size_t i = g->same; i < what->n_before; i++)
		for (size_t k = g->same; k < g->n_now; k++)
			if (streq(what->before[i].name, g->now[k]->name))
				return true;
	return false;
}

int goback_steps(const struct history_entry *what, const struct patches *p, bool first_replaces,
		 struct goback *g, struct err *e)
{
	bool seamless = first_replaces && !g->same && g->n_now && !name_taken(what, g);
	size_t next = g->same;
	int r = clear_names(what, p, g, e);

	for (size_t i = g->same; r >= 0 && i < g->n_now; i++)
		if (g->now[i]->forced == 1)
			r = forced(e, g->now[i]->name);
	if (r < 0)
		return r;
	if (seamless) {
		add_step(g, GOBACK_LOAD, what->before[next].name, next);
		next++;
	}
	for (size_t i = g->n_now; i-- > g->same;) {
		if (!seamless)
			add_step(g, GOBACK_DISABLE, g->now[i]->name, 0);
		add_step(g, GOBACK_REMOVE, g->now[i]->name, 0);
	}
	g->gap = !seamless && g->n_now > g->same && next < what->n_before;
	for (; next < what->n_before; next++)
		add_step(g, GOBACK_LOAD, what->before[next].name, next);
	return 0;
}

static bool has_step(const struct goback *g, enum goback_kind kind, const char *name)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i].kind == kind && streq(g->v[i].name, name))
			return true;
	return false;
}

void goback_leftovers(const struct history_entry *stuck, const struct patches *p, struct goback *g)
{
	for (size_t i = MIN(stuck->n_before, (size_t)GOBACK_MAX); i-- > 0;) {
		const struct patch *q = patches_find(p, stuck->before[i].name);

		if (q && q->loaded && !q->in_sysfs && !has_step(g, GOBACK_REMOVE, q->name))
			add_step(g, GOBACK_REMOVE, q->name, 0);
	}
}
