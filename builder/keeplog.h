/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The log in a build's folder that is kept: whatever the build tells, in the
 * order in which it was told, with what its children printed. A sink in front
 * of the real one. A log that cannot be written stops no build.
 */
#ifndef KLPSH_BUILDER_KEEPLOG_H
#define KLPSH_BUILDER_KEEPLOG_H

#include "builder/mkpatch.h"

#define KEEPLOG "log" /* its name in the folder */

struct keeplog {
	const struct mkpatch_sink *to; /* is told all the same */
	struct mkpatch_sink sink; /* this one */
	int fd; /* -1: nothing is written (yet) */
};

void keeplog_init(struct keeplog *k, const struct mkpatch_sink *to);
/* From now on into the folder `dir`. */
void keeplog_open(struct keeplog *k, int dir);
/* A line that is for the log alone. */
void keeplog_line(const struct keeplog *k, const char *fmt, ...) _printf_(2, 3);
void keeplog_close(struct keeplog *k);

#endif
