/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A question before a change: what is about to be done to what, facts, what
 * can be undone, the same as a command line, and two buttons. The focus starts
 * on Cancel; only y, n, Enter on a button and Esc answer; unanswered it
 * expires. It is made from data and does nothing itself: who opened it asks
 * for the answer.
 */
#ifndef KLPSH_TUI_DIALOG_H
#define KLPSH_TUI_DIALOG_H

#include "tui/pager.h"

#define DIALOG_SECONDS 60

struct question {
	const char *title; /* "disable livepatch_fix?" */
	const char *action; /* what the button does: "disable livepatch_fix" */
	const struct lines *text; /* facts; copied */
	bool severe;
};

enum dialog_button { BUTTON_CANCEL, BUTTON_DO };
enum dialog_event {
	DIALOG_NOTHING, /* the key means nothing here */
	DIALOG_MOVED, /* draw anew */
	DIALOG_NO,
	DIALOG_YES,
};

struct dialog {
	bool open;
	bool severe;
	char action[128];
	struct pager text;
	enum dialog_button focus;
	uint64_t until; /* CLOCK_BOOTTIME when it expires */
};

/* Foreign bytes in the question are cleaned here. now is CLOCK_BOOTTIME in us. 0 or -ENOMEM. */
int dialog_open(struct dialog *d, const struct question *q, uint64_t now);
enum dialog_event dialog_key(struct dialog *d, int key);
bool dialog_expired(const struct dialog *d, uint64_t now);
/* Into the middle of r; any size that the screens have. */
void dialog_draw(struct dialog *d, struct rect r, uint64_t now);
/* Closed, and nothing kept. */
void dialog_close(struct dialog *d);

#endif
