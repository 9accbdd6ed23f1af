/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of scripts and of the REPL as commands of words. `#` starts a comment
 * at a word's start; '...' is literal, "..." knows \" and \\; `;` separates;
 * `\` at a line's end continues. No variables, globbing or substitution: a
 * script can only ever say what stands in it. Pure and bounded.
 */
#ifndef KLPSH_SHELL_TOKEN_H
#define KLPSH_SHELL_TOKEN_H

#include "core/err.h"

#define TOKEN_TEXT_MAX 65536 /* bytes of one line, continuations included */
#define TOKEN_WORDS_MAX 1024 /* words of one line */

struct command {
	char **words; /* NULL-terminated */
	size_t n;
	unsigned line; /* counted from the text's first line, 0 */
};
struct commands {
	struct command *v;
	size_t n;
};

/*
 * Parse text. 0: ret holds the commands (perhaps none). 1: the text ends in a
 * continuation, call again with the next line appended; ret untouched.
 * -EINVAL (a quote that is not closed, with its column in e), -E2BIG, -ENOMEM.
 */
int tokens_parse(const char *text, struct commands *ret, struct err *e);
void commands_free(struct commands *c);

/*
 * For completion: the same rules on an unfinished line. The words of its last
 * command up to the end, the last one unfinished (perhaps empty); *ret_start
 * is the offset in text where it begins. NULL-terminated, freed with strv_free.
 */
int tokens_partial(const char *text, char ***ret, size_t *ret_n, size_t *ret_start);

#endif
