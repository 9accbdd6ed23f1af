/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit subsystem's own status (AUDIT_GET over netlink, libaudit) and our
 * records in it. The kernel answers at once; the wait is bounded all the same.
 * With auditing disabled the kernel acknowledges a record and drops it
 * (kernel/audit.c, audit_receive_msg), so an acknowledgement alone means
 * nothing: the status before and after decides.
 */
#include "core/audit.h"

#include <errno.h>

#include "core/alive.h"

#if HAVE_AUDIT
#include <arpa/inet.h>
#include <libaudit.h>
#include <poll.h>

#define AUDIT_ANSWER_MS 500

/* Wait for the status among the replies (an ack comes first). */
static int read_status(int fd, struct audit_info *ret)
{
	for (int i = 0; i < 8; i++) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		struct audit_reply reply;
		int r;

		if (poll(&p, 1, AUDIT_ANSWER_MS) <= 0)
			return -ETIMEDOUT;
		r = audit_get_reply(fd, &reply, GET_REPLY_NONBLOCKING, 0);
		if (r == -EAGAIN || r == 0)
			continue;
		if (r < 0)
			return r;
		if (reply.type == NLMSG_ERROR && reply.error && reply.error->error)
			return reply.error->error;
		if (reply.type != AUDIT_GET || !reply.status)
			continue;
		ret->enabled = (int)reply.status->enabled;
		ret->pid = (int)reply.status->pid;
		ret->lost = reply.status->lost;
		return 0;
	}
	return -EPROTO;
}

int audit_query(struct audit_info *ret, struct err *e)
{
	int fd = audit_open(), r;

	if (fd < 0)
		return err_set(e, -errno, "cannot reach the audit subsystem: %m");
	r = audit_request_status(fd);
	if (r > 0)
		r = read_status(fd, ret);
	else if (r == 0)
		r = -EIO;
	audit_close(fd);
	if (r < 0)
		err_set(e, r, "the audit subsystem does not tell its state: %s", strerror(-r));
	if (r == -EPERM)
		err_hint(e, "asking needs CAP_AUDIT_CONTROL");
	return r;
}

#define MESSAGE_MAX 7000 /* libaudit cuts at 8970, its own fields included */
#define VALUE_MAX 1024 /* bytes of one value; twice that when it is encoded */

/* One field; libaudit encodes a value that holds anything but plain characters. */
static void put(FILE *f, const char *name, const char *value)
{
	_cleanup_free_ char *nv = NULL, *cut = NULL;

	if (!value || !*value || ftell(f) > MESSAGE_MAX - 2 * VALUE_MAX)
		return;
	cut = strndup(value, VALUE_MAX);
	nv = cut ? audit_encode_nv_string(name, cut, 0) : NULL;
	if (!nv)
		return;
	if (ftell(f))
		fputc(' ', f);
	fwrite(nv, 1, strlen(nv), f);
}

static void put_head(FILE *f, const struct history_head *head)
{
	char text[128];

	FORMAT(text, "%llu:%s", (unsigned long long)head->number, head->hash);
	put(f, "head", text);
}

char *audit_message(const struct change *c, const struct change_result *r, const struct history_head *head)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	put(f, "op", c->verb);
	put(f, "patch", c->target);
	put(f, "phase", change_phase_word(r->phase));
	put(f, "result", r->result);
	put(f, "txn", c->txn);
	put(f, "kernel", c->release);
	put(f, "build-id", c->build_id);
	put(f, "sha256", c->sha256);
	put(f, "content", c->content);
	put(f, "of", c->of);
	if (head && r->phase != PHASE_INTENT)
		put_head(f, head);
	put(f, "errno", r->code ? errno_word(r->code) : NULL);
	put(f, "flags", c->flags);
	put(f, "params", c->params);
	put(f, "reason", c->reason);
	put(f, "path", c->path);
	put(f, "error", r->text);
	if (fclose(f) == 0)
		return text;
	free(text);
	return NULL;
}

static bool is_address(const char *s)
{
	char raw[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, s, raw) == 1 || inet_pton(AF_INET6, s, raw) == 1;
}

/*
 * One datagram. Host and terminal go out unencoded: core/login lets only a
 * host's characters through. The address is never left to libaudit, which
 * would ask a name server. What libaudit returned, or a negative errno.
 */
static int send_record(const char *message, const struct change *c, const struct change_result *r)
{
	const char *host = streq(c->who.origin, "local") ? "localhost" : c->who.origin;
	bool good = r->phase == PHASE_INTENT || (r->phase == PHASE_OUTCOME && !r->code);
	int fd = audit_open(), sent;

	if (fd < 0)
		return -errno;
	sent = audit_log_user_message(fd, AUDIT_USYS_CONFIG, message, *host ? host : "?",
				      is_address(host) ? host : "?", c->who.tty[0] ? c->who.tty : "?", good);
	if (sent < 0)
		sent = errno ? -errno : -EIO;
	audit_close(fd);
	return sent;
}

static int not_told(struct err *e)
{
	struct err why = *e;

	err_rc(e, RC_AUDIT, why.code, "%s", why.text);
	if (why.hint[0])
		err_hint(e, "%s", why.hint);
	return why.code;
}

/* The kernel forgets an auditd that was killed only when it next sends to it. */
static bool daemon_gone(const struct audit_info *a)
{
	_cleanup_(root_freep) struct root *root = NULL;

	return a->pid && root_open(NULL, &root, NULL) >= 0 && !process_alive(root, a->pid, 0);
}

int audit_record(const struct change *c, const struct change_result *r, const struct history_head *head,
		 bool kernel_consumer, struct err *e)
{
	_cleanup_free_ char *message = NULL;
	struct audit_info before = { 0 }, after = { 0 };
	struct err why = { 0 };
	int sent;

	message = audit_message(c, r, head);
	if (!message)
		return err_rc(e, RC_AUDIT, -ENOMEM, "out of memory");
	e = e ? e : &why;
	if (audit_query(&before, e) < 0)
		return not_told(e);
	/* Where it cannot count there is no need to send it. */
	sent = audit_judge(&before, &before, 1, kernel_consumer, daemon_gone(&before), e);
	if (sent < 0)
		return sent;
	sent = send_record(message, c, r);
	if (audit_query(&after, e) < 0)
		return not_told(e);
	return audit_judge(&before, &after, sent, kernel_consumer, daemon_gone(&after), e);
}
#else
int audit_query(struct audit_info *ret, struct err *e)
{
	return err_set(e, -ENOSYS, "this klpsh was built without libaudit");
}

char *audit_message(const struct change *c, const struct change_result *r, const struct history_head *head)
{
	return NULL;
}

int audit_record(const struct change *c, const struct change_result *r, const struct history_head *head,
		 bool kernel_consumer, struct err *e)
{
	return err_rc(e, RC_AUDIT, -ENOSYS, "this klpsh was built without libaudit");
}
#endif

static int off(struct err *e)
{
	err_rc(e, RC_AUDIT, -ESHUTDOWN, "auditing is switched off, so the kernel drops every record");
	err_hint(e, "switch it on: auditctl -e 1");
	return -ESHUTDOWN;
}

static int nobody(struct err *e, bool gone)
{
	err_rc(e, RC_AUDIT, -ENOTCONN,
	       gone ? "the auditd that the kernel sends records to has died"
		    : "no auditd runs, so nobody takes the kernel's audit records");
	err_hint(e, "start auditd; or, where the kernel log is enough: audit-consumer = kernel in "
		    "/etc/klpsh.conf");
	return -ENOTCONN;
}

static int lost(struct err *e, uint32_t records)
{
	err_rc(e, RC_AUDIT, -ENOBUFS,
	       "the audit system lost %u record%s meanwhile, and nobody can tell "
	       "whether ours was among them",
	       records, records == 1 ? "" : "s");
	err_hint(e,
		 "auditctl -s shows lost and backlog; is auditd's disk full, or its backlog limit too low?");
	return -ENOBUFS;
}

int audit_judge(const struct audit_info *before, const struct audit_info *after, int sent,
		bool kernel_consumer, bool gone, struct err *e)
{
	if (sent == 0)
		return err_rc(e, RC_AUDIT, -ECOMM, "the audit record was never sent to the kernel");
	if (sent < 0)
		return err_rc(e, RC_AUDIT, sent, "the kernel did not take the audit record: %s",
			      strerror(-sent));
	if (!before->enabled || !after->enabled)
		return off(e);
	if (!kernel_consumer && (!before->pid || !after->pid || gone))
		return nobody(e, gone);
	if (after->lost != before->lost)
		return lost(e, after->lost - before->lost);
	return 1;
}

const char *audit_word(const struct audit_info *a, int error)
{
	if (error < 0)
		return "unknown";
	if (!a->enabled)
		return "off";
	return a->pid ? "on" : "no daemon";
}
