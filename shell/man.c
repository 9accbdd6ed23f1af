/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fills the template of the manual page from the tables. Everything is
 * escaped for roff: hyphens, backslashes, and lines that would start with a
 * control character.
 */
#include "shell/man.h"

#include <ctype.h>
#include <errno.h>

#include "builder/refusal.h"
#include "shell/flags.h"

struct man {
	FILE *out;
	const struct man_key *keys;
	size_t n_keys;
};

/* One text, escaped; newlines stay. */
static void put(FILE *out, const char *s)
{
	bool start = true;

	for (; *s; s++) {
		if (start && (*s == '.' || *s == '\''))
			fputs("\\&", out);
		start = *s == '\n';
		if (*s == '\\')
			fputs("\\e", out);
		else if (*s == '-')
			fputs("\\-", out);
		else
			fputc(*s, out);
	}
}

static void put_line(FILE *out, const char *s)
{
	put(out, s);
	fputc('\n', out);
}

static void put_flag(FILE *out, const struct flag *f)
{
	fputs(".TP\n\\fB", out);
	if (f->letter)
		fprintf(out, "\\-%c\\fR, \\fB", f->letter);
	fputs("\\-\\-", out);
	put(out, f->name);
	fputs("\\fR", out);
	if (f->value)
		fprintf(out, "%s=\\fI%s\\fR%s", f->value_optional ? "[" : "", f->value,
			f->value_optional ? "]" : "");
	fputc('\n', out);
	put_line(out, f->help);
}

static void put_fields(FILE *out, const struct shape *s, int depth)
{
	for (size_t i = 0; depth < 4 && i < s->n_fields; i++) {
		const struct field *f = &s->fields[i];

		if (f->flags & FIELD_NOJSON)
			continue;
		fputs(".TP\n\\fB", out);
		put(out, f->key);
		fputs("\\fR\n", out);
		put_line(out, f->help ? f->help : "");
		if (!f->sub)
			continue;
		fputs(".RS\n", out);
		put_fields(out, f->sub, depth + 1);
		fputs(".RE\n", out);
	}
}

static void put_examples(FILE *out, const char *examples)
{
	fputs(".PP\n.EX\n", out);
	put_line(out, examples);
	fputs(".EE\n", out);
}

static void put_verb(FILE *out, const struct verb *v)
{
	_cleanup_free_ char *usage = verb_usage(v);

	fputs(".SS ", out);
	put_line(out, v->name);
	fputs(".B ", out);
	put_line(out, usage ? usage : v->name);
	fputs(".PP\n", out);
	fputc(toupper((unsigned char)v->help[0]), out);
	put(out, v->help + 1);
	fputs(".\n", out);
	if (v->danger != DANGER_NONE)
		fprintf(out, "Danger: %s.\n", danger_word(v->danger));
	if (v->details)
		put_line(out, v->details);
	for (size_t i = 0; i < v->n_flags; i++)
		put_flag(out, &v->flags[i]);
	if (v->examples)
		put_examples(out, v->examples);
}

static void put_verbs(const struct man *m)
{
	for (size_t i = 0; i < verbs_len; i++)
		put_verb(m->out, verbs[i]);
}

static void put_flags(const struct man *m)
{
	for (size_t i = 0; i < gflags_len; i++)
		put_flag(m->out, &gflags[i].flag);
}

static void put_exit(const struct man *m)
{
	for (size_t i = 0; i < rc_table_len; i++) {
		fprintf(m->out, ".TP\n\\fB%d\\fR%s\n", (int)rc_table[i].rc,
			rc_table[i].rc == RC_SIGNAL ? " and more" : "");
		put_line(m->out, rc_table[i].meaning);
	}
}

static void put_refusals(const struct man *m)
{
	for (int i = 0; i < REFUSE_CODES; i++) {
		enum refusal_code code = (enum refusal_code)i;

		fputs(".TP\n\\fB", m->out);
		put(m->out, refusal_word(code));
		fputs("\\fR\n", m->out);
		put(m->out, refusal_meaning(code));
		fputs(".\nWhat helps: ", m->out);
		put(m->out, refusal_technique(code));
		fputs(".\n", m->out);
	}
}

static void put_keys(const struct man *m)
{
	const char *screen = "";

	for (size_t i = 0; i < m->n_keys; i++) {
		if (!streq(screen, m->keys[i].screen)) {
			screen = m->keys[i].screen;
			fputs(".SS ", m->out);
			put_line(m->out, screen);
		}
		fputs(".TP\n\\fB", m->out);
		put(m->out, m->keys[i].key);
		fputs("\\fR\n", m->out);
		put_line(m->out, m->keys[i].help);
	}
}

static void put_data(const struct man *m)
{
	for (size_t i = 0; i < verbs_len; i++) {
		if (!verbs[i]->shape)
			continue;
		fputs(".SS ", m->out);
		put_line(m->out, verbs[i]->name);
		put_fields(m->out, verbs[i]->shape, 0);
	}
}

static const struct marker {
	const char *name;
	void (*put)(const struct man *m);
} markers[] = {
	{ "@VERBS@\n", put_verbs },	  { "@FLAGS@\n", put_flags }, { "@EXIT@\n", put_exit },
	{ "@REFUSALS@\n", put_refusals }, { "@KEYS@\n", put_keys },   { "@DATA@\n", put_data },
};

static void put_template_line(const struct man *m, const char *line)
{
	const char *version = strstr(line, "@VERSION@");

	for (size_t i = 0; i < ARRAY_SIZE(markers); i++)
		if (streq(line, markers[i].name)) {
			markers[i].put(m);
			return;
		}
	if (version)
		fprintf(m->out, "%.*s%s%s", (int)(version - line), line, KLPSH_VERSION, version + 9);
	else
		fputs(line, m->out);
}

int man_print(FILE *out, const char *template, const struct man_key *keys, size_t n_keys, struct err *e)
{
	_cleanup_(fclosep) FILE *in = fopen(template, "re");
	_cleanup_free_ char *line = NULL;
	struct man m = { out, keys, n_keys };
	size_t size = 0;

	if (!in)
		return err_set(e, -errno, "cannot open %s: %s", template, strerror(errno));
	while (getline(&line, &size, in) >= 0)
		put_template_line(&m, line);
	return ferror(in) ? err_set(e, -EIO, "cannot read %s", template) : 0;
}
