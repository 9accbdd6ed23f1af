/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of the verb table, one a shell/verb_*.c. For shell/verb.c and
 * tests; everybody else finds verbs by name.
 */
#ifndef KLPSH_SHELL_VERBS_H
#define KLPSH_SHELL_VERBS_H

#include "shell/verb.h"

extern const struct verb verb_status;
extern const struct verb verb_list;
extern const struct verb verb_show;
extern const struct verb verb_tasks;
extern const struct verb verb_blockers;
extern const struct verb verb_stack;
extern const struct verb verb_taint;
extern const struct verb verb_system;
extern const struct verb verb_modules;
extern const struct verb verb_inspect;
extern const struct verb verb_check;
extern const struct verb verb_diff;
extern const struct verb verb_kallsyms;
extern const struct verb verb_build;
extern const struct verb verb_objdiff;
extern const struct verb verb_log;
extern const struct verb verb_history;
extern const struct verb verb_watch;
extern const struct verb verb_trace;
extern const struct verb verb_load;
extern const struct verb verb_disable;
extern const struct verb verb_enable;
extern const struct verb verb_reverse;
extern const struct verb verb_unload;
extern const struct verb verb_replace;
extern const struct verb verb_rollback;
extern const struct verb verb_poke;
extern const struct verb verb_force;
extern const struct verb verb_install;
extern const struct verb verb_uninstall;
extern const struct verb verb_boot;
extern const struct verb verb_confirm;
extern const struct verb verb_wait;
extern const struct verb verb_help;
extern const struct verb verb_set;
extern const struct verb verb_source;
extern const struct verb verb_quit;

#endif
