/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of shell text, as kbuild saves its commands: blanks, single quotes,
 * double quotes and backslashes are taken apart as POSIX says (XCU 2.2, 2.3).
 * Nothing is ever expanded or run: a step with more than words in it (`$`,
 * backquotes, pipes, redirections, globs) is marked, and its user refuses it.
 * Also lists of words, which is what a command is made of.
 */
#ifndef KLPSH_BUILDER_SHWORDS_H
#define KLPSH_BUILDER_SHWORDS_H

#include "core/util.h"

#define WORDS_MAX 65536u /* words of one list */

/* v is NULL-terminated once there is a word in it; each is on the heap. */
struct words {
	char **v;
	size_t n;
	bool has_syntax; /* more than words: must not be repeated as an argv */
};

/* Append len bytes as a word. 0, -ENOMEM, -E2BIG. */
int words_add(struct words *w, const char *text, size_t len);
int words_add_str(struct words *w, const char *text);
/* Append copies of all of a NULL-terminated vector; NULL is an empty one. */
int words_add_all(struct words *w, const char *const *v);
/* Does the list hold this word? */
bool words_has(const struct words *w, const char *word);
void words_clear(struct words *w);

/*
 * The step that begins at *at, up to an unquoted semicolon or the text's end;
 * *at moves behind it. ret is replaced. Returns 1, 0 when there is none left,
 * -ENOMEM, -E2BIG. The text holds no NUL.
 */
int words_step(const char *text, size_t len, size_t *at, struct words *ret);

#endif
