// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file of the history from its end, a line at a time. Most readers want the
 * newest few of some thousand records, so the file comes in windows; what is
 * held is one window and the longest line.
 */
#include <errno.h>

#include "core/historyfile.h"

#define WINDOW (64u << 10)

int history_back_open(const struct history_dir *d, uint64_t first, struct history_back *ret, struct err *e)
{
	struct history_back b = { 0 };

	b.fd = history_file_open(d, first, &b.size, &b.floor, e);
	if (b.fd < 0)
		return b.fd;
	b.at = b.size;
	*ret = b;
	return 0;
}

void history_back_close(struct history_back *b)
{
	free(b->data);
	b->data = NULL;
	close(b->fd);
	b->fd = -1;
}

static int read_at(int fd, char *buf, size_t n, uint64_t at)
{
	while (n) {
		ssize_t got = pread(fd, buf, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		buf += got;
		n -= (size_t)got;
		at += (uint64_t)got;
	}
	return 0;
}

/* One window more before what is there. */
static int back_more(struct history_back *b)
{
	size_t n = (size_t)MIN((uint64_t)WINDOW, b->at - b->floor);
	char *data = malloc(n + b->end);
	int r = data ? read_at(b->fd, data, n, b->at - n) : -ENOMEM;

	if (r < 0) {
		free(data);
		return r;
	}
	if (b->end)
		memcpy(data + n, b->data, b->end);
	free(b->data);
	b->data = data;
	b->end += n;
	b->at -= n;
	return 0;
}

int history_back_next(struct history_back *b, const char **ret, size_t *ret_len, bool *ret_open)
{
	for (;;) {
		size_t end = b->end;
		const char *line = history_line_back(b->data, &end, ret_len, ret_open);
		int r;

		/* At the start of what is there it may begin further up. */
		if (line && (end || b->at == b->floor)) {
			b->end = end;
			*ret = line;
			return 1;
		}
		if (b->at == b->floor)
			return 0;
		r = back_more(b);
		if (r < 0)
			return r;
	}
}
