/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wiring only: read the leading flags, open the app, pick a front end, and
 * tell at exit when the output could not be written. No verb and no rule of
 * any front end lives here.
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>

#include "shell/app.h"
#include "shell/asking.h"
#include "shell/complete.h"
#include "shell/flags.h"
#include "shell/kpatch.h"
#include "shell/kpatchbuild.h"
#include "shell/man.h"
#include "shell/out.h"
#include "shell/repl.h"
#include "shell/script.h"
#include "shell/session.h"
#include "tui/tui.h"

struct start {
	struct globals g;
	const char *file, *words; /* -f, -c */
	const char *man; /* --man TEMPLATE (for the build) */
	bool complete; /* --complete -- WORDS (for completions) */
	char **rest; /* the verb and what follows */
	size_t n_rest;
	char **words_all; /* everything behind the program's name */
	size_t n_all;
};

/* Flags that only stand before the verb: 1 taken, 0 another flag, negative. */
static int own_flag(struct start *s, char **argv, int argc, int *i, struct err *e)
{
	static const char *const names[] = { "-f", "-c", "--man" };
	const char **const values[] = { &s->file, &s->words, &s->man };

	if (streq(argv[*i], "--complete")) {
		s->complete = true;
		return 1;
	}
	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		if (!streq(argv[*i], names[k]))
			continue;
		if (*i + 1 >= argc)
			return err_rc(e, RC_USAGE, -EINVAL, "%s needs a value", names[k]);
		*values[k] = argv[++*i];
		return 1;
	}
	return 0;
}

static int parse_leading(struct start *s, int argc, char **argv, struct err *e)
{
	int i, r;

	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] && !streq(argv[i], "--"); i++) {
		struct flag_word w;

		r = own_flag(s, argv, argc, &i, e);
		if (r < 0)
			return r;
		if (r > 0)
			continue;
		r = flag_word_parse(argv[i], i + 1 < argc ? argv[i + 1] : NULL, NULL, 0, &w, e);
		if (r >= 0)
			r = gflag_apply(w.global, w.value, &s->g, e);
		if (r < 0)
			return r;
		i += w.took_next;
	}
	i += i < argc && streq(argv[i], "--");
	s->rest = argv + i;
	s->n_rest = (size_t)(argc - i);
	return 0;
}

/* --json behind the word that could not be understood counts as well. */
static bool json_wanted(const struct start *s)
{
	bool json = s->g.set.json;

	for (size_t i = 0; !json && i < s->n_all && !streq(s->words_all[i], "--"); i++)
		json = streq(s->words_all[i], "--json");
	return json;
}

/* Tell an error that stands before any verb, in the form that was asked for. */
static int start_error(const struct start *s, const struct err *e)
{
	struct settings set = s->g.set;
	struct outcome o = { &set, s->words_all, s->n_all, (int)err_exit(e), NULL, e };

	set.json = json_wanted(s);
	out_result(NULL, &o);
	return o.rc;
}

static int usage_error(const struct start *s, struct err *e)
{
	if (!e->hint[0])
		err_hint(e, "klpsh --help explains");
	return start_error(s, e);
}

static int print_man(const char *template)
{
	_cleanup_free_ struct man_key *keys = calloc(tui_keys_len + 1, sizeof(*keys));
	struct err e = { 0 };

	if (!keys)
		return RC_FAILED;
	for (size_t i = 0; i < tui_keys_len; i++)
		keys[i] = (struct man_key){ tui_keys[i].screen, tui_keys[i].key, tui_keys[i].help };
	if (man_print(stdout, template, keys, tui_keys_len, &e) < 0) {
		out_error(NULL, NULL, &e);
		return (int)err_exit(&e);
	}
	return RC_OK;
}

static int run_script(struct app *app, const struct start *s, const char *file)
{
	struct err e = { 0 };
	int rc;

	rc = s->words ? script_run_words(app, s->words, &e) : script_run_file(app, file, &e);
	if (e.code)
		start_error(s, &e);
	return rc;
}

static int run_shell(struct app *app, const struct start *s)
{
	struct err e = { 0 };

	if (s->n_rest > 1) {
		err_rc(&e, RC_USAGE, -EINVAL, "shell takes no words; flags stand before it");
		return usage_error(s, &e);
	}
	if (!session_interactive())
		return run_script(app, s, "-");
	return repl_run(app);
}

/* No verb: the screens on a terminal, else a script on stdin. */
static int run_bare(struct app *app, const struct start *s)
{
	struct err e = { 0 };

	if (session_interactive() && !app->set.json && !app->set.plain)
		return tui_run(app);
	if (!isatty(STDIN_FILENO))
		return run_script(app, s, "-");
	err_rc(&e, RC_USAGE, -EINVAL, "no verb was given, and this is no terminal for the screens");
	err_hint(&e, "klpsh status answers; klpsh --help lists the verbs");
	return usage_error(s, &e);
}

static int run_front_end(struct app *app, const struct start *s)
{
	char *help[] = { (char *)"help", NULL };

	app->set.interactive = session_interactive();
	app->progress = out_progress;
	app->ask = asking_terminal;
	if (s->complete)
		return complete_print(app, s->rest, s->n_rest);
	if (s->g.help && !s->n_rest)
		return session_run(app, help, 1, NULL, NULL);
	if (s->file || s->words) {
		struct err e = { 0 };

		if (!s->n_rest && !(s->file && s->words))
			return run_script(app, s, s->file);
		err_rc(&e, RC_USAGE, -EINVAL, "-f FILE and -c WORDS stand alone, without a verb");
		return usage_error(s, &e);
	}
	if (!s->n_rest)
		return run_bare(app, s);
	if (streq(s->rest[0], "shell"))
		return run_shell(app, s);
	if (s->g.help) {
		char *words[] = { help[0], s->rest[0], NULL };

		return session_run(app, words, 2, NULL, NULL);
	}
	return session_run(app, s->rest, s->n_rest, NULL, NULL);
}

/* With the app open, if it can be opened. */
static int run_app(struct app *app, const struct start *s)
{
	struct err e = { 0 };
	int rc;

	if (app_open(app, s->g.root, &s->g.set, &e) < 0) {
		rc = (int)err_exit(&e);
		out_result(app, &(struct outcome){ &s->g.set, s->rest, s->n_rest, rc, NULL, &e });
	} else {
		rc = run_front_end(app, s);
	}
	app_close(app);
	return rc;
}

static int start(struct start *s, int argc, char **argv)
{
	static struct app app;
	struct err e = { 0 };

	settings_init(&s->g.set);
	s->words_all = argv + MIN(argc, 1);
	s->n_all = (size_t)(argc - MIN(argc, 1));
	if (parse_leading(s, argc, argv, &e) < 0)
		return usage_error(s, &e);
	if (s->g.version) {
		puts("klpsh " KLPSH_VERSION);
		return RC_OK;
	}
	if (s->man)
		return print_man(s->man);
	return run_app(&app, s);
}

/*
 * The next file opened would get the number of a standard descriptor that is
 * closed, and what is meant for stdout would go there. The null device stands
 * in, opened the wrong way round: using it fails as the closed one would.
 */
static void hold_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			_exit(RC_FAILED);
}

int main(int argc, char **argv)
{
	struct start s = { 0 };

	hold_standard_fds();
	/* For the width of characters; our words and numbers are the same everywhere. */
	setlocale(LC_CTYPE, "");
	/* A reader that goes away ends us quietly, whatever our parent ignored. */
	signal(SIGPIPE, SIG_DFL);
	/* Our children are reaped by us, whatever our parent ignored: else their numbers become others'. */
	signal(SIGCHLD, SIG_DFL);
	if (kpatch_named(argv[0]))
		return out_close(kpatch_main(argc, argv));
	if (kpatchbuild_named(argv[0]))
		return out_close(kpatchbuild_main(argc, argv));
	return out_close(start(&s, argc, argv));
}
