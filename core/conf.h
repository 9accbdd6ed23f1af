/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The site's policy, /etc/klpsh.conf (libinih; the only file that knows it).
 * An unknown key or a bad value is an error with its line. The tool never
 * writes it.
 */
#ifndef KLPSH_CORE_CONF_H
#define KLPSH_CORE_CONF_H

#include "core/root.h"

#define CONF_PATH "/etc/klpsh.conf"
#define CONF_MODULE_DIRS 8
#define STORE_KEEP_DEFAULT 20

enum audit_policy { AUDIT_DEFAULT, AUDIT_REQUIRED, AUDIT_BEST_EFFORT, AUDIT_OFF };

struct conf {
	unsigned stall_after; /* seconds */
	enum audit_policy audit;
	char *module_dirs[CONF_MODULE_DIRS]; /* more places to look for files of loaded patches */
	size_t n_module_dirs;
	bool audit_consumer_kernel; /* audit-consumer = kernel: records in the kernel log count as written */
	bool allow_force; /* allow-force = yes */
	bool allow_preflight_off; /* allow-preflight-off = yes */
	bool load_from_file; /* load-from = file (default memfd) */
	unsigned store_keep; /* module files kept for rollback */
	bool present; /* the file exists */
};

/*
 * Read path (no file: defaults, 0). -EINVAL with file and line in e; -EPERM
 * when it is not root's or writable by others: nothing may be changed then.
 */
int conf_read(const char *path, struct conf *ret, struct err *e);
void conf_free(struct conf *c);
const char *audit_policy_word(enum audit_policy a);
/* What holds: the policy as set, else required where auditd is installed, best-effort where it is not. */
enum audit_policy conf_audit_policy(const struct conf *c, const struct root *root);

#endif
