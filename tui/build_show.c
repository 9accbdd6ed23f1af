// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Texts of the Build screen. Everything here was made clean when it came.
 */
#include "tui/build_show.h"

#include "core/text.h"
#include "tui/build_place.h"

#define OUTPUT_SHOWN 2000 /* lines of a step's output in its details */

void finding_where(const struct finding *f, char *buf, size_t size)
{
	const char *name = f->function ? f->function : f->section;

	snprintf(buf, size, "%s%s%s", f->file ? f->file : "", f->file && name ? ": " : "", name ? name : "");
}

/* Read once: the screen is made anew with every key. */
static void find_place(const struct build *b, struct finding *f)
{
	size_t shown = 0;

	f->placed = true;
	for (size_t i = 0; i < b->form.n_patches; i++)
		shown += place_in_patch(b->form.patches[i], f->file, f->function, &f->place);
	if (!shown && f->file)
		lines_add(&f->place, STYLE_DIM,
			  "No hunk is in this file itself: what it includes or shares has changed.");
}

static void show_place(const struct build *b, struct finding *f, struct lines *l)
{
	if (!f->placed)
		find_place(b, f);
	lines_add(l, STYLE_NORMAL, "%s", "");
	for (size_t i = 0; i < f->place.n; i++)
		lines_copy(l, &f->place.v[i]);
}

static void show_problem(const struct build *b, struct finding *f, struct lines *l)
{
	bool refused = f->kind == FOUND_REFUSAL;

	lines_add(l, refused ? STYLE_BAD : STYLE_WARN, "%s", f->text ? f->text : "");
	if (f->technique)
		lines_fact(l, "What helps", "%s.", f->technique);
	lines_add(l, STYLE_NORMAL, "%s", "");
	if (f->what)
		lines_fact(l, "code", "%s", f->what);
	if (f->file)
		lines_fact(l, "file", "%s", f->file);
	if (f->function)
		lines_fact(l, "function", "%s", f->function);
	if (f->section)
		lines_fact(l, "section", "%s", f->section);
	show_place(b, f, l);
}

static void show_function(const struct finding *f, struct lines *l)
{
	static const char *const meaning[][2] = {
		{ "changed", "The livepatch brings this function anew; calls of the old one go to it." },
		{ "new", "It is in the module only, for the functions that call it." },
		{ "dropped", "The patched source has it no more. What runs of it in the kernel stays." },
		{ "lines", "Only line numbers in it moved, so it stays as it is." },
	};

	for (size_t i = 0; f->what && i < ARRAY_SIZE(meaning); i++)
		if (streq(f->what, meaning[i][0]))
			lines_add(l, STYLE_NORMAL, "%s", meaning[i][1]);
	lines_fact(l, "function", "%s", f->function ? f->function : "?");
	lines_fact(l, "file", "%s", f->file ? f->file : "?");
	lines_fact(l, "object", "%s", f->object ? f->object : "?");
	if (f->text)
		lines_fact(l, "why", "%s", f->text);
}

void build_show_finding(const struct build *b, struct finding *f, struct lines *l)
{
	switch (f->kind) {
	case FOUND_REFUSAL:
	case FOUND_WARNING:
		show_problem(b, f, l);
		break;
	case FOUND_FUNCTION:
		show_function(f, l);
		break;
	default:
		lines_add(l, STYLE_NORMAL, "%s", f->text ? f->text : "");
	}
}

void build_show_step(const struct build *b, size_t i, struct lines *l)
{
	const struct build_step *s = &b->steps[i];
	bool runs = b->state == BUILD_RUNS && i == b->step;
	size_t end = runs ? b->output.n : MIN(s->behind, b->output.n), first = MIN(s->first, end);

	if (*s->text)
		lines_add(l, STYLE_NORMAL, "%s", s->text);
	if (end - first > OUTPUT_SHOWN) {
		lines_add(l, STYLE_DIM, "(%zu lines before these)", end - first - OUTPUT_SHOWN);
		first = end - OUTPUT_SHOWN;
	}
	for (size_t k = first; k < end; k++)
		lines_copy(l, &b->output.v[k]);
	if (first == end)
		lines_add(l, STYLE_DIM, "%s",
			  !s->begun ? "It was not begun."
			  : runs    ? "Nothing was said so far."
				    : "Compilers and make had nothing to say.");
	else if (b->output.full && end == b->output.n)
		lines_add(l, STYLE_WARN, "(cut: there was more)");
}

static void show_module(const struct build *b, struct lines *l)
{
	char counts[160];

	build_counts(b, counts, sizeof(counts));
	lines_fact(l, "changes", "%s", counts);
	lines_fact(l, "kernel", "%s", b->kernel);
	if (!*b->module) {
		lines_add(l, STYLE_GOOD,
			  "The patch can be built. x takes the form up again, to make the module.");
		return;
	}
	lines_fact(l, "module", "%s", b->module);
	lines_fact(l, "sha256", "%s", b->sha256);
	lines_fact(l, "size", "%lld bytes", (long long)b->size);
	lines_fact(l, "next",
		   "i inspects it, c checks what a load would meet, L loads it, A goes step by step "
		   "until it is installed for each boot.");
}

void build_show_end(const struct build *b, struct lines *l)
{
	char command[PROMPT_MAX * 4];
	size_t refused = 0;

	for (size_t i = 0; i < b->n_found; i++)
		refused += b->found[i].kind == FOUND_REFUSAL;
	switch (b->state) {
	case BUILD_BUILT:
		show_module(b, l);
		break;
	case BUILD_STOPPED:
		lines_add(l, STYLE_WARN, "The build was stopped; no module was written.");
		break;
	default:
		lines_add(l, STYLE_BAD, "%s", *b->error ? b->error : "The build ended without a word.");
		if (*b->hint)
			lines_fact(l, "What helps", "%s", b->hint);
		if (refused)
			lines_add(l, STYLE_NORMAL,
				  "Enter on a refusal shows it as a page, with its place in the patch.");
	}
	lines_add(l, STYLE_NORMAL, "%s", "");
	build_command(&b->form, command, sizeof(command));
	lines_fact(l, "The same as", "%s", command);
}
