// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads our own records out of the system's journal (sd-journal). Anybody may
 * write to the journal, so only what journald itself saw come from uid 0
 * counts (_UID, a field that senders cannot set).
 */
#include <errno.h>
#include <systemd/sd-journal.h>

#include "core/heads.h"

static sd_journal *journal_close(sd_journal *j)
{
	sd_journal_close(j);
	return NULL;
}
DEFINE_CLEANUP(sd_journal, journal_close)

/* The head of the record at hand: 1, 0 it has none. */
static int head_at(sd_journal *j, struct history_head *ret)
{
	const size_t name = strlen("KLPSH_HEAD=");
	const void *data;
	size_t len;
	char text[128];

	if (sd_journal_get_data(j, "KLPSH_HEAD", &data, &len) < 0 || len <= name ||
	    len - name >= sizeof(text))
		return 0;
	len -= name;
	memcpy(text, (const char *)data + name, len);
	text[len] = '\0';
	return strlen(text) == len && head_parse(text, ret);
}

int journal_heads(struct heads *ret, struct err *e)
{
	_cleanup_(journal_closep) sd_journal *j = NULL;
	struct heads h = { 0 };
	int r = sd_journal_open(&j, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM);

	if (r == -ENOENT)
		return 0;
	r = r < 0 ? r : sd_journal_add_match(j, "SYSLOG_IDENTIFIER=klpsh", 0);
	r = r < 0 ? r : sd_journal_add_match(j, "_UID=0", 0);
	while (r >= 0 && (r = sd_journal_next(j)) > 0) {
		struct history_head head;

		if (head_at(j, &head))
			r = heads_add(&h, &head);
	}
	if (r < 0) {
		heads_done(&h);
		return err_set(e, r, "cannot read the journal: %s", strerror(-r));
	}
	*ret = h;
	return 0;
}
