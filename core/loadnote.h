/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With which parameters klpsh loaded a module: RUN_DIR/params/NAME, gone with
 * the boot as the module is. The kernel shows not all parameters, and those it
 * shows as they are now. A note counts only for the very module that it was
 * made for, by the inode of its folder in sysfs, which is new for each load
 * (fs/kernfs/dir.c, __kernfs_new_node); for one that came otherwise it is not.
 */
#ifndef KLPSH_CORE_LOADNOTE_H
#define KLPSH_CORE_LOADNOTE_H

#include "core/err.h"
#include "core/root.h"

/* The module `name` is loaded, with these ("" none; shorter than PARAMS_MAX). Negative errno with e set. */
int loadnote_write(const char *run_dir, const struct root *root, const char *name, const char *params,
		   struct err *e);
/* The parameters of the module that is loaded now, on the heap; NULL: nobody knows. */
char *loadnote_read(const char *run_dir, const struct root *root, const char *name);

#endif
