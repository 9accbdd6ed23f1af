/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A question as data: what would be done, the facts that were read for it,
 * what can be undone, and how to say the same as a command. The default is
 * no. The TUI renders a dialog, a line front end puts it to the terminal, a
 * script cannot be asked.
 */
#ifndef KLPSH_CORE_ASK_H
#define KLPSH_CORE_ASK_H

#include "core/util.h"

#define ASK_EXPIRES_SEC 60

struct ask {
	const char *title; /* "Disable klpsh_lp_nap" */
	char *const *facts;
	size_t n_facts;
	const char *undo; /* or NULL */
	const char *command; /* the same as a command line */
	const char *type_name; /* severe: the name that must be typed; else NULL */
};

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_EXPIRED };

#endif
