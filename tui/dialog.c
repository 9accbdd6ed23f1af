// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dialog as a widget: keys in, an answer out, drawn into any rectangle.
 * Its facts are a pager, so they wrap and scroll; the buttons are always on
 * the screen. Knows no verb and starts nothing.
 */
#include "tui/dialog.h"

#include "core/text.h"
#include "tui/glyph.h"
#include "tui/term.h"

#include <errno.h>

#define DIALOG_COLUMNS 78 /* wider lines are hard to read */
#define DIALOG_FRAMED 60 /* narrower screens give it all they have */

int dialog_open(struct dialog *d, const struct question *q, uint64_t now)
{
	dialog_close(d);
	FORMAT(d->text.title, " ");
	text_clean(d->text.title + 1, sizeof(d->text.title) - 1, q->title, strlen(q->title));
	text_clean(d->action, sizeof(d->action), q->action, strlen(q->action));
	for (size_t i = 0; i < q->text->n; i++)
		if (lines_copy(&d->text.lines, &q->text->v[i]) < 0) {
			dialog_close(d);
			return -ENOMEM;
		}
	d->text.wrap = d->text.focus = true;
	d->severe = q->severe;
	d->until = now + DIALOG_SECONDS * USEC_PER_SEC;
	d->open = true;
	return 0;
}

void dialog_close(struct dialog *d)
{
	pager_done(&d->text);
	*d = (struct dialog){ 0 };
}

bool dialog_expired(const struct dialog *d, uint64_t now)
{
	return d->open && now >= d->until;
}

static enum action scroll_action(int key)
{
	switch (key) {
	case K_UP:
		return ACT_UP;
	case K_DOWN:
		return ACT_DOWN;
	case K_PGUP:
		return ACT_PAGE_UP;
	case K_PGDN:
		return ACT_PAGE_DOWN;
	case K_HOME:
		return ACT_HOME;
	case K_END:
		return ACT_END;
	default:
		return ACT_NONE;
	}
}

enum dialog_event dialog_key(struct dialog *d, int key)
{
	switch (key) {
	case 'y':
		return DIALOG_YES;
	case 'n':
	case K_ESC:
	case K_CTRL('c'):
		return DIALOG_NO;
	case K_ENTER:
		return d->focus == BUTTON_DO ? DIALOG_YES : DIALOG_NO;
	case K_TAB:
	case K_BACKTAB:
		d->focus = d->focus == BUTTON_DO ? BUTTON_CANCEL : BUTTON_DO;
		return DIALOG_MOVED;
	case K_LEFT:
	case K_RIGHT:
		d->focus = key == K_LEFT ? BUTTON_CANCEL : BUTTON_DO;
		return DIALOG_MOVED;
	default:
		return pager_act(&d->text, scroll_action(key)) ? DIALOG_MOVED : DIALOG_NOTHING;
	}
}

/* One button at x, in at most `room` columns; returns the column behind it. */
static int draw_button(int y, int x, int room, const char *word, bool focus, bool bad)
{
	unsigned style = focus ? STYLE_BOLD | STYLE_SELECTED : bad ? STYLE_BAD : STYLE_NORMAL;
	char text[160];
	int w;

	FORMAT(text, "[ %s ]", word);
	w = MIN((int)text_width(text), room - 1);
	if (w < 3)
		return x;
	term_put(y, x, 1, STYLE_KEY, focus ? glyph(GLYPH_HIT) : "");
	term_put(y, x + 1, w, style, text);
	if ((int)text_width(text) > w)
		term_put(y, x + w, 1, style, "]");
	return x + 1 + w;
}

static void draw_buttons(const struct dialog *d, struct rect r, uint64_t now)
{
	uint64_t left = d->until > now ? (d->until - now + USEC_PER_SEC - 1) / USEC_PER_SEC : 0;
	char closes[48];
	int x, w;

	FORMAT(closes, "closes in %u s ", (unsigned)left);
	term_put(r.y, r.x, r.w, STYLE_NORMAL, "");
	x = draw_button(r.y, r.x, r.w, "Cancel", d->focus == BUTTON_CANCEL, false) + 1;
	x = draw_button(r.y, x, r.x + r.w - x, d->action, d->focus == BUTTON_DO, d->severe);
	w = (int)text_width(closes);
	if (x + 2 + w <= r.x + r.w)
		term_put(r.y, r.x + r.w - w, w, STYLE_DIM, closes);
}

/* The rectangle it takes: its lines, as far as they fit, in the middle. */
static struct rect place(struct dialog *d, struct rect r)
{
	struct lines wrapped = { 0 };
	struct rect box = r;
	int want;

	if (r.w >= DIALOG_FRAMED) {
		box.w = MIN(r.w - 4, DIALOG_COLUMNS);
		box.x = r.x + (r.w - box.w) / 2;
	}
	lines_wrap(&wrapped, &d->text.lines, (size_t)MAX(box.w - 4, 8));
	want = (int)MIN(wrapped.n, (size_t)INT16_MAX) + 5; /* title, a blank, rule, buttons, end */
	lines_done(&wrapped);
	box.h = MIN(want, r.h);
	box.y = r.y + (r.h - box.h) / 2;
	return box;
}

static void draw_sides(struct rect r)
{
	for (int y = r.y; y < r.y + r.h; y++) {
		term_put(y, r.x, r.w, STYLE_NORMAL, "");
		term_put(y, r.x, 1, STYLE_DIM, glyph(GLYPH_VLINE));
		term_put(y, r.x + r.w - 1, 1, STYLE_DIM, glyph(GLYPH_VLINE));
	}
}

void dialog_draw(struct dialog *d, struct rect r, uint64_t now)
{
	struct rect box = place(d, r);
	bool roomy = box.h >= 9;
	int body = box.h - (roomy ? 3 : 1); /* lines for title and facts */

	if (box.h < 3)
		return;
	draw_sides(box);
	term_put(box.y, box.x, box.w, STYLE_BAR, "");
	pager_draw(&d->text, (struct rect){ box.y, box.x + 2, body, box.w - 4 });
	if (roomy) {
		term_fill(box.y + body, box.x + 1, box.w - 2, STYLE_DIM, glyph(GLYPH_HLINE));
		term_fill(box.y + box.h - 1, box.x, box.w, STYLE_DIM, glyph(GLYPH_HLINE));
	}
	draw_buttons(d, (struct rect){ box.y + box.h - (roomy ? 2 : 1), box.x + 1, 1, box.w - 2 }, now);
}
