/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a script line by line and runs it. Stops at the first error unless
 * told to keep going; says FILE:LINE of what went wrong.
 */
#include "shell/script.h"

#include <errno.h>
#include <sys/stat.h>

#include "core/text.h"
#include "shell/out.h"
#include "shell/session.h"
#include "shell/token.h"

#define SCRIPT_LINES_MAX 1000000u

struct script {
	struct app *app;
	FILE *in;
	const char *name; /* clean */
	unsigned line; /* of the text's first line, from 1 */
	unsigned next_line;
	char *text; /* one line, continuations included */
	size_t len;
	int rc;
	bool failed, stop;
};

static void echo_words(const struct command *c)
{
	fputc('+', stderr);
	for (size_t i = 0; i < c->n; i++) {
		_cleanup_free_ char *clean = text_clean_dup(c->words[i], strlen(c->words[i]));

		fprintf(stderr, " %s", clean ? clean : "?");
	}
	fputc('\n', stderr);
}

static void run_command(struct script *s, const struct command *c)
{
	char where[320];
	bool failed = false;
	int rc;

	FORMAT(where, "%s:%u", s->name, s->line + c->line);
	if (s->app->set.echo)
		echo_words(c);
	rc = session_run(s->app, c->words, c->n, where, &failed);
	/* What --keep-going went past must not be hidden by a later success. */
	s->rc = s->failed ? s->rc : rc;
	s->failed |= failed;
	s->stop = s->app->quit || rc > RC_SIGNAL || (failed && !s->app->set.keep_going);
}

/* A line that cannot be taken apart has no verb to name. */
static void bad_line(struct script *s, const struct err *e)
{
	char where[320];
	struct settings set = s->app->set;
	struct outcome o = { .set = &set, .rc = (int)err_exit(e), .err = e, .where = where };

	FORMAT(where, "%s:%u", s->name, s->line);
	out_result(s->app, &o);
	s->rc = s->failed ? s->rc : o.rc;
	s->failed = true;
	s->stop = !s->app->set.keep_going;
}

/* Editors elsewhere mark UTF-8 by a character that is none. */
static size_t mark_length(const struct script *s, const char *line)
{
	return s->next_line == 1 && begins(line, "\xef\xbb\xbf") ? 3 : 0;
}

/* Append one physical line to s->text. 1, 0 at the end, negative errno. */
static int read_line(struct script *s, struct err *e)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0, mark;
	ssize_t n;
	char *more;

	errno = 0;
	n = getline(&line, &size, s->in);
	if (n < 0)
		return ferror(s->in) ? err_set(e, -errno, "cannot read %s: %s", s->name, strerror(errno)) : 0;
	s->next_line++;
	if (strlen(line) != (size_t)n)
		return err_rc(e, RC_USAGE, -EINVAL, "%s:%u: a NUL byte: this is no script", s->name,
			      s->next_line);
	if (s->len + (size_t)n > TOKEN_TEXT_MAX || s->next_line > SCRIPT_LINES_MAX)
		return err_rc(e, RC_USAGE, -E2BIG, "%s:%u: too long for a script", s->name, s->next_line);
	more = realloc(s->text, s->len + (size_t)n + 1);
	if (!more)
		return err_set(e, -ENOMEM, "out of memory");
	s->text = more;
	mark = mark_length(s, line);
	memcpy(s->text + s->len, line + mark, (size_t)n - mark + 1);
	s->len += (size_t)n - mark;
	return 1;
}

/* Read one logical line and run it. 1, 0 at the end, negative errno. */
static int step(struct script *s, struct err *e)
{
	struct commands cmds = { 0 };
	struct err bad = { 0 };
	int r, more = 1;

	s->len = 0;
	s->line = s->next_line + 1;
	while (more == 1) {
		r = read_line(s, e);
		if (r < 0 || (r == 0 && !s->len))
			return r;
		more = tokens_parse(s->text, &cmds, &bad);
		if (more == 1 && r == 0) {
			err_rc(&bad, RC_USAGE, -EINVAL, "the script ends in a \\ with nothing behind it");
			more = -EINVAL;
		}
	}
	if (more < 0)
		bad_line(s, &bad);
	for (size_t i = 0; i < cmds.n && !s->stop; i++)
		run_command(s, &cmds.v[i]);
	commands_free(&cmds);
	return 1;
}

static int run(struct app *app, FILE *in, const char *name, struct err *e)
{
	_cleanup_free_ char *clean = text_clean_dup(name, strlen(name));
	struct script s = { .app = app, .in = in, .name = clean ? clean : "script" };
	bool was = app->in_shell, asked = app->set.no_input;
	int r = 1;

	app->in_shell = true;
	/* A script is never asked anything. */
	app->set.no_input = true;
	while (r > 0 && !s.stop)
		r = step(&s, e);
	app->in_shell = was;
	app->set.no_input = asked;
	free(s.text);
	app->script_failed = s.failed || r < 0;
	if (r < 0)
		return (int)err_exit(e);
	return s.failed && !s.stop ? RC_PARTIAL : s.rc;
}

int script_run_file(struct app *app, const char *path, struct err *e)
{
	_cleanup_(fclosep) FILE *in = NULL;
	struct stat st;

	app->source = script_run_file;
	if (streq(path, "-"))
		return run(app, stdin, "-", e);
	in = fopen(path, "re");
	if (!in || fstat(fileno(in), &st) < 0)
		return (err_set(e, -errno, "cannot open %s: %s", path, strerror(errno)), (int)err_exit(e));
	if (S_ISDIR(st.st_mode))
		return (err_set(e, -EISDIR, "cannot read %s: it is a folder", path), (int)err_exit(e));
	return run(app, in, path, e);
}

int script_run_words(struct app *app, const char *words, struct err *e)
{
	_cleanup_(fclosep) FILE *in = NULL;

	app->source = script_run_file;
	if (!*words)
		return RC_OK;
	in = fmemopen((void *)words, strlen(words), "r");
	if (!in)
		return (err_set(e, -errno, "out of memory"), (int)err_exit(e));
	return run(app, in, "-c", e);
}
