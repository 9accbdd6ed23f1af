// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the file of a loaded module: only files whose name is the module's
 * are opened, and one counts only when its build-id (else its srcversion) is
 * the loaded one's. Everything is opened below the root, so a captured
 * machine works alike. Answers, also "none", are kept by module and build-id.
 */
#include <errno.h>
#include <fcntl.h>

#include "core/modlist.h"
#include "core/modname.h"
#include "kmod/decompress.h"
#include "kmod/origin.h"

#define MAX_SUBFOLDERS 512 /* of one folder, looked at */
#define MAX_FILES 32 /* of the right name, inspected for one answer */
#define ID_SIZE 160

struct entry {
	char *module;
	char *id; /* build-id or srcversion of the loaded module; "" when it has none */
	bool by_build_id;
	bool current; /* asked since the last origin_forget */
	struct inspect *file; /* NULL: no file is known */
};

struct origin {
	const struct root *root;
	char **dirs;
	size_t n_dirs;
	struct entry **entries; /* pointers, so that what was lent stays */
	size_t n_entries;
};

struct search {
	struct origin *o;
	struct entry *want;
	size_t files; /* inspected so far */
};

/* Add the folder "BASE/RELEASE/SUB"; release and sub may be NULL. */
static int origin_add_dir(struct origin *o, const char *base, const char *release, const char *sub)
{
	char *dir;

	if (array_grow(&o->dirs, o->n_dirs, sizeof(*o->dirs)) < 0)
		return -ENOMEM;
	if (asprintf(&dir, "%s%s%s%s%s", base, release ? "/" : "", release ? release : "", sub ? "/" : "",
		     sub ? sub : "") < 0)
		return -ENOMEM;
	o->dirs[o->n_dirs++] = dir;
	return 0;
}

int origin_new(const struct root *root, const char *release, char *const *dirs, size_t n_dirs,
	       struct origin **ret)
{
	static const char *const places[][2] = {
		{ "var/lib/kpatch", NULL },   { "usr/lib/kpatch", NULL },     { "lib/modules", "extra" },
		{ "lib/modules", "updates" }, { "lib/modules", "livepatch" },
	};
	_cleanup_(origin_freep) struct origin *o = calloc(1, sizeof(*o));

	if (!o)
		return -ENOMEM;
	o->root = root;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (origin_add_dir(o, places[i][0], release, places[i][1]) < 0)
			return -ENOMEM;
	for (size_t i = 0; i < n_dirs; i++)
		if (origin_add_dir(o, dirs[i], NULL, NULL) < 0)
			return -ENOMEM;
	*ret = TAKE_PTR(o);
	return 0;
}

static void entry_free(struct entry *n)
{
	free(n->module);
	free(n->id);
	inspect_free(n->file);
	free(n);
}

struct origin *origin_free(struct origin *o)
{
	if (!o)
		return NULL;
	for (size_t i = 0; i < o->n_dirs; i++)
		free(o->dirs[i]);
	free(o->dirs);
	for (size_t i = 0; i < o->n_entries; i++)
		entry_free(o->entries[i]);
	free(o->entries);
	free(o);
	return NULL;
}

static bool file_is_named(const char *file, const char *module)
{
	static const char *const endings[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };
	size_t len = strlen(file);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		if (has_ending(file, endings[i]))
			return modname_same(file, len - strlen(endings[i]), module);
	}
	return false;
}

static bool file_is_origin(const struct inspect *f, const struct entry *want)
{
	const char *id = want->by_build_id ? f->build_id : f->srcversion;

	return id && streq(id, want->id) && modname_same(f->name, strlen(f->name), want->module);
}

/* Inspect one file; 1 when it is the one, 0 when not (unreadable is not). */
static int search_file(struct search *s, const char *path)
{
	_cleanup_(inspect_freep) struct inspect *f = NULL;
	_cleanup_free_ char *data = NULL;
	_cleanup_close_ int fd = root_openat(s->o->root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	size_t len;

	if (fd < 0 || file_read_fd(path, fd, INSPECT_MAX_FILE, &data, &len, NULL) < 0)
		return 0;
	s->files++;
	if (inspect_bytes(path, data, len, &f, NULL) < 0 || !file_is_origin(f, s->want))
		return 0;
	s->want->file = TAKE_PTR(f);
	return 1;
}

/* The files of one folder. 1 found, 0 not, negative errno when it cannot be listed. */
static int search_folder(struct search *s, const char *dir)
{
	_cleanup_(strv_freep) char **names = NULL;
	size_t n;
	int r = root_list(s->o->root, dir, false, &names, &n);

	for (size_t i = 0; r >= 0 && i < n && s->files < MAX_FILES; i++) {
		_cleanup_free_ char *path = NULL;

		if (!file_is_named(names[i], s->want->module))
			continue;
		if (asprintf(&path, "%s/%s", dir, names[i]) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		r = search_file(s, path);
		if (r > 0)
			return 1;
	}
	return r < 0 ? r : 0;
}

/* A folder and the folders in it, no deeper. */
static int search_tree(struct search *s, const char *dir)
{
	_cleanup_(strv_freep) char **names = NULL;
	size_t n;
	int r = search_folder(s, dir);

	if (r != 0 || root_list(s->o->root, dir, true, &names, &n) < 0)
		return r;
	for (size_t i = 0; i < MIN(n, (size_t)MAX_SUBFOLDERS); i++) {
		_cleanup_free_ char *path = NULL;

		if (asprintf(&path, "%s/%s", dir, names[i]) < 0) {
			path = NULL;
			return -ENOMEM;
		}
		r = search_folder(s, path);
		if (r > 0)
			return 1;
	}
	return 0;
}

/* What identifies the loaded module; "" when nothing does. */
static bool loaded_id(const struct root *root, const char *module, char id[ID_SIZE])
{
	char path[128];

	id[0] = '\0';
	if (module_build_id(root, module, id, ID_SIZE) >= 0 && id[0])
		return true;
	id[0] = '\0';
	FORMAT(path, "sys/module/%s/srcversion", module);
	if (root_read_attr(root, path, id, ID_SIZE) < 0)
		id[0] = '\0';
	return false;
}

static struct entry *entry_new(struct origin *o, const char *module, const char *id, bool by_build_id)
{
	struct entry *n;

	if (array_grow(&o->entries, o->n_entries, sizeof(struct entry *)) < 0)
		return NULL;
	n = calloc(1, sizeof(*n));
	if (!n)
		return NULL;
	n->module = strdup(module);
	n->id = strdup(id);
	n->by_build_id = by_build_id;
	if (!n->module || !n->id) {
		entry_free(n);
		return NULL;
	}
	o->entries[o->n_entries++] = n;
	return n;
}

/* A file that was known stays known; one that was missing is looked for again. */
static void entry_refresh(struct origin *o, struct entry *n)
{
	struct search s = { .o = o, .want = n };

	n->current = true;
	for (size_t i = 0; !n->file && n->id[0] && i < o->n_dirs; i++)
		if (search_tree(&s, o->dirs[i]) > 0)
			return;
}

const struct inspect *origin_find(struct origin *o, const char *module)
{
	struct entry *n = NULL;
	char id[ID_SIZE];
	bool by_build_id;

	if (!*module || *module == '.' || strchr(module, '/') || strlen(module) > 64)
		return NULL;
	for (size_t i = 0; i < o->n_entries; i++)
		if (o->entries[i]->current && streq(o->entries[i]->module, module))
			return o->entries[i]->file;
	by_build_id = loaded_id(o->root, module, id);
	for (size_t i = 0; i < o->n_entries && !n; i++)
		if (streq(o->entries[i]->module, module) && streq(o->entries[i]->id, id) &&
		    o->entries[i]->by_build_id == by_build_id)
			n = o->entries[i];
	if (!n)
		n = entry_new(o, module, id, by_build_id);
	if (!n)
		return NULL;
	entry_refresh(o, n);
	return n->file;
}

void origin_forget(struct origin *o)
{
	for (size_t i = 0; i < o->n_entries; i++)
		o->entries[i]->current = false;
}

static int origin_patches(void *ctx, const char *module, const char *object, const char *old_func,
			  unsigned sympos)
{
	const struct inspect *f = origin_find(ctx, module);

	if (!f || !f->objects_complete)
		return -ENOENT;
	for (size_t i = 0; i < f->n_objects; i++)
		for (size_t k = 0; streq(f->objects[i].name, object) && k < f->objects[i].n_funcs; k++) {
			const struct inspect_func *func = &f->objects[i].funcs[k];

			if (streq(func->old_name, old_func) && MAX(func->sympos, 1u) == MAX(sympos, 1u))
				return 1;
		}
	return 0;
}

static int origin_old_of(void *ctx, const char *module, const char *new_func, const char **ret_object,
			 const char **ret_old)
{
	const struct inspect *f = origin_find(ctx, module);

	for (size_t i = 0; f && i < f->n_objects; i++)
		for (size_t k = 0; k < f->objects[i].n_funcs; k++) {
			const struct inspect_func *func = &f->objects[i].funcs[k];

			if (!func->new_name || !streq(func->new_name, new_func))
				continue;
			*ret_object = f->objects[i].name;
			*ret_old = func->old_name;
			return 0;
		}
	return f && f->objects_complete ? -ENODATA : -ENOENT;
}

struct funcmap origin_funcmap(struct origin *o)
{
	return (struct funcmap){ .old_of = origin_old_of, .patches = origin_patches, .ctx = o };
}
