/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the checks of kmod/preflight share: adding a check, and gathering what
 * is to be said of many functions into one. For kmod/check_*.c, and for
 * kmod/verify, which asks the same afterwards.
 */
#ifndef KLPSH_KMOD_CHECKS_H
#define KLPSH_KMOD_CHECKS_H

#include "kmod/codefacts.h"
#include "kmod/preflight.h"

#define TALLY_SHOWN 6 /* things named one by one; the rest is counted */

/* What was found, thing by thing; the worst result counts for all. */
struct tally {
	enum check_result worst;
	char *text; /* joined by "; " */
	size_t shown, more;
	int error; /* -ENOMEM, kept until tally_check */
};

/* Add a finding. The text is said even when it is no worse than others. */
void tally_add(struct tally *t, enum check_result r, const char *fmt, ...) _printf_(3, 4);

/* Add a check; hint may be NULL. 0 or -ENOMEM. */
int check_add(struct preflight *p, const char *id, enum check_result r, const char *hint, const char *fmt,
	      ...) _printf_(5, 6);
/*
 * Add a check from a tally and empty it; `all_well` is the evidence when
 * nothing was found; the hint is kept for warn and fail alone.
 */
int check_tally(struct preflight *p, const char *id, struct tally *t, const char *hint, const char *all_well);

/* Of the file itself: is-livepatch, vermagic, signature, already-loaded, depends, objects-loaded. */
int check_file(const struct preflight_input *in, struct preflight *p);
/* Of the machine and its patches: transition, ftrace-enabled, forced. */
int check_system(const struct preflight_input *in, struct preflight *p);
/* With each enabled patch, function by function: conflicts. */
int check_conflicts(const struct preflight_input *in, struct preflight *p);
/* With each patch that the kernel lists: states. */
int check_states(const struct preflight_input *in, struct preflight *p);
/* Of each function: functions-exist, klp-relocs. */
int check_symbols(const struct preflight_input *in, const struct codefacts *facts, struct preflight *p);
/* Of each function's entry: traceable, ip-modify, kprobes. */
int check_entries(const struct preflight_input *in, const struct codefacts *facts, struct preflight *p);

/* Is the object there now? 1, 0; -1: the list of modules could not be read. */
int object_is_loaded(const struct snapshot *s, const char *object);

#endif
