// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the lines of `klpsh build --json` to what the Build screen keeps. A
 * line that is no event is kept as output; numbers out of range and unknown
 * words are passed over, so that a newer klpsh can say more.
 */
#include "tui/build.h"

#include "core/text.h"

#define FOUND_MAX 12000

static size_t phase_of(const struct jv *event)
{
	const char *word = jv_str(event, "phase");
	size_t i = 0;

	while (word && i < BUILD_PHASES && !streq(word, build_phase_word(i)))
		i++;
	return word ? i : BUILD_PHASES;
}

/* From here on lines are this phase's. */
static void begin_step(struct build *b, size_t i)
{
	if (b->step < BUILD_PHASES && b->step != i)
		b->steps[b->step].behind = b->output.n;
	b->step = i;
	if (i >= BUILD_PHASES || b->steps[i].begun)
		return;
	b->steps[i].begun = true;
	b->steps[i].first = b->output.n;
}

static void on_phase(struct build *b, const struct jv *event)
{
	size_t i = phase_of(event);
	double seconds;

	if (i >= BUILD_PHASES)
		return;
	begin_step(b, i);
	b->steps[i].ended = true;
	b->steps[i].behind = b->output.n;
	if (jv_real(event, "seconds", &seconds) && seconds >= 0)
		b->steps[i].seconds += seconds;
	jsonlines_text(event, "text", b->steps[i].text, sizeof(b->steps[i].text));
	b->total = 0;
	begin_step(b, i + 1);
}

static void on_progress(struct build *b, const struct jv *event)
{
	size_t i = phase_of(event);

	if (i < BUILD_PHASES && i != b->step)
		begin_step(b, i);
	if (!jv_int(event, "done", &b->done) || !jv_int(event, "total", &b->total))
		b->total = 0;
	if (!jv_real(event, "left_seconds", &b->left))
		b->left = -1;
	b->left_at = now_boot();
}

static void on_output(struct build *b, const struct jv *event)
{
	const char *text = jv_str(event, "text");

	if (text)
		lines_text(&b->output, STYLE_NORMAL, text, strlen(text));
}

static void count(struct build *b, const char *change)
{
	static const char *const words[] = { "changed", "new", "dropped", "lines" };

	for (size_t i = 0; change && i < ARRAY_SIZE(words); i++)
		b->counted[i] += streq(change, words[i]);
}

static void add_finding(struct build *b, enum finding_kind kind, const struct jv *event, const char *what,
			const char *text)
{
	if (b->n_found >= FOUND_MAX || array_grow(&b->found, b->n_found, sizeof(*b->found)) < 0)
		return;
	b->found[b->n_found++] = (struct finding){
		.kind = kind,
		.what = jsonlines_dup(event, what),
		.object = jsonlines_dup(event, "object"),
		.file = jsonlines_dup(event, "file"),
		.function = jsonlines_dup(event, "function"),
		.section = jsonlines_dup(event, "section"),
		.text = jsonlines_dup(event, text),
		.technique = jsonlines_dup(event, "technique"),
	};
	if (kind == FOUND_FUNCTION)
		count(b, b->found[b->n_found - 1].what);
}

static void on_kept(struct build *b, const struct jv *event)
{
	add_finding(b, FOUND_NOTE, event, "event", "folder");
}

static void on_note(struct build *b, const struct jv *event)
{
	add_finding(b, FOUND_NOTE, event, "event", "text");
}

static void on_function(struct build *b, const struct jv *event)
{
	add_finding(b, FOUND_FUNCTION, event, "change", "why");
}

static void on_refusal(struct build *b, const struct jv *event)
{
	add_finding(b, FOUND_REFUSAL, event, "code", "why");
}

static void on_warning(struct build *b, const struct jv *event)
{
	add_finding(b, FOUND_WARNING, event, "code", "why");
}

static void on_result(struct build *b, const struct jv *event)
{
	const char *module = jv_str(event, "module");

	FORMAT(b->module, "%s", module ? module : ""); /* a path is kept as it is */
	jsonlines_text(event, "sha256", b->sha256, sizeof(b->sha256));
	jsonlines_text(event, "kernel", b->kernel, sizeof(b->kernel));
	jv_int(event, "size", &b->size);
}

static const struct {
	const char *name;
	void (*fn)(struct build *b, const struct jv *event);
} events[] = {
	{ "phase", on_phase },	   { "progress", on_progress }, { "output", on_output },
	{ "note", on_note },	   { "kept", on_kept },		{ "function", on_function },
	{ "refusal", on_refusal }, { "warning", on_warning },	{ "result", on_result },
};

/* The last line is the verb's answer: the result within it, or an error. */
static void on_answer(struct build *b, const struct jv *doc)
{
	const struct jv *error = jv_get(doc, "error");

	jsonlines_text(error, "text", b->error, sizeof(b->error));
	jsonlines_text(error, "hint", b->hint, sizeof(b->hint));
}

static bool on_event(struct build *b, const struct jv *doc)
{
	const struct jv *event = jv_str(doc, "event") ? doc : jv_get(doc, "data");
	const char *name = jv_str(event, "event");

	if (jv_get(doc, "error"))
		on_answer(b, doc);
	for (size_t i = 0; name && i < ARRAY_SIZE(events); i++)
		if (streq(name, events[i].name))
			events[i].fn(b, event);
	return name || jv_get(doc, "error");
}

static void on_line(void *arg, const struct jv *doc, const char *text, size_t len)
{
	struct build *b = arg;

	if (!doc || !on_event(b, doc))
		lines_text(&b->output, STYLE_WARN, text, MIN(len, (size_t)4096));
}

void build_feed(struct build *b, const char *data, size_t len)
{
	jsonlines_feed(&b->line, data, len, on_line, b);
}
