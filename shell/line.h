/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The line editor. The only owner of readline, driven through its callback
 * interface by core/loop, so that notices can come while somebody types. For
 * root no inputrc is read and nothing starts an editor.
 */
#ifndef KLPSH_SHELL_LINE_H
#define KLPSH_SHELL_LINE_H

#include "shell/complete.h"

struct line_ops {
	/* A line was entered; NULL: end of input (Ctrl-D). The editor is off meanwhile. */
	void (*entered)(const char *line, void *arg);
	/* Candidates for the last of n words. */
	int (*complete)(char *const *words, size_t n, struct candidates *ret, void *arg);
	void *arg;
};

/* Set readline up, once a process. */
void line_init(const struct line_ops *ops);
/* Show the prompt and take input from line_feed on. */
void line_start(const char *prompt);
/* Terminal back to normal, no prompt (while a verb runs, and at the end). */
void line_stop(void);
/* stdin is readable. */
void line_feed(void);
/* Ctrl-C: drop what was typed and show the prompt anew (prompt NULL: the same). */
void line_cancel(const char *prompt);
/* Replace the prompt where it stands; what was typed stays. */
void line_prompt(const char *prompt);
/* Print a message above the line that is being typed; the line is drawn again. */
void line_message(const char *text);
/* The terminal has a new size. */
void line_resized(void);
/* Ctrl-Z: the terminal is as it was before, until we go on; what was typed stays. */
void line_stopping(void);
void line_continued(void);
/* Remember an entered line for Arrow-Up. */
void line_remember(const char *text);

#endif
