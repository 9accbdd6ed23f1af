// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store of module files. Names are made of the hash alone, so nothing that
 * a module says of itself becomes a path; what is said of a file beside it
 * only helps to find it, its bytes are hashed whenever they are used.
 */
#include "kmod/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/dirfile.h"
#include "core/statedir.h"
#include "core/text.h"
#include "kmod/decompress.h"
#include "kmod/signature.h"

#define INFO_MAX 8192
#define STORE_MAX 4096 /* files looked at */
#define TEMP_OLD (60 * 60) /* seconds after which a half-written file is nobody's */

static bool is_sha256(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* What a later search needs; foreign strings sanitized, so a value has no newline. */
static int write_info(int store, const char *file, const struct image *i)
{
	char text[INFO_MAX], name[256], path[2048];
	const char *id = i->inspect->build_id ? i->inspect->build_id : "";

	text_clean(name, sizeof(name), i->inspect->name, strlen(i->inspect->name));
	text_clean(path, sizeof(path), i->inspect->path, strlen(i->inspect->path));
	FORMAT(text, "name=%s\nbuild-id=%s\npath=%s\n", name, id, path);
	return dirfile_write_text(store, file, 0600, text);
}

static int fill_image(int out, const void *arg)
{
	return image_copy(arg, out);
}

/* Is the file there with just these bytes? Then it becomes the newest. */
static bool is_whole(int store, const char *name, const char *sha256)
{
	_cleanup_close_ int fd = openat(store, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	char now[SHA256_HEX];
	size_t len;

	return fd >= 0 && file_read_fd(name, fd, INSPECT_MAX_FILE, &data, &len, NULL) >= 0 &&
	       sha256_hex(data, len, now) >= 0 && streq(now, sha256) && futimens(fd, NULL) >= 0;
}

int store_put(const char *dir, const struct image *i, struct err *e)
{
	_cleanup_close_ int store = statedir_open(dir, "store", true, e);
	char ko[80], info[80];
	int r = 0;

	if (store < 0)
		return store;
	FORMAT(ko, "%s.ko", i->content);
	FORMAT(info, "%s.info", i->content);
	if (!is_whole(store, ko, i->content))
		r = dirfile_write(store, ko, 0600, fill_image, i);
	r = r < 0 ? r : write_info(store, info, i);
	if (r >= 0 && fsync(store) < 0)
		r = -errno;
	return r < 0 ? err_set(e, r, "%s/store/%s cannot be written: %s", dir, ko, strerror(-r)) : 0;
}

static int altered(const char *path, struct err *e)
{
	err_set(e, -EBADMSG, "%s is not what was stored: its bytes have been altered", path);
	err_hint(e, "find the module file elsewhere and load that");
	return -EBADMSG;
}

int store_get(const char *dir, const char *sha256, struct image **ret, struct err *e)
{
	_cleanup_close_ int store = -1, fd = -1;
	_cleanup_(image_freep) struct image *i = NULL;
	char name[80], path[640];
	int r;

	if (!is_sha256(sha256))
		return err_set(e, -ENOENT, "no stored file is known");
	FORMAT(name, "%s.ko", sha256);
	FORMAT(path, "%s/store/%s", dir, name);
	store = statedir_open(dir, "store", false, e);
	if (store < 0)
		return store == -ENOENT ? err_set(e, store, "%s is missing", path) : store;
	fd = openat(store, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, -ENOENT, "%s is missing", path);
	if (fd < 0)
		return err_set(e, -errno, "%s: %m", path);
	r = image_from_fd(path, fd, &i, e);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || !streq(i->content, sha256))
		return altered(path, e);
	*ret = TAKE_PTR(i);
	return 0;
}

/* Does the info file say so? Lines "key=value"; all must be there. */
static bool info_says(int store, const char *name, const char *module, const char *build_id)
{
	_cleanup_close_ int fd = openat(store, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	char *save = NULL;
	bool same_name = false, same_id = false;
	size_t len;

	if (fd < 0 || file_read_fd(name, fd, INFO_MAX, &text, &len, NULL) < 0)
		return false;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		same_name |= !strncmp(l, "name=", 5) && streq(l + 5, module);
		same_id |= !strncmp(l, "build-id=", 9) && streq(l + 9, build_id);
	}
	return same_name && same_id;
}

struct stored {
	char sha256[65];
	struct timespec when;
};

struct stored_list {
	struct stored *v;
	size_t n;
};

static void stored_done(struct stored_list *l)
{
	free(l->v);
}

static int newest_first(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;

	if (x->when.tv_sec != y->when.tv_sec)
		return x->when.tv_sec < y->when.tv_sec ? 1 : -1;
	if (x->when.tv_nsec != y->when.tv_nsec)
		return x->when.tv_nsec < y->when.tv_nsec ? 1 : -1;
	return strcmp(x->sha256, y->sha256);
}

/* "SHA256.ko": take the hash. */
static bool stored_name(const char *name, char sha256[65])
{
	if (strlen(name) != 67 || !streq(name + 64, ".ko"))
		return false;
	memcpy(sha256, name, 64);
	sha256[64] = '\0';
	return is_sha256(sha256);
}

/* A half-written file that nobody writes any more. */
static void drop_old_temp(int store, const char *name, const struct stat *st)
{
	if (!strncmp(name, DIRFILE_TEMP, strlen(DIRFILE_TEMP)) &&
	    (uint64_t)st->st_mtime + TEMP_OLD < now_wall() / USEC_PER_SEC)
		unlinkat(store, name, 0);
}

/* All stored files, newest first; *ret is the caller's even on failure. */
static int stored_read(int store, struct stored_list *ret)
{
	_cleanup_(closedirp) DIR *d = NULL;
	int fd = fcntl(store, F_DUPFD_CLOEXEC, 3);
	struct dirent *entry;

	d = fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return -errno;
	while (ret->n < STORE_MAX && (entry = readdir(d))) {
		struct stored s = { 0 };
		struct stat st;

		if (fstatat(store, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		drop_old_temp(store, entry->d_name, &st);
		if (!stored_name(entry->d_name, s.sha256) || !S_ISREG(st.st_mode))
			continue;
		s.when = st.st_mtim;
		if (array_grow(&ret->v, ret->n, sizeof(s)) < 0)
			return -ENOMEM;
		ret->v[ret->n++] = s;
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), newest_first);
	return 0;
}

int store_find(const char *dir, const char *name, const char *build_id, char ret_sha256[65])
{
	_cleanup_close_ int store = *build_id ? statedir_open(dir, "store", false, NULL) : -ENOENT;
	_cleanup_(stored_done) struct stored_list l = { 0 };
	int r = store < 0 ? store : stored_read(store, &l);

	for (size_t i = 0; r >= 0 && i < l.n; i++) {
		char info[80];

		FORMAT(info, "%s.info", l.v[i].sha256);
		if (!info_says(store, info, name, build_id))
			continue;
		memcpy(ret_sha256, l.v[i].sha256, sizeof(l.v[i].sha256));
		return 0;
	}
	return r < 0 ? r : -ENOENT;
}

static bool is_in_use(const char *sha256, char *const *keep)
{
	for (; keep && *keep; keep++)
		if (streq(*keep, sha256))
			return true;
	return false;
}

int store_prune(const char *dir, size_t keep, char *const *keep_sha, struct err *e)
{
	_cleanup_close_ int store = statedir_open(dir, "store", false, e);
	_cleanup_(stored_done) struct stored_list l = { 0 };
	int r = store < 0 ? store : stored_read(store, &l);

	if (store == -ENOENT) {
		if (e)
			*e = (struct err){ 0 };
		return 0;
	}
	for (size_t i = keep; r >= 0 && i < l.n; i++) {
		char name[80];

		if (is_in_use(l.v[i].sha256, keep_sha))
			continue;
		FORMAT(name, "%s.info", l.v[i].sha256);
		unlinkat(store, name, 0);
		FORMAT(name, "%s.ko", l.v[i].sha256);
		if (unlinkat(store, name, 0) < 0 && errno != ENOENT)
			r = err_set(e, -errno, "%s/store/%s cannot be removed: %m", dir, name);
	}
	return r;
}
