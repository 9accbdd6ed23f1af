/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths as patches write them: quoted or not, with a prefix to take off, and
 * foreign, so that one which leads out of the tree is refused here, once. Also
 * what a path of a kernel tree is by its name. Never looks at the file system.
 */
#ifndef KLPSH_BUILDER_PATCHPATH_H
#define KLPSH_BUILDER_PATCHPATH_H

#include "core/util.h"

enum ppath_kind {
	PPATH_DOC, /* nothing is built from it */
	PPATH_C,
	PPATH_HEADER,
	PPATH_ASM,
	PPATH_KBUILD, /* makefiles and configuration */
	PPATH_OTHER,
};

/* Some bytes of the patch. */
struct pspan {
	const char *p;
	size_t len;
};

bool pspan_starts(struct pspan s, const char *prefix);
bool pspan_is(struct pspan s, const char *word);

/* What a path of a kernel tree is, by its name alone. */
enum ppath_kind ppath_kind(const char *path);

/*
 * Take one name off the front of *s: a quoted one ("a/x\303" with C's escapes)
 * is decoded, another ends at a TAB or the end. Returns it on the heap, with
 * *ret_len (a decoded name may hold any byte), *s behind it; NULL with errno
 * EINVAL where the quotes are wrong, ENOMEM.
 */
char *ppath_take(struct pspan *s, size_t *ret_len);

/*
 * Why name, len bytes, cannot be used once `strip` leading folders are taken
 * off; NULL when it can, and *ret points at the rest of it.
 */
const char *ppath_refusal(const char *name, size_t len, unsigned strip, const char **ret);

/* Foreign bytes as a message can hold them: clean, and cut to 60 columns. */
struct pshown {
	char s[256];
};
struct pshown pshow(const char *p, size_t len);

#endif
