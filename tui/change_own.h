/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One change that is asked for or runs, and its words. Between the files of
 * tui/change; nobody else includes this.
 */
#ifndef KLPSH_TUI_CHANGE_OWN_H
#define KLPSH_TUI_CHANGE_OWN_H

#include "tui/change.h"

struct change_run {
	struct change_run *next;
	struct tui *tui;
	char **words;
	size_t n_words;
	char label[160]; /* "disable livepatch_fix", clean */
	char *pin, *before, *confirm; /* of the dry run, or NULL */
	char *flags[2]; /* typed: --confirm=, --reason= */
	struct query *query;
	bool asked; /* a person has seen the question */
	uint64_t since; /* CLOCK_BOOTTIME when it began to run */
	change_fn told;
	void *arg;
};

/* Copies the words, without flags that the screens set themselves. NULL: no memory. */
struct change_run *change_run_new(struct tui *t, char *const *words, size_t n);
struct change_run *change_run_free(struct change_run *c);
/* The verb, these flags (NULL ones are left out), and the rest of its words. The caller frees
 * the list, what it points to is borrowed. NULL: no memory. */
char **change_run_words(const struct change_run *c, char *const *flags, size_t n_flags, size_t *ret);

#endif
