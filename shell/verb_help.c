/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `help`: everything it says comes from the tables of verbs, flags, exit codes
 * and fields, so that it cannot disagree with them.
 */
#include <errno.h>

#include "core/text.h"
#include "shell/flags.h"
#include "shell/out.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field flag_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "the flag with its dashes" },
	{ "value", NULL, F_STR, 0, NULL, "what it takes, or null" },
	{ "help", NULL, F_STR, 0, NULL, "what it does" },
};
static const struct shape shape_hflag = SHAPE("flag", flag_fields);

static const struct field field_fields[] = {
	{ "key", NULL, F_STR, 0, NULL, "key in JSON, dotted where nested" },
	{ "type", NULL, F_STR, 0, NULL, "type of the value" },
	{ "help", NULL, F_STR, 0, NULL, "what it says" },
};
static const struct shape shape_hfield = SHAPE("field", field_fields);

static const struct field help_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "the verb" },
	{ "usage", NULL, F_STR, 0, NULL, "its words" },
	{ "help", NULL, F_STR, 0, NULL, "what it does" },
	{ "danger", NULL, F_STR, 0, NULL, "none, mild, moderate or severe" },
	{ "details", NULL, F_STR, 0, NULL, "more about it, or null" },
	{ "examples", NULL, F_STR, 0, NULL, "lines to try, or null" },
	{ "flags", NULL, F_ROWS, 0, &shape_hflag, "flags of its own" },
	{ "fields", NULL, F_ROWS, 0, &shape_hfield, "the data it gives" },
};
static const struct shape shape_help = SHAPE("help", help_fields);

static const char *type_word(enum ftype t)
{
	static const char *const words[] = { "string", "integer",	  "number", "bool",
					     "time",   "list of strings", "object", "list of objects" };

	return words[t];
}

static int add_fields(struct row *row, const struct shape *s, const char *prefix, int depth)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && depth < 4 && i < s->n_fields; i++) {
		const struct field *f = &s->fields[i];
		_cleanup_free_ char *key = NULL;
		struct row *sub;

		if (f->flags & FIELD_NOJSON)
			continue;
		if (asprintf(&key, "%s%s%s", prefix, f->key, f->type == F_ROWS ? "[]" : "") < 0)
			return -ENOMEM;
		sub = row_add(row, "fields");
		r = sub ? row_str(sub, "key", key) : -ENOMEM;
		r = r < 0 ? r : row_str(sub, "type", type_word(f->type));
		r = r < 0 ? r : row_str(sub, "help", f->help);
		if (r >= 0 && f->sub) {
			_cleanup_free_ char *below = NULL;

			if (asprintf(&below, "%s.", key) < 0)
				return -ENOMEM;
			r = add_fields(row, f->sub, below, depth + 1);
		}
	}
	return r;
}

static int add_flags(struct row *row, const struct verb *v)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < v->n_flags; i++) {
		struct row *f = row_add(row, "flags");

		r = f ? row_strf(f, "name", "--%s", v->flags[i].name) : -ENOMEM;
		r = r < 0 ? r : row_str(f, "value", v->flags[i].value);
		r = r < 0 ? r : row_str(f, "help", v->flags[i].help);
	}
	return r;
}

static int add_verb(struct report *rep, const struct verb *v)
{
	_cleanup_free_ char *usage = verb_usage(v);
	struct row *row = report_add(rep);
	int r = row && usage ? row_str(row, "name", v->name) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "usage", usage);
	r = r < 0 ? r : row_str(row, "help", v->help);
	r = r < 0 ? r : row_str(row, "danger", danger_word(v->danger));
	r = r < 0 ? r : row_str(row, "details", v->details);
	r = r < 0 ? r : row_str(row, "examples", v->examples);
	r = r < 0 ? r : add_flags(row, v);
	return r < 0 || !v->shape ? r : add_fields(row, v->shape, "", 0);
}

/* Columns to write in: one less than there are, for terminals that break early. */
static size_t help_width(void)
{
	size_t width = out_width();

	return (width ? MAX(width, 40u) : 80) - 2;
}

/*
 * Break words at the width, further lines indented; `at` columns of the first
 * line are taken. An empty line begins a paragraph.
 */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t indent)
{
	size_t width = help_width();
	bool first = true; /* word of its line */

	while (*text) {
		size_t n = strcspn(text, " \n");
		bool paragraph = !n && text[0] == '\n';

		if (paragraph || (!first && at + 1 + n > width)) {
			fprintf(out, "%s%*s", paragraph ? "\n\n" : "\n", (int)indent, "");
			at = indent;
			first = true;
		}
		if (!paragraph) {
			fprintf(out, "%s%.*s", first ? "" : " ", (int)n, text);
			at += n + !first;
			first = false;
		}
		text += n + (text[n] != '\0');
	}
	fputc('\n', out);
}

/* A name and what is said of it, in a column of its own that leaves half of the width. */
static void print_entry(FILE *out, const char *name, size_t column, const char *help)
{
	size_t indent = MIN(column, help_width() / 2) + 4, at = strlen(name) + 2;

	fprintf(out, "  %s", name);
	if (at + 1 > indent)
		fputc('\n', out);
	fprintf(out, "%*s", (int)(at + 1 > indent ? indent : indent - at), "");
	print_wrapped(out, help, indent, indent);
}

static void print_gflag(FILE *out, const struct flag *f)
{
	char name[48];

	FORMAT(name, "%.*s--%s%s%s%s%s", f->letter ? 4 : 0, (char[]){ '-', f->letter, ',', ' ', 0 }, f->name,
	       f->value && f->value_optional ? "[" : "", f->value ? "=" : "", f->value ? f->value : "",
	       f->value && f->value_optional ? "]" : "");
	print_entry(out, name, 21, f->help);
}

static void print_verbs(FILE *out, const char *title, enum danger least, enum danger most)
{
	fprintf(out, "\n%s:\n", title);
	for (size_t i = 0; i < verbs_len; i++)
		if (verbs[i]->danger >= least && verbs[i]->danger <= most)
			print_entry(out, verbs[i]->name, 9, verbs[i]->help);
}

static void overview(FILE *out)
{
	print_wrapped(out,
		      "klpsh patches a running Linux kernel, and shows what that says of its livepatches.", 0,
		      0);
	fputs("\n"
	      "  klpsh                 the screens, on a terminal\n"
	      "  klpsh VERB ...        one verb\n"
	      "  klpsh shell           a prompt with history and completion\n"
	      "  klpsh -f FILE         a script (-: stdin); klpsh -c 'VERB; VERB' the same\n",
	      out);
	print_verbs(out, "Verbs that look", DANGER_NONE, DANGER_NONE);
	print_verbs(out, "Verbs that do their work without asking", DANGER_MILD, DANGER_MILD);
	print_verbs(out, "Verbs that change something; they ask, or want --yes, and are recorded",
		    DANGER_MODERATE, DANGER_SEVERE);
	fputs("\nFlags of every verb:\n", out);
	for (size_t i = 0; i < gflags_len; i++)
		print_gflag(out, &gflags[i].flag);
	fputs("\nExit codes:\n", out);
	for (size_t i = 0; i < rc_table_len; i++)
		fprintf(out, "  %3d%s  %s\n", (int)rc_table[i].rc, rc_table[i].rc == RC_SIGNAL ? "+" : " ",
			rc_table[i].meaning);
	fputs("\nhelp VERB tells more about a verb.\n", out);
}

static void print_examples(FILE *out, const char *examples)
{
	fputs("\nExamples:\n", out);
	for (const char *p = examples; *p;) {
		size_t n = strcspn(p, "\n");
		_cleanup_free_ char *line = strndup(p, n);

		fputs("  ", out);
		print_wrapped(out, line ? line : "", 2, 6);
		p += n + (p[n] == '\n');
	}
}

static void print_fields(FILE *out, const struct rows *fields)
{
	size_t width = 0;

	if (fields->n)
		fputs("\nData (keys of --json, headings of --plain):\n", out);
	for (size_t i = 0; i < fields->n; i++)
		width = MAX(width, strlen(row_cell(fields->v[i], "key")->str));
	for (size_t i = 0; i < fields->n; i++) {
		const struct cell *help = row_cell(fields->v[i], "help");

		print_entry(out, row_cell(fields->v[i], "key")->str, width, help->set ? help->str : "");
	}
}

static void one_verb(FILE *out, const struct verb *v, const struct row *row)
{
	fprintf(out, "%s: ", v->name);
	print_wrapped(out, v->help, strlen(v->name) + 2, 2);
	fputs("\nUsage: ", out);
	print_wrapped(out, row_cell(row, "usage")->str, 7, 7);
	if (v->n_flags)
		fputs("\nFlags of its own:\n", out);
	for (size_t i = 0; i < v->n_flags; i++)
		print_gflag(out, &v->flags[i]);
	if (v->details) {
		fputc('\n', out);
		print_wrapped(out, v->details, 0, 0);
	}
	if (v->examples)
		print_examples(out, v->examples);
	print_fields(out, &row_cell(row, "fields")->rows);
}

static int write_text(struct report *rep, const struct verb *v)
{
	size_t size = 0;
	FILE *out = open_memstream(&rep->text, &size);

	if (!out)
		return -ENOMEM;
	if (v)
		one_verb(out, v, rep->rows.v[0]);
	else
		overview(out);
	return fclose(out) == 0 ? 0 : -ENOMEM;
}

static int help_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = report_new(&shape_help, true);
	const struct verb *v = NULL;
	int r = 0;

	if (!rep)
		return out_of_memory(e);
	if (c->n_args) {
		const struct verb *near = verb_nearest(c->args[0]);

		v = verb_find(c->args[0]);
		if (!v) {
			err_rc(e, RC_USAGE, -EINVAL, "there is no verb \"%s\"", c->args[0]);
			err_hint(e, near ? "did you mean %s?" : "help alone lists the verbs",
				 near ? near->name : "");
			return -EINVAL;
		}
	}
	for (size_t i = 0; r >= 0 && i < verbs_len; i++)
		if (!v || v == verbs[i])
			r = add_verb(rep, verbs[i]);
	if (r < 0 || write_text(rep, v) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(rep);
	return 0;
}

static const struct arg help_args[] = { { "VERB", ARG_VERB, .optional = true } };

const struct verb verb_help = {
	.name = "help",
	.args = help_args,
	.n_args = ARRAY_SIZE(help_args),
	.help = "what there is, or all about one verb",
	.examples = "klpsh help blockers  # its flags and the data it gives",
	.shape = &shape_help,
	.run = help_run,
};
