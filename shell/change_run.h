/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of shell/change share among themselves.
 */
#ifndef KLPSH_SHELL_CHANGE_RUN_H
#define KLPSH_SHELL_CHANGE_RUN_H

#include "shell/change.h"

/* Before anything is read: does policy allow it, can it be confirmed at all? */
int plan_policy(struct plan *p, struct err *e);
/* Ask, if it must be asked. 0: yes; -ECANCELED with e set, recorded. */
int plan_confirm(struct plan *p, struct err *e);
/* The field "state", from the kernel as it is now. */
int plan_state(struct plan *p);
/* Start the worker, show progress, wait for its result. */
int plan_drive(struct plan *p, struct act_result *ret, struct err *e);
/* After a stall or a time-out: counts, blockers and choices. */
int plan_stalled(struct plan *p, struct err *e);

#endif
