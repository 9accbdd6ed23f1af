// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the history's files are and how they are opened: below a descriptor,
 * following no links, ours alone. What is in the lines is core/history_line.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/hash.h"
#include "core/historyfile.h"
#include "core/statedir.h"

#define LOCK_WAIT_MS 5000
#define LOCK_STEP_MS 10
#define FILES_MAX 4096
#define NUMBER_MAX ((uint64_t)INT64_MAX / 2)
#define HEADS_SIZE (2 * sizeof("floor 12345678901234567890 ") + 2 * SHA256_HEX)
#define NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

/* Who holds it only appends a line, so waiting is short; it is bounded all the same. */
static int lock_wait(int fd, int how, const char *shown, struct err *e)
{
	for (int ms = 0; flock(fd, how | LOCK_NB) < 0; ms += LOCK_STEP_MS) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_set(e, -errno, "cannot lock the history in %s: %m", shown);
		if (ms >= LOCK_WAIT_MS)
			return err_set(e, -EBUSY, "another klpsh holds the history in %s", shown);
		(void)poll(NULL, 0, LOCK_STEP_MS);
	}
	return 0;
}

static int lock_open(const struct history_dir *d, bool write, struct err *e)
{
	_cleanup_close_ int fd = -1;
	char shown[sizeof(d->shown) + 8];
	int r;

	fd = openat(d->fd, "lock", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (write ? O_CREAT : 0), 0600);
	if (fd < 0 && errno == ENOENT)
		return -1; /* nobody has ever written here */
	if (fd < 0)
		return err_set(e, -errno, "cannot open the history's lock in %s: %m", d->shown);
	FORMAT(shown, "%s/lock", d->shown);
	r = statefile_check(fd, shown, e);
	r = r < 0 ? r : lock_wait(fd, write ? LOCK_EX : LOCK_SH, d->shown, e);
	return r < 0 ? r : TAKE_FD(fd);
}

int history_dir_open(const char *dir, bool write, struct history_dir *ret, struct err *e)
{
	struct err why = { 0 };
	int r;

	*ret = (struct history_dir){ .fd = -1, .lock = -1 };
	FORMAT(ret->shown, "%s/history", dir);
	r = statedir_open(dir, "history", write, e ? e : &why);
	if (r < 0)
		return r;
	ret->fd = r;
	why.code = 0;
	ret->lock = lock_open(ret, write, &why);
	if (!why.code)
		return 0;
	if (e)
		*e = why;
	history_dir_close(ret);
	return why.code;
}

void history_dir_close(struct history_dir *d)
{
	closep(&d->fd);
	closep(&d->lock); /* the lock goes with it */
	d->fd = d->lock = -1;
}

struct history_name history_file_name(uint64_t first)
{
	struct history_name n;

	FORMAT(n.s, "%020" PRIu64 ".json", first);
	return n;
}

static bool parse_name(const char *name, uint64_t *ret)
{
	char digits[21];

	if (strlen(name) != 25 || strspn(name, "0123456789") != 20 || !streq(name + 20, ".json"))
		return false;
	FORMAT(digits, "%.20s", name);
	return parse_u64(digits, ret) >= 0;
}

int history_files(const struct history_dir *d, uint64_t **ret, size_t *ret_n, struct err *e)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	_cleanup_free_ uint64_t *v = NULL;
	const struct dirent *de;
	size_t n = 0;
	int fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir)
		return err_set(e, -errno, "cannot list %s: %m", d->shown);
	while (errno = 0, (de = readdir(dir)) && n < FILES_MAX) {
		if (array_grow(&v, n, sizeof(*v)) < 0)
			return err_set(e, -ENOMEM, "out of memory");
		n += parse_name(de->d_name, &v[n]);
	}
	if (errno)
		return err_set(e, -errno, "cannot list %s: %m", d->shown);
	if (n)
		qsort(v, n, sizeof(*v), by_u64);
	*ret = TAKE_PTR(v);
	*ret_n = n;
	return 0;
}

int history_file_open(const struct history_dir *d, uint64_t first, uint64_t *ret_size, uint64_t *ret_from,
		      struct err *e)
{
	struct history_name name = history_file_name(first);
	_cleanup_close_ int fd = openat(d->fd, name.s, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(e, -errno, "cannot open %s/%s: %m", d->shown, name.s);
	if (!S_ISREG(st.st_mode))
		return err_set(e, -EBADMSG, "%s/%s is not a plain file", d->shown, name.s);
	*ret_size = (uint64_t)st.st_size;
	*ret_from = *ret_size > HISTORY_FILE_MAX + HISTORY_LINE_MAX ? *ret_size - HISTORY_FILE_MAX : 0;
	return TAKE_FD(fd);
}

static int read_from(int fd, off_t at, char **ret, size_t *ret_len)
{
	if (lseek(fd, at, SEEK_SET) < 0)
		return -errno;
	return fd_read_all(fd, HISTORY_FILE_MAX + 2 * HISTORY_LINE_MAX, ret, ret_len);
}

int history_file_read(const struct history_dir *d, uint64_t first, char **ret, size_t *ret_len, bool *ret_cut,
		      struct err *e)
{
	struct history_name name = history_file_name(first);
	uint64_t size, from = 0;
	_cleanup_close_ int fd = history_file_open(d, first, &size, &from, e);
	int r;

	if (fd < 0)
		return fd;
	*ret_cut = from > 0;
	r = read_from(fd, (off_t)from, ret, ret_len);
	return r < 0 ? err_set(e, r, "cannot read %s/%s: %s", d->shown, name.s, strerror(-r)) : 0;
}

static bool parse_head(const char *text, const char *word, struct history_head *ret)
{
	size_t n = strlen(word);
	char digits[21];

	if (strncmp(text, word, n) != 0 || strlen(text) < n + 20 + 1 + 64)
		return false;
	FORMAT(digits, "%.20s", text + n);
	FORMAT(ret->hash, "%.64s", text + n + 21);
	if (parse_u64(digits, &ret->number) < 0 || ret->number > NUMBER_MAX || !sha256_is_hex(ret->hash))
		return false;
	if (!ret->number)
		ret->hash[0] = '\0';
	return true;
}

int history_heads_read(const struct history_dir *d, struct history_heads *ret)
{
	_cleanup_close_ int fd = openat(d->fd, "heads", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	struct history_heads h;
	const char *second;
	int r;

	if (fd < 0)
		return errno == ENOENT ? -ENOENT : -EBADMSG;
	r = fd_read_all(fd, 4 * HEADS_SIZE, &text, NULL);
	if (r < 0)
		return -EBADMSG;
	second = strchr(text, '\n');
	if (!second || !parse_head(text, "last ", &h.last) || !parse_head(second + 1, "floor ", &h.floor))
		return -EBADMSG;
	*ret = h;
	return 0;
}

/* In place and of a fixed length: within one sector, so it needs no room and is not torn. */
int history_heads_write(const struct history_dir *d, const struct history_heads *h)
{
	_cleanup_close_ int fd =
		openat(d->fd, "heads", O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	char text[HEADS_SIZE + 1];
	ssize_t n;

	if (fd < 0)
		return -errno;
	FORMAT(text, "last %020" PRIu64 " %s\nfloor %020" PRIu64 " %s\n", h->last.number,
	       h->last.number ? h->last.hash : NO_HASH, h->floor.number,
	       h->floor.number ? h->floor.hash : NO_HASH);
	n = pwrite(fd, text, strlen(text), 0);
	if (n != (ssize_t)strlen(text))
		return n < 0 ? -errno : -ENOSPC;
	return fdatasync(fd) < 0 ? -errno : 0;
}

const char *history_line_back(const char *data, size_t *end, size_t *ret_len, bool *ret_open)
{
	size_t stop = *end, start;
	const char *nl;

	if (!stop)
		return NULL;
	*ret_open = data[stop - 1] != '\n';
	stop -= !*ret_open;
	nl = memrchr(data, '\n', stop);
	start = nl ? (size_t)(nl - data) + 1 : 0;
	*ret_len = stop - start;
	*end = start;
	return data + start;
}
