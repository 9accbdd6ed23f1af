/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the files that loaded livepatches came from, and maps their new
 * functions to the old ones (a struct funcmap for core/stall). A file counts
 * only when its build-id (else its srcversion) equals the loaded module's.
 * Looked for in the boot stores (/var/lib/kpatch/RELEASE,
 * /usr/lib/kpatch/RELEASE), /lib/modules/RELEASE/{extra,updates,livepatch}
 * and the directories the site names.
 */
#ifndef KLPSH_KMOD_ORIGIN_H
#define KLPSH_KMOD_ORIGIN_H

#include "core/root.h"
#include "core/stall.h"
#include "kmod/inspect.h"

struct origin;
/* dirs are copied. Nothing is read before the first question. */
int origin_new(const struct root *root, const char *release, char *const *dirs, size_t n_dirs,
	       struct origin **ret);
struct origin *origin_free(struct origin *o);
DEFINE_CLEANUP(struct origin, origin_free)
/* What the file of a loaded module says; borrowed; NULL when none is known. */
const struct inspect *origin_find(struct origin *o, const char *module);
/* Forget cached answers for modules (one was loaded or removed). */
void origin_forget(struct origin *o);
struct funcmap origin_funcmap(struct origin *o);

#endif
