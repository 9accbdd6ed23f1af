// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads heads out of auditd's log. A field of ours is name="value", and
 * libaudit encodes a value that holds a blank or a quote, so what stands
 * between blanks is a whole field and nobody's value looks like one.
 */
#include "core/heads.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/hash.h"

#define LINE_SIZE (16u << 10) /* more than libaudit ever sends */
#define LOG_FILES_MAX 1000
#define LOG_BYTES_MAX (512u << 20) /* in all */

void heads_done(struct heads *h)
{
	free(h->v);
	*h = (struct heads){ 0 };
}

int heads_add(struct heads *h, const struct history_head *head)
{
	int r = h->n < HEADS_MAX ? array_grow(&h->v, h->n, sizeof(*h->v)) : -E2BIG;

	if (r >= 0)
		h->v[h->n++] = *head;
	return r;
}

bool head_parse(const char *text, struct history_head *ret)
{
	size_t n = strspn(text, "0123456789");
	char digits[21];

	if (!n || n >= sizeof(digits) || text[n] != ':' || !sha256_is_hex(text + n + 1))
		return false;
	FORMAT(digits, "%.*s", (int)n, text);
	if (parse_u64(digits, &ret->number) < 0 || !ret->number)
		return false;
	FORMAT(ret->hash, "%s", text + n + 1);
	return true;
}

/* The field's value without its quotes, or NULL. */
static const char *value_of(const char *token, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name), len = strlen(token);

	if (strncmp(token, name, n) != 0 || token[n] != '=' || token[n + 1] != '"' || len < n + 3 ||
	    token[len - 1] != '"' || len - n - 3 >= size)
		return NULL;
	snprintf(buf, size, "%.*s", (int)(len - n - 3), token + n + 2);
	return buf;
}

bool audit_line_head(const char *line, struct history_head *ret)
{
	const char *type = strstr(line, "type=USYS_CONFIG "), *p = strstr(line, " msg='");
	bool op = false, txn = false, head = false;
	struct history_head found;
	char value[128], token[128];

	if (!type || !p || (type != line && strncmp(line, "node=", 5) != 0))
		return false;
	for (p += strlen(" msg='"); *p; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		FORMAT(token, "%.*s", (int)MIN(n, sizeof(token) - 1), p);
		p += n;
		op |= strncmp(token, "op=", 3) == 0;
		if (value_of(token, "txn", value, sizeof(value)))
			txn = strspn(value, "0123456789abcdef") == TXN_LEN && !value[TXN_LEN];
		if (value_of(token, "head", value, sizeof(value)))
			head = head_parse(value, &found);
	}
	if (op && txn && head)
		*ret = found;
	return op && txn && head;
}

/* The next line without what does not fit; false at the end. */
static bool next_line(FILE *f, char *buf, size_t size)
{
	if (!fgets(buf, (int)size, f))
		return false;
	if (!strchr(buf, '\n'))
		for (int c = fgetc(f); c != EOF && c != '\n';)
			c = fgetc(f);
	buf[strcspn(buf, "\n")] = '\0';
	return true;
}

static int read_log(int dir, const char *name, struct heads *ret, uint64_t *left)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_(fclosep) FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	_cleanup_free_ char *line = malloc(LINE_SIZE);
	struct history_head head;
	struct stat st;
	int r = 0;

	if (!f)
		return errno == ENOENT ? 0 : -errno; /* rotated away meanwhile */
	if (!line)
		return -ENOMEM;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	if ((uint64_t)st.st_size > *left)
		return -EFBIG;
	*left -= (uint64_t)st.st_size;
	while (r >= 0 && next_line(f, line, LINE_SIZE))
		if (audit_line_head(line, &head))
			r = heads_add(ret, &head);
	return r;
}

/* "audit.log", "audit.log.3" */
static bool is_log(const char *name)
{
	const char *rest = name + strlen("audit.log");

	if (!begins(name, "audit.log"))
		return false;
	return !*rest ||
	       (*rest == '.' && isdigit((unsigned char)rest[1]) && !rest[1 + strspn(rest + 1, "0123456789")]);
}

int audit_log_heads(const char *dir, struct heads *ret, struct err *e)
{
	_cleanup_(closedirp) DIR *d = opendir(dir);
	uint64_t left = LOG_BYTES_MAX;
	const struct dirent *de;
	struct heads h = { 0 };
	int r = 0, files = 0;

	if (!d)
		return err_set(e, -errno, "cannot open %s: %m", dir);
	while (r >= 0 && (de = readdir(d)) && files < LOG_FILES_MAX)
		if (is_log(de->d_name)) {
			r = read_log(dirfd(d), de->d_name, &h, &left);
			files++;
		}
	if (r < 0) {
		heads_done(&h);
		return err_set(e, r, "cannot read the audit logs in %s: %s", dir, strerror(-r));
	}
	*ret = h;
	return 0;
}
