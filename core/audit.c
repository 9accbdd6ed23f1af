/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit subsystem's own status (AUDIT_GET over netlink, libaudit). The
 * kernel answers at once; the wait is bounded all the same.
 */
#include "core/audit.h"

#include <errno.h>

#if HAVE_AUDIT
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
#else
int audit_query(struct audit_info *ret, struct err *e)
{
	return err_set(e, -ENOSYS, "this klpsh was built without libaudit");
}
#endif

const char *audit_word(const struct audit_info *a, int error)
{
	if (error < 0)
		return "unknown";
	if (!a->enabled)
		return "off";
	return a->pid ? "on" : "no daemon";
}
