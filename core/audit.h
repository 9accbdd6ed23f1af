/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the audit subsystem says of itself (libaudit; the only file that knows
 * it), and the records of changes that are sent to it. A build without
 * libaudit answers -ENOSYS.
 */
#ifndef KLPSH_CORE_AUDIT_H
#define KLPSH_CORE_AUDIT_H

#include "core/history.h"

struct audit_info {
	int enabled; /* 0 off, 1 on, 2 on and locked */
	int pid; /* of auditd, 0 none */
	uint32_t lost; /* records lost since boot */
};

/* Ask the kernel. -ENOSYS, -EPERM (needs CAP_AUDIT_CONTROL), ... with e set. */
int audit_query(struct audit_info *ret, struct err *e);
/* One word for the header: "on", "no daemon", "off", "unknown". */
const char *audit_word(const struct audit_info *a, int error);

/*
 * Send one record of type USYS_CONFIG and make sure that it counts: auditing
 * is enabled, somebody consumes it (auditd, or kernel_consumer says that the
 * kernel log is enough), nothing was lost across the call, and the send
 * returned more than 0. head (may be NULL) goes into outcomes. 1: written;
 * else a negative errno, each case with its own sentence in e.
 */
int audit_record(const struct change *c, const struct change_result *r, const struct history_head *head,
		 bool kernel_consumer, struct err *e);

/* Its parts, for tests. */

/* The record's own fields, encoded by libaudit; heap, NULL when out of memory or without libaudit. */
char *audit_message(const struct change *c, const struct change_result *r, const struct history_head *head);
/*
 * Does a record count? before and after are the status around the send; sent
 * is what libaudit returned, or a negative errno. 1, or with e set: -ESHUTDOWN
 * auditing is off, -ENOTCONN nobody consumes, -ENOBUFS records were lost,
 * -ECOMM never sent, or sent itself. daemon_gone: auditd's pid names no process.
 */
int audit_judge(const struct audit_info *before, const struct audit_info *after, int sent,
		bool kernel_consumer, bool daemon_gone, struct err *e);

#endif
