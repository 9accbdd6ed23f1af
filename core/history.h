/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local history of changes, /var/lib/klpsh/history: one JSON line a
 * record, each carrying the hash of the one before. Appended with one write
 * under a lock of its own and synced. Rotated; the chain goes on across
 * rotations. It is read by its own tools only, but a hostile or torn file
 * gives an error or a gap, never a crash.
 */
#ifndef KLPSH_CORE_HISTORY_H
#define KLPSH_CORE_HISTORY_H

#include "core/change.h"

#define STATE_DIR "/var/lib/klpsh"

struct history_head {
	uint64_t number; /* of the last record, 0: none yet */
	char hash[65]; /* its SHA-256 */
};

/* A record as it was read; heap strings or NULL, all owned by it. txn, verb, target and phase are never NULL.
 */
struct history_entry {
	uint64_t number;
	uint64_t wall_us;
	char *txn, *verb, *target, *user, *tty, *origin, *phase, *result, *errno_name, *text, *audit, *reason,
		*flags, *params, *path, *build_id, *sha256, *content, *release, *boot_id, *of;
	int64_t auid; /* -1 unset */
	int rc;
	int pid;
	uint64_t pid_start;
	struct patch_ref *before;
	size_t n_before;
	bool before_known;
};

struct history_list { /* oldest first */
	struct history_entry *v;
	size_t n;
	size_t damaged; /* lines that could not be read */
};

/*
 * Append a record below dir (STATE_DIR), which is created with mode 0700 when
 * it is missing and refused when it is not root's alone. *ret_head may be
 * NULL. Negative errno with e set when it is not on the disk.
 */
int history_append(const char *dir, const struct change *c, const struct change_result *r,
		   struct history_head *ret_head, struct err *e);
/* The newest `max` records (0: all), across rotated files. No history yet: empty, 0. */
int history_read(const char *dir, size_t max, struct history_list *ret, struct err *e);
void history_list_free(struct history_list *l);
/*
 * Each record, the newest first, until each() gives 1 (enough) or a negative
 * errno, which is the result. The entry is each()'s to change, and freed behind it.
 */
int history_walk(const char *dir, int (*each)(struct history_entry *en, void *arg), void *arg, struct err *e);
/* An intent without an outcome whose process is gone; indexes into l. Returns how many (at most max). */
size_t history_open_intents(const struct root *root, const struct history_list *l, size_t *ret, size_t max);

/* Did anything break the chain? What could be checked is in the sentences. */
struct history_check {
	uint64_t first, last; /* numbers of the records that are here, 0: none */
	uint64_t records; /* in the chain */
	uint64_t bad; /* number of the first record that does not fit, 0: none */
	char *findings[16]; /* sentences: alteration, removal, truncation, ... */
	size_t n_findings;
	bool journal_checked, audit_checked; /* heads compared with those records */
	size_t journal_heads, audit_heads; /* how many that concern records here */
};
int history_verify(const char *dir, struct history_check *ret, struct err *e);
/* The same with heads from anywhere, for tests; NULL: none could be read. */
struct heads;
int history_verify_with(const char *dir, const struct heads *audit, const struct heads *journal,
			struct history_check *ret, struct err *e);
void history_check_free(struct history_check *c);

#endif
