// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes in the journal, sent as journald's native protocol has it (a
 * datagram of NAME, newline, length as 64 bits little endian, value, newline)
 * rather than through sd_journal_sendv(): that one waits for as long as a
 * journald that hangs wants, and a change must not. The lengths keep a value
 * with a newline in it from becoming a field.
 */
#include "core/journal.h"

#include <endian.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "core/text.h"

static void put(FILE *f, const char *name, const char *value)
{
	uint64_t len = value ? strlen(value) : 0;
	uint64_t wire = htole64(len);

	if (!len)
		return;
	fwrite(name, 1, strlen(name), f);
	fputc('\n', f);
	fwrite(&wire, sizeof(wire), 1, f);
	fwrite(value, 1, len, f);
	fputc('\n', f);
}

static void put_number(FILE *f, const char *name, long long value)
{
	char text[32];

	FORMAT(text, "%lld", value);
	put(f, name, text);
}

/* "alice: load kpatch_x: failed (EBUSY): the sentence", harmless on a terminal. */
static void put_message(FILE *f, const struct change *c, const struct change_result *r)
{
	_cleanup_free_ char *text = NULL, *clean = NULL;

	if (asprintf(&text, "%s: %s%s%s: %s%s%s", c->who.user, c->verb, *c->target ? " " : "", c->target,
		     r->phase == PHASE_INTENT ? "begins" : r->result, r->text ? ": " : "",
		     r->text ? r->text : "") < 0)
		return;
	clean = text_clean_dup(text, strlen(text));
	put(f, "MESSAGE", clean);
}

static void put_all(FILE *f, const struct change *c, const struct change_result *r,
		    const struct history_head *head)
{
	char text[128];

	put_message(f, c, r);
	put(f, "PRIORITY", r->code ? "4" : "5"); /* warning, notice */
	put(f, "SYSLOG_IDENTIFIER", "klpsh");
	put(f, "KLPSH_TXN", c->txn);
	put(f, "KLPSH_VERB", c->verb);
	put(f, "KLPSH_TARGET", c->target);
	put(f, "KLPSH_PHASE", change_phase_word(r->phase));
	put(f, "KLPSH_RESULT", r->result);
	put(f, "KLPSH_ERRNO", r->code ? errno_word(r->code) : NULL);
	put_number(f, "KLPSH_RC", r->rc);
	put(f, "KLPSH_USER", c->who.user);
	put(f, "KLPSH_ORIGIN", c->who.origin);
	put(f, "KLPSH_TTY", c->who.tty);
	put(f, "KLPSH_REASON", c->reason);
	put(f, "KLPSH_FLAGS", c->flags);
	put(f, "KLPSH_PARAMS", c->params);
	put(f, "KLPSH_OF", c->of);
	put(f, "KLPSH_PATH", c->path);
	put(f, "KLPSH_KERNEL", c->release);
	put(f, "KLPSH_BUILD_ID", c->build_id);
	put(f, "KLPSH_SHA256", c->sha256);
	put(f, "KLPSH_AUDIT", r->audit);
	if (c->who.auid != LOGIN_UNSET)
		put_number(f, "KLPSH_AUID", c->who.auid);
	if (!head || r->phase == PHASE_INTENT)
		return;
	FORMAT(text, "%llu:%s", (unsigned long long)head->number, head->hash);
	put(f, "KLPSH_HEAD", text);
}

static int send_to(const char *path, const char *data, size_t len)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;

	if (strlen(path) >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	FORMAT(to.sun_path, "%s", path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (sendto(fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int journal_record_at(const char *path, const struct change *c, const struct change_result *r,
		      const struct history_head *head)
{
	_cleanup_free_ char *data = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&data, &len);

	if (!f)
		return -ENOMEM;
	put_all(f, c, r, head);
	return fclose(f) == 0 ? send_to(path, data, len) : -ENOMEM;
}

int journal_record(const struct change *c, const struct change_result *r, const struct history_head *head)
{
	return journal_record_at(JOURNAL_SOCKET, c, r, head);
}
