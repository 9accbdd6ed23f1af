/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Throw-away fake machines: a folder below $TMPDIR that a test fills with
 * files of sys/, proc/ and dev/ and reads through core/root. Any failure
 * fails the running test. Also the one place that includes cmocka with what
 * it needs before it.
 */
#ifndef KLPSH_TESTS_LIB_TREE_H
#define KLPSH_TESTS_LIB_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/root.h"

struct tree;

struct tree *tree_new(void);
/* Removes everything without following links. Takes NULL, returns NULL. */
struct tree *tree_free(struct tree *t);
DEFINE_CLEANUP(struct tree, tree_free)

/* Where it is, without a slash at the end. */
const char *tree_path(const struct tree *t);
/* The same tree as a root; the caller frees it. */
struct root *tree_root(const struct tree *t);

/* Folders on the way are made; an existing file is replaced as a whole. */
void tree_write(struct tree *t, const char *path, const char *text);
void tree_write_bytes(struct tree *t, const char *path, const void *data, size_t len);
void tree_writef(struct tree *t, const char *text, const char *path_fmt, ...) _printf_(3, 4);
void tree_mkdir(struct tree *t, const char *path);
void tree_symlink(struct tree *t, const char *target, const char *path);
void tree_fifo(struct tree *t, const char *path);
/* A file or a whole folder. */
void tree_remove(struct tree *t, const char *path);

#endif
