/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An object that the kernel has nothing of, although a header that the patch
 * changes is in it: does that matter? Judged by the object alone; that nothing
 * of it is in the kernel is the proof's word (builder/proof.h).
 */
#ifndef KLPSH_BUILDER_UNLINKED_H
#define KLPSH_BUILDER_UNLINKED_H

#include "builder/object.h"

enum unlinked {
	UNLINKED_SAME, /* the patch changes nothing in it */
	UNLINKED_GONE, /* the kernel has none of its functions */
	UNLINKED_CONSTANTS, /* it is compiled for its constants, and they may be others */
	UNLINKED_UNSURE, /* it has no function by which its absence is certain */
};

/* source: "kernel/bounds.c". orig and patched: compiled by one command, without and with the patch. */
enum unlinked unlinked_judge(const char *source, const struct object *orig, const struct object *patched);

#endif
