/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module file on its way into the kernel, for the verbs that load one: taken
 * in, checked beforehand, put into words, and in the worker kept in the store,
 * inserted and looked at afterwards. What is decided of it is the verb's.
 */
#ifndef KLPSH_SHELL_LOADING_H
#define KLPSH_SHELL_LOADING_H

#include "kmod/image.h"
#include "kmod/preflight.h"
#include "shell/change.h"

enum preflight_mode { PREFLIGHT_ENFORCE, PREFLIGHT_WARN, PREFLIGHT_OFF };

#define LOADING_FLAGS                                                                                        \
	{                                                                                                    \
		"preflight", "MODE", false, "enforce (default), warn (report and go on) or off",             \
			.words = "enforce warn off"                                                          \
	}

struct loading {
	struct plan plan;
	struct image *image;
	struct snapshot *snap; /* patches, modules, system, log */
	char *params; /* "" none */
	enum preflight_mode mode;
	struct preflight found;
};

/* Read the file, the parameters and --preflight, begin the plan, look at the kernel. */
int loading_begin(struct loading *l, struct call *c, const char *file, char *const *params, size_t n_params,
		  struct err *e);
void loading_done(struct loading *l);
/*
 * May it be loaded as things are? 1: it is enabled already in this very build;
 * 0: yes; negative: no, e says why (no livepatch, another build of it, ...).
 */
int loading_possible(struct loading *l, struct err *e);
/* Make the checks, unless they are off, and refuse where they fail and are enforced. */
int loading_preflight(struct loading *l, struct err *e);
/* "it is enabled already": the report for loading_possible() == 1. */
int loading_already(struct loading *l, struct report **ret);
/* Facts of the file and of the checks, undo, pins: what every dialog about a load shows. */
int loading_facts(struct loading *l, struct err *e);
/*
 * A load that was begun, to its end: possible? checks, question, `run` in the
 * worker (loading_do, or what ends in it), and a look at what became of it.
 * As plan_run.
 */
int loading_run(struct loading *l, act_fn run, struct report **ret, struct err *e);
/* "a, b and c": names of the patches enabled before, "" none; heap. */
char *loading_names_before(const struct loading *l);

/* In the worker; the act's arg is the loading. */

/* Keep the bytes, insert them, wait for the end of the transition. */
int loading_do(struct act *a, struct err *e);

/* Keep the bytes for a rollback; a store that cannot be written is a note. */
void loading_keep(struct act *a, const struct image *i);
/* Insert it, from memory or by policy from its file. */
int loading_insert(struct act *a, const struct image *i, const char *params, struct err *e);
/* Is it what it should be? Sets the act's `verified` and `says`; -EIO when it is not, -ENOMEM. */
int loading_verify(struct act *a, const struct image *i, struct err *e);

#endif
