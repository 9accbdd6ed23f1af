// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bar and curve of a transition. Numbers stand beside every picture, so that
 * nothing hangs on colours or block characters.
 */
#include "tui/progress.h"

#include "core/text.h"
#include "tui/glyph.h"
#include "tui/term.h"

#define CURVE_TALL 3
#define TEXT_BAR 40 /* columns of the bar in a text */

static void title_words(const struct snapshot *s, char *buf, size_t size)
{
	const struct transition *t = &s->transition;
	char age[32];

	text_duration(age, sizeof(age), transition_age(t, s->boot_us));
	snprintf(buf, size, "%s: %s, %s%s%s", s->in_transition->name,
		 s->target < 0 ? "changing"
		 : s->target   ? "patching"
			       : "unpatching",
		 age, t->since_inferred ? " since first seen" : "", s->stalled ? ", STALLED" : "");
}

static void draw_title(const struct snapshot *s, struct rect r, int y)
{
	char line[320];

	title_words(s, line, sizeof(line));
	term_put(y, r.x + 1, r.w - 1, s->stalled ? STYLE_BAD : STYLE_BOLD, line);
}

static size_t tasks_done(const struct snapshot *s)
{
	size_t left = snapshot_left(s) + s->tasks.unreadable;

	return s->tasks.total > left ? s->tasks.total - left : 0;
}

static void count_words(const struct snapshot *s, char *buf, size_t size)
{
	size_t all = s->tasks.total, unseen = s->tasks.unreadable;

	if (unseen)
		snprintf(buf, size, "%zu of %zu tasks, %zu unseen", tasks_done(s), all, unseen);
	else
		snprintf(buf, size, "%zu of %zu tasks", tasks_done(s), all);
}

/* How much of a bar of this width is done. */
static int bar_full(const struct snapshot *s, int width)
{
	size_t all = s->tasks.total, done = tasks_done(s);
	int full = all ? (int)((double)done / (double)all * width) : 0;

	/* One task left must be seen. */
	return done < all && full == width ? full - 1 : full;
}

static void draw_bar(const struct snapshot *s, struct rect r, int y)
{
	char words[64], label[72];
	int w, full;

	count_words(s, words, sizeof(words));
	FORMAT(label, " %s", words);
	w = MAX(r.w - 2 - (int)strlen(label), 8);
	full = bar_full(s, w);
	term_fill(y, r.x + 1, full, STYLE_GOOD, glyph(GLYPH_BAR));
	term_fill(y, r.x + 1 + full, w - full, STYLE_DIM, glyph(GLYPH_BAR_REST));
	term_put(y, r.x + 1 + w, (int)strlen(label), STYLE_BOLD, label);
}

static void signal_words(const struct snapshot *s, char *line, size_t size)
{
	const struct transition *t = &s->transition;
	double next = transition_next_signal(t, s->boot_us), rate = transition_rate(t);
	size_t at;

	if (next < 0)
		at = (size_t)snprintf(line, size, "next kernel signal: n/a (the start is unknown)");
	else
		at = (size_t)snprintf(line, size, "next kernel signal in about %.0f s", next);
	if (rate > 0)
		snprintf(line + at, size - at, "; %.1f tasks a second switch", rate);
	else if (rate == 0)
		snprintf(line + at, size - at, "; none switched lately");
}

static void draw_signal(const struct snapshot *s, struct rect r, int y)
{
	char line[200];

	signal_words(s, line, sizeof(line));
	term_put(y, r.x + 1, r.w - 1, STYLE_NORMAL, line);
}

/* Height of one sample in eighths of a line; what is left is never nothing. */
static unsigned sample_height(const struct transition_sample *s, uint32_t max, unsigned lines)
{
	unsigned full = lines * 8;

	if (s->left == 0 || max == 0)
		return 0;
	return MAX((unsigned)((uint64_t)s->left * full / max), 1U);
}

static void draw_curve(const struct transition *t, struct rect r, int y, int lines)
{
	int w = r.w - 28;
	size_t n = MIN(t->n_samples, (size_t)MAX(w, 0)), first = t->n_samples - n;
	uint32_t max = 0;
	char label[40], from[32];

	for (size_t i = 0; i < n; i++)
		max = MAX(max, transition_at(t, first + i)->left);
	FORMAT(label, "tasks left, most %u", max);
	term_put(y, r.x + 1, 25, STYLE_DIM, label);
	if (n > 1 && lines > 1) {
		text_duration(from, sizeof(from),
			      (double)(transition_at(t, t->n_samples - 1)->boot_us -
				       transition_at(t, first)->boot_us) /
				      (double)USEC_PER_SEC);
		FORMAT(label, "over %s", from);
		term_put(y + 1, r.x + 1, 25, STYLE_DIM, label);
	}
	for (size_t i = 0; i < n; i++) {
		unsigned h = sample_height(transition_at(t, first + i), max, (unsigned)lines);

		for (int row = 0; row < lines; row++) {
			unsigned below = (unsigned)(lines - 1 - row) * 8;
			const char *g = glyph_level(h > below ? MIN(h - below, 8U) : 0);
			term_fill(y + row, r.x + 27 + (int)i, 1, STYLE_WARN, g);
		}
	}
}

int progress_draw(const struct snapshot *s, struct rect r)
{
	int y = r.y, curve = r.h >= 16 ? CURVE_TALL : r.h >= 10 ? 1 : 0;

	if (r.h < 5)
		return 0;
	draw_title(s, r, y++);
	draw_bar(s, r, y++);
	if (r.h >= 8)
		draw_signal(s, r, y++);
	if (curve && s->transition.n_samples > 1) {
		draw_curve(&s->transition, r, y, curve);
		y += curve;
	}
	return y - r.y;
}

void progress_lines(const struct snapshot *s, struct lines *l)
{
	char line[320], bar[4 * TEXT_BAR + 1] = "";
	int full = bar_full(s, TEXT_BAR);

	title_words(s, line, sizeof(line));
	lines_add(l, s->stalled ? STYLE_BAD : STYLE_BOLD, "%s", line);
	for (int i = 0; i < TEXT_BAR; i++)
		strncat(bar, glyph(i < full ? GLYPH_BAR : GLYPH_BAR_REST), sizeof(bar) - strlen(bar) - 1);
	count_words(s, line, sizeof(line));
	lines_add(l, STYLE_NORMAL, "%s  %s", line, bar);
	signal_words(s, line, sizeof(line));
	lines_add(l, STYLE_NORMAL, "%s", line);
}
