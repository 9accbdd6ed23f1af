/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * This very program as a child of the screens: started by argv, its output
 * read by the loop, its end told. Whatever it does, the loop never waits for
 * it. The only place of the TUI that starts processes.
 */
#ifndef KLPSH_TUI_CHILD_H
#define KLPSH_TUI_CHILD_H

#include "core/loop.h"

struct child;
struct child_list { /* all that have not ended */
	struct child *first;
};

struct child_events {
	void (*out)(const char *data, size_t len, void *arg); /* from stdout */
	void (*err)(const char *data, size_t len, void *arg); /* from stderr; NULL: goes to out */
	/* Everything was read. status: exit code, or RC_SIGNAL plus the signal. */
	void (*end)(int status, void *arg);
};

/*
 * Start it with these words (argv[0] is the program's name; NULL-terminated;
 * borrowed until this returns). After `end` it is gone. 0 or negative errno.
 */
int child_start(struct child_list *list, struct loop *loop, char *const *argv,
		const struct child_events *events, void *arg, struct child **ret);
void child_signal(struct child *c, int signo);
/* No more events; it runs on, and is reaped when it ends. Takes NULL, returns NULL. */
struct child *child_forget(struct child *c);
/* Forget all; what has not ended is left to itself. */
void child_list_done(struct child_list *list);

#endif
