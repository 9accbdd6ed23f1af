/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way back from words to a line that parses to the same words again
 * (shell/token.h has the rules).
 */
#ifndef KLPSH_SHELL_QUOTE_H
#define KLPSH_SHELL_QUOTE_H

#include "shell/token.h"

/* A word as it is typed: bare, '...' or "...". Heap; NULL: out of memory, or it holds a line's end. */
char *word_quote(const char *word);
/* Commands on one line with "; " between them, without comments. Heap or NULL, as above. */
char *commands_join(const struct commands *c);

#endif
