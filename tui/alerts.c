// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The on-call answer, on every screen: is it done, and if not, who is in the
 * way. Nothing but this changes its height.
 */
#include "tui/frame.h"

#include "core/text.h"
#include "tui/glyph.h"

#define NARROW 64

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

static bool has_oopsed(const struct snapshot *s)
{
	return s->taint_known && (s->taint >> 7 & 1);
}

static const struct patch *forced_patch(const struct snapshot *s)
{
	for (size_t i = 0; i < s->patches.n; i++)
		if (s->patches.v[i].forced == 1)
			return &s->patches.v[i];
	return NULL;
}

static bool alert_kernel(const struct tui *t, char *buf, size_t size)
{
	const struct patch *forced = forced_patch(t->snap);
	bool oops = has_oopsed(t->snap);

	if (oops)
		snprintf(buf, size, "the kernel has oopsed since boot (taint D): see 4 Taint%s%s%s",
			 forced ? "; " : "", forced ? forced->name : "", forced ? " was forced" : "");
	else if (forced)
		snprintf(buf, size, "%s was forced: tasks may still run old code", forced->name);
	return oops || forced;
}

/* In few words at the line's end, for when line 3 tells who is in the way. Its width. */
static int put_kernel_words(const struct snapshot *s, int y)
{
	int w = term_columns(), n;
	char words[64];

	if (!s->in_transition || (!has_oopsed(s) && !forced_patch(s)))
		return 0;
	if (w < NARROW) /* who is in the way needs the room */
		FORMAT(words, "%s%s ", has_oopsed(s) ? " OOPS" : "", forced_patch(s) ? " FORCED" : "");
	else
		FORMAT(words, "%s%s ", has_oopsed(s) ? "  kernel OOPSED (4)" : "",
		       forced_patch(s) ? "  one FORCED (1)" : "");
	n = (int)text_width(words);
	term_put(y, w - n, n, STYLE_BAD, words);
	return n;
}

/* On a narrow screen how far it is comes before what it is. Heap or NULL: as everywhere. */
static char *narrow_sentence(const struct snapshot *s)
{
	size_t left = snapshot_left(s);
	char *out;

	if (term_columns() >= NARROW || !s->in_transition || s->starting || s->target < 0 || !left)
		return NULL;
	return asprintf(&out, "%s, %zu of %zu left: %s", s->stalled ? "stalled" : "in transition", left,
			s->tasks.total, s->in_transition->name) < 0
		       ? NULL
		       : out;
}

static char *sentence_of(const struct snapshot *s)
{
	char *sentence = s ? narrow_sentence(s) : NULL;

	if (!sentence && s)
		sentence = snapshot_sentence(s);
	if (sentence && s->blockers.n > 0 && strstr(sentence, "; "))
		*strstr(sentence, "; ") = '\0'; /* the first blocker has a line of its own */
	return sentence;
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
	_cleanup_free_ char *sentence = sentence_of(t->snap);
	char line[700], second[512], unseen[48] = "";
	enum style style = STYLE_DIM;
	const char *mark = " ";

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
	term_put(y, 0, term_columns() - put_kernel_words(t->snap, y), style, line);
	return y + 1;
}
