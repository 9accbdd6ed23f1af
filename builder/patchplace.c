// SPDX-License-Identifier: GPL-2.0-or-later
/* See patchplace.h. */
#include "builder/patchplace.h"

#include <errno.h>

#include "builder/patchpath.h"
#include "builder/patchwhy.h"

static bool fits(struct pplace *p, const struct phunk *h, size_t at)
{
	return at + h->old_count <= p->text->n && !pside_differ(p, h, PSIDE_OLD, at, 1) &&
	       !pplace_off_edge(p, h, PSIDE_OLD, at);
}

/* In how many places it fits, at most two; *ret gets the first. */
static unsigned count_fits(struct pplace *p, const struct phunk *h, size_t *ret)
{
	unsigned n = 0;

	for (size_t at = 0; n < 2 && at + h->old_count <= p->text->n && !pplace_tired(p); at++) {
		if (!fits(p, h, at))
			continue;
		if (!n++)
			*ret = at;
	}
	return n;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/* "out:" at the margin; git does not take it for a heading, diff -p does. */
static bool is_label(const struct tline *t)
{
	size_t i = 0;

	while (i < t->len && (is_name(t->p[i]) || (t->p[i] >= '0' && t->p[i] <= '9')))
		i++;
	return i < t->len && t->p[i] == ':';
}

/*
 * diff tells behind @@ the last line above the hunk that begins with a name,
 * cut to some length: mostly the function's. Is it the same above this place?
 */
static bool same_heading(const struct pplace *p, const struct phunk *h, size_t at)
{
	size_t len = h->heading_len;

	while (len && (h->heading[len - 1] == ' ' || h->heading[len - 1] == '\t'))
		len--;
	for (; len && at > 0; at--) {
		const struct tline *t = &p->text->v[at - 1];

		if (!t->len || !is_name(t->p[0]))
			continue;
		if (t->len >= len && memcmp(t->p, h->heading, len) == 0)
			return true;
		if (!is_label(t))
			return false;
	}
	return !len;
}

static int tired(const struct pplace *p, struct err *e)
{
	return err_rc(e, RC_REFUSED, -E2BIG, "%s: finding the places of its changes in %s takes too long",
		      p->file->patch, p->file->path);
}

static int check_moved(struct pplace *p, const struct phunk *h, size_t at, size_t floor, struct err *e)
{
	size_t stated = pplace_stated(h);

	if (at < floor)
		return pplace_refuse(p, h, e,
				     "fits only at line %zu, which is above or within the hunk before it",
				     at + 1);
	if (!same_heading(p, h, at))
		return pplace_refuse(p, h, e,
				     "would apply %zu lines further %s, but that is not below \"%s\"",
				     at > stated ? at - stated : stated - at, at > stated ? "down" : "up",
				     pshow(h->heading, h->heading_len).s);
	return 0;
}

/*
 * Unless what the patch brings stands in the file already: then the fix is
 * most likely in, and the one place left is a similar function, not meant.
 */
static int find_moved(struct pplace *p, const struct phunk *h, size_t floor, size_t *ret, struct err *e)
{
	size_t at = 0, there;
	unsigned n = count_fits(p, h, &at);
	int r;

	if (!n && !pplace_tired(p))
		r = pplace_explain(p, h, e);
	else if (n > 1)
		r = pplace_refuse(p, h, e, "does not fit at line %zu and does in several other places",
				  pplace_stated(h) + 1);
	else if (pplace_applied(p, h, at, at + h->old_count, &there))
		r = pplace_refuse(p, h, e, "is already applied at line %zu; line %zu only looks the same",
				  there + 1, at + 1);
	else
		r = check_moved(p, h, at, floor, e);
	if (pplace_tired(p))
		return tired(p, e);
	if (r >= 0)
		*ret = at;
	else if (n)
		err_hint(e, "another place may only look the same: adapt the patch to exactly this source");
	return r;
}

int pplace_find(struct pplace *p, size_t i, size_t floor, size_t *ret, struct err *e)
{
	const struct phunk *h = &p->file->hunks[i];
	size_t stated = pplace_stated(h);

	if (!h->old_count && p->text->n) {
		int r = pplace_refuse(p, h, e, "has no line to tell its place by");

		err_hint(e, "make the patch with context: diff -u, or git diff without -U0");
		return r;
	}
	if (stated >= floor && fits(p, h, stated)) {
		*ret = stated;
		return 0;
	}
	return find_moved(p, h, floor, ret, e);
}

int pplace_only(struct pplace *p, size_t i, struct err *e)
{
	const struct phunk *h = &p->file->hunks[i];
	size_t at;
	unsigned n = count_fits(p, h, &at);
	int r;

	if (pplace_tired(p))
		return tired(p, e);
	if (n < 2)
		return 0;
	r = pplace_refuse(p, h, e, "fits at line %zu and elsewhere, too, and other hunks had to be moved",
			  pplace_stated(h) + 1);
	err_hint(e, "which place is meant is not certain: make the patch against exactly this source");
	return r;
}
