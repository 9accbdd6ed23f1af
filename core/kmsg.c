/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/kmsg: one read(2), one record "prio,seq,usec,flags[,...];text\n" with
 * dictionary lines " KEY=value" behind. EPIPE tells that records were
 * overwritten; the sequence numbers tell how many. Text is sanitized here:
 * the kernel escapes controls as \xNN, a captured file may hold anything.
 */
#include "core/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/text.h"

#define RECORD_MAX 8192
#define END_EVERY 64 /* records between two looks for a turn's end */

struct kmsg {
	int fd;
	int end; /* of the device again, at the end of the log when a turn began; -1: none */
	uint64_t end_seq; /* the first record behind that end, UINT64_MAX: not known yet */
	unsigned asked; /* how often we wanted to know */
	bool turn, turn_over;
	bool file; /* a captured file: many records a read */
	bool started;
	uint64_t next_seq; /* expected */
	char *buf; /* of a captured file */
	size_t len, at;
};

int kmsg_open(const struct root *root, bool all, struct kmsg **ret, struct err *e)
{
	_cleanup_(kmsg_freep) struct kmsg *k = calloc(1, sizeof(*k));
	struct stat st;
	int r;

	if (!k)
		return err_set(e, -ENOMEM, "out of memory");
	k->end = -1;
	k->fd = root_openat(root, "dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (k->fd < 0) {
		r = k->fd;
		err_set(e, r, "cannot read the kernel log, /dev/kmsg: %s", strerror(-r));
		if (r == -EPERM || r == -EACCES)
			err_hint(e, "reading it needs root or CAP_SYSLOG (kernel.dmesg_restrict)");
		return r;
	}
	if (fstat(k->fd, &st) < 0)
		return err_set(e, -errno, "cannot examine /dev/kmsg: %m");
	k->file = S_ISREG(st.st_mode);
	/* A device that was captured along would show the log of this machine. */
	if (!k->file && (!S_ISCHR(st.st_mode) || !root_is_live(root)))
		return err_set(e, -EINVAL, "dev/kmsg is %s", root_is_live(root) ? "no device" : "no file");
	if (k->file) {
		r = fd_read_all(k->fd, 16u << 20, &k->buf, &k->len);
		if (r < 0)
			return err_set(e, r, "cannot read the captured kernel log: %s", strerror(-r));
		k->at = all ? 0 : k->len;
	} else if (!all && lseek(k->fd, 0, SEEK_END) < 0) {
		return err_set(e, -errno, "cannot go to the end of the kernel log: %m");
	}
	if (!k->file)
		k->end = root_openat(root, "dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	*ret = TAKE_PTR(k);
	return 0;
}

struct kmsg *kmsg_free(struct kmsg *k)
{
	if (!k)
		return NULL;
	if (k->fd >= 0)
		close(k->fd);
	if (k->end >= 0)
		close(k->end);
	free(k->buf);
	free(k);
	return NULL;
}

int kmsg_fd(const struct kmsg *k)
{
	return k->file ? -1 : k->fd;
}

/* One number that ends at a comma, semicolon or the end of the prefix. */
static int prefix_number(const char **p, const char *end, uint64_t *ret)
{
	const char *s = *p;
	uint64_t v = 0;

	if (s == end || *s < '0' || *s > '9')
		return -EBADMSG;
	for (; s < end && *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return -EBADMSG;
	if (s < end && *s == ',')
		s++;
	*p = s;
	*ret = v;
	return 0;
}

static bool mentions(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

static bool about_livepatch(const char *text)
{
	return mentions(text, "livepatch") || mentions(text, "TAINT_LIVEPATCH") ||
	       mentions(text, "module verification failed");
}

int kmsg_parse(const char *raw, size_t len, struct kmsg_record *ret)
{
	const char *semi = memchr(raw, ';', len), *p = raw, *text, *eol;
	struct kmsg_record rec = { 0 };
	uint64_t prio;

	if (!semi || prefix_number(&p, semi, &prio) < 0 || prefix_number(&p, semi, &rec.seq) < 0 ||
	    prefix_number(&p, semi, &rec.usec) < 0)
		return -EBADMSG;
	rec.level = prio & 7;
	rec.facility = (unsigned)(prio >> 3);
	text = semi + 1;
	len -= (size_t)(text - raw);
	eol = memchr(text, '\n', len);
	text_clean(rec.text, sizeof(rec.text), text, eol ? (size_t)(eol - text) : len);
	rec.livepatch = about_livepatch(rec.text);
	*ret = rec;
	return 0;
}

/* The next record of a captured file: a line and its " KEY=value" lines. */
static ssize_t file_record(struct kmsg *k, const char **ret)
{
	size_t start = k->at, end;

	if (start >= k->len)
		return 0;
	end = start;
	do {
		const char *nl = memchr(k->buf + end, '\n', k->len - end);

		end = nl ? (size_t)(nl - k->buf) + 1 : k->len;
	} while (end < k->len && k->buf[end] == ' ');
	k->at = end;
	*ret = k->buf + start;
	return (ssize_t)(end - start);
}

static ssize_t device_record(int fd, char *buf, size_t size)
{
	for (;;) {
		ssize_t n = read(fd, buf, size);

		if (n >= 0)
			return n;
		if (errno == EAGAIN)
			return 0;
		/* EPIPE: overwritten before we read; the next read goes on. */
		if (errno != EINTR && errno != EPIPE)
			return -errno;
	}
}

static int next_record(struct kmsg *k, struct kmsg_record *ret)
{
	char buf[RECORD_MAX];

	for (;;) {
		const char *raw = buf;
		ssize_t n = k->file ? file_record(k, &raw) : device_record(k->fd, buf, sizeof(buf));

		if (n <= 0)
			return (int)n;
		if (kmsg_parse(raw, (size_t)n, ret) < 0)
			continue;
		if (k->started && ret->seq > k->next_seq)
			ret->lost = ret->seq - k->next_seq;
		k->started = true;
		k->next_seq = ret->seq + 1;
		return 1;
	}
}

/* Was this record logged after the turn began? */
static bool behind_end(struct kmsg *k, const struct kmsg_record *r)
{
	struct kmsg_record first;
	char buf[RECORD_MAX];
	ssize_t n;

	if (k->end < 0)
		return false;
	if (k->end_seq == UINT64_MAX && k->asked++ % END_EVERY == 0) {
		n = device_record(k->end, buf, sizeof(buf));
		if (n > 0 && kmsg_parse(buf, (size_t)n, &first) >= 0)
			k->end_seq = first.seq;
	}
	return r->seq >= k->end_seq;
}

/* Who logs faster than we read would hold us for ever: a turn has an end. */
static void turn_begin(struct kmsg *k)
{
	k->end_seq = UINT64_MAX;
	k->asked = 0;
	if (k->end >= 0 && lseek(k->end, 0, SEEK_END) < 0) {
		close(k->end);
		k->end = -1;
	}
}

int kmsg_next(struct kmsg *k, struct kmsg_record *ret)
{
	int r;

	if (k->turn_over) {
		k->turn = k->turn_over = false;
		return 0;
	}
	if (!k->turn)
		turn_begin(k);
	r = next_record(k, ret);
	k->turn = r > 0;
	k->turn_over = k->turn && behind_end(k, ret);
	return r;
}

/* The name between the first pair of quotes, or "". */
static void quoted_name(const char *s, char *dst, size_t size)
{
	const char *open = strchr(s, '\''), *close = open ? strchr(open + 1, '\'') : NULL;
	size_t n = close ? (size_t)(close - open - 1) : 0;

	n = MIN(n, size - 1);
	memcpy(dst, open ? open + 1 : s, n);
	dst[n] = '\0';
}

enum kmsg_event kmsg_event_of(const struct kmsg_record *r, char *patch, size_t size)
{
	static const struct {
		const char *words;
		enum kmsg_event event;
	} table[] = {
		{ "enabling patch", KMSG_ENABLING },
		{ "starting patching transition", KMSG_PATCHING },
		{ "starting unpatching transition", KMSG_UNPATCHING },
		{ ": unpatching complete", KMSG_UNPATCHED },
		{ ": patching complete", KMSG_PATCHED },
		{ "signaling remaining tasks", KMSG_SIGNALING },
		{ "forcing remaining tasks", KMSG_FORCING },
		{ "reversing transition", KMSG_REVERSING },
		{ "failed to", KMSG_FAILED },
	};
	const char *body;

	patch[0] = '\0';
	if (!r->livepatch || r->facility)
		return KMSG_NONE;
	if (mentions(r->text, "tainting kernel with TAINT_LIVEPATCH")) {
		snprintf(patch, size, "%.*s", (int)strcspn(r->text, ":"), r->text);
		return KMSG_TAINTING;
	}
	if (strncmp(r->text, "livepatch: ", 11))
		return KMSG_NONE;
	body = r->text + 11;
	quoted_name(body, patch, size);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (mentions(body, table[i].words))
			return table[i].event;
	return KMSG_NONE;
}

const char *kmsg_level_word(unsigned level)
{
	static const char *const words[] = { "emergency", "alert",  "critical", "error",
					     "warning",	  "notice", "info",	"debug" };

	return level < ARRAY_SIZE(words) ? words[level] : "unknown";
}
