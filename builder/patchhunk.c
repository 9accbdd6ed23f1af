// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hunks of one file of a patch. The counts of a hunk's header must be met
 * exactly: the lines decide nothing, so a line lost or added by a mail program
 * is seen. A context line that lost its only blank is taken for an empty one,
 * as diff itself writes it when asked to.
 */
#include "builder/patchread.h"

#define START_MAX 100000000ul /* lines of a file */

enum { OLD = 1, NEW = 2 };

struct hunk_state {
	unsigned long old_left, new_left;
	unsigned ended; /* sides whose file ended without a newline */
};

static bool take(struct pspan *s, const char *word)
{
	size_t n = strlen(word);

	if (!pspan_starts(*s, word))
		return false;
	s->p += n;
	s->len -= n;
	return true;
}

static bool take_number(struct pspan *s, unsigned long *ret)
{
	size_t i = 0;
	unsigned long v = 0;

	for (; i < s->len && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		v = v * 10 + (unsigned long)(s->p[i] - '0');
		if (v > START_MAX)
			return false;
	}
	if (!i)
		return false;
	s->p += i;
	s->len -= i;
	*ret = v;
	return true;
}

static bool take_range(struct pspan *s, unsigned long *start, unsigned long *count)
{
	*count = 1;
	return take_number(s, start) && (!take(s, ",") || take_number(s, count)) && (!*count || *start);
}

static int read_header(const struct preader *rd, struct pspan s, struct phunk *h)
{
	struct pspan rest = s;

	h->line = rd->line;
	if (!take(&rest, "@@ -") || !take_range(&rest, &h->old_start, &h->old_count) || !take(&rest, " +") ||
	    !take_range(&rest, &h->new_start, &h->new_count) || !take(&rest, " @@"))
		return preader_refuse(rd, rd->line, "damaged: this is no header of a hunk: \"%s\"",
				      pshow(s.p, s.len).s);
	if (!h->old_count && !h->new_count)
		return preader_refuse(rd, rd->line, "damaged: a hunk without lines");
	(void)take(&rest, " ");
	h->heading = rest.p;
	h->heading_len = rest.len;
	return 0;
}

static unsigned sides_of(char tag)
{
	return tag == ' ' ? OLD | NEW : tag == '-' ? OLD : tag == '+' ? NEW : 0;
}

static int cut_short(const struct preader *rd, const struct phunk *h, const char *why)
{
	int r = preader_refuse(rd, rd->line,
			       "damaged: the hunk of line %u should have %lu old and %lu new lines, but %s",
			       h->line, h->old_count, h->new_count, why);

	err_hint(rd->e, "a hunk edited by hand or broken by a mail program must be made anew with git diff");
	return r;
}

static int no_eol(const struct preader *rd, const struct phunk *h, struct hunk_state *st)
{
	struct pline *last = h->n ? &h->lines[h->n - 1] : NULL;

	if (!last || last->no_eol)
		return cut_short(rd, h, "a line that tells of a missing newline has none before it");
	last->no_eol = true;
	st->ended |= sides_of(last->tag);
	return 0;
}

static int add_line(struct preader *rd, struct phunk *h, struct pspan s, struct hunk_state *st)
{
	char tag = s.len ? s.p[0] : ' ';
	unsigned sides = sides_of(tag);

	if (!sides)
		return cut_short(rd, h, "another kind of line stands here");
	if (sides & st->ended)
		return cut_short(rd, h, "lines follow the one that ends the file");
	if ((sides & OLD && !st->old_left--) || (sides & NEW && !st->new_left--))
		return cut_short(rd, h, "it has more of one kind");
	if (++rd->n_lines > PATCH_LINES_MAX)
		return preader_too_big(rd, "lines in hunks", PATCH_LINES_MAX);
	if (array_grow(&h->lines, h->n, sizeof(*h->lines)) < 0)
		return err_set(rd->e, -ENOMEM, "out of memory");
	h->lines[h->n++] =
		(struct pline){ s.len ? s.p + 1 : s.p, s.len ? (uint32_t)s.len - 1 : 0, tag, false };
	return 0;
}

static int read_lines(struct preader *rd, struct phunk *h)
{
	struct hunk_state st = { h->old_count, h->new_count, 0 };
	struct pspan s;

	while (st.old_left || st.new_left || preader_peek_starts(rd, "\\ ")) {
		int r;

		if (!preader_next(rd, &s))
			return cut_short(rd, h, "the patch ends before");
		r = preader_no_cr(rd, s);
		if (r >= 0)
			r = pspan_starts(s, "\\ ") ? no_eol(rd, h, &st) : add_line(rd, h, s, &st);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Not known beforehand, so a hunk is added first and filled then: freed in any case. */
static int add_hunk(struct preader *rd, struct pfile *f, struct pspan s)
{
	struct phunk *h;
	int r;

	if (++rd->n_hunks > PATCH_HUNKS_MAX)
		return preader_too_big(rd, "hunks", PATCH_HUNKS_MAX);
	if (array_grow(&f->hunks, f->n_hunks, sizeof(*f->hunks)) < 0)
		return err_set(rd->e, -ENOMEM, "out of memory");
	h = &f->hunks[f->n_hunks++];
	*h = (struct phunk){ 0 };
	r = preader_no_cr(rd, s);
	r = r < 0 ? r : read_header(rd, s, h);
	r = r < 0 ? r : read_lines(rd, h);
	if (r < 0 || f->n_hunks < 2)
		return r;
	if (h->old_start + !h->old_count < h[-1].old_start + h[-1].old_count)
		return preader_refuse(rd, h->line,
				      "damaged: this hunk overlaps the one before it or precedes it");
	return 0;
}

/*
 * A hunk whose header counts too few would lose its last lines: what follows
 * it must not look like one of them. Blank lines in between do not count.
 */
static int check_behind(const struct preader *rd)
{
	struct preader ahead = *rd;
	struct pspan s = { "", 0 };

	while (!s.len)
		if (!preader_next(&ahead, &s))
			return 0;
	if (!strchr(" +-\\\t", s.p[0]) || pspan_is(s, "-- ") || pspan_is(s, "--"))
		return 0;
	if (pspan_starts(s, "--- ") && preader_peek_starts(&ahead, "+++ "))
		return 0;
	return preader_refuse(rd, ahead.line,
			      "damaged: the hunk before it is complete by its header, but more lines follow");
}

int preader_hunks(struct preader *rd, struct pfile *f)
{
	struct pspan s;

	while (preader_peek_starts(rd, "@@") && !preader_peek_starts(rd, "@@@")) {
		int r;

		preader_next(rd, &s);
		r = add_hunk(rd, f, s);
		if (r < 0)
			return r;
	}
	return f->n_hunks ? check_behind(rd) : 0;
}
