// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small line editor. Typed controls never get into the text, so what it
 * holds is clean but for characters that text_clean would escape; those are
 * shown cleaned. Backspace on an empty line leaves it, and harms nothing.
 */
#include "tui/prompt.h"

#include "core/text.h"
#include "tui/term.h"

#include <wchar.h>

void prompt_start(struct prompt *p, char lead, const char *text)
{
	p->lead = lead;
	p->label[0] = '\0';
	FORMAT(p->text, "%s", text);
	p->at = strlen(p->text);
	p->browsing = 0;
}

void prompt_ask(struct prompt *p, char lead, const char *label)
{
	prompt_start(p, lead, "");
	FORMAT(p->label, "%s", label);
}

void prompt_stop(struct prompt *p)
{
	p->lead = 0;
	p->text[0] = '\0';
	p->at = 0;
}

void prompt_done(struct prompt *p)
{
	for (size_t i = 0; i < p->n_history; i++)
		free(p->history[i]);
	*p = (struct prompt){ 0 };
}

void prompt_replace(struct prompt *p, size_t from, const char *text)
{
	size_t len = strlen(text), rest = strlen(p->text + p->at);

	if (from > p->at || from + len + rest >= sizeof(p->text))
		return;
	memmove(p->text + from + len, p->text + p->at, rest + 1);
	memcpy(p->text + from, text, len);
	p->at = from + len;
}

/* Start of the character before a place. */
static size_t step_back(const char *s, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t step_forward(const char *s, size_t at)
{
	if (s[at])
		at++;
	while (((unsigned char)s[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static void erase_to(struct prompt *p, size_t from)
{
	prompt_replace(p, from, "");
}

static void insert_char(struct prompt *p, int key)
{
	char buf[8] = "";
	uint32_t c = (uint32_t)key;

	if (c < 0x80) {
		buf[0] = (char)c;
	} else if (c < 0x800) {
		buf[0] = (char)(0xc0 | c >> 6);
		buf[1] = (char)(0x80 | (c & 63));
	} else if (c < 0x10000) {
		buf[0] = (char)(0xe0 | c >> 12);
		buf[1] = (char)(0x80 | (c >> 6 & 63));
		buf[2] = (char)(0x80 | (c & 63));
	} else {
		buf[0] = (char)(0xf0 | c >> 18);
		buf[1] = (char)(0x80 | (c >> 12 & 63));
		buf[2] = (char)(0x80 | (c >> 6 & 63));
		buf[3] = (char)(0x80 | (c & 63));
	}
	if (text_is_clean(buf))
		prompt_replace(p, p->at, buf);
}

static size_t word_start(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text[at - 1] == ' ')
		at--;
	while (at > 0 && p->text[at - 1] != ' ')
		at--;
	return at;
}

static enum prompt_event browse(struct prompt *p, int step)
{
	if (p->lead != ':' || (step > 0 ? p->browsing >= p->n_history : p->browsing == 0))
		return PROMPT_IGNORED;
	p->browsing += (size_t)step;
	FORMAT(p->text, "%s", p->browsing ? p->history[p->n_history - p->browsing] : "");
	p->at = strlen(p->text);
	return PROMPT_EDITED;
}

static void delete_forward(struct prompt *p)
{
	size_t from = p->at;

	p->at = step_forward(p->text, p->at);
	erase_to(p, from);
}

enum prompt_event prompt_key(struct prompt *p, int key)
{
	switch (key) {
	case K_ENTER:
		return PROMPT_ENTER;
	case K_ESC:
	case K_CTRL('c'):
	case K_CTRL('g'):
		return PROMPT_CANCEL;
	case K_TAB:
		return PROMPT_COMPLETE;
	case K_BACKSPACE:
		if (!*p->text)
			return PROMPT_CANCEL;
		erase_to(p, step_back(p->text, p->at));
		return PROMPT_EDITED;
	case K_DELETE:
		delete_forward(p);
		return PROMPT_EDITED;
	case K_LEFT:
		p->at = step_back(p->text, p->at);
		return PROMPT_EDITED;
	case K_RIGHT:
		p->at = step_forward(p->text, p->at);
		return PROMPT_EDITED;
	case K_HOME:
	case K_CTRL('a'):
		p->at = 0;
		return PROMPT_EDITED;
	case K_END:
	case K_CTRL('e'):
		p->at = strlen(p->text);
		return PROMPT_EDITED;
	case K_CTRL('u'):
		erase_to(p, 0);
		return PROMPT_EDITED;
	case K_CTRL('k'):
		p->text[p->at] = '\0';
		return PROMPT_EDITED;
	case K_CTRL('w'):
		erase_to(p, word_start(p));
		return PROMPT_EDITED;
	case K_UP:
	case K_DOWN:
		return browse(p, key == K_UP ? 1 : -1);
	default:
		if (key < ' ' || key >= KEY_CODE_BASE)
			return PROMPT_IGNORED;
		insert_char(p, key);
		return PROMPT_EDITED;
	}
}

void prompt_remember(struct prompt *p, const char *text)
{
	char *copy;

	if (p->n_history && streq(p->history[p->n_history - 1], text))
		return;
	copy = strdup(text);
	if (!copy)
		return;
	if (p->n_history == PROMPT_HISTORY) {
		free(p->history[0]);
		memmove(p->history, p->history + 1, (--p->n_history) * sizeof(*p->history));
	}
	p->history[p->n_history++] = copy;
}

void prompt_draw(const struct prompt *p, int y, int columns)
{
	char lead[sizeof(p->label) + 1] = { p->lead }, before[PROMPT_MAX];
	size_t width, skip = 0;
	int x;

	if (*p->label)
		FORMAT(lead, " %s", p->label);
	x = (int)text_fit(lead, (size_t)columns * 2 / 3, NULL); /* room to type is left */
	lead[x] = '\0';
	x = (int)text_width(lead);
	columns -= x;
	FORMAT(before, "%.*s", (int)p->at, p->text);
	width = text_width(before);
	if (width + 1 > (size_t)columns) /* keep the cursor on the screen */
		skip = text_fit(p->text, width + 1 - (size_t)columns + 8, NULL);
	term_put(y, 0, x, STYLE_KEY, lead);
	term_put(y, x, columns, STYLE_NORMAL, p->text + skip);
	term_cursor(y, x + (int)text_width(before + MIN(skip, p->at)));
}
