/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of the verb table, one a shell/verb_*.c. For shell/verb.c and
 * tests; everybody else finds verbs by name.
 */
#ifndef KLPSH_SHELL_VERBS_H
#define KLPSH_SHELL_VERBS_H

#include "shell/verb.h"

extern const struct verb verb_status, verb_list, verb_show, verb_tasks, verb_blockers, verb_stack, verb_taint,
	verb_modules, verb_inspect, verb_check, verb_diff, verb_log, verb_watch, verb_wait, verb_help,
	verb_set, verb_source, verb_quit;

#endif
