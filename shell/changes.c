/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Differences between snapshots. The names of patches are kept sorted, so
 * that thousands of them are compared in one pass.
 */
#include "shell/changes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "core/taint.h"
#include "core/text.h"

struct seen {
	char *name;
	const char *state; /* a static word of core/patch */
};

struct changes {
	bool started, stalled, taint_known;
	char patch[64]; /* in transition, "" none */
	int target;
	bool fresh, inferred; /* it was seen for the first time; its target stood in no log */
	unsigned ends; /* of transitions, as the log tells */
	size_t left;
	uint64_t taint;
	struct seen *v; /* by name */
	size_t n;
};

struct feed {
	struct changes *c;
	const struct snapshot *s;
	int (*fn)(const struct notice *, void *);
	void *arg;
	int r;
};

const char *change_name(enum change_kind k)
{
	static const char *const names[] = {
		[CHANGE_STATE] = "state",
		[CHANGE_BEGAN] = "transition-began",
		[CHANGE_ENDED] = "transition-ended",
		[CHANGE_REVERSED] = "transition-reversed",
		[CHANGE_STALLED] = "transition-stalled",
		[CHANGE_MOVING] = "transition-moving",
		[CHANGE_BLOCKERS] = "blockers",
		[CHANGE_PATCH_ADDED] = "patch-added",
		[CHANGE_PATCH_REMOVED] = "patch-removed",
		[CHANGE_PATCH_STATE] = "patch-state",
		[CHANGE_TAINT] = "taint",
	};

	return names[k];
}

int changes_new(struct changes **ret)
{
	struct changes *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	*ret = c;
	return 0;
}

static void seen_free(struct seen *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i].name);
	free(v);
}

struct changes *changes_free(struct changes *c)
{
	if (!c)
		return NULL;
	seen_free(c->v, c->n);
	free(c);
	return NULL;
}

static void _printf_(4, 5)
	tell(struct feed *f, enum change_kind kind, const char *patch, const char *fmt, ...)
{
	char raw[512], text[1024];
	struct notice c = { .kind = kind, .patch = patch, .text = text, .s = f->s };
	va_list ap;

	if (f->r < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_clean(text, sizeof(text), raw, strlen(raw));
	f->r = f->fn(&c, f->arg);
}

static int by_name(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int collect(const struct snapshot *s, struct seen **ret)
{
	struct seen *v = calloc(s->patches.n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < s->patches.n; i++) {
		v[i].name = strdup(s->patches.v[i].name);
		v[i].state = patch_state_word(&s->patches.v[i]);
		if (!v[i].name) {
			seen_free(v, i);
			return -ENOMEM;
		}
	}
	qsort(v, s->patches.n, sizeof(*v), by_name);
	*ret = v;
	return 0;
}

/* States of a transition have events of their own. */
static bool in_motion(const char *state)
{
	return streq(state, "enabling") || streq(state, "disabling");
}

static void compare_one(struct feed *f, const struct seen *old, const struct seen *new)
{
	if (new && !old)
		tell(f, CHANGE_PATCH_ADDED, new->name, "%s has appeared, %s", new->name, new->state);
	else if (old && !new)
		tell(f, CHANGE_PATCH_REMOVED, old->name, "%s is gone", old->name);
	else if (old && new && !streq(old->state, new->state) && !in_motion(old->state) &&
		 !in_motion(new->state))
		tell(f, CHANGE_PATCH_STATE, new->name, "%s was %s, is %s", new->name, old->state, new->state);
}

static void compare_patches(struct feed *f, const struct seen *v, size_t n)
{
	const struct changes *c = f->c;
	size_t i = 0, k = 0;

	while (c->started && (i < c->n || k < n)) {
		int order = i == c->n ? 1 : k == n ? -1 : strcmp(c->v[i].name, v[k].name);

		compare_one(f, order <= 0 ? &c->v[i] : NULL, order >= 0 ? &v[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}

static const char *direction(int target)
{
	return target ? "enabled" : "disabled";
}

static const char *state_of(const struct snapshot *s, const char *name)
{
	const struct patch *p = patches_find(&s->patches, name);

	return p ? patch_state_word(p) : "gone";
}

static void tell_began(struct feed *f, const char *now)
{
	tell(f, CHANGE_BEGAN, now, "%s is being %s: %zu of %zu tasks left", now, direction(f->s->target),
	     snapshot_left(f->s), f->s->tasks.total);
}

/*
 * The same patch goes the other way. That is a reversal unless the log knows better: of
 * an end between the two looks, or that the first look came before the kernel said which way.
 */
static void tell_turned(struct feed *f, const char *now)
{
	const struct changes *c = f->c;
	const struct transition *t = &f->s->transition;
	bool ended = c->ends != t->ends;

	if (ended)
		tell(f, CHANGE_ENDED, now, "the transition of %s has ended: it was %s", now,
		     direction(c->target));
	if (ended || (c->fresh && c->inferred && !t->since_inferred))
		tell_began(f, now);
	else
		tell(f, CHANGE_REVERSED, now, "the transition of %s was reversed: it is being %s now", now,
		     direction(f->s->target));
}

static void compare_transition(struct feed *f)
{
	const struct changes *c = f->c;
	const struct snapshot *s = f->s;
	const char *now = s->in_transition ? s->in_transition->name : "";
	bool same = streq(c->patch, now);

	if (c->patch[0] && !same)
		tell(f, CHANGE_ENDED, c->patch, "the transition of %s has ended: it is %s", c->patch,
		     state_of(s, c->patch));
	if (now[0] && !same)
		tell_began(f, now);
	if (!now[0] || !same)
		return;
	if (c->target != s->target)
		tell_turned(f, now);
	else if (c->left != snapshot_left(s))
		tell(f, CHANGE_BLOCKERS, now, "%s: %zu of %zu tasks left", now, snapshot_left(s),
		     s->tasks.total);
}

static void compare_stall(struct feed *f)
{
	const char *now = f->s->in_transition ? f->s->in_transition->name : NULL;

	if (now && f->s->stalled && !f->c->stalled)
		tell(f, CHANGE_STALLED, now, "the transition of %s has stalled, %zu task%s left", now,
		     snapshot_left(f->s), snapshot_left(f->s) == 1 ? "" : "s");
	else if (now && !f->s->stalled && f->c->stalled && streq(now, f->c->patch))
		tell(f, CHANGE_MOVING, now, "the transition of %s moves again", now);
}

static void compare_taint(struct feed *f)
{
	char letters[80];

	if (!f->s->taint_known || !f->c->taint_known || f->s->taint == f->c->taint)
		return;
	taint_letters(f->s->taint, letters, sizeof(letters));
	tell(f, CHANGE_TAINT, NULL, "the kernel's taint is now %" PRIu64 " (%s)", f->s->taint, letters);
}

static void first_look(struct feed *f)
{
	_cleanup_free_ char *sentence = snapshot_sentence(f->s);

	tell(f, CHANGE_STATE, f->s->in_transition ? f->s->in_transition->name : NULL, "%s",
	     sentence ? sentence : "unknown");
}

static void remember(struct changes *c, const struct snapshot *s)
{
	c->fresh = s->in_transition && (!streq(c->patch, s->in_transition->name) || c->target != s->target);
	c->inferred = s->transition.since_inferred;
	c->ends = s->transition.ends;
	c->started = true;
	FORMAT(c->patch, "%s", s->in_transition ? s->in_transition->name : "");
	c->target = s->target;
	c->left = snapshot_left(s);
	c->stalled = s->in_transition && s->stalled;
	c->taint = s->taint;
	c->taint_known = s->taint_known;
}

int changes_feed(struct changes *c, const struct snapshot *s, int (*fn)(const struct notice *, void *),
		 void *arg)
{
	struct feed f = { .c = c, .s = s, .fn = fn, .arg = arg };
	struct seen *v;
	int r;

	r = collect(s, &v);
	if (r < 0)
		return r;
	if (!c->started) {
		first_look(&f);
	} else {
		compare_patches(&f, v, s->patches.n);
		compare_transition(&f);
		compare_stall(&f);
		compare_taint(&f);
	}
	seen_free(c->v, c->n);
	c->v = v;
	c->n = s->patches.n;
	remember(c, s);
	return f.r;
}
