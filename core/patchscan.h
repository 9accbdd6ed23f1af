/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading all livepatches a few at a time, so that what has a screen can look
 * after it in between; core/patch's patches_read does it at once. Leftovers,
 * which are few, come with the last ones.
 */
#ifndef KLPSH_CORE_PATCHSCAN_H
#define KLPSH_CORE_PATCHSCAN_H

#include "core/patch.h"

struct patch_scan;

/* Errors as those of patches_read. The root is borrowed. */
int patch_scan_new(const struct root *root, struct patch_scan **ret, struct err *e);
/* Read at most max more: 1 there are more, 0 done, or a negative errno with e set. */
int patch_scan_step(struct patch_scan *s, size_t max, struct err *e);
/* What was read goes to the caller, who frees it with patches_free. */
void patch_scan_result(struct patch_scan *s, struct patches *ret);
struct patch_scan *patch_scan_free(struct patch_scan *s);
DEFINE_CLEANUP(struct patch_scan, patch_scan_free)

#endif
