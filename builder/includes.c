// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See includes.h. An include names a file when the file's path ends in what
 * it says, save that a file beside the includer comes first for quotes. From
 * each file that is found the search goes on, so that a header's headers and
 * C files that are included count, too.
 */
#include "builder/includes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "builder/includes_index.h"
#include "builder/kbuild.h"
#include "builder/kconfig.h"
#include "builder/kmakefile.h"
#include "kmod/decompress.h"

#define HEADS 65536u

struct file {
	const char *path;
	bool found;
};

struct edge {
	const char *text; /* without the sign and leading "../" */
	const char *base;
	uint32_t file; /* who includes */
	uint32_t next; /* with another base of the same hash, plus one; 0: none */
	unsigned up; /* how many "../" there were */
	bool quoted;
};

struct graph {
	char *text;
	struct file *files;
	size_t n_files;
	struct edge *edges;
	size_t n_edges;
	uint32_t *heads; /* by the hash of their base: the first of them, plus one */
	uint32_t *queue;
	size_t n_queue;
};

static void graph_clear(struct graph *g)
{
	free(g->text);
	free(g->files);
	free(g->edges);
	free(g->heads);
	free(g->queue);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static uint32_t hash_of(const char *base)
{
	uint32_t h = 2166136261;

	for (; *base; base++)
		h = (h ^ (unsigned char)*base) * 16777619;
	return h % HEADS;
}

static int add_edge(struct graph *g, char *line)
{
	struct edge edge = { .text = line + 1, .quoted = *line == '"' };
	int r = g->n_files ? array_grow(&g->edges, g->n_edges, sizeof(edge)) : -EBADMSG;
	uint32_t *head;

	if (r < 0)
		return r;
	kcmd_plain_path(line + 1);
	for (; strncmp(edge.text, "../", 3) == 0; edge.text += 3)
		edge.up++;
	edge.base = base_of(edge.text);
	edge.file = (uint32_t)g->n_files - 1;
	head = &g->heads[hash_of(edge.base)];
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
		g->files[g->n_files++] = (struct file){ line, false };
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

static int read_graph(const struct ktree *t, struct graph *g, struct err *e)
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
static struct edge *next_edge(const struct graph *g, const char *base, const struct edge *edge)
{
	uint32_t i = edge ? edge->next : g->heads[hash_of(base)];

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
static bool beside(const struct edge *edge, const char *includer, char ret[PATH_MAX])
{
	return edge->quoted && snprintf(ret, PATH_MAX, "%.*s%s", (int)folder_above(includer, edge->up),
					includer, edge->text) < PATH_MAX;
}

/* Does a file stand where quotes look first, so that they mean that one and not target? */
static bool shadowed(const struct ktree *t, const struct edge *edge, const char *includer, const char *target)
{
	char path[PATH_MAX];

	return beside(edge, includer, path) && !streq(path, target) && faccessat(t->dir, path, F_OK, 0) >= 0;
}

/* Everybody who includes target and was not found yet. */
static void find_includers(const struct ktree *t, struct graph *g, const char *target)
{
	const char *base = base_of(target);

	for (const struct edge *edge = NULL; (edge = next_edge(g, base, edge));) {
		struct file *f = &g->files[edge->file];

		if (f->found || !ends_in(target, edge->text) || shadowed(t, edge, f->path, target))
			continue;
		f->found = true;
		g->queue[g->n_queue++] = edge->file;
	}
}

static bool is_c(const char *path)
{
	return path[strlen(path) - 1] == 'c';
}

/* Does another file include this very one, and not only one of its name? */
static bool is_included(const struct graph *g, const char *path)
{
	const char *base = base_of(path);
	char first[PATH_MAX];

	for (const struct edge *edge = NULL; (edge = next_edge(g, base, edge));) {
		const char *by = g->files[edge->file].path;

		if (!streq(by, path) && (edge->quoted ? beside(edge, by, first) && streq(first, path)
						      : ends_in(path, edge->text)))
			return true;
	}
	return false;
}

/* Has the kernel an object of it? A C file that others include has none, unless a makefile lists it. */
static bool is_object(const struct ktree *t, const struct graph *g, const char *path, const char *config,
		      size_t len)
{
	enum kmakefile_answer answer;
	char option[80];

	if (!is_c(path) || kbuild_forbidden(path))
		return false;
	answer = kmakefile_ask(t->dir, path, config, len, option);
	return answer == KMAKEFILE_ON || (answer == KMAKEFILE_UNLISTED && !is_included(g, path));
}

/*
 * Is it of the kernel, but nothing that a patch can change? Linker scripts are
 * not, whose work is done; nor is what runs before the kernel.
 */
static bool is_fixed(const struct ktree *t, const char *path, const char *config, size_t len)
{
	static const char vdso[] = "arch/x86/entry/vdso/", tool[] = "arch/x86/entry/vdso/vdso2c";
	char as_c[PATH_MAX], option[80];
	size_t n = strlen(path);

	if (n >= sizeof(as_c) || !kbuild_forbidden(path) || has_ending(path, ".lds.S") ||
	    strncmp(path, tool, strlen(tool)) == 0 || !strchr("cS", path[n - 1]))
		return false;
	memcpy(as_c, path, n + 1);
	as_c[n - 1] = 'c';
	return (!kbuild_forbidden(as_c) || strncmp(path, vdso, strlen(vdso)) == 0) &&
	       kmakefile_ask(t->dir, path, config, len, option) != KMAKEFILE_OFF;
}

/* A C file that was asked for: is it but a part of others? */
static bool is_part(const struct ktree *t, const struct graph *g, const char *path, const char *config,
		    size_t len)
{
	char option[80];

	return *path && is_c(path) && is_included(g, path) &&
	       kmakefile_ask(t->dir, path, config, len, option) == KMAKEFILE_UNLISTED;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct words *w)
{
	if (w->n)
		qsort(w->v, w->n, sizeof(*w->v), by_text);
}

static int sort_out(const struct ktree *t, const struct graph *g, const char *const *files,
		    struct includes *ret, struct err *e)
{
	_cleanup_free_ char *config = NULL;
	size_t len = 0;
	int r = ktree_config(t, &config, &len, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < g->n_queue && r >= 0; i++) {
		const char *path = g->files[g->queue[i]].path;

		if (is_object(t, g, path, config, len))
			r = words_add_str(&ret->objects, path);
		else if (is_fixed(t, path, config, len))
			r = words_add_str(&ret->fixed, path);
	}
	for (size_t i = 0; files[i] && r >= 0; i++)
		if (is_part(t, g, files[i], config, len))
			r = words_add_str(&ret->parts, files[i]);
	sort(&ret->objects);
	sort(&ret->fixed);
	sort(&ret->parts);
	return r < 0 ? err_set(e, r, "the users of %s cannot be listed: %s", files[0], strerror(-r)) : 0;
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

static void find_users(const struct ktree *t, struct graph *g, const char *const *files)
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

static bool may_be_included(const struct graph *g, size_t len, const char *const *files)
{
	for (size_t i = 0; files[i]; i++)
		if (is_everywhere(files[i]) || is_named(g->text, len, files[i]))
			return true;
	return false;
}

void includes_clear(struct includes *i)
{
	words_clear(&i->objects);
	words_clear(&i->fixed);
	words_clear(&i->parts);
}

int includes_find(const struct ktree *t, const char *const *files, size_t limit, struct includes *ret,
		  struct err *e)
{
	struct includes found = { 0 };
	struct graph g = { 0 };
	size_t len;
	int r = includes_index(t, &g.text, &len, e);

	if (r >= 0 && may_be_included(&g, len, files)) {
		r = read_graph(t, &g, e);
		if (r >= 0)
			find_users(t, &g, files);
		r = r < 0 ? r : sort_out(t, &g, files, &found, e);
	}
	if (r >= 0 && found.objects.n > limit) {
		r = err_rc(e, RC_REFUSED, -E2BIG,
			   "%zu objects of the kernel may include %s%s, the limit is %zu", found.objects.n,
			   files[0], files[1] ? " and others" : "", limit);
		err_hint(e, "change a C file instead, or raise the limit");
	}
	graph_clear(&g);
	if (r < 0) {
		includes_clear(&found);
		return r;
	}
	*ret = found;
	return 0;
}

bool includes_names(const struct kcmd *cmd, const char *file)
{
	char plain[PATH_MAX];

	for (size_t i = 0; i < cmd->deps.n; i++) {
		if (strlen(cmd->deps.v[i]) >= sizeof(plain))
			continue; /* no compiler can open it */
		FORMAT(plain, "%s", cmd->deps.v[i]);
		kcmd_plain_path(plain);
		if (streq(plain, file))
			return true;
	}
	return streq(cmd->source, file);
}
