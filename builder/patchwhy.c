// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See patchwhy.h. Reasons are tried from the most to the least helpful: the
 * change is there already; it would fit if lines of context were let differ;
 * or else what stands at the line that the hunk states.
 */
#include "builder/patchwhy.h"

#include <errno.h>

#include "builder/patchpath.h"

#define NEWLINE_TEXT "differs at line %zu: a newline is missing at the end, in the file or in the patch alone"
#define WORK_MAX 200000000u /* comparisons, about a second */

bool pplace_tired(const struct pplace *p)
{
	return p->work > WORK_MAX;
}

size_t pplace_stated(const struct phunk *h)
{
	return h->old_count ? h->old_start - 1 : h->old_start;
}

size_t pside_count(const struct phunk *h, char side)
{
	return side == PSIDE_OLD ? h->old_count : h->new_count;
}

static bool is_equal(struct pplace *p, const struct tline *t, const struct pline *l)
{
	p->work++;
	if (t->len != l->len || t->eol == l->no_eol)
		return false;
	p->work += l->len / 64;
	return memcmp(t->p, l->text, l->len) == 0;
}

size_t pside_differ(struct pplace *p, const struct phunk *h, char side, size_t at, size_t most)
{
	size_t differ = 0;

	for (size_t i = 0; i < h->n && differ < most; i++) {
		if (h->lines[i].tag == side)
			continue;
		differ += at >= p->text->n || !is_equal(p, &p->text->v[at], &h->lines[i]);
		at++;
	}
	return differ;
}

bool pplace_off_edge(const struct pplace *p, const struct phunk *h, char side, size_t at)
{
	bool first = h->lines[0].tag == ' ', last = h->lines[h->n - 1].tag == ' ';
	bool at_end = at + pside_count(h, side) == p->text->n;

	if (!first && last && h->old_start <= 1 && at)
		return true;
	if (first && !last && !at_end)
		return true;
	for (size_t i = h->n; i-- > 0;)
		if (h->lines[i].tag != PSIDE_NEW)
			return h->lines[i].no_eol && !at_end;
	return false;
}

/* The line of the patch that is the hunk's first to differ; *ret_at the text's. */
static const struct pline *first_difference(struct pplace *p, const struct phunk *h, size_t *ret_at)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->lines[i].tag == PSIDE_OLD)
			continue;
		if (*ret_at >= p->text->n || !is_equal(p, &p->text->v[*ret_at], &h->lines[i]))
			return &h->lines[i];
		++*ret_at;
	}
	return NULL;
}

bool pplace_applied(struct pplace *p, const struct phunk *h, size_t begin, size_t end, size_t *ret)
{
	size_t n = pside_count(h, PSIDE_NEW);

	for (size_t at = 0; n && at + n <= p->text->n && !pplace_tired(p); at++) {
		if ((at < end && at + n > begin) || pside_differ(p, h, PSIDE_NEW, at, 1) ||
		    pplace_off_edge(p, h, PSIDE_NEW, at))
			continue;
		*ret = at;
		return true;
	}
	return false;
}

/* All removed lines are equal at this place. */
static bool removes_equal(struct pplace *p, const struct phunk *h, size_t at)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->lines[i].tag == PSIDE_OLD)
			continue;
		if (h->lines[i].tag == '-' && !is_equal(p, &p->text->v[at], &h->lines[i]))
			return false;
		at++;
	}
	return true;
}

static size_t distance(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

/* The place at which the fewest lines differ, all of them context and less than half; the nearest of these.
 */
static bool find_fuzzy(struct pplace *p, const struct phunk *h, size_t *ret)
{
	size_t n = h->old_count, stated = pplace_stated(h), best = n / 2 + 1;
	bool found = false;

	for (size_t at = 0; n && at + n <= p->text->n && !pplace_tired(p); at++) {
		size_t d = pside_differ(p, h, PSIDE_OLD, at, best + 1);
		bool nearer = d < best ||
			      (found && d == best && distance(at, stated) < distance(*ret, stated));

		if (2 * d >= n || !nearer || !removes_equal(p, h, at))
			continue;
		best = d;
		*ret = at;
		found = true;
	}
	return found;
}

static bool only_newline(const struct tline *t, const struct pline *l)
{
	return t->len == l->len && !memcmp(t->p, l->text, l->len);
}

static int explain_fuzzy(struct pplace *p, const struct phunk *h, size_t at, struct err *e)
{
	size_t line = at, nth = 0;
	const struct pline *l = first_difference(p, h, &line);
	const struct tline *t = line < p->text->n ? &p->text->v[line] : NULL;

	if (!l || !t)
		return pplace_refuse(p, h, e,
				     "fits at line %zu, but the patch expects the file to begin or end there",
				     at + 1);
	for (const struct pline *k = h->lines; k <= l; k++)
		nth += k->tag == ' ';
	if (only_newline(t, l))
		return pplace_refuse(p, h, e, NEWLINE_TEXT, line + 1);
	return pplace_refuse(p, h, e,
			     "would apply with fuzz: context line %zu is \"%s\" there (line %zu), the "
			     "patch says \"%s\"",
			     nth, pshow(t->p, t->len).s, line + 1, pshow(l->text, l->len).s);
}

static int explain_stated(struct pplace *p, const struct phunk *h, struct err *e)
{
	size_t line = pplace_stated(h);
	const struct pline *l = first_difference(p, h, &line);
	const struct tline *t;

	if (!l)
		return pplace_refuse(p, h, e, "overlaps the hunk above it in this file");
	if (line >= p->text->n)
		return pplace_refuse(p, h, e,
				     "does not apply: the file ends at line %zu, and the patch expects "
				     "\"%s\" at line %zu",
				     p->text->n, pshow(l->text, l->len).s, line + 1);
	t = &p->text->v[line];
	if (only_newline(t, l))
		return pplace_refuse(p, h, e, NEWLINE_TEXT, line + 1);
	return pplace_refuse(p, h, e, "does not apply: line %zu is \"%s\", the patch expects \"%s\"",
			     line + 1, pshow(t->p, t->len).s, pshow(l->text, l->len).s);
}

int pplace_explain(struct pplace *p, const struct phunk *h, struct err *e)
{
	size_t at = 0;
	int r;

	if (pplace_applied(p, h, 0, 0, &at))
		return pplace_refuse(p, h, e, "is already applied (line %zu)", at + 1);
	r = find_fuzzy(p, h, &at) ? explain_fuzzy(p, h, at, e) : explain_stated(p, h, e);
	err_hint(e, "adapt the patch to exactly this source and make it anew with git diff");
	return r;
}
