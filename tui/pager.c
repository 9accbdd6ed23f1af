// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drawing and moving of texts. The lines are given; nothing is read here. Our
 * own pager on purpose: an external one run as root is a shell.
 */
#include "tui/pager.h"

#include "core/text.h"
#include "tui/glyph.h"
#include "tui/term.h"

#include <errno.h>

void pager_changed(struct pager *p)
{
	lines_done(&p->wrapped);
}

void pager_clear(struct pager *p)
{
	lines_done(&p->lines);
	pager_changed(p);
}

void pager_done(struct pager *p)
{
	pager_clear(p);
	*p = (struct pager){ 0 };
}

/* The lines as shown: wrapped ones are made when the width is known. */
static const struct lines *pager_lines(struct pager *p)
{
	if (!p->wrap)
		return &p->lines;
	if (p->wrapped.n == 0 && p->lines.n > 0 && p->width > 0)
		lines_wrap(&p->wrapped, &p->lines, (size_t)p->width);
	return &p->wrapped;
}

static void pager_clamp(struct pager *p)
{
	size_t n = pager_lines(p)->n, h = (size_t)MAX(p->height, 1);

	if (p->follow)
		p->top = n;
	if (p->top + h > n)
		p->top = n > h ? n - h : 0;
}

static void draw_title(const struct pager *p, struct rect r, size_t n)
{
	char place[48] = "";
	int at;

	if (n > (size_t)p->height)
		FORMAT(place, " %zu-%zu of %zu%s ", p->top + 1, MIN(p->top + (size_t)p->height, n), n,
		       p->lines.full ? " (cut)" : "");
	at = r.w - (int)text_width(place);
	if (at < r.w / 2)
		at = r.w;
	term_put(r.y, r.x, at, p->focus ? STYLE_BAR : STYLE_HEADING, p->title);
	term_put(r.y, r.x + at, r.w - at, p->focus ? STYLE_BAR : STYLE_DIM, place);
}

static bool is_found(const struct pager *p, const struct lines *l, size_t at)
{
	return p->found == at + 1 && *p->search && strcasestr(l->v[at].text, p->search);
}

static void draw_line(const struct pager *p, const struct lines *l, size_t at, struct rect r)
{
	const char *s = at < l->n ? l->v[at].text : "";
	size_t skip = p->wrap ? 0 : text_fit(s, p->left, NULL);
	bool found = at < l->n && is_found(p, l, at);

	term_put(r.y, r.x, r.w, at < l->n ? l->v[at].style | (found ? STYLE_SELECTED : 0) : STYLE_NORMAL,
		 s + skip);
	if (found && s[skip] == ' ')
		term_put(r.y, r.x, 1, STYLE_KEY, ">");
}

void pager_draw(struct pager *p, struct rect r)
{
	const struct lines *l;

	if (r.h < 1 || r.w < 1)
		return;
	p->height = r.h - 1;
	if (p->width != r.w) {
		lines_done(&p->wrapped);
		p->width = r.w;
	}
	l = pager_lines(p);
	pager_clamp(p);
	draw_title(p, r, l->n);
	for (int i = 0; i < p->height; i++)
		draw_line(p, l, p->top + (size_t)i, (struct rect){ r.y + 1 + i, r.x, 1, r.w });
}

static void pager_scroll(struct pager *p, long by)
{
	p->follow = false;
	if (by < 0)
		p->top -= MIN(p->top, (size_t)-by);
	else
		p->top += (size_t)by;
	pager_clamp(p);
}

bool pager_act(struct pager *p, enum action a)
{
	long page = MAX(p->height - 1, 1);

	switch (a) {
	case ACT_UP:
	case ACT_DOWN:
		pager_scroll(p, a == ACT_UP ? -1 : 1);
		return true;
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
		pager_scroll(p, a == ACT_PAGE_UP ? -page : page);
		return true;
	case ACT_HOME:
	case ACT_END:
		pager_scroll(p, a == ACT_HOME ? -LINES_MAX * 4L : LINES_MAX * 4L);
		p->left = 0;
		return true;
	case ACT_LEFT:
		p->left -= MIN(p->left, (size_t)16);
		return true;
	case ACT_RIGHT:
		p->left = MIN(p->left + 16, (size_t)2000);
		return true;
	case ACT_FOLLOW:
		p->follow = !p->follow;
		return true;
	default:
		return false;
	}
}

int pager_search(struct pager *p, const char *text)
{
	const struct lines *l = pager_lines(p);

	if (text != p->search) {
		FORMAT(p->search, "%s", text);
		p->found = p->top; /* from what is on the screen */
	}
	if (!*p->search || l->n == 0)
		return -ENOENT;
	for (size_t i = 0; i < l->n; i++) {
		size_t at = (p->found + i) % l->n;
		if (!strcasestr(l->v[at].text, p->search))
			continue;
		p->found = at + 1;
		p->follow = false;
		p->top = at;
		pager_clamp(p);
		return 0;
	}
	return -ENOENT;
}
