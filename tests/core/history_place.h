/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A history in a throw-away folder, for the tests of what writes, reads and
 * checks it.
 */
#ifndef KLPSH_TESTS_CORE_HISTORY_PLACE_H
#define KLPSH_TESTS_CORE_HISTORY_PLACE_H

#include "tests/core/fake.h"

#include "core/historyfile.h"

struct place {
	struct tree *t;
	char dir[600];
};

static inline struct place place_new(void)
{
	struct place p = { .t = fake_machine() };

	FORMAT(p.dir, "%s/state", tree_path(p.t));
	return p;
}

static inline void place_done(struct place *p)
{
	tree_free(p->t);
}
#define PLACE(p) _cleanup_(place_done) struct place p = place_new()

static inline struct change a_change(const char *txn, const char *verb)
{
	struct change c = {
		.verb = verb,
		.target = "kpatch_a",
		.release = "6.1.0-test",
		.boot_id = "b-1",
		.reason = "because",
		.pid = 4242,
		.pid_start = 99,
		.who = { .auid = 1000, .ses = 3, .user = "alice", .tty = "pts/1", .origin = "192.0.2.1" }
	};

	FORMAT(c.txn, "%s", txn);
	return c;
}

static _unused_ const struct change_result pending = { .phase = PHASE_INTENT, .result = "pending" };
static _unused_ const struct change_result done = { .phase = PHASE_OUTCOME,
						    .result = "done",
						    .audit = "recorded" };

static inline struct history_head append(const struct place *p, const char *txn,
					 const struct change_result *r)
{
	struct change c = a_change(txn, "load");
	struct history_head head = { 0 };
	struct err e = { 0 };

	if (history_append(p->dir, &c, r, &head, &e) < 0)
		fail_msg("not appended: %s", e.text);
	return head;
}

static inline void file_path(const struct place *p, uint64_t first, char *buf, size_t size)
{
	snprintf(buf, size, "%s/history/%s", p->dir, history_file_name(first).s);
}

#endif
