// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Appends to the history: find the end of the chain, write one line with one
 * write, sync it, keep the heads, rotate. A write that failed half way is
 * taken back; one that a crash left unfinished stays where it is, and the next
 * record begins on a line of its own and says so.
 */
#include "core/history.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/hash.h"
#include "core/historyfile.h"
#include "core/statedir.h"

/* Where the next record goes. */
struct tail {
	struct history_head head; /* of the newest record */
	struct history_heads heads;
	uint64_t *files;
	size_t n_files;
	uint64_t size; /* of the newest file */
	bool torn; /* something unreadable behind the newest record */
	bool open; /* the newest file's last line has no end */
};

static void tail_done(struct tail *t)
{
	free(t->files);
}

/* A line that is a record becomes the head: 1. Another one: 0. */
static int take_head(struct tail *t, const char *line, size_t len, bool open, struct err *e)
{
	struct history_entry en;
	struct history_link link;
	int r = open ? -EBADMSG : history_line_parse(line, len, &en, &link);

	if (r == -ENOMEM)
		return err_set(e, r, "out of memory");
	if (r < 0) {
		t->torn = true;
		return 0;
	}
	t->head.number = en.number;
	history_entry_free(&en);
	r = sha256_hex(line, len, t->head.hash);
	return r < 0 ? err_set(e, r, "libcrypto gives no SHA-256") : 1;
}

/* The newest whole record in one file: 1, or 0 when it holds none. */
static int tail_of_file(const struct history_dir *d, struct tail *t, uint64_t first, bool newest,
			struct err *e)
{
	struct history_back b;
	const char *line;
	size_t len = 0;
	bool open = false, last = newest;
	int r = history_back_open(d, first, &b, e), k = 0;

	if (r < 0)
		return r;
	if (newest)
		t->size = b.size;
	while (k == 0 && (r = history_back_next(&b, &line, &len, &open)) > 0) {
		if (last)
			t->open = open;
		last = false;
		k = take_head(t, line, len, open, e);
	}
	history_back_close(&b);
	return r < 0 ? err_set(e, r, "cannot read the history in %s: %s", d->shown, strerror(-r)) : k;
}

/*
 * The end of the chain. Where the heads file is ahead of the lines, or has
 * another hash for the same number, lines have been taken away or altered:
 * the chain goes on from what was once written, so that it stays visible.
 */
static int tail_find(const struct history_dir *d, struct tail *t, struct err *e)
{
	int r = history_files(d, &t->files, &t->n_files, e);

	for (size_t i = t->n_files; r == 0 && i--;)
		r = tail_of_file(d, t, t->files[i], i == t->n_files - 1, e);
	if (r < 0)
		return r;
	if (history_heads_read(d, &t->heads) >= 0 && t->heads.last.number >= t->head.number)
		t->head = t->heads.last;
	return 0;
}

static int file_open(const struct history_dir *d, const struct tail *t, size_t room, bool *ret_new,
		     struct err *e)
{
	bool fresh = !t->n_files || t->size + room > HISTORY_FILE_MAX;
	struct history_name name = history_file_name(fresh ? t->head.number + 1 : t->files[t->n_files - 1]);
	char shown[sizeof(d->shown) + sizeof(name)];
	_cleanup_close_ int fd = -1;
	int r;

	FORMAT(shown, "%s/%s", d->shown, name.s);
	fd = openat(d->fd, name.s, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(e, -errno, "cannot write the history %s: %m", shown);
	r = statefile_check(fd, shown, e);
	*ret_new = fresh;
	return r < 0 ? r : TAKE_FD(fd);
}

/* All of it and on the disk, or nothing of it. */
static int write_synced(int fd, const char *text, size_t len)
{
	struct stat st;
	ssize_t n;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	n = write(fd, text, len);
	if (n == (ssize_t)len && fsync(fd) == 0)
		return 0;
	r = n < 0 || n == (ssize_t)len ? -errno : -ENOSPC;
	(void)!ftruncate(fd, st.st_size);
	return r;
}

static int append_line(const struct history_dir *d, const struct tail *t, const char *line, struct err *e)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	bool fresh = false;
	int r;

	if (asprintf(&text, "%s%s\n", t->open ? "\n" : "", line) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	fd = file_open(d, t, strlen(text), &fresh, e);
	if (fd < 0)
		return fd;
	/* The line that lacks its end is in another file then. */
	r = write_synced(fd, text + (fresh && t->open), strlen(text + (fresh && t->open)));
	if (r >= 0 && fresh && fsync(d->fd) < 0)
		r = -errno;
	if (r < 0)
		err_set(e, r, "the history in %s cannot be written: %s", d->shown, strerror(-r));
	if (r == -ENOSPC || r == -EDQUOT)
		err_hint(e, "make room on the file system of %s", d->shown);
	return r;
}

/* Drop the oldest files beyond the limit; what goes is written down first. */
static void rotate(const struct history_dir *d, struct tail *t)
{
	for (size_t i = 0; i + HISTORY_KEEP < t->n_files; i++) {
		struct history_name name = history_file_name(t->files[i]);
		struct tail dropped = { 0 };

		if (tail_of_file(d, &dropped, t->files[i], true, NULL) > 0)
			t->heads.floor = dropped.head;
		if (history_heads_write(d, &t->heads) < 0)
			return;
		(void)unlinkat(d->fd, name.s, 0);
	}
}

static int append_locked(const struct history_dir *d, const struct change *c, const struct change_result *r,
			 struct history_head *ret, struct err *e)
{
	_cleanup_(tail_done) struct tail t = { 0 };
	_cleanup_free_ char *line = NULL;
	struct history_link link = { 0 };
	struct history_head head;
	int err = tail_find(d, &t, e);

	if (err < 0)
		return err;
	FORMAT(link.prev, "%s", t.head.hash);
	link.torn = t.torn;
	head.number = t.head.number + 1;
	line = history_line(c, r, head.number, &link);
	if (!line || sha256_hex(line, strlen(line), head.hash) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	if (strlen(line) > HISTORY_LINE_MAX)
		return err_set(e, -E2BIG, "a record of %zu bytes is too long for the history", strlen(line));
	err = append_line(d, &t, line, e);
	if (err < 0)
		return err;
	t.heads.last = head;
	/* Without it the record is on the disk all the same. */
	(void)history_heads_write(d, &t.heads);
	rotate(d, &t);
	*ret = head;
	return 0;
}

int history_append(const char *dir, const struct change *c, const struct change_result *r,
		   struct history_head *ret_head, struct err *e)
{
	struct history_dir d;
	struct history_head head;
	struct err why = { 0 };
	int err;

	err = history_dir_open(dir, true, &d, &why);
	if (err >= 0)
		err = append_locked(&d, c, r, &head, &why);
	history_dir_close(&d);
	if (err < 0) {
		why.rc = RC_AUDIT; /* whatever it was: not recorded */
		if (e)
			*e = why;
		return err;
	}
	if (ret_head)
		*ret_head = head;
	return 0;
}
