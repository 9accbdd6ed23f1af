// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Header, tabs and status line of every screen; alerts and footer have files
 * of their own. Draws from struct tui only.
 */
#include "tui/frame.h"

#include "core/text.h"
#include "tui/build.h"
#include "tui/change.h"
#include "tui/glyph.h"

/* Whole seconds, so that the line changes no more often than it is drawn. */
static void age_word(char *buf, size_t size, uint64_t from_us, uint64_t to_us)
{
	uint64_t seconds = to_us > from_us ? (to_us - from_us) / USEC_PER_SEC : 0;

	text_duration(buf, size, (double)seconds);
}

static void header_age(const struct tui *t, char *buf, size_t size)
{
	char age[32];

	if (!t->snap) {
		snprintf(buf, size, "reading%s", term_ascii() ? "..." : "…");
		return;
	}
	age_word(age, sizeof(age), t->snap->boot_us, now_boot());
	if (t->interval_ms && term_columns() >= 80)
		snprintf(buf, size, "%s old, read every %g s", age, t->interval_ms / 1000.0);
	else
		snprintf(buf, size, "%s old", age);
}

static const char *header_rights(const struct tui *t)
{
	return t->app->set.read_only || t->app->root_prefix || geteuid() != 0 ? "RO" : "ROOT";
}

/* The right end of the header; less of it on narrow screens. */
static int header_right(const struct tui *t, char *buf, size_t size, int room)
{
	const char *word = "n/a", *rights = header_rights(t);
	char age[80];

	if (t->audit_known)
		word = audit_word(&t->audit, t->audit_error);
	else if (!t->app->root_prefix)
		word = "unknown";
	header_age(t, age, sizeof(age));
	snprintf(buf, size, "  %s  %s  audit %s ", age, rights, word);
	if ((int)text_width(buf) > room)
		snprintf(buf, size, " %s %s ", age, rights);
	if ((int)text_width(buf) > room && strstr(age, " old"))
		snprintf(buf, size, " %.*s %s ", (int)(strstr(age, " old") - age), age, rights);
	return (int)text_width(buf);
}

void frame_header(const struct tui *t)
{
	const struct snapshot *s = t->snap;
	const char *host = s ? s->host : "", *release = s ? s->release : "";
	char right[128], left[192];
	int w = term_columns(), n;

	if (w < 64 && s) /* the host matters more than the program's name */
		FORMAT(left, " %s %s", host, release);
	else
		FORMAT(left, " klpsh  %s  %s", host, release);
	n = header_right(t, right, sizeof(right), MAX(w - (int)text_width(left), 12));
	term_put(0, 0, w - n, STYLE_BAR, left);
	term_put(0, MAX(w - n, 0), n, STYLE_BAR, right);
}

/* "3 of 14", filter, order, pause: what distinguishes this list from the kernel's. */
static void list_state(const struct tui *t, char *buf, size_t size)
{
	const struct table *tab = &t->view->table;
	size_t at = 0;

	if (filter_active(&tab->filter))
		at = (size_t)snprintf(buf, size, "%zu of %zu  /%s", tab->matched, tab->total,
				      tab->filter.text);
	else
		at = (size_t)snprintf(buf, size, "%zu", tab->total);
	if (tab->sort >= 0 && at < size)
		at += (size_t)snprintf(buf + at, size - at, "  by %s%s",
				       tab->source->columns[tab->sort].title,
				       glyph(tab->reverse ? GLYPH_UP : GLYPH_DOWN));
	else if (tab->reverse && at < size)
		at += (size_t)snprintf(buf + at, size - at, "  reversed");
	if (tab->follow && at < size)
		snprintf(buf + at, size - at, "  follow");
}

/* A guide has one while it is on the screen. */
static bool has_tab(const struct tui *t, int i)
{
	const struct view *v = &t->views[i];

	return v == t->view || (v->ops->key >= '0' && v->ops->key <= '9');
}

void frame_tabs(const struct tui *t, int y)
{
	char state[256], tab[48];
	int w = term_columns(), x = 0, n, all = 0;

	list_state(t, state, sizeof(state));
	term_put(y, 0, w, STYLE_NORMAL, "");
	for (int i = 0; i < VIEW_MAX; i++)
		all += has_tab(t, i) ? (int)strlen(t->views[i].ops->title) + 4 : 0;
	all += MIN((int)text_width(state), 20) + 2;
	for (int i = 0; i < VIEW_MAX; i++) {
		const struct view_ops *o = t->views[i].ops;
		bool here = &t->views[i] == t->view;

		if (!has_tab(t, i) || (!here && w < 60))
			continue;
		if (here || all <= w)
			FORMAT(tab, " %c %s ", o->key, o->title);
		else
			FORMAT(tab, " %c ", o->key);
		n = (int)text_width(tab);
		term_put(y, x, n, here ? STYLE_BAR : STYLE_DIM, tab);
		x += n;
	}
	n = (int)text_width(state);
	if (x + 2 < w)
		term_put(y, MAX(w - n - 1, x + 2), MIN(n, w - x - 2), STYLE_BOLD, state);
}

/* A build that runs while other screens are shown. */
static bool status_build(const struct tui *t, char *buf, size_t size)
{
	char line[300];

	if (!build_runs(t) || t->view == &t->views[VIEW_BUILD])
		return false;
	build_progress(t->build, line, sizeof(line));
	snprintf(buf, size, " %s; 6 shows it", line);
	return true;
}

void frame_status(const struct tui *t, int y)
{
	int w = term_columns();
	char line[320], since[32];

	if (t->prompt.lead) {
		prompt_draw(&t->prompt, y, w);
		return;
	}
	if (!*t->status && change_progress(t, line, sizeof(line))) {
		term_put(y, 0, w, STYLE_WARN, line);
		return;
	}
	if (!*t->status && status_build(t, line, sizeof(line))) {
		term_put(y, 0, w, STYLE_DIM, line);
		return;
	}
	if (t->paused) {
		int n;

		age_word(since, sizeof(since), t->paused_at, now_mono());
		FORMAT(line, " PAUSED for %s%s", since, *t->status ? "" : ": p goes on, R reads once");
		n = *t->status ? MIN((int)text_width(line), w) : w;
		term_put(y, 0, n, STYLE_ALERT, line);
		term_put(y, n, w - n, t->status_style, t->status);
		return;
	}
	term_put(y, 0, w, t->status_style, t->status);
}
