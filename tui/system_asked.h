/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts of the System screen that klpsh itself is asked for, as finding them
 * takes long: what it would load at boot, who hooks the replaced functions.
 */
#ifndef KLPSH_TUI_SYSTEM_ASKED_H
#define KLPSH_TUI_SYSTEM_ASKED_H

#include "tui/query.h"

enum verdict { VERDICT_PLAIN, VERDICT_GOOD, VERDICT_WARN, VERDICT_UNKNOWN };

struct asked {
	struct view *v;
	struct query *query; /* under way, or NULL */
	bool again; /* something was changed meanwhile */
	void (*ask)(struct view *v, struct asked *a);
	char text[768]; /* "" not answered yet */
	enum verdict verdict;
};

/* Ask; the view is updated when the answer is there. Nothing is asked twice at once. */
void asked_boot(struct view *v, struct asked *a);
void asked_hooks(struct view *v, struct asked *a);
void asked_cancel(struct asked *a);

#endif
