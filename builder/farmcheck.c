// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See farm.h: the files that a compiler says it has read. One that a patch
 * changes must not be among them as it is in the tree.
 */
#include <errno.h>
#include <limits.h>

#include "builder/farm.h"
#include "builder/kcmd.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* How many characters stand for the one at p, which goes to *ret. gcc escapes blanks, '#' and '$' only. */
static size_t unescape(const char *p, char *ret)
{
	size_t slashes = strspn(p, "\\");

	*ret = *p;
	if (p[0] == '$' && p[1] == '$')
		return 2;
	if (slashes == 1 && (is_blank(p[1]) || p[1] == '#')) {
		*ret = p[1];
		return 2;
	}
	/* before a blank each backslash of the name is there twice */
	return slashes > 1 && is_blank(p[slashes]) ? 2 : 1;
}

/* The next name of a list in make's form; "\" at the end of a line goes on. */
static const char *next_dep(const char *p, char *buf, size_t size)
{
	size_t n = 0;
	char c;

	while (is_blank(*p) || *p == '\n' || (p[0] == '\\' && p[1] == '\n'))
		p += *p == '\\' ? 2 : 1;
	while (*p && !is_blank(*p) && *p != '\n' && !(p[0] == '\\' && p[1] == '\n')) {
		p += unescape(p, &c);
		if (n + 1 < size)
			buf[n++] = c;
	}
	buf[n] = '\0';
	return n ? p : NULL;
}

/* Is it a file of the view under a name that is not its own? Its name in the view then, else NULL. */
static const char *linked_as(const struct farm_check *c, char path[PATH_MAX], const char *own)
{
	const char *name;

	kcmd_plain_path(path);
	name = path_below(path, c->at);
	return name && !streq(name, own) ? name : NULL;
}

static int refuse(const struct farm_check *c, const char *file, const char *link, const char *dep,
		  struct err *e)
{
	if (!link) {
		err_set(e, -EXDEV, "%s was compiled with the unpatched %s, reached as %s", c->source, file,
			dep);
		err_hint(e, "report this: the file is included by a way that leads out of the patched view");
		return -EXDEV;
	}
	err_rc(e, RC_REFUSED, -EXDEV,
	       "%s reads %s by way of a link, as %s, and so was compiled with it as it is without the patch",
	       c->source, file, link);
	err_hint(e,
		 "links lead out of the patched copy of the sources: include %s by its own path, or put a "
		 "file in the link's place that does, and build again",
		 file);
	return -EXDEV;
}

/* tree: without links in its path, so that it is what the path of its files begins with. */
static int check_dep(const struct farm_check *c, const char *tree, const char *dep, struct err *e)
{
	char path[PATH_MAX], real[PATH_MAX];
	const char *name;
	int n = *dep == '/' ? snprintf(path, sizeof(path), "%s", dep)
			    : snprintf(path, sizeof(path), "%s/%s", c->cwd, dep);

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(e, -ENAMETOOLONG, "the path %s is too long", dep);
	if (!realpath(path, real))
		return err_set(
			e, -errno,
			"%s read %s, but that cannot be found to see whether it was the patched one: %s",
			c->source, dep, strerror(errno));
	name = path_below(real, tree);
	for (size_t i = 0; name && i < c->n; i++)
		if (streq(name, c->files[i].path))
			return refuse(c, c->files[i].path, linked_as(c, path, c->files[i].path), dep, e);
	return 0;
}

int farm_check_deps(const struct farm_check *c, const char *depfile, struct err *e)
{
	_cleanup_(fclosep) FILE *in = fopen(depfile, "re");
	_cleanup_free_ char *text = NULL;
	char dep[PATH_MAX], tree[PATH_MAX];
	size_t size = 0;
	const char *p;
	int r = 0;

	if (!in || getdelim(&text, &size, '\0', in) < 0)
		return err_set(e, -errno, "cannot read %s: %s", depfile, strerror(errno));
	if (!realpath(c->tree, tree))
		return err_set(e, -errno, "%s: %s", c->tree, strerror(errno));
	p = strstr(text, ": "); /* "object.o: first second ..."; a name may have a colon, too */
	if (!p)
		return err_set(e, -EBADMSG, "%s is no list of dependencies", depfile);
	for (p++; r == 0 && (p = next_dep(p, dep, sizeof(dep)));)
		r = check_dep(c, tree, dep, e);
	return r;
}
