/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guided changes as a model: steps in their order, how far each is, what
 * was found. A guide can be left at any step and taken up again: what it was
 * told it keeps, what the kernel says it reads anew from each snapshot. A
 * step that changes something is tui/change's, with its dialog.
 */
#ifndef KLPSH_TUI_GUIDE_H
#define KLPSH_TUI_GUIDE_H

#include <limits.h>

#include "tui/change.h"

enum guide_kind { GUIDE_APPLY, GUIDE_ROLLBACK };

enum step_state {
	STEP_LATER,
	STEP_NEXT, /* Enter does it */
	STEP_RUNNING,
	STEP_DONE,
	STEP_WARNED, /* done, with something to know */
	STEP_FAILED, /* Enter tries again */
};

struct guide;
struct step_info {
	const char *name;
	const char *what; /* what it will do, a sentence */
	const char *command; /* the same as a command line, %s is the target; NULL: none */
	const char *undo; /* what can be undone after it */
	bool by_itself; /* Enter is not needed; what it then does is extra */
	void (*run)(struct guide *g); /* Enter; NULL: nothing */
	void (*meanwhile)(struct guide *g); /* Enter while it runs; NULL: nothing */
};

#define GUIDE_STEPS_MAX 8

struct guide {
	struct tui *tui;
	enum guide_kind kind;
	const struct step_info *info; /* of each step */
	size_t n;
	size_t first; /* steps before it are not needed, and not shown */
	struct guide_step {
		enum step_state state;
		char summary[128]; /* clean */
		struct lines found;
	} steps[GUIDE_STEPS_MAX];
	size_t current; /* first that is not done; n: all are */
	char source[PROMPT_MAX]; /* the patch that is built first, "" none */
	unsigned build_serial; /* of the build that it has begun and not yet looked at the end of, 0: none */
	char file[PATH_MAX]; /* to apply; "" not built yet */
	char patch[64]; /* its module's name, "" not known yet */
	char build_id[65], sha256[65]; /* of what was inspected, "" not known */
	char pin[80]; /* for --expect: the bytes that were inspected or loaded, "" not known */
	char undoes[40]; /* rollback: transaction of the change that is undone */
	char **wanted; /* rollback: patches that are to be enabled afterwards */
	size_t n_wanted;
	bool verified; /* the change itself looked afterwards, and saw what was wanted */
	struct query *query;
	uint64_t since; /* CLOCK_BOOTTIME of the last change: older snapshots know nothing of it */
	bool looking; /* in guide_look: whoever called it draws */
	bool recalled; /* its note is being read: nothing new to keep */
	void (*changed)(struct guide *g); /* for the view */
	void *arg;
};

/* The steps of a kind, for this file: a module, or a source patch; "" for a rollback. */
void guide_init(struct guide *g, struct tui *t, enum guide_kind kind, const char *path);
/* Forget everything; a change that runs goes on. */
void guide_done(struct guide *g);
/* Do step i, or say in the status line why not. */
void guide_run(struct guide *g, size_t i);
/* A new snapshot: what the kernel says of the steps that it can tell of. */
void guide_look(struct guide *g);
const char *step_state_word(enum step_state s);
bool step_is_behind(enum step_state s); /* done, with or without a warning */

/* For the steps (tui/guide_apply.c, tui/guide_rollback.c). */

enum apply_step {
	APPLY_BUILD,
	APPLY_INSPECT,
	APPLY_CHECK,
	APPLY_CONFIRM,
	APPLY_LOAD,
	APPLY_WATCH,
	APPLY_VERIFY,
	APPLY_INSTALL,
	APPLY_MAX
};
enum rollback_step { BACK_LOOK, BACK_CONFIRM, BACK_ROLLBACK, BACK_WATCH, BACK_VERIFY, BACK_MAX };

extern const struct step_info guide_apply_steps[APPLY_MAX], guide_rollback_steps[BACK_MAX];

void guide_set(struct guide *g, size_t i, enum step_state s, const char *fmt, ...) _printf_(4, 5);
/* Run a verb that only reads, for step i. */
void guide_ask(struct guide *g, size_t i, char *const *words, size_t n, query_fn done);
/* Look at the transition and what is enabled. */
void guide_look_apply(struct guide *g);
/* tui/guide_build.c: the first step of a source patch, and what became of it. */
void guide_run_build(struct guide *g);
void guide_show_build(struct guide *g);
void guide_look_build(struct guide *g);
void guide_look_rollback(struct guide *g);
/* A list of names: the patches that are to be enabled after a rollback. */
void guide_take_wanted(struct guide *g, const struct jv *after);

/* For all steps (tui/guide_steps.c). */

/* A change with its dialog: the question is step `ask`, doing it is the one behind it. */
void guide_told(struct guide *g, size_t ask, enum change_event event, const struct reply *a);
/* It failed, and all that was said of it. */
void guide_note_error(struct guide *g, size_t i, const struct reply *a);
/* Step i waits for the transition; lead goes before how far it is. */
void guide_watch(struct guide *g, size_t i, const char *lead);
/* It waited, `end`; the verification behind it may be done as well, `seen`. */
void guide_watched(struct guide *g, size_t i, const char *end, const char *seen);
/* Enter on such a step: the screen that knows more. */
void guide_show_transition(struct guide *g);
const char *guide_text(const struct jv *o, const char *key); /* "?" when it is not there */
bool guide_true(const struct jv *o, const char *key);
/* A patch of `list` by name, or NULL. */
const struct jv *guide_listed(const struct jv *list, const char *name);

#endif
