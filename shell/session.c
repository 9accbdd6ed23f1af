/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One command of a line front end, from words to printed outcome.
 */
#include "shell/session.h"

#include "shell/callloop.h"
#include "shell/flags.h"
#include "shell/out.h"

volatile int session_interrupted;

bool session_interactive(void)
{
	const char *term = getenv("TERM");

	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term && *term && !streq(term, "dumb");
}

/* What the verb is called by people who come from elsewhere. */
static const char *alias(const char *word)
{
	static const char *const aliases[][2] = { { "exit", "quit" }, { "?", "help" } };

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (streq(word, aliases[i][0]))
			return aliases[i][1];
	return word;
}

/* How many words in front are flags, with their values. */
static size_t leading_flags(char *const *words, size_t n)
{
	struct flag_word w;
	size_t i = 0;

	while (i < n && words[i][0] == '-' && words[i][1] &&
	       flag_word_parse(words[i], i + 1 < n ? words[i + 1] : NULL, NULL, 0, &w, NULL) >= 0)
		i += 1 + w.took_next;
	return i;
}

/*
 * The words of a shell's line as verb_dispatch wants them: without a "klpsh" in
 * front, flags that stand before the verb behind it. Borrows the words; a
 * NULL-terminated vector to free, NULL out of memory.
 */
static char **shell_words(char *const *words, size_t n, size_t *ret_n)
{
	size_t named = n > 1 && streq(words[0], "klpsh"), flags, k = 0;
	char **out = calloc(n + 1, sizeof(*out));

	if (!out)
		return NULL;
	words += named;
	n -= named;
	flags = leading_flags(words, n);
	if (flags < n)
		out[k++] = (char *)alias(words[flags]);
	for (size_t i = 0; i < n; i++)
		if (i != flags)
			out[k++] = words[i];
	*ret_n = k;
	return out;
}

int session_run(struct app *app, char *const *words, size_t n, const char *where, bool *ret_failed)
{
	_cleanup_free_ char **own = app->in_shell ? shell_words(words, n, &n) : NULL;
	_cleanup_(report_freep) struct report *report = NULL;
	struct settings set = app->set;
	struct out_stream stream = { 0 };
	struct err e = { 0 };
	struct outcome o = { .set = &set, .cmd = words, .n_cmd = n, .where = where };

	if (own)
		o.cmd = words = own;
	session_interrupted = 0;
	o.rc = verb_dispatch(app, words, n, out_emit, &stream, &session_interrupted, &set, &report, &e);
	call_progress(&(struct call){ .app = app }, NULL);
	o.report = report;
	o.err = &e;
	o.streamed = stream.started;
	out_result(app, &o);
	if (report && (report->changed || streq(words[0], "wait")))
		app->told = true;
	if (ret_failed)
		*ret_failed = e.code != 0 || o.rc >= RC_SIGNAL;
	return o.rc;
}

int session_run_all(struct app *app, const struct commands *cmds)
{
	bool lines = cmds->v[cmds->n - 1].line > 0, failed = false;
	size_t i = 0, left;
	int rc = RC_OK;

	while (i < cmds->n && !app->quit && (!failed || app->set.keep_going)) {
		const struct command *c = &cmds->v[i];
		char where[32];

		session_interrupted = call_signal_taken(); /* it came while the one before ran */
		if (session_interrupted)
			break;
		i++;
		FORMAT(where, "line %u", c->line + 1);
		rc = session_run(app, c->words, c->n, lines ? where : NULL, &failed);
		if (session_interrupted)
			break;
	}
	left = cmds->n - i;
	if (left && !app->quit)
		fprintf(stderr, "-- %zu command%s behind it %s not run\n", left, left == 1 ? "" : "s",
			left == 1 ? "was" : "were");
	return rc;
}
