/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way from a key to a change, the same for all: ask klpsh what it would
 * do (--dry-run), make a dialog of the answer, and after the yes let klpsh do
 * it (--yes --expect=PIN; it reads the identity again). Nothing here touches
 * the kernel, and nothing waits: answers come through the loop.
 */
#ifndef KLPSH_TUI_CHANGE_H
#define KLPSH_TUI_CHANGE_H

#include "tui/query.h"

struct change_run;

/* What the guides want to know. All but the first are ends, and one of them is told. */
enum change_event {
	CHANGE_STARTED, /* yes was said, it runs; a is NULL */
	CHANGE_NOT_POSSIBLE, /* klpsh refused beforehand; a has the reasons */
	CHANGE_NOTHING_TO_DO, /* already so */
	CHANGE_DECLINED, /* Cancel, expired, given up; a is NULL */
	CHANGE_DONE, /* it was tried: a tells how it ended */
};
typedef void (*change_fn)(enum change_event event, const struct reply *a, void *arg);

/* May anything be changed from these screens? False: *ret_why says why not. The one place. */
bool tui_may_change(const struct tui *t, const char **ret_why);

/*
 * Begin: words are a verb of this program with its target and flags; copied.
 * told may be NULL. While it asks, keys are its own. A refusal that needs no
 * question goes to the status line, and told is not called.
 */
void change_begin(struct tui *t, char *const *words, size_t n, change_fn told, void *arg);
/* The same when it must be this identity already now; "": any. */
void change_begin_expecting(struct tui *t, char *const *words, size_t n, const char *pin, change_fn told,
			    void *arg);
/* The same for a verb and one target (NULL: none). */
void change_target(struct tui *t, const char *verb, const char *target);

/* Is it about to ask, or is its dialog open (tui/ask)? While none is, keys go here. */
bool change_has_keys(const struct tui *t);
void change_key(struct tui *t, int key);
/* The typed name or reason (see prompt), and the prompt left. */
void change_typed(struct tui *t, char lead, const char *text);
void change_untyped(struct tui *t);

/* "disable x: waiting for the kernel, 12 s" for the status line; false: nothing runs. */
bool change_progress(const struct tui *t, char *buf, size_t size);
/* End the waiting of the newest one that runs (Ctrl-C). False: none runs. */
bool change_interrupt(struct tui *t);
/* Does that one's answer still come? For guides that are left. */
void change_untell(struct tui *t, const void *arg);
void change_close(struct tui *t);

#endif
