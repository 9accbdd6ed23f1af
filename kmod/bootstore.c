// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See bootstore.h. The record gets its name before the module, so that a crash
 * in between leaves a file that does not fit its record, which is refused, and
 * never one without a check. What needs room, the module, is on the disk before
 * either: a disk that is full leaves what was installed before as it was.
 */
#include "kmod/bootstore.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/dirfile.h"
#include "core/modname.h"
#include "core/root.h"
#include "core/statedir.h"

#define NAME_MAX_LEN 55 /* of a module */
#define RECORD_MAX 256

static bool is_name(const char *s, size_t max)
{
	size_t len = strlen(s);

	return len && len <= max && s[0] != '.' && s[0] != '-' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+.~") == len;
}

bool boot_release_valid(const char *release)
{
	return is_name(release, 64);
}

/* kpatch's folders are for all to read; the umask may say otherwise. */
static int make_dirs(const char *base, const char *release, struct err *e)
{
	_cleanup_close_ int dir = -1;

	if (mkdir(base, 0755) < 0 && errno != EEXIST)
		return err_set(e, -errno, "cannot make the folder %s: %m", base);
	dir = statedir_open(base, NULL, false, e);
	if (dir < 0)
		return dir;
	if (mkdirat(dir, release, 0755) < 0 && errno != EEXIST)
		return err_set(e, -errno, "cannot make the folder %s/%s: %m", base, release);
	return fsync(dir) < 0 ? err_set(e, -errno, "%s is not safely on the disk: %m", base) : 0;
}

static int folder_open(const char *base, const char *release, bool create, struct err *e)
{
	int r = 0;

	if (!boot_release_valid(release))
		return err_set(e, -EINVAL, "\"%s\" is no kernel release", release);
	if (create)
		r = make_dirs(base, release, e);
	return r < 0 ? r : statedir_open(base, release, false, e);
}

static char *module_name(const char *file)
{
	char *name = strndup(file, strlen(file) - strlen(".ko"));

	if (name)
		modname_make(name);
	return name;
}

static bool is_module_file(const char *file)
{
	return is_name(file, NAME_MAX_LEN + 3) && has_ending(file, ".ko");
}

static void record_name(const char *file, char name[80])
{
	snprintf(name, 80, "%.*s.klpsh", (int)strlen(file) - 3, file);
}

/* "sha256=HEX\norder=N"; a record that cannot be read is one that fits no file. */
static void record_read(int dir, struct boot_entry *b)
{
	char name[80], text[RECORD_MAX], *save = NULL;
	uint64_t order;
	int r;

	record_name(b->file, name);
	r = dirfile_read_text(dir, name, text, sizeof(text));
	if (r == -ENOENT)
		return;
	FORMAT(b->sha256, "unreadable");
	for (char *line = r < 0 ? NULL : strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "sha256=", 7) == 0 && strlen(line) == 7 + 64)
			FORMAT(b->sha256, "%s", line + 7);
		else if (strncmp(line, "order=", 6) == 0 && parse_u64(line + 6, &order) >= 0 &&
			 order <= BOOT_ORDER_MAX)
			b->order = (int)order;
	}
}

static int record_write(int dir, const char *file, const char *sha256, int order)
{
	char name[80], text[RECORD_MAX];

	record_name(file, name);
	FORMAT(text, "sha256=%s\norder=%d\n", sha256, order);
	return dirfile_write_text(dir, name, 0644, text);
}

static int compare_entries(const void *a, const void *b)
{
	const struct boot_entry *x = a, *y = b;

	if ((x->order < 0) != (y->order < 0))
		return x->order < 0 ? 1 : -1;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->file, y->file);
}

static int list_add(struct boot_list *l, int dir, const char *file)
{
	struct boot_entry b = { .order = -1 };
	struct stat st;

	if (!is_module_file(file) || fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if (l->n == BOOT_MAX)
		return -E2BIG;
	if (array_grow(&l->v, l->n, sizeof(b)) < 0)
		return -ENOMEM;
	b.file = strdup(file);
	b.name = module_name(file);
	if (b.file && b.name)
		record_read(dir, &b);
	l->v[l->n++] = b;
	return b.file && b.name ? 0 : -ENOMEM;
}

static int list_read(struct boot_list *l, int fd)
{
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *de;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), r = 0;

	d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		r = -errno;
		if (copy >= 0)
			close(copy);
		return r;
	}
	while (r >= 0 && (errno = 0, de = readdir(d)))
		r = list_add(l, fd, de->d_name);
	return r < 0 ? r : -errno;
}

int bootstore_list(const char *base, const char *release, struct boot_list *ret, struct err *e)
{
	struct err why = { 0 };
	_cleanup_close_ int dir = folder_open(base, release, false, &why);
	struct boot_list l = { 0 };
	int r;

	if (dir == -ENOENT) {
		*ret = l;
		return 0;
	}
	if (dir < 0 && e)
		*e = why;
	if (dir < 0)
		return dir;
	r = list_read(&l, dir);
	if (r < 0) {
		boot_list_free(&l);
		return err_set(e, r, "cannot read the boot store %s/%s: %s", base, release, strerror(-r));
	}
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), compare_entries);
	*ret = l;
	return 0;
}

void boot_list_free(struct boot_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].file);
		free(l->v[i].name);
	}
	free(l->v);
	*l = (struct boot_list){ 0 };
}

const struct boot_entry *boot_list_find(const struct boot_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (modname_same(l->v[i].name, strlen(l->v[i].name), name))
			return &l->v[i];
	return NULL;
}

static int order_for(const struct boot_list *l, const struct boot_entry *old, int order)
{
	if (order >= 0)
		return order;
	if (old && old->order >= 0)
		return old->order;
	for (size_t i = 0; i < l->n; i++)
		order = MAX(order, l->v[i].order);
	return MIN(order + 1, BOOT_ORDER_MAX);
}

static int fill_image(int fd, const void *arg)
{
	return image_copy(arg, fd);
}

/* The module under a name that nobody looks at, the record, then the module's own name. */
static int put_both(int dir, const char *file, const struct image *i, int order)
{
	char staged[80 + sizeof(DIRFILE_TEMP)];
	int r;

	FORMAT(staged, DIRFILE_TEMP "%s", file);
	r = dirfile_write(dir, staged, 0644, fill_image, i);
	r = r < 0 ? r : record_write(dir, file, i->content, order);
	if (r >= 0 && renameat(dir, staged, dir, file) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(dir, staged, 0);
	else if (fsync(dir) < 0)
		r = -errno;
	return r;
}

/* What had the name under another spelling goes at the end. */
static int put(int dir, const struct boot_entry *old, const char *file, const struct image *i, int order)
{
	char record[80];
	int r = put_both(dir, file, i, order);

	if (r < 0 || !old || streq(old->file, file))
		return r;
	record_name(old->file, record);
	r = dirfile_remove(dir, old->file);
	return r < 0 ? r : dirfile_remove(dir, record);
}

int bootstore_put(const char *base, const char *release, const struct image *i, int order, struct err *e)
{
	_cleanup_close_ int dir = -1;
	struct boot_list l = { 0 };
	char file[80];
	int r;

	if (!is_name(i->inspect->name, NAME_MAX_LEN))
		return err_set(e, -EINVAL, "a module named \"%s\" cannot be installed", i->inspect->name);
	FORMAT(file, "%s.ko", i->inspect->name);
	dir = folder_open(base, release, true, e);
	r = dir < 0 ? dir : bootstore_list(base, release, &l, e);
	if (r < 0)
		return r;
	r = put(dir, boot_list_find(&l, i->inspect->name), file, i,
		order_for(&l, boot_list_find(&l, i->inspect->name), order));
	boot_list_free(&l);
	return r < 0 ? err_set(e, r, "%s/%s/%s cannot be written: %s", base, release, file, strerror(-r)) : 0;
}

int bootstore_remove(const char *base, const char *release, const struct boot_entry *b, struct err *e)
{
	_cleanup_close_ int dir = folder_open(base, release, false, e), above = -1;
	char record[80];
	int r;

	if (dir < 0)
		return dir;
	record_name(b->file, record);
	r = dirfile_remove(dir, b->file);
	r = r < 0 ? r : dirfile_remove(dir, record);
	if (r < 0)
		return err_set(e, r, "%s/%s/%s cannot be removed: %s", base, release, b->file, strerror(-r));
	above = statedir_open(base, NULL, false, NULL);
	if (above >= 0)
		(void)unlinkat(above, release, AT_REMOVEDIR);
	return 0;
}
