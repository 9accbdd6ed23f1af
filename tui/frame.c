// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What surrounds every screen: header, alerts (the on-call answer), tabs,
 * status line, footer with the keys valid now. Draws from struct tui only.
 */
#include "tui/frame.h"

#include "core/text.h"
#include "tui/action.h"
#include "tui/ask.h"
#include "tui/build.h"
#include "tui/change.h"
#include "tui/glyph.h"
#include "tui/view_guide.h"

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
	char age[48];

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

static enum style state_style(enum state_word w)
{
	switch (w) {
	case STATE_READY:
		return STYLE_GOOD;
	case STATE_TRANSITION:
		return STYLE_WARN;
	case STATE_STALLED:
		return STYLE_ALERT;
	default:
		return STYLE_BAD;
	}
}

/* The first task in the way, as one sentence with the key that shows all. */
static void alert_blocker(const struct tui *t, char *buf, size_t size)
{
	const struct blockers *b = &t->snap->blockers;
	const struct blocker *f = b->v;
	char comm[128];

	text_clean(comm, sizeof(comm), f->task.comm, strlen(f->task.comm));
	if (f->function)
		snprintf(buf, size, "%s (%d) %s %s", comm, f->task.tid,
			 f->cls == STALL_SLEEPING ? "sleeps in" : "is in", f->function);
	else
		snprintf(buf, size, "%s (%d): %s", comm, f->task.tid, stall_class_name(f->cls));
	if (b->n > 1)
		snprintf(buf + strlen(buf), size - strlen(buf), " and %zu more", b->n - 1);
}

static bool alert_transition(const struct tui *t, char *buf, size_t size)
{
	char who[400];

	if (!t->snap->in_transition)
		return false;
	if (t->snap->blockers.n > 0)
		alert_blocker(t, who, sizeof(who));
	else if (t->snap->starting)
		FORMAT(who, "starting: its callbacks run");
	else if (t->snap->errs[SOURCE_TASKS].code)
		FORMAT(who, "%s", t->snap->errs[SOURCE_TASKS].text);
	else if (t->snap->tasks.n > 0)
		FORMAT(who, "why its tasks block is not known yet");
	else
		FORMAT(who, "no task in sight holds it up; perhaps an idle CPU");
	if (t->view->ops->key == '2')
		snprintf(buf, size, "%s", who);
	else
		snprintf(buf, size, "%s: 2 shows more", who);
	return true;
}

static bool alert_kernel(const struct tui *t, char *buf, size_t size)
{
	const struct snapshot *s = t->snap;

	if (s->taint_known && (s->taint >> 7 & 1)) {
		snprintf(buf, size, "the kernel has oopsed since boot (taint D): see 4 Taint");
		return true;
	}
	for (size_t i = 0; i < s->patches.n; i++) {
		if (s->patches.v[i].forced != 1)
			continue;
		snprintf(buf, size, "%s was forced: tasks may still run old code", s->patches.v[i].name);
		return true;
	}
	return false;
}

static bool alert_source(const struct tui *t, char *buf, size_t size)
{
	static const char *const names[SOURCE_MAX] = { "patches", "modules", "taint", "system",
						       "tasks",	  "stacks",  "log" };

	for (int i = 0; i < SOURCE_MAX; i++) {
		if (!t->snap->errs[i].code || (i == SOURCE_PATCHES && !t->snap->livepatch))
			continue;
		snprintf(buf, size, "not seen: %s: %s", names[i], t->snap->errs[i].text);
		return true;
	}
	return false;
}

/* Line 3, for what matters most; none when there is nothing. */
static bool second_alert(const struct tui *t, char *buf, size_t size, enum style *style)
{
	*style = STYLE_WARN;
	if (!t->snap)
		return false;
	if (alert_transition(t, buf, size)) {
		*style = t->snap->stalled ? STYLE_BAD : STYLE_WARN;
		return true;
	}
	if (alert_kernel(t, buf, size)) {
		*style = STYLE_BAD;
		return true;
	}
	return alert_source(t, buf, size);
}

int frame_alerts(const struct tui *t, int y)
{
	_cleanup_free_ char *sentence = t->snap ? snapshot_sentence(t->snap) : NULL;
	char line[700], second[512], unseen[48] = "";
	enum style style = STYLE_DIM;
	const char *mark = " ";

	if (sentence && t->snap->blockers.n > 0 && strstr(sentence, "; "))
		*strstr(sentence, "; ") = '\0'; /* the first blocker has a line of its own */
	if (t->snap) {
		enum state_word w = snapshot_state(t->snap);
		style = state_style(w);
		mark = w == STATE_READY ? glyph(GLYPH_OK) : glyph(GLYPH_ALERT);
	}
	if (t->snap && t->snap->in_transition && t->snap->tasks.unreadable > 0)
		FORMAT(unseen, ", %zu more unseen", t->snap->tasks.unreadable);
	FORMAT(line, " %s %s%s", mark, sentence ? sentence : "reading what the kernel says", unseen);
	term_put(y++, 0, term_columns(), style, line);
	if (!second_alert(t, second, sizeof(second), &style))
		return y;
	FORMAT(line, " %s %s", glyph(GLYPH_ALERT), second);
	term_put(y++, 0, term_columns(), style, line);
	return y;
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
	if (*t->status || !t->paused) {
		term_put(y, 0, w, t->status_style, t->status);
		return;
	}
	age_word(since, sizeof(since), t->paused_at, now_mono());
	FORMAT(line, " PAUSED for %s: p goes on, R reads once", since);
	term_put(y, 0, w, STYLE_ALERT, line);
}

static bool key_valid(const struct tui *t, enum action a)
{
	const struct view *v = t->view;
	const char *why;

	if (a == ACT_BACK && v == &t->views[VIEW_PATCHES] && !t->in_detail && !t->in_text)
		return false;
	if (action_is_change(a) && (t->in_text || !action_valid(t, a)))
		return false;
	if ((a == ACT_APPLY || a == ACT_ROLLBACK) && v != &t->views[VIEW_PATCHES])
		return false;
	if (a == ACT_STOP_BUILD)
		return build_runs(t);
	if (a == ACT_BUILD)
		return !build_runs(t) && build_possible(t, &why) &&
		       (v == &t->views[VIEW_BUILD] || v == &t->views[VIEW_PATCHES]);
	if (a == ACT_NEXT_PANE) /* else it is known from other programs */
		return v->ops->below && !t->in_text && !t->in_detail &&
		       t->detail.wrapped.n > (size_t)MAX(t->detail.height, 0);
	if (t->in_text || (t->in_detail && !action_is_change(a)))
		return a != ACT_RIGHT || (t->in_text && !t->text.wrap);
	if ((a == ACT_SORT || a == ACT_OPEN) && v->table.n == 0)
		return false;
	if (a == ACT_SORT && v->table.source->steps)
		return false;
	return !v->ops->can || v->ops->can((struct view *)v, a);
}

/* Width of a key in the footer; drawn at x unless x is negative. */
static int footer_key(const struct key *k, int y, int x)
{
	int name = (int)text_width(k->name), label = (int)strlen(k->label);

	if (x >= 0) {
		term_put(y, x, name, STYLE_KEY, k->name);
		term_put(y, x + name, label + 1, STYLE_NORMAL, "");
		term_put(y, x + name + 1, label, STYLE_NORMAL, k->label);
	}
	return name + label + 3;
}

/* In the details only the changes of a view's own keys are left. */
static int footer_map(const struct tui *t, const struct keymap *m, int y, int x, int end)
{
	for (size_t i = 0; m && i < m->n; i++) {
		const struct key *k = &m->keys[i];

		if (t->in_detail && m == t->view->ops->keys && !action_is_change(k->act))
			continue;
		if (!*k->label || !key_valid(t, k->act) || x + footer_key(k, y, -1) > end)
			continue;
		x += footer_key(k, y, x);
	}
	return x;
}

static const char *prompt_help(const struct tui *t)
{
	if (*t->candidates)
		return t->candidates;
	switch (t->prompt.lead) {
	case ':':
		return " Enter run  Tab complete  Esc leave";
	case '>':
		return " the file's name  Enter write  Esc leave";
	case PROMPT_LOAD:
		return " Enter look at it  Tab complete  Esc leave";
	case PROMPT_APPLY:
		return " a livepatch or a source patch  Enter take it  Tab complete  Esc leave";
	case PROMPT_BUILD:
		return " Enter take it  Tab complete  Esc leave";
	case '=':
	case '#':
		return " Enter go on  Esc leave, nothing is done";
	default:
		return t->in_text || t->in_detail ? " Enter search  Esc leave"
						  : " Enter keep  Esc clear  ! inverts  ~ regex";
	}
}

void frame_footer(const struct tui *t, int y)
{
	int w = term_columns(), x = 1;

	term_put(y, 0, w, STYLE_NORMAL, "");
	if (t->prompt.lead) {
		term_put(y, 0, w, STYLE_DIM, prompt_help(t));
		return;
	}
	if (change_has_keys(t) || ask_has_keys(t)) {
		term_put(y, 0, w, STYLE_DIM,
			 t->dialog.open ? " y yes  n no  Tab other button  Enter take it  Up Down scroll"
					: " Esc leave, nothing is done");
		return;
	}
	if (t->in_text || t->in_detail) {
		x = t->in_text ? x : footer_map(t, t->view->ops->keys, y, x, w);
		x = footer_map(t, &keymap_text, y, x, w);
		footer_map(t, &keymap_global, y, x, w);
		return;
	}
	x = footer_map(t, t->view->ops->keys, y, x, w);
	x = footer_map(t, &keymap_global, y, x, w);
	footer_map(t, &keymap_list, y, x, w);
}
