/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes in the journal (its native protocol): structured fields KLPSH_TXN,
 * KLPSH_VERB, KLPSH_TARGET, KLPSH_PHASE, KLPSH_RESULT, KLPSH_HEAD and a
 * sentence. Best effort: without journald it is silently nothing.
 */
#ifndef KLPSH_CORE_JOURNAL_H
#define KLPSH_CORE_JOURNAL_H

#include "core/history.h"

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* head (may be NULL) goes with all but intents. 0, or negative errno (no journald). Never blocks. */
int journal_record(const struct change *c, const struct change_result *r, const struct history_head *head);
/* The same to another socket, for tests. */
int journal_record_at(const char *path, const struct change *c, const struct change_result *r,
		      const struct history_head *head);

#endif
