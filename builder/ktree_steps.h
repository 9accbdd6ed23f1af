/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The steps by which a tree comes to be, for builder/ktree only: filling the
 * folder (ktree_fill.c), compiler, configuration and make (ktree_make.c).
 */
#ifndef KLPSH_BUILDER_KTREE_STEPS_H
#define KLPSH_BUILDER_KTREE_STEPS_H

#include "builder/ktree.h"

#define KTREE_OWN                                                                                            \
	".klpsh" /* the folder in a tree that is ours: stamp, pahole's stand-in, temporary files             \
		  */

#define KTREE_STAMP KTREE_OWN "-stamp"

/* A line of progress. */
void ktree_say(const struct ktree_spec *spec, const char *fmt, ...) _printf_(2, 3);
/* Run argv, output to spec->say; -EIO with the line that tells why when it fails. */
int ktree_run(const struct ktree_spec *spec, const struct child_spec *child, const char *what, struct err *e);

/* Remove a file or folder with everything in it, following no link; what is not there is no error. */
int ktree_remove(const char *path, struct err *e);
/* Make the folder t->path from the source, whole or not at all. */
int ktree_fill(const struct ktree_spec *spec, const struct ktree *t, struct err *e);

/*
 * Remove trees of this release that have another key and that nobody works
 * in. What cannot be removed is in nobody's way.
 */
void ktree_sweep(const struct ktree_spec *spec, const struct ktree *t);

/* Find the compiler and compare it; t->cc and t->cc_text are set. */
int ktree_compiler(const struct ktree_spec *spec, struct ktree *t, struct err *e);
/* Configure and prepare the folder, compare the configuration. */
int ktree_configure(const struct ktree_spec *spec, struct ktree *t, struct err *e);

/* Write down what the tree's files are like, for ktree_is_damaged. */
int ktree_note(const struct ktree *t, struct err *e);

#endif
