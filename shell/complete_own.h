/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files of the completion engine; nobody else includes this.
 */
#ifndef KLPSH_SHELL_COMPLETE_OWN_H
#define KLPSH_SHELL_COMPLETE_OWN_H

#include "shell/complete.h"

struct completion {
	struct app *app;
	const char *last; /* the word that is being completed */
	struct candidates *out;
	int r;
};

/* Offer a word where it begins as the last one does; help may be NULL. */
void offer(struct completion *cp, const char *word, const char *help);

/* Livepatches, what is installed for this kernel, tasks that block, changes to be confirmed. */
void offer_patches(struct completion *cp);
void offer_installed(struct completion *cp);
void offer_tids(struct completion *cp);
void offer_armed(struct completion *cp);

#endif
