// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Details of a patched function: which patches replace it, and whose code
 * runs. The kernel takes the one on top of the function's stack (klp_func in
 * kernel/livepatch/patch.c), during a transition task by task.
 */
#include "shell/stacking.h"
#include "tui/patch_detail.h"
#include "tui/term.h"

/* "livepatch_two (order 2, inferred)" */
static void patch_words(const struct patch *p, char *buf, size_t size)
{
	if (p->stack_order < 0)
		snprintf(buf, size, "%s (order not known)", p->name);
	else
		snprintf(buf, size, "%s (order %d%s)", p->name, p->stack_order,
			 p->order_inferred ? ", inferred" : "");
}

/* Which tasks run a patch's code: all, unless it is in transition. */
static const char *whose_tasks(const struct snapshot *s, const struct patch *p)
{
	if (p->transition != 1)
		return "";
	return s->target == 0 ? " in tasks that have not switched back" : " in tasks that have switched";
}

/* Whose code of a function runs, as far as the order of its patches is known. */
struct runs {
	const struct patch *top; /* the highest applied patch above this one; NULL: this one is on top */
	bool ordered;
};

static struct runs who_runs(const struct snapshot *s, const struct patch *p, const struct object *o,
			    const struct func *f)
{
	struct runs ret = { .ordered = true };

	for (size_t i = 0; i < s->patches.n; i++) {
		const struct patch *q = &s->patches.v[i];
		enum stacking k = stacking_of(p, q, o->name, f);

		if (k == STACKING_UNORDERED)
			ret.ordered = false;
		if (k == STACKING_ABOVE && (!ret.top || q->stack_order > ret.top->stack_order))
			ret.top = q;
	}
	return ret;
}

static void code_line(const struct snapshot *s, const struct patch *p, const struct object *o,
		      const struct func *f, const struct runs *runs, struct lines *l)
{
	char words[128];

	if (o->patched == 0) {
		lines_fact(l, "code", "nobody's: %s is not loaded", o->name);
	} else if (p->enabled != 1 && p->transition != 1) {
		lines_fact(l, "code", "not this patch's: it is %s", patch_state_word(p));
	} else if (f->restore == 1) {
		lines_fact(l, "code", "the original's, once this patch has replaced the others");
	} else if (!runs->ordered) {
		lines_fact(l, "code", "not known: the order of its patches is not");
	} else if (runs->top) {
		patch_words(runs->top, words, sizeof(words));
		lines_fact(l, "code", "also replaced by %s: its code runs%s", words,
			   whose_tasks(s, runs->top));
	} else {
		lines_fact(l, "code", "this patch's code runs%s", whose_tasks(s, p));
	}
}

/* The other patches of it, but the one whose code runs. */
static void other_lines(const struct snapshot *s, const struct patch *p, const struct object *o,
			const struct func *f, const struct runs *runs, struct lines *l)
{
	static const char *const where[] = {
		[STACKING_BELOW] = "below this one",
		[STACKING_ABOVE] = "above this one",
		[STACKING_UNORDERED] = "above or below this one",
	};
	const struct patch *top = o->patched == 0 || !runs->ordered ? NULL : runs->top;
	char words[128];

	for (size_t i = 0; i < s->patches.n; i++) {
		const struct patch *q = &s->patches.v[i];
		enum stacking k = stacking_of(p, q, o->name, f);

		if (k == STACKING_NONE || q == top)
			continue;
		patch_words(q, words, sizeof(words));
		lines_fact(l, "others", "also replaced by %s, %s", words, where[k]);
	}
}

void patch_detail_func(const struct snapshot *s, const struct patch *p, const struct object *o,
		       const struct func *f, struct lines *l)
{
	struct runs runs = who_runs(s, p, o, f);
	const char *now = o->patched < 0 ? ""
			  : o->patched	 ? " (patched now)"
					 : " (not patched now: it is not loaded)";

	lines_fact(l, "function", "%s", f->name);
	lines_fact(l, "sympos", "%u%s", f->sympos,
		   f->sympos <= 1 ? " (the first of its name, or the only one)" : "");
	lines_fact(l, "object", "%s%s", o->name, now);
	lines_fact(l, "patch", "%s (%s)", p->name, patch_state_word(p));
	code_line(s, p, o, f, &runs, l);
	other_lines(s, p, o, f, &runs, l);
}
