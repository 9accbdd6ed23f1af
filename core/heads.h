/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heads of the history's chain as outcomes carried them elsewhere: to the
 * audit log and the journal. Who cuts or alters the history can be told by
 * them. Read for `history --verify` alone; both are foreign bytes.
 */
#ifndef KLPSH_CORE_HEADS_H
#define KLPSH_CORE_HEADS_H

#include "core/history.h"

#define AUDIT_LOG_DIR "/var/log/audit"
#define HEADS_MAX 200000

struct heads {
	struct history_head *v;
	size_t n;
};

void heads_done(struct heads *h);
int heads_add(struct heads *h, const struct history_head *head);
/* "12:HASH". */
bool head_parse(const char *text, struct history_head *ret);

/* From auditd's files audit.log* in dir. No such folder: -ENOENT. */
int audit_log_heads(const char *dir, struct heads *ret, struct err *e);
/* From one line of such a file: does it hold a record of ours with a head? */
bool audit_line_head(const char *line, struct history_head *ret);
/* From the system's journal, records of root's alone. No journal: none, 0. */
int journal_heads(struct heads *ret, struct err *e);

#endif
