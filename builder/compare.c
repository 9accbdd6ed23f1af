// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares two things field by field. Every byte that is not a relocated field
 * must be equal; every relocation must have the same place, type and meaning.
 */
#include <stdarg.h>

#include "builder/compare_own.h"
#include "builder/lines.h"
#include "core/text.h"

/* Nameless things are compared once for each reference, as far as these go; no compiler needs so many. */
#define STEPS_MAX (1u << 20) /* of one comparison */
#define STEPS_ALL (1u << 27) /* of two objects */

void compare_say(struct why *why, const char *fmt, ...)
{
	char raw[WHY_MAX];
	va_list ap;

	if (!why || why->text[0])
		return;
	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	text_clean(why->text, WHY_MAX, raw, strlen(raw));
}

/* struct _ddebug: where its line number and flags are (include/linux/dynamic_debug.h). */
static const struct mask ddebug_line = { 32, 8 };

static enum sameness compare_bytes(const struct span *x, const struct thing *f, const struct span *y,
				   const struct thing *g, struct why *why)
{
	bool ddebug = streq(x->side->t.o->sections[f->section].s->name, "__dyndbg");
	struct why ignored = { "" };

	if (things_is_shared_code(&x->side->t, f) || things_is_shared_code(&y->side->t, g))
		return compare_shared(x, f, y, g, why);
	if (compare_data(x, y, &ddebug_line, ddebug, &ignored))
		return SAME;
	if (x->side->lines && f->kind == THING_FUNC && lines_only(&x->side->t, f, &y->side->t, g))
		return SAME_LINES;
	compare_say(why, "%s", ignored.text);
	return SAME_NOT;
}

static bool same_shape(const struct side *a, const struct thing *f, const struct side *b,
		       const struct thing *g, struct why *why)
{
	const struct elf_section *s = a->t.o->sections[f->section].s, *t = b->t.o->sections[g->section].s;

	if (f->end - f->start != g->end - g->start || f->size != g->size) {
		compare_say(why, "%llu bytes, were %llu", (unsigned long long)g->size,
			    (unsigned long long)f->size);
		return false;
	}
	if (things_class(&a->t, f->section) != things_class(&b->t, g->section) || s->type != t->type ||
	    s->flags != t->flags || s->entsize != t->entsize || f->at - f->start != g->at - g->start) {
		compare_say(why, "it moved from section %.60s to %.60s", s->name, t->name);
		return false;
	}
	if (f->kind == THING_DATA && f->alone && s->align != t->align) {
		compare_say(why, "its alignment is %llu, was %llu", (unsigned long long)t->align,
			    (unsigned long long)s->align);
		return false;
	}
	return true;
}

static bool take_steps(struct things_hint *h, const struct span *x)
{
	if (h->steps <= h->steps_end)
		h->steps += 1 + x->n + x->len / 64;
	return h->steps <= h->steps_end;
}

enum sameness compare_deep(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
			   struct why *why, unsigned depth)
{
	const struct thing *f = &a->t.v[x], *g = &b->t.v[y];
	struct span s = span_of(a, f->section, f->start, f->end);
	struct span t = span_of(b, g->section, g->start, g->end);
	enum sameness r;

	if (depth > 0 && !take_steps(a->t.hint, &s))
		return SAME_UNKNOWN;
	if (!same_shape(a, f, b, g, why) || !compare_refs(&s, &t, why, depth))
		return SAME_NOT;
	r = compare_bytes(&s, f, &t, g, why);
	if (r > SAME_LINES)
		return r;
	return compare_tables(a, x, b, y, why, depth) ? r : SAME_NOT;
}

enum sameness compare_things(const struct side *a, uint32_t x, const struct side *b, uint32_t y,
			     struct why *why)
{
	struct things_hint *h = a->t.hint;
	enum sameness r;

	if (why)
		why->text[0] = '\0';
	h->steps_end = MIN(h->steps + STEPS_MAX, (uint64_t)STEPS_ALL);
	r = compare_deep(a, x, b, y, why, 0);
	if (r <= SAME_LINES || h->steps <= h->steps_end)
		return r;
	if (why)
		FORMAT(why->text, "what it refers to is too much to be compared");
	return SAME_UNKNOWN;
}
