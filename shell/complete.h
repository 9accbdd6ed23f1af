/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completion: what may stand where the cursor is, from the tables of verbs and
 * flags and from what the kernel shows now. One engine for the shells'
 * completion files, the REPL and the TUI's `:`.
 */
#ifndef KLPSH_SHELL_COMPLETE_H
#define KLPSH_SHELL_COMPLETE_H

#include "shell/verb.h"

struct candidate {
	char *word; /* the whole word, not only what is missing */
	char *help; /* clean text, may be "" */
};
struct candidates {
	struct candidate *v;
	size_t n;
	bool files; /* file names fit as well: the caller lists them its own way */
};

/*
 * Candidates for the last of n words (n > 0; it may be ""), the words before
 * it given. At most a few thousand; sorted as they were found. 0 or -ENOMEM.
 */
int complete_words(struct app *app, char *const *words, size_t n, struct candidates *ret);
void candidates_free(struct candidates *c);

/*
 * `klpsh --complete -- WORDS`: a line "candidate<TAB>description" each; a line
 * "<TAB>files" asks the shell to offer its own file names. Returns 0.
 */
int complete_print(struct app *app, char *const *words, size_t n);

#endif
