/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * readline behind a small door. It keeps its state in globals, so there is
 * one editor a process. Signals are core/loop's, never readline's.
 */
#include "shell/line.h"

#include <fcntl.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <sys/stat.h>
#include <termios.h>

#include "core/root.h"
#include "core/text.h"
#include "shell/histfile.h"
#include "shell/matches.h"
#include "shell/quote.h"

static struct line_ops ops;
static bool active;
static struct candidates found;
static size_t skipped; /* bytes of the last word that are no part of what is completed: "--root=" */
static int eof_held = -1; /* the terminal's end-of-file character meanwhile, -1: it has its own */

static void set_eof_char(cc_t c)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t) < 0)
		return;
	eof_held = eof_held < 0 ? t.c_cc[VEOF] : -1;
	t.c_cc[VEOF] = c;
	(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &t);
}

/*
 * While a verb runs the terminal edits lines by itself and would swallow an
 * end-of-file that is typed ahead. Without such a character it keeps the
 * Ctrl-D, and the editor finds it when it comes back.
 */
static void hold_eof(void)
{
	if (eof_held < 0)
		set_eof_char(_POSIX_VDISABLE);
}

static void release_eof(void)
{
	if (eof_held >= 0)
		set_eof_char((cc_t)eof_held);
}

static void on_line(char *text)
{
	line_stop();
	hold_eof();
	if (!text)
		putchar('\n');
	ops.entered(text, ops.arg);
	free(text);
}

static char *next_candidate(const char *text, int state)
{
	static size_t at;

	if (!state)
		at = 0;
	return at < found.n ? strdup(found.v[at++].word + skipped) : NULL;
}

/* Where a word begins: the value of a flag is a word of its own, other names may hold a '='. */
static char *word_breaks(void)
{
	_cleanup_(strv_freep) char **words = NULL;
	_cleanup_free_ char *before = strndup(rl_line_buffer, (size_t)rl_point);
	size_t n, at;

	if (!before || tokens_partial(before, &words, &n, &at) < 0)
		return NULL;
	return (char *)(begins(words[n - 1], "--") ? " \t;\"'=" : " \t;\"'");
}

static bool is_folder(const char *path)
{
	struct stat st;

	/* Neither a link nor what would have to be mounted: a Tab must not hang on it. */
	return fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 &&
	       S_ISDIR(st.st_mode);
}

/*
 * A file name as our words are quoted. The quote stays open where more of the
 * name is to come: readline puts a slash behind a folder.
 */
static char *quote_file(char *text, int match, char *quote)
{
	char *word = word_quote(text);
	size_t len = word ? strlen(word) : 0;

	if (!word)
		return NULL;
	if (word[0] == '"' || word[0] == '\'')
		*quote = word[0];
	if (len > 1 && *quote && (match != SINGLE_MATCH || is_folder(text))) {
		word[len - 1] = '\0';
		rl_completion_suppress_quote = 1;
	}
	return word;
}

/* Called with the word's bounds; only the words before it matter to us. */
static char **attempt(const char *text, int start, int end)
{
	_cleanup_(strv_freep) char **words = NULL;
	_cleanup_free_ char *before = strndup(rl_line_buffer, (size_t)end);
	size_t n, at;

	rl_attempted_completion_over = 1;
	candidates_free(&found);
	if (!before || tokens_partial(before, &words, &n, &at) < 0 ||
	    ops.complete(words, n, &found, ops.arg) < 0)
		return NULL;
	rl_attempted_completion_over = !found.files;
	skipped = strlen(words[n - 1]) - MIN(strlen(words[n - 1]), strlen(text));
	/* "--root=" wants its value right behind it. */
	rl_completion_suppress_append = found.n == 1 && has_ending(found.v[0].word, "=");
	return found.n ? rl_completion_matches(text, next_candidate) : NULL;
}

static const char *help_of(const char *word)
{
	for (size_t i = 0; i < found.n; i++)
		if (streq(found.v[i].word + skipped, word))
			return found.v[i].help;
	return "";
}

/* A file by its last name, a folder with a slash. */
static char *name_shown(const char *word)
{
	_cleanup_free_ char *whole = NULL;
	const char *slash = rl_filename_completion_desired ? strrchr(word, '/') : NULL;
	const char *name = slash ? slash + 1 : word;
	bool folder = rl_filename_completion_desired && is_folder(word);

	if (asprintf(&whole, "%s%s", name, folder ? "/" : "") < 0)
		whole = NULL;
	return whole ? text_clean_dup(whole, strlen(whole)) : NULL;
}

static void show_matches(char **matches, int n, int longest)
{
	_cleanup_free_ struct match *v = calloc((size_t)n + 1, sizeof(*v));
	size_t k = 0;
	int lines, columns;

	rl_get_screen_size(&lines, &columns);
	for (int i = 1; v && i <= n; i++) {
		v[k] = (struct match){ name_shown(matches[i]), help_of(matches[i]) };
		k += v[k].word != NULL;
	}
	rl_crlf();
	matches_print(rl_outstream, v, k, (size_t)MAX(columns, 20), (size_t)MAX(lines, 1));
	for (size_t i = 0; i < k; i++)
		free(v[i].word);
	rl_on_new_line();
	rl_redisplay();
}

/* What could start a program or read a file must not be there for root. */
static void harden(void)
{
	setenv("INPUTRC", "/dev/null", 1);
	rl_initialize();
	rl_unbind_function_in_map(rl_re_read_init_file, rl_get_keymap_by_name("emacs-ctlx"));
	rl_unbind_command_in_map("edit-and-execute-command", rl_get_keymap_by_name("emacs-ctlx"));
	rl_unbind_command_in_map("edit-and-execute-command", rl_get_keymap_by_name("vi-command"));
}

void line_init(const struct line_ops *o)
{
	ops = *o;
	rl_readline_name = "klpsh";
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_attempted_completion_function = attempt;
	rl_completion_display_matches_hook = show_matches;
	rl_completion_word_break_hook = word_breaks;
	rl_completer_quote_characters = "\"'";
	rl_filename_quote_characters = " \t\r\n;\"'\\#";
	rl_filename_quoting_function = quote_file;
	if (geteuid() == 0)
		harden();
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_variable_bind("expand-tilde", "on");
	using_history();
	stifle_history(HISTFILE_MAX_LINES);
}

void line_start(const char *prompt)
{
	release_eof();
	active = true;
	rl_callback_handler_install(prompt, on_line);
}

void line_stop(void)
{
	release_eof();
	if (!active)
		return;
	active = false;
	rl_callback_handler_remove();
}

void line_feed(void)
{
	rl_callback_read_char();
}

/* Below what is typed, wherever the cursor stands in it. */
static void to_end(void)
{
	int point = rl_point;

	rl_point = rl_end;
	rl_redisplay();
	rl_point = point;
	rl_crlf();
	fflush(rl_outstream);
}

void line_cancel(const char *prompt)
{
	if (!active)
		return;
	rl_callback_sigcleanup();
	/* A search leaves the cursor within the line. */
	rl_point = rl_end;
	rl_redisplay();
	rl_free_line_state();
	rl_replace_line("", 0);
	using_history(); /* Arrow-Up begins at the newest again */
	fputs("^C", rl_outstream);
	rl_crlf();
	if (prompt)
		rl_set_prompt(prompt);
	rl_on_new_line();
	rl_redisplay();
}

void line_prompt(const char *prompt)
{
	if (!active)
		return;
	rl_clear_visible_line();
	rl_set_prompt(prompt);
	rl_forced_update_display();
}

void line_message(const char *text)
{
	if (active)
		rl_clear_visible_line();
	fprintf(rl_outstream ? rl_outstream : stdout, "%s\n", text);
	fflush(rl_outstream ? rl_outstream : stdout);
	if (!active)
		return;
	rl_on_new_line();
	rl_forced_update_display();
}

void line_resized(void)
{
	if (active)
		rl_resize_terminal();
}

void line_stopping(void)
{
	if (!active)
		return;
	to_end();
	rl_deprep_terminal();
}

void line_continued(void)
{
	if (!active)
		return;
	rl_prep_terminal(1);
	rl_resize_terminal();
	rl_on_new_line();
	rl_forced_update_display();
}

void line_remember(const char *text)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (!last || !streq(last->line, text))
		add_history(text);
}
