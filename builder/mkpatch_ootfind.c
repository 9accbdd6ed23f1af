// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the sources of a module from outside were when it was built: __FILE__
 * is the absolute path of a file, so that strings of the code would be others
 * in our copy. Read off the strings of its file, which may say anything: more
 * than one folder, too, and then the one of most sources counts.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/linkmod.h"
#include "builder/mkpatch_own.h"

#define FOLDERS_MAX 64u
#define STRINGS_MAX 65536u /* paths that are looked for */

struct folder {
	char path[256];
	size_t sources, headers; /* files of the module that would be in it */
};

struct find {
	const struct mkpatch *m;
	struct folder v[FOLDERS_MAX];
	size_t n, asked;
};

/* Is this the path of one of its files where it was built? Its length without the file's; 0: no. */
static size_t outside_of(const struct mkpatch *m, const char *path)
{
	struct stat st;

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'))
		if (slash[1] && fstatat(m->base_dir, slash + 1, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			return (size_t)(slash - path);
	return 0;
}

static struct folder *folder_of(struct find *f, const char *path)
{
	for (size_t i = 0; i < f->n; i++)
		if (streq(f->v[i].path, path))
			return &f->v[i];
	if (f->n == FOLDERS_MAX)
		return NULL;
	f->v[f->n] = (struct folder){ .sources = 0 };
	FORMAT(f->v[f->n].path, "%s", path);
	return &f->v[f->n++];
}

static void take_string(struct find *f, const char *s)
{
	bool source = has_ending(s, ".c");
	struct folder *folder;
	char path[256];
	size_t n;

	if (*s != '/' || !(source || has_ending(s, ".h")) || strstr(s, "/../") || f->asked == STRINGS_MAX)
		return;
	f->asked++;
	n = outside_of(f->m, s);
	if (n == 0 || n >= sizeof(path))
		return;
	FORMAT(path, "%.*s", (int)n, s);
	folder = linkmod_check_word("path", path, NULL) == 0 ? folder_of(f, path) : NULL;
	if (folder && source)
		folder->sources++;
	else if (folder)
		folder->headers++;
}

static void take_section(struct find *f, const struct elf_section *s)
{
	const char *p = (const char *)s->data, *end = p + s->size;

	for (const char *nul; p < end && (nul = memchr(p, '\0', (size_t)(end - p))); p = nul + 1)
		take_string(f, p);
}

static bool is_better(const struct folder *a, const struct folder *b)
{
	return a->sources != b->sources ? a->sources > b->sources : a->headers > b->headers;
}

void mkpatch_oot_find(const struct mkpatch *m, const struct object *ko, char was[256])
{
	struct find f = { .m = m };
	const struct folder *best = &f.v[0];

	for (size_t i = 0; i < ko->n_sections; i++) {
		const struct elf_section *s = ko->sections[i].s;

		if (s && s->data && s->flags & SHF_STRINGS)
			take_section(&f, s);
	}
	for (size_t i = 1; i < f.n; i++)
		if (is_better(&f.v[i], best))
			best = &f.v[i];
	(void)snprintf(was, 256, "%s", best->path);
}
