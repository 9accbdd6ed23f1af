/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worker's half of a change, for core/act.c and the files beside it.
 */
#ifndef KLPSH_CORE_ACTWORK_H
#define KLPSH_CORE_ACTWORK_H

#include "core/act.h"

/* All of it, then ends the process. */
_Noreturn void act_work(struct act *a);
/* Do records go to this machine's audit system? Those of a made-up machine never do. */
bool act_audited(const struct root *root, const struct conf *conf);
/* Is the set of enabled patches still change.before? 0, or -ESTALE with e set. */
int act_verify_before(const struct act *a, struct err *e);
/* Take and drop the lock that says that something is being changed right now. */
int act_write_begin(struct act *a, struct err *e);
void act_write_end(struct act *a);

#endif
