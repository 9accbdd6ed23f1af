// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See includes_graph.h. An include names a file when the file's path ends in
 * what it says, save that a file beside the includer comes first for quotes.
 * From each file that is found the search goes on, so that a header's headers
 * and C files that are included count, too.
 */
#include "builder/includes_graph.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "core/fnv.h"

#define HEADS 65536u

struct graph_edge {
	const char *text; /* without the sign and leading "../" */
	const char *base;
	uint32_t file; /* who includes */
	uint32_t next; /* with another base of the same hash, plus one; 0: none */
	unsigned up; /* how many "../" there were */
	bool quoted;
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static size_t head_of(const char *base)
{
	return fnv_str(base) % HEADS;
}

static int add_edge(struct graph *g, char *line)
{
	struct graph_edge edge = { .text = line + 1, .quoted = *line == '"' };
	int r = g->n_files ? array_grow(&g->edges, g->n_edges, sizeof(edge)) : -EBADMSG;
	uint32_t *head;

	if (r < 0)
		return r;
	kcmd_plain_path(line + 1);
	for (; strncmp(edge.text, "../", 3) == 0; edge.text += 3)
		edge.up++;
	edge.base = base_of(edge.text);
	edge.file = (uint32_t)g->n_files - 1;
	head = &g->heads[head_of(edge.base)];
	edge.next = *head;
	g->edges[g->n_edges++] = edge;
	*head = (uint32_t)g->n_edges;
	return 0;
}

static int add_file(struct graph *g, const char *line)
{
	int r = g->n_files < INCLUDES_FILES_MAX ? array_grow(&g->files, g->n_files, sizeof(*g->files))
						: -E2BIG;

	if (r >= 0)
		g->files[g->n_files++] = (struct graph_file){ line, false };
	return r;
}

/* Is the line of the index that p is in an include, and not a file's own? */
static bool is_include(const char *index, const char *p)
{
	const char *nl = memrchr(index, '\n', (size_t)(p - index));

	p = nl ? nl + 1 : index;
	return *p == '"' || *p == '<';
}

/*
 * Does any include in the index end in the file's own name? Of a C file hardly
 * ever, and then it need not be taken apart.
 */
static bool is_named(const char *index, size_t len, const char *path)
{
	const char *base = base_of(path), *p = index, *last = index + len;
	size_t n = strlen(base);

	for (; (p = memmem(p, (size_t)(last - p), base, n)); p += n)
		if (p > index && strchr("\"</", p[-1]) && strchr("\n", p[n]) && is_include(index, p))
			return true;
	return false;
}

int graph_read(const struct ktree *t, struct graph *g, struct err *e)
{
	char *line, *next;
	int r;

	g->heads = calloc(HEADS, sizeof(*g->heads));
	r = g->heads ? 0 : -ENOMEM;
	for (line = g->text; r >= 0 && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (*line)
			r = *line == '"' || *line == '<' ? add_edge(g, line) : add_file(g, line);
	}
	g->queue = calloc(g->n_files + 1, sizeof(*g->queue));
	if (r < 0 || !g->queue)
		return err_set(e, r < 0 ? r : -ENOMEM, "%s: the list of includes is damaged or too long",
			       t->path);
	return 0;
}

/* The next edge of that base name behind edge, NULL: the first; NULL at the end. */
static struct graph_edge *next_edge(const struct graph *g, const char *base, const struct graph_edge *edge)
{
	uint32_t i = edge ? edge->next : g->heads[head_of(base)];

	while (i && !streq(g->edges[i - 1].base, base))
		i = g->edges[i - 1].next;
	return i ? &g->edges[i - 1] : NULL;
}

static bool ends_in(const char *path, const char *text)
{
	size_t n = strlen(path), m = strlen(text);

	return n >= m && streq(path + n - m, text) && (n == m || path[n - m - 1] == '/');
}

/* Length of the folder's path, its slash included, `up` folders above the file's own. */
static size_t folder_above(const char *path, unsigned up)
{
	size_t n = (size_t)(base_of(path) - path);

	for (; up && n; up--)
		for (n--; n && path[n - 1] != '/';)
			n--;
	return n;
}

/* The file that quotes look for first. */
static bool beside(const struct graph_edge *edge, const char *includer, char ret[PATH_MAX])
{
	return edge->quoted && snprintf(ret, PATH_MAX, "%.*s%s", (int)folder_above(includer, edge->up),
					includer, edge->text) < PATH_MAX;
}

/* Does a file stand where quotes look first, so that they mean that one and not target? */
static bool shadowed(const struct ktree *t, const struct graph_edge *edge, const char *includer,
		     const char *target)
{
	char path[PATH_MAX];

	return beside(edge, includer, path) && !streq(path, target) && faccessat(t->dir, path, F_OK, 0) >= 0;
}

/* Everybody who includes target and was not found yet. */
static void find_includers(const struct ktree *t, struct graph *g, const char *target)
{
	const char *base = base_of(target);

	for (const struct graph_edge *edge = NULL; (edge = next_edge(g, base, edge));) {
		struct graph_file *f = &g->files[edge->file];

		if (f->found || !ends_in(target, edge->text) || shadowed(t, edge, f->path, target))
			continue;
		f->found = true;
		g->queue[g->n_queue++] = edge->file;
	}
}

bool graph_includes(const struct graph *g, const char *path)
{
	const char *base = base_of(path);
	char first[PATH_MAX];

	for (const struct graph_edge *edge = NULL; (edge = next_edge(g, base, edge));) {
		const char *by = g->files[edge->file].path;

		if (!streq(by, path) && (edge->quoted ? beside(edge, by, first) && streq(first, path)
						      : ends_in(path, edge->text)))
			return true;
	}
	return false;
}

/* What every object includes, by the compiler's command line (the kernel's Makefile, scripts/Makefile.lib).
 */
static bool is_everywhere(const char *path)
{
	static const char *const headers[] = { "include/linux/compiler_types.h", "include/linux/kconfig.h",
					       "include/linux/compiler-version.h" };

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (streq(path, headers[i]))
			return true;
	return false;
}

static void find_all(struct graph *g)
{
	for (uint32_t i = 0; i < g->n_files; i++)
		if (!g->files[i].found) {
			g->files[i].found = true;
			g->queue[g->n_queue++] = i;
		}
}

void graph_find(const struct ktree *t, struct graph *g, const char *const *files)
{
	bool all = false;

	for (size_t i = 0; files[i]; i++) {
		all = all || is_everywhere(files[i]);
		find_includers(t, g, files[i]);
	}
	for (size_t i = 0; i < g->n_queue; i++) {
		all = all || is_everywhere(g->files[g->queue[i]].path);
		find_includers(t, g, g->files[g->queue[i]].path);
	}
	if (all)
		find_all(g);
}

bool graph_may_include(const struct graph *g, size_t len, const char *const *files)
{
	for (size_t i = 0; files[i]; i++)
		if (is_everywhere(files[i]) || is_named(g->text, len, files[i]))
			return true;
	return false;
}

void graph_clear(struct graph *g)
{
	free(g->text);
	free(g->files);
	free(g->edges);
	free(g->heads);
	free(g->queue);
}
