/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop of a verb that takes time (wait, watch, log --follow): signals end
 * it, a timer may, for a stream so does the end of its reader, and the signal
 * mask is as before afterwards.
 */
#ifndef KLPSH_SHELL_CALLLOOP_H
#define KLPSH_SHELL_CALLLOOP_H

#include <signal.h>

#include "core/loop.h"
#include "shell/verb.h"

struct call_loop {
	struct call *c;
	struct loop *loop;
	struct loop_source *signals[3], *deadline, *reader;
	sigset_t old_mask;
	bool deadline_over;
};

/* Start; seconds < 0: no deadline. call_loop_done in either case. */
int call_loop_start(struct call_loop *cl, struct call *c, double seconds, struct err *e);
/*
 * Run until loop_exit, a signal (*c->interrupted is set to it) or the deadline
 * (deadline_over). 0, or negative errno with e set.
 */
int call_loop_run(struct call_loop *cl, struct err *e);
/*
 * A signal that asks to end and waits because it is blocked, as within the
 * shell: its number, and it waits no longer. 0: none.
 */
int call_signal_taken(void);
/*
 * A descriptor (signalfd) that is readable while such a signal waits, for who
 * polls himself. The caller closes it; -1 and errno when there is none to be had.
 */
int call_signals_open(void);
void call_loop_done(struct call_loop *cl);

/* A verb's flag in seconds (--seconds=S): negative when not given. -EINVAL with e set. */
int call_flag_seconds(const struct call *c, const char *name, double *ret, struct err *e);
/* A verb's flag that is a count from 1: 0 when not given. */
int call_flag_count(const struct call *c, const char *name, uint64_t *ret, struct err *e);

#endif
