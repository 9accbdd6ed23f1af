/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How kbuild made one object: its `.x.o.cmd` file (scripts/Kbuild.include,
 * scripts/basic/fixdep.c). The saved command is make's text of shell steps;
 * what is wanted of it is the compiler's and objtool's argv, what the object
 * depends on and whose it is. Steps of other programs are left out. Nothing
 * here runs anything, and a command that is more than words is refused.
 */
#ifndef KLPSH_BUILDER_KCMD_H
#define KLPSH_BUILDER_KCMD_H

#include "builder/shwords.h"
#include "core/err.h"

#define KCMD_MAX (8u << 20) /* bytes of a .cmd file; the longest of a kernel has some 200,000 */

struct kcmd {
	char *object; /* "fs/ext4/super.o" */
	char *source; /* "fs/ext4/super.c" */
	struct words cc; /* the compiler's argv, without "-o OBJECT" and the source */
	struct words objtool; /* its argv without the object; empty: kbuild runs none on this object */
	struct words deps; /* files, as kbuild names them; the source is not among them */
	struct words configs; /* "EXT4_FS" of CONFIG_EXT4_FS: options that the sources ask for */
	char *modfile, *modname, *basename; /* KBUILD_MODFILE, KBUILD_MODNAME, KBUILD_BASENAME; or NULL */
	bool is_module; /* compiled with -DMODULE */
	bool is_asm; /* the source ends in .S */
};

/*
 * Parse the bytes of a .cmd file; path is for messages. -EBADMSG where it is
 * no such file, -EOPNOTSUPP where the command cannot be repeated as an argv,
 * -EFBIG, -ENOMEM; each with e set. Freed with kcmd_free.
 */
int kcmd_parse(const char *path, const void *text, size_t len, struct kcmd **ret, struct err *e);
/*
 * Of a command that cannot be repeated: what it was made of, source and deps
 * alone. -ENOENT: the file tells of nothing (a link); -E2BIG, -ENOMEM.
 */
int kcmd_parse_deps(const void *text, size_t len, struct kcmd **ret);
/* The same of the file that belongs to an object ("fs/x.o") of the tree whose folder `tree` is. */
int kcmd_read(int tree, const char *object, struct kcmd **ret, struct err *e);
struct kcmd *kcmd_free(struct kcmd *k);

/*
 * The same command for sources that lie in another folder: wherever the path
 * `from` (absolute) stands in a word, as a whole or before a slash, it is `to`.
 * Only what a compile needs is taken along. 0, -ENOMEM, -E2BIG; kcmd_free.
 */
int kcmd_move(const struct kcmd *k, const char *from, const char *to, struct kcmd **ret);

/*
 * Take "a/../", "./" and doubled slashes out of a path, in place and by its
 * text alone: "fs/proc/../mount.h" is "fs/mount.h". A way up that nothing
 * stands before stays.
 */
void kcmd_plain_path(char *path);
DEFINE_CLEANUP(struct kcmd, kcmd_free)

/* What is different when a command is repeated. */
struct kcmd_edit {
	const char *output; /* -o */
	const char *source; /* NULL: the same */
	const char *depfile; /* where the dependencies go (make's form); NULL: nowhere */
	const char *const *extra; /* more flags, NULL-terminated; behind all others */
};

/*
 * The compiler's argv for another run: the edits, no switches for debug
 * information, everything else as it was. 0, -ENOMEM, -E2BIG; words_clear.
 */
int kcmd_compile(const struct kcmd *k, const struct kcmd_edit *edit, struct words *ret);
/* objtool's argv for an object. -ENOENT where kbuild runs none. */
int kcmd_objtool(const struct kcmd *k, const char *object, struct words *ret);

#endif
