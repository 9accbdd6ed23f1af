/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot store, shared with kpatch: BASE/RELEASE/NAME.ko, uncompressed. What
 * we know besides lies in BASE/RELEASE/NAME.klpsh: the SHA-256 at installation
 * and the place in the order of loading. A file without it was put there by
 * somebody else; it comes last, by name. Folders must be ours alone; links are
 * not followed; files are written whole or not at all.
 */
#ifndef KLPSH_KMOD_BOOTSTORE_H
#define KLPSH_KMOD_BOOTSTORE_H

#include "kmod/image.h"

#define BOOT_DIR "/var/lib/kpatch"
#define BOOT_MAX 256 /* patches for one kernel */
#define BOOT_ORDER_MAX 1000000

struct boot_entry {
	char *file; /* "NAME.ko" */
	char *name; /* of the module: NAME with '_' for '-' */
	char sha256[65]; /* as recorded at installation, "" none */
	int order; /* from 0, -1 not recorded */
};

struct boot_list { /* in the order of loading */
	struct boot_entry *v;
	size_t n;
};

/* Is this a kernel release that can name a folder? */
bool boot_release_valid(const char *release);
/* What is installed. No folder: empty, 0. Negative errno with e set. Freed with boot_list_free. */
int bootstore_list(const char *base, const char *release, struct boot_list *ret, struct err *e);
void boot_list_free(struct boot_list *l);
/* By the module's name, '-' and '_' alike; NULL. */
const struct boot_entry *boot_list_find(const struct boot_list *l, const char *name);
/*
 * Install an image under its module's name, in place of one of that name.
 * order: -1 for where it was, else behind all others. Negative errno with e set.
 */
int bootstore_put(const char *base, const char *release, const struct image *i, int order, struct err *e);
/* Remove it with what is recorded of it, and the folder when it is empty. */
int bootstore_remove(const char *base, const char *release, const struct boot_entry *b, struct err *e);

#endif
