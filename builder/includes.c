// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See includes.h. Of all that may include a file the kernel has an object, or
 * what no patch can change, or nothing; makefiles tell.
 */
#include "builder/includes.h"

#include <errno.h>
#include <limits.h>

#include "builder/includes_graph.h"
#include "builder/includes_index.h"
#include "builder/kbuild.h"
#include "builder/kconfig.h"
#include "builder/kmakefile.h"

static bool is_c(const char *path)
{
	return path[strlen(path) - 1] == 'c';
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
	return answer == KMAKEFILE_ON || (answer == KMAKEFILE_UNLISTED && !graph_includes(g, path));
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
	    begins(path, tool) || !strchr("cS", path[n - 1]))
		return false;
	memcpy(as_c, path, n + 1);
	as_c[n - 1] = 'c';
	return (!kbuild_forbidden(as_c) || begins(path, vdso)) &&
	       kmakefile_ask(t->dir, path, config, len, option) != KMAKEFILE_OFF;
}

/* A C file that was asked for: is it but a part of others? */
static bool is_part(const struct ktree *t, const struct graph *g, const char *path, const char *config,
		    size_t len)
{
	char option[80];

	return *path && is_c(path) && graph_includes(g, path) &&
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

	if (r >= 0 && graph_may_include(&g, len, files)) {
		r = graph_read(t, &g, e);
		if (r >= 0)
			graph_find(t, &g, files);
		r = r < 0 ? r : sort_out(t, &g, files, &found, e);
	}
	if (r >= 0 && found.objects.n > limit) {
		r = err_rc(e, RC_REFUSED, -E2BIG,
			   "%zu objects of the kernel may include %s%s, the limit is %zu", found.objects.n,
			   files[0], files[1] ? " and others" : "", limit);
		err_hint(e, "change a C file instead, or raise the limit with --max-objects N");
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
