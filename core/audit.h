/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the audit subsystem says of itself (libaudit; the only file that knows
 * it). In this state of the project it is read, never written. A build
 * without libaudit answers -ENOSYS.
 */
#ifndef KLPSH_CORE_AUDIT_H
#define KLPSH_CORE_AUDIT_H

#include "core/err.h"

struct audit_info {
	int enabled; /* 0 off, 1 on, 2 on and locked */
	int pid; /* of auditd, 0 none */
	uint32_t lost; /* records lost since boot */
};

/* Ask the kernel. -ENOSYS, -EPERM (needs CAP_AUDIT_CONTROL), ... with e set. */
int audit_query(struct audit_info *ret, struct err *e);
/* One word for the header: "on", "no daemon", "off", "unknown". */
const char *audit_word(const struct audit_info *a, int error);

#endif
