/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes that are undone unless somebody confirms them in time: one file a
 * change in /var/lib/klpsh/state, written and synced before the kernel is
 * called. Whoever watches one holds a lock on its open file (F_OFD_SETLK), so
 * that a watcher that died is seen.
 */
#ifndef KLPSH_CORE_CONFIRM_H
#define KLPSH_CORE_CONFIRM_H

#include "core/change.h"

struct confirm {
	char txn[TXN_LEN + 1];
	char verb[24], target[64];
	uint64_t deadline_us; /* CLOCK_BOOTTIME */
	double seconds; /* that were given */
	char boot_id[37]; /* the clock counts in this boot alone */
	uint32_t auid, uid; /* of who made the change */
	char user[64];
	char failed[320]; /* why it could not be undone when its time was over, "" */
};

/* Write one, synced, folder and all. */
int confirm_arm(const char *state_dir, const struct confirm *c, struct err *e);
/* Write into it that it could not be undone; where that fails it stays as it was. */
int confirm_note_failed(const char *state_dir, const struct confirm *c, const char *why, struct err *e);
/* The one whose transaction begins with id (at least 4 digits, one match). -ENOENT, -EINVAL. */
int confirm_find(const char *state_dir, const char *id, struct confirm *ret, struct err *e);
/* Disarm. Gone already: 0. */
int confirm_disarm(const char *state_dir, const char *txn, struct err *e);
/* All that are armed, heap; unreadable ones are left out. */
int confirm_list(const char *state_dir, struct confirm **ret, size_t *ret_n, struct err *e);

/* Watch: a descriptor that holds the lock. -EBUSY: somebody else does. -ENOENT: disarmed. */
int confirm_watch(const char *state_dir, const char *txn, struct err *e);
/* Does anybody watch it? */
bool confirm_is_watched(const char *state_dir, const char *txn);
/* Is it still armed, seen through the watcher's descriptor? */
bool confirm_is_armed(int fd);

#endif
