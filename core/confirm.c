// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files "confirm-TXN" below STATE_DIR/state. The transaction id is checked to
 * be hexadecimal before it becomes part of a name.
 */
#include "core/confirm.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/dirfile.h"
#include "core/json.h"
#include "core/statedir.h"

#define PREFIX "confirm-"
#define FILE_MAX 4096
#define ID_MIN 4

static bool is_id(const char *s, size_t min, size_t max)
{
	size_t n = strspn(s, "0123456789abcdef");

	return n >= min && n <= max && !s[n];
}

static int open_dir(const char *state_dir, bool create, struct err *e)
{
	return statedir_open(state_dir, "state", create, e);
}

static int name_of(const char *txn, char *buf, size_t size)
{
	if (!is_id(txn, TXN_LEN, TXN_LEN))
		return -EINVAL;
	snprintf(buf, size, PREFIX "%s", txn);
	return 0;
}

static char *to_text(const struct confirm *c)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();

	if (jv_set(o, "txn", jv_new_str(c->txn)) < 0 || jv_set(o, "verb", jv_new_str(c->verb)) < 0 ||
	    jv_set(o, "target", jv_new_str(c->target)) < 0 ||
	    jv_set(o, "deadline", jv_new_int((int64_t)c->deadline_us)) < 0 ||
	    jv_set(o, "seconds", jv_new_real(c->seconds)) < 0 ||
	    jv_set(o, "boot", jv_new_str(c->boot_id)) < 0 || jv_set(o, "auid", jv_new_int(c->auid)) < 0 ||
	    jv_set(o, "uid", jv_new_int(c->uid)) < 0 || jv_set(o, "user", jv_new_str(c->user)) < 0 ||
	    jv_set(o, "failed", jv_new_str(c->failed)) < 0)
		return NULL;
	return jv_dump(o);
}

static void take_str(const struct jv *o, const char *key, char *buf, size_t size)
{
	const char *s = jv_str(o, key);

	snprintf(buf, size, "%s", s ? s : "");
}

static int from_text(const char *text, size_t len, struct confirm *ret)
{
	_cleanup_(jv_freep) struct jv *o = NULL;
	struct confirm c = { 0 };
	int64_t deadline, auid, uid;

	if (jv_parse(text, len, &o, NULL) < 0 || !jv_int(o, "deadline", &deadline) || deadline < 0 ||
	    !jv_int(o, "auid", &auid) || !jv_int(o, "uid", &uid))
		return -EBADMSG;
	(void)jv_real(o, "seconds", &c.seconds);
	take_str(o, "txn", c.txn, sizeof(c.txn));
	take_str(o, "verb", c.verb, sizeof(c.verb));
	take_str(o, "target", c.target, sizeof(c.target));
	take_str(o, "boot", c.boot_id, sizeof(c.boot_id));
	take_str(o, "user", c.user, sizeof(c.user));
	take_str(o, "failed", c.failed, sizeof(c.failed));
	c.deadline_us = (uint64_t)deadline;
	c.auid = (uint32_t)auid;
	c.uid = (uint32_t)uid;
	*ret = c;
	return is_id(c.txn, TXN_LEN, TXN_LEN) ? 0 : -EBADMSG;
}

int confirm_arm(const char *state_dir, const struct confirm *c, struct err *e)
{
	_cleanup_close_ int dir = open_dir(state_dir, true, e);
	_cleanup_free_ char *text = to_text(c);
	char name[64];
	int r;

	if (dir < 0)
		return dir;
	r = text ? name_of(c->txn, name, sizeof(name)) : -ENOMEM;
	if (r >= 0 && (r = dirfile_write_text(dir, name, 0600, text)) < 0)
		(void)unlinkat(dir, name, 0); /* there, but perhaps not on the disk */
	return r < 0 ? err_set(e, r, "cannot arm the undoing in %s/state: %s", state_dir, strerror(-r)) : 0;
}

int confirm_note_failed(const char *state_dir, const struct confirm *c, const char *why, struct err *e)
{
	_cleanup_close_ int dir = open_dir(state_dir, false, e);
	_cleanup_free_ char *text = NULL;
	struct confirm failed = *c;
	char name[64];
	int r;

	if (dir < 0)
		return dir;
	FORMAT(failed.failed, "%s", *why ? why : "the reason is not known");
	text = to_text(&failed);
	r = text ? name_of(c->txn, name, sizeof(name)) : -ENOMEM;
	r = r < 0 ? r : dirfile_write_text(dir, name, 0600, text);
	return r < 0 ? err_set(e, r, "cannot write to %s/state: %s", state_dir, strerror(-r)) : 0;
}

static int read_one(int dir, const char *name, struct confirm *ret)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char buf[FILE_MAX];
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (statefile_check(fd, name, NULL) < 0)
		return -EPERM;
	n = read(fd, buf, sizeof(buf));
	return n < 0 ? -errno : from_text(buf, (size_t)n, ret);
}

int confirm_list(const char *state_dir, struct confirm **ret, size_t *ret_n, struct err *e)
{
	_cleanup_(closedirp) DIR *d = NULL;
	struct confirm *v = NULL;
	struct dirent *de;
	size_t n = 0;
	int dir = open_dir(state_dir, false, e);

	*ret = NULL;
	*ret_n = 0;
	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	d = fdopendir(dir);
	if (!d) {
		close(dir);
		return err_set(e, -ENOMEM, "out of memory");
	}
	while ((de = readdir(d))) {
		struct confirm c;

		if (!begins(de->d_name, PREFIX) || read_one(dirfd(d), de->d_name, &c) < 0)
			continue;
		if (array_grow(&v, n, sizeof(*v)) < 0) {
			free(v);
			return err_set(e, -ENOMEM, "out of memory");
		}
		v[n++] = c;
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

int confirm_find(const char *state_dir, const char *id, struct confirm *ret, struct err *e)
{
	_cleanup_free_ struct confirm *v = NULL;
	size_t n, found = 0, at = 0;
	int r;

	if (!is_id(id, ID_MIN, TXN_LEN))
		return err_rc(e, RC_USAGE, -EINVAL,
			      "\"%s\" is no transaction: at least %d hexadecimal digits", id, ID_MIN);
	r = confirm_list(state_dir, &v, &n, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++)
		if (begins(v[i].txn, id)) {
			at = i;
			found++;
		}
	if (found > 1)
		return err_rc(e, RC_USAGE, -EINVAL, "\"%s\" fits %zu transactions; say more of it", id,
			      found);
	if (!found) {
		err_set(e, -ENOENT, "no change %s waits to be confirmed", id);
		err_hint(e, "klpsh history says how it ended");
		return -ENOENT;
	}
	*ret = v[at];
	return 0;
}

int confirm_disarm(const char *state_dir, const char *txn, struct err *e)
{
	_cleanup_close_ int dir = open_dir(state_dir, false, e);
	char name[64];
	int r;

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	r = name_of(txn, name, sizeof(name));
	if (r >= 0 && unlinkat(dir, name, 0) < 0 && errno != ENOENT)
		r = -errno;
	if (r >= 0 && fsync(dir) < 0)
		r = -errno;
	return r < 0 ? err_set(e, r, "cannot disarm the undoing of %s: %s", txn, strerror(-r)) : 0;
}

static int open_one(const char *state_dir, const char *txn, struct err *e)
{
	_cleanup_close_ int dir = open_dir(state_dir, false, e);
	char name[64];
	int fd;

	if (dir < 0)
		return dir;
	if (name_of(txn, name, sizeof(name)) < 0)
		return err_set(e, -EINVAL, "\"%s\" is no transaction", txn);
	fd = openat(dir, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, -errno, "change %s is not armed: %s", txn, strerror(errno));
	return fd;
}

int confirm_watch(const char *state_dir, const char *txn, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open_one(state_dir, txn, e), r;

	if (fd < 0 || fcntl(fd, F_OFD_SETLK, &whole) == 0)
		return fd;
	r = errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
	close(fd);
	return err_set(e, r, "change %s is watched already", txn);
}

/* Only asks: a lock held for the asking would be in a watcher's way that just begins. */
bool confirm_is_watched(const char *state_dir, const char *txn)
{
	_cleanup_close_ int fd = open_one(state_dir, txn, NULL);
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fd >= 0 && fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
}

bool confirm_is_armed(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0;
}
