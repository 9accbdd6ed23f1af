/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The site's policy, /etc/klpsh.conf (libinih; the only file that knows it).
 * An unknown key or a bad value is an error with its line. The tool never
 * writes it.
 */
#ifndef KLPSH_CORE_CONF_H
#define KLPSH_CORE_CONF_H

#include "core/err.h"

#define CONF_PATH "/etc/klpsh.conf"
#define CONF_MODULE_DIRS 8

enum audit_policy { AUDIT_DEFAULT, AUDIT_REQUIRED, AUDIT_BEST_EFFORT, AUDIT_OFF };

struct conf {
	unsigned stall_after; /* seconds */
	enum audit_policy audit;
	char *module_dirs[CONF_MODULE_DIRS]; /* more places to look for files of loaded patches */
	size_t n_module_dirs;
	bool present; /* the file exists */
};

/* Read path (no file: defaults, 0). -EINVAL with file and line in e. */
int conf_read(const char *path, struct conf *ret, struct err *e);
void conf_free(struct conf *c);
const char *audit_policy_word(enum audit_policy a);

#endif
