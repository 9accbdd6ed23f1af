/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See buildnews.h. A line: process, exit code, module. Each is one
 * write to a file opened for appending, so that two builds do not mix.
 */
#include "shell/buildnews.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "core/err.h"
#include "core/text.h"
#include "shell/ownfile.h"

#define FILE_MAX 65536 /* bytes; then it begins anew */
#define LINE_MAX_BYTES 512

struct buildnews {
	int fd, watch;
	struct loop_source *io;
	off_t at; /* what lies before has been told */
	void (*fn)(const char *text, void *arg);
	void *arg;
};

static int open_news(void)
{
	return ownfile_open(NULL, "builds", "", NULL);
}

void buildnews_add(const char *module, int rc)
{
	_cleanup_close_ int fd = open_news();
	char line[LINE_MAX_BYTES];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	if (st.st_size > FILE_MAX)
		(void)!ftruncate(fd, 0);
	FORMAT(line, "%d %d %.100s\n", (int)getpid(), rc, module);
	/* Nobody is worse off without this line. */
	(void)!write(fd, line, strlen(line));
}

static const char *outcome(uint64_t rc)
{
	switch (rc) {
	case RC_OK:
		return "has finished";
	case RC_REFUSED:
		return "was refused";
	case RC_SAME:
		return "found no difference";
	default:
		return rc > RC_SIGNAL ? "was stopped" : "has failed";
	}
}

/* One line, cut in place. What does not parse is not told. */
static void tell(const struct buildnews *n, char *line)
{
	char *rest = line, name[LINE_MAX_BYTES], text[2 * LINE_MAX_BYTES + 128];
	const char *pid = strsep(&rest, " "), *rc = strsep(&rest, " ");
	uint64_t who, code;

	if (!rest || !*rest || parse_u64(pid, &who) < 0 || parse_u64(rc, &code) < 0 ||
	    who == (uint64_t)getpid())
		return;
	text_clean(name, sizeof(name), rest, strlen(rest));
	FORMAT(text, "-- build of %s %s", name, outcome(code));
	if (code == RC_OK)
		FORMAT(text, "-- build of %s %s: %s.ko", name, outcome(code), name);
	n->fn(text, n->arg);
}

/* Whole lines behind the last one told; the rest comes with the next event. */
static void take(struct buildnews *n)
{
	char buf[4096];
	ssize_t len;

	while ((len = pread(n->fd, buf, sizeof(buf) - 1, n->at)) > 0) {
		char *line = buf, *end;

		buf[len] = '\0';
		while ((end = strchr(line, '\n'))) {
			*end = '\0';
			tell(n, line);
			line = end + 1;
		}
		if (line == buf && len < LINE_MAX_BYTES)
			return;
		/* A line that nobody of us wrote. */
		n->at += line == buf ? len : line - buf;
	}
}

static int on_event(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct buildnews *n = arg;
	char drop[4096];
	struct stat st;

	while (read(n->watch, drop, sizeof(drop)) > 0)
		;
	if (fstat(n->fd, &st) < 0)
		return 0;
	if (st.st_size < n->at)
		n->at = 0;
	take(n);
	return 0;
}

static int follow(struct buildnews *n, struct loop *l)
{
	char path[40];
	struct stat st;

	n->fd = open_news();
	if (n->fd < 0)
		return n->fd;
	n->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	FORMAT(path, "/proc/self/fd/%d", n->fd);
	if (n->watch < 0 || fstat(n->fd, &st) < 0 || inotify_add_watch(n->watch, path, IN_MODIFY) < 0)
		return -errno;
	n->at = st.st_size;
	return loop_add_io(l, n->watch, EPOLLIN, on_event, n, &n->io);
}

int buildnews_watch(struct loop *l, void (*fn)(const char *text, void *arg), void *arg,
		    struct buildnews **ret)
{
	_cleanup_(buildnews_freep) struct buildnews *n = calloc(1, sizeof(*n));
	int r;

	if (!n)
		return -ENOMEM;
	*n = (struct buildnews){ .fd = -1, .watch = -1, .fn = fn, .arg = arg };
	r = follow(n, l);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(n);
	return 0;
}

struct buildnews *buildnews_free(struct buildnews *n)
{
	if (!n)
		return NULL;
	loop_remove(n->io);
	closep(&n->watch);
	closep(&n->fd);
	free(n);
	return NULL;
}
