// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is to be built, typed field by field. Nothing here is checked beyond
 * its length: klpsh itself says what it makes of it, as it would on a command
 * line.
 */
#include "tui/build_form.h"

#include "core/text.h"
#include "tui/action.h"
#include "tui/ask.h"
#include "tui/command.h"
#include "tui/files.h"

enum form_row { ROW_PATCH, ROW_MORE, ROW_KERNEL, ROW_NAME, ROW_FOLDER, ROW_OTHERS, ROW_MAKE, ROW_START };

/* Behind the patches' rows. */
static enum form_row row_of(const struct build_form *f, size_t i)
{
	if (i < f->n_patches)
		return ROW_PATCH;
	return (enum form_row)(i - f->n_patches + (f->n_patches < BUILD_PATCHES_MAX ? ROW_MORE : ROW_KERNEL));
}

static const struct build *shown(void *view)
{
	return ((struct view *)view)->tui->build;
}

static size_t form_count(void *view)
{
	const struct build *b = shown(view);

	return b ? b->form.n_patches + (b->form.n_patches < BUILD_PATCHES_MAX) + (ROW_START - ROW_MORE) : 0;
}

/* The fields keep theirs when a patch is added. */
static uint64_t form_id(void *view, size_t i)
{
	enum form_row row = row_of(&shown(view)->form, i);

	return row == ROW_PATCH ? 1000 + i : (uint64_t)row;
}

enum { COL_FIELD, COL_VALUE };

static const struct column columns[] = {
	[COL_FIELD] = { "FIELD", 14, 16, 0, 0, "Enter changes it" },
	[COL_VALUE] = { "VALUE", 20, 200, 0, COL_FLEX, "what is built" },
};

static const char *field_word(enum form_row row, size_t i)
{
	static const char *const words[] = {
		[ROW_MORE] = "another patch", [ROW_KERNEL] = "kernel",	      [ROW_NAME] = "module's name",
		[ROW_FOLDER] = "folder",      [ROW_OTHERS] = "other patches", [ROW_MAKE] = "make",
		[ROW_START] = "start",
	};

	return row == ROW_PATCH ? i ? "and" : "source patch" : words[row];
}

static void folder_value(const struct tui *t, const struct build_form *f, char *buf, size_t size)
{
	if (*f->folder)
		snprintf(buf, size, "%s", f->folder);
	else
		snprintf(buf, size, "%s (the current one)", t->build->here ? t->build->here : ".");
}

static void kernel_value(const struct tui *t, const struct build_form *f, char *buf, size_t size)
{
	if (*f->kernel)
		snprintf(buf, size, "%s", f->kernel);
	else
		snprintf(buf, size, "%s (the running one)", t->snap ? t->snap->release : "");
}

static void field_value(const struct build *b, size_t i, char *buf, size_t size)
{
	const struct build_form *f = &b->form;

	switch (row_of(f, i)) {
	case ROW_PATCH:
		snprintf(buf, size, "%s", f->patches[i]);
		break;
	case ROW_MORE:
		snprintf(buf, size, "%s",
			 f->n_patches ? "-" : "- none yet: Enter types its name, Tab completes");
		break;
	case ROW_KERNEL:
		kernel_value(b->tui, f, buf, size);
		break;
	case ROW_NAME:
		snprintf(buf, size, "%s", *f->name ? f->name : "livepatch_ and the first patch's name");
		break;
	case ROW_FOLDER:
		folder_value(b->tui, f, buf, size);
		break;
	case ROW_OTHERS:
		snprintf(buf, size, "%s",
			 f->beside ? "stay as they are" : "are replaced by this one, all of them");
		break;
	case ROW_MAKE:
		snprintf(buf, size, "%s",
			 f->check ? "a check only: can it be built, and what changes" : "the module");
		break;
	case ROW_START:
		snprintf(buf, size, "%s", f->n_patches ? "Enter: begin" : "a source patch is missing");
		break;
	}
}

static void form_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	const struct build_form *f = &shown(view)->form;
	char raw[PATH_MAX + 64];

	if (column == COL_FIELD) {
		snprintf(buf, size, "%s", field_word(row_of(f, i), i));
		return;
	}
	field_value(shown(view), i, raw, sizeof(raw));
	text_clean(buf, size, raw, strlen(raw));
}

static unsigned form_style(void *view, size_t i, size_t column)
{
	const struct build_form *f = &shown(view)->form;

	if (row_of(f, i) == ROW_START)
		return f->n_patches ? STYLE_KEY : STYLE_DIM;
	return column == COL_FIELD ? STYLE_DIM : STYLE_NORMAL;
}

const struct table_source build_form_source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = form_count,
	.id = form_id,
	.cell = form_cell,
	.style = form_style,
	.steps = true,
};

void form_name(const struct build *b, size_t i, char *buf, size_t size)
{
	snprintf(buf, size, "Build: %s", field_word(row_of(&b->form, i), i));
}

static const char *field_help(enum form_row row)
{
	static const char *const help[] = {
		[ROW_PATCH] = "A patch of kernel source, as git or diff make it, its paths relative to the "
			      "kernel's "
			      "tree. Enter changes it; an empty line takes it out.",
		[ROW_MORE] = "A patch of kernel source, as git or diff make it. Several become one module.",
		[ROW_KERNEL] =
			"The release that the module is for. Its headers and source have to be installed. "
			"An empty line means the running one.",
		[ROW_NAME] = "Letters, digits and _; it is what lsmod and the kernel's log will say.",
		[ROW_FOLDER] = "Where the module's file goes.",
		[ROW_OTHERS] = "Replaced: after the load this patch is the only one, so it has to bring all "
			       "that the "
			       "others fixed. Or they stay, and this one goes on top. Enter turns it over.",
		[ROW_MAKE] = "A check goes as far as the comparison and says what would change, or why it is "
			     "refused. "
			     "Enter turns it over.",
		[ROW_START] =
			"Only what the patch touches is compiled, never as root. The first build for a "
			"kernel "
			"prepares its source, which takes a minute; later ones take seconds. Nothing in the "
			"kernel is changed.",
	};

	return help[row];
}

void form_detail(const struct build *b, size_t i, struct lines *l)
{
	char command[PROMPT_MAX * 4], value[PATH_MAX + 64];

	field_value(b, i, value, sizeof(value));
	lines_fact(l, "now", "%s", value); /* small screens have no list above it */
	lines_add(l, STYLE_NORMAL, "%s", field_help(row_of(&b->form, i)));
	if (!b->form.n_patches)
		return;
	build_command(&b->form, command, sizeof(command));
	lines_fact(l, "The same as", "%s", command);
}

static void ask_text(struct tui *t, size_t i, const char *label, const char *now)
{
	t->build->editing = i;
	prompt_ask(&t->prompt, PROMPT_BUILD, label);
	prompt_replace(&t->prompt, 0, now);
}

bool form_may(struct tui *t)
{
	const char *why;
	bool may = build_possible(t, &why);

	if (!may)
		tui_status(t, STYLE_WARN, " build: %s", why);
	return may;
}

void form_enter(struct tui *t, size_t i)
{
	struct build_form *f = &t->build->form;

	if (!form_may(t))
		return;
	switch (row_of(f, i)) {
	case ROW_PATCH:
		ask_text(t, i, "source patch: ", f->patches[i]);
		break;
	case ROW_MORE:
		ask_text(t, i, "source patch: ", "");
		break;
	case ROW_KERNEL:
		ask_text(t, i, "for the kernel: ", f->kernel);
		break;
	case ROW_NAME:
		ask_text(t, i, "the module's name: ", f->name);
		break;
	case ROW_FOLDER:
		ask_text(t, i, "folder for the module: ", f->folder);
		break;
	case ROW_OTHERS:
		f->beside = !f->beside;
		break;
	case ROW_MAKE:
		f->check = !f->check;
		break;
	case ROW_START:
		form_start(t);
		break;
	}
}

static void take_out(struct build_form *f, size_t i)
{
	f->n_patches--;
	memmove(f->patches[i], f->patches[i + 1], (f->n_patches - i) * sizeof(f->patches[0]));
}

static void set_patch(struct build_form *f, size_t i, const char *text)
{
	char path[PROMPT_MAX];

	files_typed(text, path, sizeof(path));
	if (*path)
		FORMAT(f->patches[i], "%s", path);
	if (*path && i == f->n_patches)
		f->n_patches++;
	else if (!*path && i < f->n_patches)
		take_out(f, i);
}

void form_typed(struct tui *t, const char *text)
{
	struct build *b = t->build;
	struct build_form *f = &b->form;
	size_t i = b->editing;

	switch (row_of(f, i)) {
	case ROW_PATCH:
	case ROW_MORE:
		set_patch(f, i, text);
		break;
	case ROW_KERNEL:
		FORMAT(f->kernel, "%s", text);
		break;
	case ROW_NAME:
		FORMAT(f->name, "%s", text);
		break;
	case ROW_FOLDER:
		files_typed(text, f->folder, sizeof(f->folder));
		break;
	default:
		break;
	}
	tui_update(t);
	if (i <= f->n_patches && f->n_patches) { /* most have one patch, and are through */
		table_select(&t->views[VIEW_BUILD].table, ROW_START);
		tui_update(t);
	}
}

void form_complete(struct tui *t)
{
	switch (row_of(&t->build->form, t->build->editing)) {
	case ROW_PATCH:
	case ROW_MORE:
		command_complete_file(t, FILES_PATCHES);
		break;
	case ROW_FOLDER:
		command_complete_file(t, FILES_FOLDERS);
		break;
	default:
		break;
	}
}

static void begin(struct tui *t)
{
	int r = build_start(t->build, &t->build->form);

	if (r < 0)
		tui_status(t, STYLE_BAD, " build: cannot run it: %s", strerror(-r));
	tui_update(t);
}

static void question(const struct tui *t, const struct build_form *f, struct lines *l)
{
	char value[PATH_MAX + 64], command[PROMPT_MAX * 4];

	for (size_t i = 0; i < f->n_patches; i++)
		lines_fact(l, i ? "" : "patch", "%s", f->patches[i]);
	kernel_value(t, f, value, sizeof(value));
	lines_fact(l, "kernel", "%s", value);
	if (!f->check) {
		folder_value(t, f, value, sizeof(value));
		lines_fact(l, "module", "in %s", value);
		lines_fact(l, "others", "%s", f->beside ? "stay" : "are replaced when it is loaded");
	}
	lines_fact(l, "Way back", "nothing in the kernel is changed; K stops the build");
	build_command(f, command, sizeof(command));
	lines_fact(l, "The same as", "%s", command);
}

void form_ask(struct tui *t, const struct build_form *f, void (*yes)(struct tui *t))
{
	struct lines text = { 0 };

	question(t, f, &text);
	if (ask_open(t,
		     &(struct question){ f->check ? "Check whether it can be built?" : "Build a livepatch?",
					 "build", &text, false },
		     yes, NULL) < 0)
		tui_status(t, STYLE_WARN, " build: answer the other question first");
	lines_done(&text);
}

void form_start(struct tui *t)
{
	if (t->build->form.n_patches)
		form_ask(t, &t->build->form, begin);
	else
		ask_text(t, 0, "source patch to build: ", "");
}
