// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lock files below /run/klpsh, which is ours alone. The flock is the truth;
 * what stands in the file only names the holder, and is read as foreign text.
 */
#include "core/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "core/json.h"
#include "core/loop.h"
#include "core/text.h"

#define HOLDER_MAX 2048
#define RETRY_US 20000

static const char *const names[] = { [LOCK_WHOLE] = "lock", [LOCK_STEP] = "write" };

/* A folder of our own, made when it is missing. Descriptor or negative errno. */
static int open_dir(const char *dir, struct err *e)
{
	struct stat st;
	int fd;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_set(e, -errno, "cannot create %s: %m", dir);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, -errno, "cannot open %s: %m", dir);
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 022))
		return fd;
	close(fd);
	err_set(e, -EPERM, "%s is not ours alone, so no lock in it can be trusted", dir);
	err_hint(e, "remove it: klpsh makes it anew");
	return -EPERM;
}

static int open_lock(const char *dir, enum lock_kind kind, int flags, struct err *e)
{
	_cleanup_close_ int at = open_dir(dir, e);
	int fd;

	if (at < 0)
		return at;
	fd = openat(at, names[kind], flags | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno != ENOENT)
		return err_set(e, -errno, "cannot open the lock %s/%s: %m", dir, names[kind]);
	return fd < 0 ? -ENOENT : fd;
}

static void write_holder(int fd, const struct change *c)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();
	_cleanup_free_ char *text = NULL;

	(void)jv_set(o, "pid", jv_new_int(getpid()));
	(void)jv_set(o, "user", jv_new_str(c->who.user));
	(void)jv_set(o, "verb", jv_new_str(c->verb));
	(void)jv_set(o, "target", jv_new_str(c->target));
	(void)jv_set(o, "txn", jv_new_str(c->txn));
	(void)jv_set(o, "since", jv_new_int((int64_t)now_wall()));
	text = jv_dump(o);
	/* A holder that cannot be named still holds. */
	if (text && ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, strlen(text), 0);
}

static const char *field(const struct jv *o, const char *key)
{
	const char *s = jv_str(o, key);

	return s && *s ? s : "?";
}

static int say_holder(int fd, struct err *e)
{
	_cleanup_(jv_freep) struct jv *o = NULL;
	char buf[HOLDER_MAX], since[64] = "?";
	ssize_t n = pread(fd, buf, sizeof(buf), 0);
	int64_t pid = 0, when = 0;

	if (n > 0)
		(void)jv_parse(buf, (size_t)n, &o, NULL);
	if (jv_int(o, "since", &when) && when > 0 && (uint64_t)when <= now_wall())
		text_duration(since, sizeof(since), (double)(now_wall() - (uint64_t)when) / 1e6);
	(void)jv_int(o, "pid", &pid);
	err_rc(e, RC_BUSY, -EBUSY, "busy: %s %s by %s (pid %lld) has been at it for %s", field(o, "verb"),
	       field(o, "target"), field(o, "user"), (long long)pid, since);
	err_hint(e, "one change at a time: wait for its end; klpsh status says what the kernel does");
	return -EBUSY;
}

struct retry {
	int fd;
	uint64_t deadline;
	struct loop *loop;
	int r;
};

static int try_lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
}

static int on_retry(struct loop_source *s, void *arg)
{
	struct retry *t = arg;

	t->r = try_lock(t->fd);
	if (t->r == -EWOULDBLOCK && now_mono() < t->deadline)
		return loop_timer_set(s, RETRY_US);
	loop_exit(t->loop, 0);
	return 0;
}

/* flock(2) has no time-out. */
static int lock_within(int fd, int wait_ms)
{
	struct retry t = { .fd = fd, .r = try_lock(fd) };
	struct loop_source *timer = NULL;
	int r;

	if (t.r != -EWOULDBLOCK || wait_ms <= 0)
		return t.r;
	t.deadline = now_mono() + (uint64_t)wait_ms * 1000;
	r = loop_new(&t.loop);
	r = r < 0 ? r : loop_add_timer(t.loop, on_retry, &t, &timer);
	r = r < 0 ? r : loop_timer_set(timer, RETRY_US);
	r = r < 0 ? r : loop_run(t.loop);
	loop_remove(timer);
	loop_free(t.loop);
	return r < 0 ? r : t.r;
}

int lock_take(const char *dir, enum lock_kind kind, const struct change *c, int wait_ms, struct err *e)
{
	int fd = open_lock(dir, kind, O_RDWR | O_CREAT, e), r;

	if (fd < 0)
		return fd;
	r = lock_within(fd, wait_ms);
	if (r == -EWOULDBLOCK)
		r = say_holder(fd, e);
	else if (r < 0)
		err_set(e, r, "cannot lock %s/%s: %s", dir, names[kind], strerror(-r));
	if (r < 0) {
		close(fd);
		return r;
	}
	write_holder(fd, c);
	return fd;
}

int lock_peek(const char *dir, enum lock_kind kind, struct err *e)
{
	_cleanup_close_ int fd = -1;
	struct stat st;

	if (lstat(dir, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	fd = open_lock(dir, kind, O_RDWR, e);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	/* Shared, so that two who only look are not in each other's way. */
	if (flock(fd, LOCK_SH | LOCK_NB) == 0)
		return 0;
	(void)say_holder(fd, e);
	return 1;
}

int lock_drop(int fd)
{
	if (fd >= 0) {
		(void)!ftruncate(fd, 0);
		close(fd);
	}
	return -1;
}
