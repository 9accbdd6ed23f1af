/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is installed, as kpatch sees it: files below /var/lib/kpatch/RELEASE,
 * where it installs, and /usr/lib/kpatch/RELEASE, where packages do. Reads
 * only; names with - and _ are alike, as module names are.
 */
#include "shell/kpatch_own.h"

#include <errno.h>
#include <limits.h>

#include "core/modname.h"
#include "kmod/bootstore.h"

static const char *const stores[] = { "var/lib/kpatch", "usr/lib/kpatch" };

bool kp_is_file(const char *word)
{
	return strstr(word, ".ko") != NULL;
}

void kp_module_name(const char *file, char *buf, size_t size)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file, *end = strstr(base, ".ko");
	size_t len = end ? (size_t)(end - base) : strlen(base);

	snprintf(buf, size, "%.*s", (int)MIN(len, size - 1), base);
	modname_make(buf);
}

bool kp_same_name(const char *a, const char *b)
{
	char x[64], y[64];

	kp_module_name(a, x, sizeof(x));
	kp_module_name(b, y, sizeof(y));
	return streq(x, y);
}

static int add(struct kp_store *s, const char *prefix, const char *store, const char *release,
	       const char *file)
{
	struct kp_installed *i;

	if (array_grow(&s->v, s->n, sizeof(*s->v)) < 0)
		return -ENOMEM;
	i = &s->v[s->n];
	*i = (struct kp_installed){ .release = strdup(release), .order = INT_MAX };
	if (asprintf(&i->path, "%s/%s/%s/%s", prefix, store, release, file) < 0)
		i->path = NULL;
	kp_module_name(file, i->name, sizeof(i->name));
	s->n++;
	return i->release && i->path ? 0 : -ENOMEM;
}

/* Files of one release in one store. */
static int read_release(struct kpatch *k, const char *store, const char *release, struct kp_store *ret)
{
	_cleanup_(strv_freep) char **files = NULL;
	const char *prefix = k->app->root_prefix ? k->app->root_prefix : "";
	char dir[256];
	size_t n = 0;
	int r;

	FORMAT(dir, "%s/%s", store, release);
	r = root_list(k->app->root, dir, false, &files, &n);
	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	for (size_t i = 0; r >= 0 && i < n; i++)
		if (kp_is_file(files[i]) && files[i][0] != '.')
			r = add(ret, prefix, store, release, files[i]);
	return r;
}

static int read_store(struct kpatch *k, const char *store, const char *release, struct kp_store *ret)
{
	_cleanup_(strv_freep) char **releases = NULL;
	size_t n = 0;
	int r;

	if (*release)
		return read_release(k, store, release, ret);
	r = root_list(k->app->root, store, true, &releases, &n);
	if (r == -ENOENT)
		return 0;
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = read_release(k, store, releases[i], ret);
	return r;
}

static int earlier(const void *a, const void *b)
{
	const struct kp_installed *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Order and hash, as far as klpsh has recorded them. Others see the files alone. */
static void add_records(struct kpatch *k, const char *store, const char *release, struct kp_store *s)
{
	const char *prefix = k->app->root_prefix ? k->app->root_prefix : "";
	struct boot_list list = { 0 };
	char base[256];

	FORMAT(base, "%s/%s", prefix, store);
	if (bootstore_list(base, release, &list, NULL) < 0)
		return;
	for (size_t i = 0; i < s->n; i++) {
		const struct boot_entry *b = boot_list_find(&list, s->v[i].name);

		if (!b || !path_below(s->v[i].path, base))
			continue;
		FORMAT(s->v[i].sha256, "%s", b->sha256);
		if (b->order >= 0)
			s->v[i].order = b->order;
	}
	boot_list_free(&list);
}

int kp_store_read(struct kpatch *k, const char *release, struct kp_store *ret)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(stores); i++) {
		r = read_store(k, stores[i], release, ret);
		if (r < 0)
			kp_warn("cannot read /%s: %s", stores[i], strerror(-r));
	}
	if (r >= 0 && *release && ret->n) {
		add_records(k, stores[0], release, ret);
		qsort(ret->v, ret->n, sizeof(*ret->v), earlier);
	}
	return r;
}

void kp_store_free(struct kp_store *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].release);
		free(s->v[i].path);
	}
	free(s->v);
	*s = (struct kp_store){ 0 };
}

char *kp_find_file(struct kpatch *k, const char *word)
{
	struct kp_store s = { 0 };
	char *path = NULL;

	if (kp_is_file(word)) {
		path = strdup(word);
	} else if (kp_store_read(k, k->release, &s) >= 0) {
		for (size_t i = 0; !path && i < s.n; i++)
			if (kp_same_name(s.v[i].name, word))
				path = strdup(s.v[i].path);
		if (!path)
			kp_warn("can't find %s: it is not installed for kernel %s", word, k->release);
	}
	kp_store_free(&s);
	return path;
}
