/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one way an error travels: a negative errno, a sentence for people, a
 * hint what to do next, and the exit code it means. It reaches the screen, the
 * JSON and the audit record unchanged. Exit codes are the table of verbs.md;
 * the man page is generated from rc_table.
 */
#ifndef KLPSH_CORE_ERR_H
#define KLPSH_CORE_ERR_H

#include "core/util.h"

enum rc {
	RC_OK = 0,
	RC_FAILED = 1,
	RC_USAGE = 2,
	RC_UNSUPPORTED = 3,
	RC_PERMISSION = 4,
	RC_NOT_FOUND = 5,
	RC_BUSY = 6,
	RC_STALLED = 7,
	RC_DECLINED = 8,
	RC_AUDIT = 9,
	RC_PARTIAL = 10,
	RC_REFUSED = 11,
	RC_SAME = 12,
	RC_SIGNAL = 128,
};

struct rc_info {
	enum rc rc;
	const char *name; /* "status" in JSON: "ok", "usage", ... */
	const char *meaning; /* for the manual */
};
extern const struct rc_info rc_table[];
extern const size_t rc_table_len;

struct err {
	int code; /* negative errno, 0: no error */
	enum rc rc; /* exit code; RC_OK: derive it from code */
	char text[320]; /* what and why; sanitized by err_set */
	char hint[640]; /* what to do next, may be empty; the usage of a verb with many flags */
};

/*
 * Fill an error. e may be NULL (nothing is kept). code is a negative errno.
 * The text is sanitized (core/text), so foreign bytes may be formatted in.
 * An earlier hint is cleared. Returns code, for `return err_set(...)`.
 */
int err_set(struct err *e, int code, const char *fmt, ...) _printf_(3, 4);

/* The same with an exit code of its own. */
int err_rc(struct err *e, enum rc rc, int code, const char *fmt, ...) _printf_(4, 5);

/* Add the hint to an error that is already set. */
void err_hint(struct err *e, const char *fmt, ...) _printf_(2, 3);

/* Exit code of an error: its own, else by errno. 0 for no error. */
enum rc err_exit(const struct err *e);

/* Short name for an exit code ("ok", "stalled"); "signal" from 128 up. */
const char *rc_name(int rc);

/* Name of an errno as a word ("EBUSY"), for JSON; code may be negative. */
const char *errno_word(int code);

#endif
