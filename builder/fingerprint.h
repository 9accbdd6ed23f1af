/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a folder of sources looks like, as one hash: every file's path, size,
 * mode and times (also that of its inode, which nobody sets back), links by
 * what they say. No file is opened and no link is
 * followed, so that a kernel's 80,000 files take a fraction of a second.
 */
#ifndef KLPSH_BUILDER_FINGERPRINT_H
#define KLPSH_BUILDER_FINGERPRINT_H

#include "core/err.h"
#include "core/hash.h"

#define FINGERPRINT_FILES_MAX 200000u
#define FINGERPRINT_DEPTH_MAX 64u

/*
 * Hash the folder at path without its .git. -E2BIG for more files or deeper
 * folders than above, or what open(2) and stat(2) gave, with e set.
 */
int fingerprint_folder(const char *path, char ret[SHA256_HEX], struct err *e);

#endif
