// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `replace`: an upgrade by an atomic replace. It is a load whose file must
 * take the place of all patches; what goes and what is no longer fixed is said
 * first, and the modules of what was replaced are removed afterwards.
 */
#include <errno.h>

#include "shell/loading.h"
#include "shell/verbs.h"
#include "shell/view.h"

#define LOST_SHOWN 12 /* functions that the file does not fix, named */
#define REFS_SEC 10.0 /* for a replaced module to be let go */

struct replacing {
	struct loading l;
	char flags[96]; /* for the records */
};

static bool file_has(const struct inspect *i, const char *object, const struct func *f)
{
	for (size_t k = 0; k < i->n_objects; k++)
		for (size_t n = 0; streq(i->objects[k].name, object) && n < i->objects[k].n_funcs; n++) {
			const struct inspect_func *mine = &i->objects[k].funcs[n];

			if (streq(mine->old_name, f->name) && MAX(mine->sympos, 1u) == MAX(f->sympos, 1u))
				return true;
		}
	return false;
}

/* Is it an atomic replace? */
static int check_file_replaces(const struct inspect *i, struct err *e)
{
	if (i->replace == 1)
		return 0;
	if (i->replace < 0)
		err_rc(e, RC_FAILED, -EINVAL, "whether %s replaces others cannot be read from the file",
		       i->path);
	else
		err_rc(e, RC_FAILED, -EINVAL, "%s is no atomic replace: loading it would stack it on top",
		       i->name);
	err_hint(e, "klpsh inspect tells what the file is; klpsh load stacks it");
	return -EINVAL;
}

static int check_old(const struct snapshot *s, const char *old, struct err *e)
{
	const struct patch *q = patches_find(&s->patches, old);

	if (!q)
		return patch_not_found(s, old, e);
	if (q->in_sysfs && q->transition == 1) {
		err_set(e, -EBUSY, "%s is in transition", old);
		err_hint(e, "klpsh wait %s waits for its end", old);
		return -EBUSY;
	}
	if (patch_is_enabled(q))
		return 0;
	err_rc(e, RC_FAILED, -EINVAL, "%s is not enabled (%s), so there is nothing to replace", old,
	       patch_state_word(q));
	err_hint(e, "klpsh load loads the new one");
	return -EINVAL;
}

/* All patches go: more than the one that was named needs a word more. */
static int check_others(const struct snapshot *s, const char *old, bool all, struct err *e)
{
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->patches.n; i++) {
		const struct patch *q = &s->patches.v[i];

		if (!patch_is_enabled(q) || streq(q->name, old))
			continue;
		first = first ? first : q->name;
		n++;
	}
	if (!n || all)
		return 0;
	if (n == 1)
		err_rc(e, RC_FAILED, -EINVAL, "it replaces every patch, so %s would go as well", first);
	else
		err_rc(e, RC_FAILED, -EINVAL, "it replaces every patch, so %s and %zu more would go as well",
		       first, n - 1);
	err_hint(e, "say --all if they may go; --dry-run --all lists what is lost");
	return -EINVAL;
}

/* 1: it has been done already; 0; negative: refused. */
static int replace_possible(struct replacing *r, const char *old, struct err *e)
{
	struct loading *l = &r->l;
	int k = loading_possible(l, e);
	const struct patch *q = patches_find(&l->snap->patches, old);

	if (k < 0)
		return k;
	k = k > 0 ? k : check_file_replaces(l->image->inspect, e);
	if (k > 0 && (!q || !patch_is_enabled(q)))
		return 1;
	if (k > 0)
		return err_rc(e, RC_FAILED, -EEXIST, "%s is enabled already, and %s beside it",
			      l->image->inspect->name, old);
	k = k < 0 ? k : check_old(l->snap, old, e);
	return k < 0 ? k : check_others(l->snap, old, call_flag(l->plan.c, "all"), e);
}

/* Functions of this patch that the file does not fix. */
static int lost_facts(struct replacing *r, const struct patch *q, size_t *n)
{
	const struct inspect *i = r->l.image->inspect;
	int k = 0;

	for (size_t o = 0; o < q->n_objects; o++)
		for (size_t f = 0; k >= 0 && f < q->objects[o].n_funcs; f++) {
			const struct func *func = &q->objects[o].funcs[f];

			if (file_has(i, q->objects[o].name, func) || ++*n > LOST_SHOWN)
				continue;
			k = plan_fact(&r->l.plan, "no longer fixed: %s of %s (by %s)", func->name,
				      q->objects[o].name, q->name);
		}
	return k;
}

static int replace_facts(struct replacing *r)
{
	const struct patches *p = &r->l.snap->patches;
	size_t lost = 0;
	int k = 0;

	for (size_t i = 0; k >= 0 && i < p->n; i++)
		if (patch_is_enabled(&p->v[i]))
			k = plan_fact(&r->l.plan, "replaced and removed: %s", p->v[i].name);
	for (size_t i = 0; k >= 0 && i < p->n; i++)
		if (patch_is_enabled(&p->v[i]))
			k = lost_facts(r, &p->v[i], &lost);
	if (k >= 0 && lost > LOST_SHOWN)
		k = plan_fact(&r->l.plan, "no longer fixed: %zu functions more", lost - LOST_SHOWN);
	if (k >= 0 && !r->l.image->inspect->objects_complete)
		k = plan_fact(&r->l.plan, "the file does not tell all of its functions, so some of these may "
					  "be fixed by it");
	return k;
}

/* What was replaced, newest first. What stays is told and is no failure of the upgrade. */
static int remove_replaced(struct act *a, struct err *e)
{
	size_t left = 0;

	for (size_t i = a->change.n_before; i-- > 0;) {
		const char *name = a->change.before[i].name;
		struct err why = { 0 };

		if (act_wait_refs(a, name, REFS_SEC, &why) >= 0 && act_remove(a, name, &why) >= 0)
			continue;
		act_note(a, "%s is replaced, but its module stays: %s; klpsh unload %s removes it", name,
			 why.text, name);
		left++;
	}
	if (!left)
		return 0;
	FORMAT(a->result.result, "partial");
	err_rc(e, RC_PARTIAL, -EBUSY, "the upgrade is done, but %zu module%s could not be removed", left,
	       left == 1 ? "" : "s");
	err_hint(e, "they are disabled and do no harm; klpsh unload NAME removes them");
	return -EBUSY;
}

static int replace_do(struct act *a, struct err *e)
{
	struct replacing *r = a->arg;
	struct loading *l = &r->l;
	enum act_wait_end end;
	int k;

	loading_keep(a, l->image);
	k = loading_insert(a, l->image, l->params, e);
	k = k < 0 ? k : act_wait(a, l->image->inspect->name, &end, e);
	if (k < 0)
		return k;
	if (end == WAIT_ENDED)
		return remove_replaced(a, e);
	act_note(a,
		 "the replaced modules stay: klpsh unload NAME removes them when the transition has ended");
	return 0;
}

static int replace_verify(struct act *a, struct err *e)
{
	const struct replacing *r = a->arg;

	return loading_verify(a, r->l.image, e);
}

static int replace_plan(struct replacing *r, const char *old, struct err *e)
{
	struct act *a = &r->l.plan.act;
	const char *checks = a->change.flags;

	FORMAT(r->flags, "replaces=%s%s%s", old, checks ? " " : "", checks ? checks : "");
	a->change.flags = r->flags;
	plan_says(&r->l.plan, "%s has replaced %s", r->l.image->inspect->name, old);
	a->run = replace_do;
	a->verify = replace_verify;
	a->arg = r;
	if (plan_title(&r->l.plan, "Replace %s by %s", old, r->l.image->inspect->name) < 0 ||
	    replace_facts(r) < 0)
		return out_of_memory(e);
	return loading_facts(&r->l, e);
}

static void replacing_done(struct replacing *r)
{
	loading_done(&r->l);
}

static int replace_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(replacing_done) struct replacing r = { 0 };
	int k = loading_begin(&r.l, c, c->args[1], NULL, 0, e);

	if (k < 0)
		return k;
	k = replace_possible(&r, c->args[0], e);
	if (k > 0)
		return loading_already(&r.l, ret);
	k = k < 0 ? k : loading_preflight(&r.l, e);
	k = k < 0 ? k : replace_plan(&r, c->args[0], e);
	return k < 0 ? plan_refuse(&r.l.plan, ret, e) : plan_run(&r.l.plan, ret, e);
}

static const struct arg replace_args[] = { { "OLD", ARG_PATCH }, { "FILE", ARG_FILE } };
static const struct flag replace_flags[] = {
	{ "all", NULL, false, "other patches than OLD may go too" },
	LOADING_FLAGS,
	CHANGE_FLAGS,
	CHANGE_WAIT_FLAGS,
};

const struct verb verb_replace = {
	.name = "replace",
	.args = replace_args,
	.n_args = ARRAY_SIZE(replace_args),
	.flags = replace_flags,
	.n_flags = ARRAY_SIZE(replace_flags),
	.danger = DANGER_MODERATE,
	.help = "upgrade: load a livepatch that atomically replaces OLD",
	.details =
		"Loads FILE, which must be an atomic replace, in the place of OLD, which must be enabled: in "
		"one "
		"transition, without a moment in which nothing is patched. An atomic replace takes the place "
		"of "
		"every enabled patch; when others than OLD would go, --all must be said. What goes, and "
		"every "
		"function that FILE does not fix any more, is listed first. Afterwards the modules of what "
		"was "
		"replaced are removed, newest first.\n\n"
		"Everything else is as in klpsh load; klpsh rollback brings the former patches back from the "
		"store.",
	.examples = "klpsh replace fix_v1 fix_v2.ko  # upgrade\n"
		    "klpsh replace fix_v1 fix_v2.ko --dry-run --all  # what would go and what would be lost",
	.shape = &shape_change,
	.run = replace_run,
};
