/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A private copy of a folder of sources, so that nothing is ever written into
 * the original. Regular files with their times and rights to execute, folders,
 * and links that lead to something within; bounded in number, depth and bytes.
 */
#ifndef KLPSH_BUILDER_COPYDIR_H
#define KLPSH_BUILDER_COPYDIR_H

#include "core/err.h"

#define COPYDIR_BYTES_MAX (2ULL << 30)
#define COPYDIR_DEPTH_MAX 32u
#define COPYDIR_FILES_MAX 200000u /* and folders; also what leave_out names */

struct copydir {
	bool (*leave_out)(const char *name); /* of a file or folder */
	/* what came of it */
	unsigned links; /* that lead out of the folder: not copied */
	char first_link[256];
	unsigned others; /* sockets, FIFOs, devices: not copied */
};

/*
 * Copy what is in the folder `from` (a path) into the empty folder `to` (a
 * descriptor). What open(2), read(2) and write(2) gave, -E2BIG, -EFBIG; e set.
 */
int copydir(struct copydir *c, const char *from, int to, struct err *e);

#endif
