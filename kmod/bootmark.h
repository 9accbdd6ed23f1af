/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crash guard of the boot store: STATE_DIR/state/boot-SHA256 stands, synced,
 * while that patch is being loaded at boot. One that an earlier boot left
 * behind says that the machine went down then: the patch is not loaded by
 * itself again until somebody says so.
 */
#ifndef KLPSH_KMOD_BOOTMARK_H
#define KLPSH_KMOD_BOOTMARK_H

#include "core/err.h"

/* sha256: of the uncompressed module. Negative errno with e set when it is not on the disk. */
int bootmark_set(const char *state_dir, const char *sha256, const char *boot_id, struct err *e);
int bootmark_clear(const char *state_dir, const char *sha256, struct err *e);
/* Did an earlier boot leave it? 1, 0, or negative errno with e set: it cannot be known. */
int bootmark_left(const char *state_dir, const char *sha256, const char *boot_id, struct err *e);

#endif
