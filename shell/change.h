/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every changing verb does, whichever it is: lay out a plan, put the
 * question, run the act in its worker while progress is shown, and report. A
 * verb fills a struct plan and hands it to plan_run.
 *
 * The report's data is the same for all (shape_change), so screens and
 * programs need to know one shape:
 *   verb, target, txn|null,
 *   result: "would" (--dry-run), "already", "done", "accepted", "stalled",
 *           "timeout", "interrupted", "failed", "reversed", "declined"
 *   state: the target's state word afterwards (now, for a dry run)|null
 *   seconds|null, verified: bool|null
 *   title, facts:[str], undo, command, danger, pin, before, confirm:str|null (the
 *   name to type), preflight:{as `check`}|null
 *   of:str|null, after:[str] (rollback: what it undoes, what is then enabled)
 *   tasks, done: int|null, blockers:[as in `blockers`], choices:[str] (command
 *   lines that help now), notes:[str], errors:[str]
 * --dry-run does all checks and fills everything up to preflight; a screen
 * makes its dialog from it and then calls the same words with
 * --yes --expect=PIN --expect-before=BEFORE.
 */
#ifndef KLPSH_SHELL_CHANGE_H
#define KLPSH_SHELL_CHANGE_H

#include "core/act.h"
#include "shell/verb.h"

extern const struct shape shape_change;

/* Flags of every changing verb; those that start a transition have the last two as well. */
#define CHANGE_FLAGS                                                                                         \
	{ "expect", "PIN", false, "only if the target still has this identity (pin of --dry-run --json)" },  \
	{                                                                                                    \
		"expect-before", "WORD", false,                                                              \
			"only if the same patches are still enabled (before of --dry-run --json)"            \
	}
#define CHANGE_WAIT_FLAGS                                                                                    \
	{ "on-stall", "WHAT", false, "report (default) or reverse when it stalls",                           \
	  .words = "report reverse" },                                                                       \
	{                                                                                                    \
		"confirm-within", "SEC", false,                                                              \
			"undo it unless klpsh confirm TXN is said within SEC seconds"                        \
	}

/* Capabilities that a verb's worker may need besides those for recording. */
#define CHANGE_CAP_KILL (1ULL << 5)
#define CHANGE_CAP_MODULE (1ULL << 16)

struct plan {
	struct call *c;
	struct act act;
	struct report *report; /* of shape_change */
	struct row *row;
	char patch[64]; /* whose transition is shown while waiting, "" none */
	char done_text[256]; /* the sentence when all is done */
	char command[512]; /* the same as a command line */
	double confirm_within; /* seconds, negative: not asked for */
	bool undo_needs_bytes; /* to undo it, what is enabled now would be loaded again */
};

/*
 * Close what killed workers left open, take up again what nobody watches; each
 * is told as a warning of the call. Only as root, never in read-only mode.
 */
void change_recover(struct call *c);

/*
 * Begin: ids, who, the report with verb and target, the patches enabled
 * before. Then the verb adds facts, undo and pins. plan_done in any case.
 */
int plan_begin(struct plan *p, struct call *c, const char *target, struct err *e);
void plan_done(struct plan *p);
/* The patch that is concerned: its state is reported, its transition shown. */
void plan_patch(struct plan *p, const char *name);
/* The sentence for "done". */
void plan_says(struct plan *p, const char *fmt, ...) _printf_(2, 3);
int plan_title(struct plan *p, const char *fmt, ...) _printf_(2, 3);
int plan_fact(struct plan *p, const char *fmt, ...) _printf_(2, 3);
int plan_undo(struct plan *p, const char *fmt, ...) _printf_(2, 3);
int plan_note(struct plan *p, const char *fmt, ...) _printf_(2, 3);
/* Pin the target; --expect is compared with the first one. */
int plan_pin(struct plan *p, const struct pin *pin, struct err *e);
/* Nothing to do: result "already", exit 0, no question and no record. */
int plan_already(struct plan *p, const char *sentence, struct report **ret);
/*
 * The verb found a reason not to do it (e is set): recorded as refused.
 * Returns e->code for `return plan_refuse(...)`; *ret gets the report.
 */
int plan_refuse(struct plan *p, struct report **ret, struct err *e);
/*
 * Ask (or --yes, or --dry-run), do, wait, report. Takes the report over into
 * *ret, also on failure. 0 or negative errno with e set.
 */
int plan_run(struct plan *p, struct report **ret, struct err *e);

#endif
