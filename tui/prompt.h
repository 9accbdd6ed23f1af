/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one line that can be typed: behind `/`, `:`, `>` or a question. Holds text and
 * cursor, edits by keys, remembers earlier commands. Does not run anything.
 */
#ifndef KLPSH_TUI_PROMPT_H
#define KLPSH_TUI_PROMPT_H

#include "core/util.h"

#define PROMPT_MAX 512
#define PROMPT_HISTORY 32

struct prompt {
	char lead; /* '/', ':', '>' (a file to write) or who asked; 0: nobody types */
	char label[160]; /* drawn instead of the lead; "" none */
	char text[PROMPT_MAX];
	size_t at; /* cursor, in bytes */
	char *history[PROMPT_HISTORY]; /* of `:`, newest last */
	size_t n_history;
	size_t browsing; /* steps back from the newest */
};

enum prompt_event { PROMPT_EDITED, PROMPT_ENTER, PROMPT_CANCEL, PROMPT_COMPLETE, PROMPT_IGNORED };

/* Begin to type behind `lead`, with this text already there; leave. */
void prompt_start(struct prompt *p, char lead, const char *text);
void prompt_stop(struct prompt *p);
/* The same with a question in front of the line. */
void prompt_ask(struct prompt *p, char lead, const char *label);
/* One key: what it meant for the line. */
enum prompt_event prompt_key(struct prompt *p, int key);
/* Put text in place of the bytes from..cursor. */
void prompt_replace(struct prompt *p, size_t from, const char *text);
/* Keep a command for Up; draw line and cursor; free what is remembered. */
void prompt_remember(struct prompt *p, const char *text);
void prompt_draw(const struct prompt *p, int y, int columns);
void prompt_done(struct prompt *p);

#endif
