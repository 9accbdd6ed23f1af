/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who includes whom, taken from a tree's index of #include lines, and the
 * search in it. For builder/includes only.
 */
#ifndef KLPSH_BUILDER_INCLUDES_GRAPH_H
#define KLPSH_BUILDER_INCLUDES_GRAPH_H

#include "builder/includes.h"

struct graph_file {
	const char *path;
	bool found;
};

struct graph_edge;

struct graph {
	char *text; /* the index; once it is read, its lines are what names point to */
	struct graph_file *files;
	size_t n_files;
	struct graph_edge *edges;
	size_t n_edges;
	uint32_t *heads; /* by the hash of their base: the first of them, plus one */
	uint32_t *queue; /* the files that were found, in the order in which they were */
	size_t n_queue;
};

/* May anything at all include one of the files (NULL-terminated)? Asked of the text, before it is read. */
bool graph_may_include(const struct graph *g, size_t len, const char *const *files);
/* Take the text apart. -EBADMSG, -E2BIG or -ENOMEM with e set. */
int graph_read(const struct ktree *t, struct graph *g, struct err *e);
/* Fill the queue with all that include one of the files, or include what does. */
void graph_find(const struct ktree *t, struct graph *g, const char *const *files);
/* Does another file include this very one, and not only one of its name? */
bool graph_includes(const struct graph *g, const char *path);
void graph_clear(struct graph *g);

#endif
