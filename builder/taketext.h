/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file's bytes, taken over to be cut up in place as text. */
#ifndef KLPSH_BUILDER_TAKETEXT_H
#define KLPSH_BUILDER_TAKETEXT_H

#include "core/err.h"

/*
 * Ends text (len bytes, malloc'd) with a NUL. It is taken over, also on
 * failure; *ret is the caller's to free. -EFBIG above max bytes, -ENOMEM; e
 * set, with path.
 */
int take_text(const char *path, char *text, size_t len, size_t max, char **ret, struct err *e);

#endif
