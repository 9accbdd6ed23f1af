/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A toy of a kernel's tree, with the files that a test writes into it, and lists
 * of words as one text.
 */
#ifndef KLPSH_TESTS_BUILDER_TOY_H
#define KLPSH_TESTS_BUILDER_TOY_H

#include "tests/lib/tree.h"

#include <fcntl.h>

#include "builder/ktree.h"
#include "builder/shwords.h"

struct toy {
	struct tree *t;
	struct ktree k; /* path and dir; the rest is the test's */
};

static inline struct toy *toy_begin(void)
{
	struct toy *toy = calloc(1, sizeof(*toy));

	assert_non_null(toy);
	toy->t = tree_new();
	toy->k.path = strdup(tree_path(toy->t));
	toy->k.dir = open(tree_path(toy->t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return toy;
}

static inline void toy_free(struct toy *toy)
{
	close(toy->k.dir);
	free(toy->k.path);
	tree_free(toy->t);
	free(toy);
}

/* The words with sep between them; there is a NULL behind them. */
static inline void expect_words(const struct words *w, char sep, const char *joined)
{
	char got[4096] = "", between[] = { sep, '\0' };
	size_t len = 0;

	for (size_t i = 0; i < w->n; i++)
		len += (size_t)snprintf(got + len, sizeof(got) - len, "%s%s", i ? between : "", w->v[i]);
	assert_string_equal(got, joined);
	if (w->n)
		assert_null(w->v[w->n]);
}

#endif
