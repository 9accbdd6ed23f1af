/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * readline behind a small door. It keeps its state in globals, so there is
 * one editor a process. Signals are core/loop's, never readline's.
 */
#include "shell/line.h"

#include <readline/history.h>
#include <readline/readline.h>
#include <termios.h>

#include "core/root.h"
#include "core/text.h"
#include "shell/histfile.h"
#include "shell/token.h"

static struct line_ops ops;
static bool active;
static struct candidates found;
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
	return at < found.n ? strdup(found.v[at++].word) : NULL;
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
	/* "--root=" wants its value right behind it. */
	rl_completion_suppress_append = found.n == 1 && strchr(found.v[0].word, '=') != NULL;
	return found.n ? rl_completion_matches(text, next_candidate) : NULL;
}

static const char *help_of(const char *word)
{
	for (size_t i = 0; i < found.n; i++)
		if (streq(found.v[i].word, word))
			return found.v[i].help;
	return "";
}

/* A list with descriptions instead of bare columns. */
static void show_matches(char **matches, int n, int longest)
{
	rl_crlf();
	for (int i = 1; i <= n && i <= 60; i++) {
		_cleanup_free_ char *clean = text_clean_dup(matches[i], strlen(matches[i]));
		const char *help = help_of(matches[i]);

		printf("  %-*s%s%s\n", *help ? MIN(longest, 30) : 0, clean ? clean : "?", *help ? "  " : "",
		       help);
	}
	if (n > 60)
		printf("  ... and %d more\n", n - 60);
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
	rl_completer_word_break_characters = " \t;\"'";
	rl_completer_quote_characters = "\"'";
	if (geteuid() == 0)
		harden();
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

void line_cancel(const char *prompt)
{
	if (!active)
		return;
	rl_callback_sigcleanup();
	rl_free_line_state();
	rl_replace_line("", 0);
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

void line_continued(void)
{
	if (!active)
		return;
	rl_prep_terminal(1);
	rl_forced_update_display();
}

void line_remember(const char *text)
{
	HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;

	if (!last || !streq(last->line, text))
		add_history(text);
}
