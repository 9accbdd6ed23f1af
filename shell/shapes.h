/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Field tables that more than one verb uses, and the filling of their rows
 * from a snapshot. The JSON keys are those of the design shelf's verbs.md:
 * keys may be added, never renamed.
 */
#ifndef KLPSH_SHELL_SHAPES_H
#define KLPSH_SHELL_SHAPES_H

#include "core/report.h"
#include "core/snapshot.h"

extern const struct shape shape_object; /* name, patched, functions */
extern const struct shape shape_patch; /* of `list` */
extern const struct shape shape_blocker;
extern const struct shape shape_tasks; /* of `tasks` and `blockers` */

/* All return 0 or -ENOMEM. */
int patch_row_fill(struct row *row, const struct patch *p, uint64_t boot_us);
/* Of those, what both `list` and `show` have first: name and state to forced. */
int patch_state_fill(struct row *row, const struct patch *p);
/* How long it is in its state, at this CLOCK_BOOTTIME: since and since_inferred. */
int patch_since_fill(struct row *row, const struct patch *p, uint64_t boot_us);
int object_row_fill(struct row *row, const struct object *o);
int blocker_row_fill(struct row *row, const struct blocker *b);

/* "name+0x1c/0x40 [module]" as the kernel prints a frame. */
void frame_format(const struct frame *f, char *buf, size_t size);

#endif
