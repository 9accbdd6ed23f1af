/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folders below /var/lib/klpsh, opened so that nobody else can have put
 * something into the way: no link at the end, ours, and writable by us alone.
 */
#ifndef KLPSH_CORE_STATEDIR_H
#define KLPSH_CORE_STATEDIR_H

#include "core/err.h"

/*
 * Open dir, or with sub not NULL the folder sub in it. create: make what is
 * missing with mode 0700 and sync the folder above. A descriptor; -ENOENT
 * (e is set), -EPERM when it is not ours alone, another negative errno.
 */
int statedir_open(const char *dir, const char *sub, bool create, struct err *e);
/* The same checks for an open file: regular, ours, one name, not for others to write. 0 or -EPERM. */
int statefile_check(int fd, const char *shown, struct err *e);

#endif
