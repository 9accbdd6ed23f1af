// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands in until the history, the journal and the audit records have landed:
 * says that nothing is recorded. Weak, so that the real ones take over.
 */
#include <errno.h>

#include "core/audit.h"
#include "core/journal.h"

#define WEAK __attribute__((weak))

WEAK int history_append(const char *dir, const struct change *c, const struct change_result *r,
			struct history_head *ret_head, struct err *e)
{
	return err_set(e, -ENOSYS, "this build keeps no history");
}

WEAK int history_read(const char *dir, size_t max, struct history_list *ret, struct err *e)
{
	*ret = (struct history_list){ 0 };
	return 0;
}

WEAK void history_list_free(struct history_list *l)
{
}

WEAK size_t history_open_intents(const struct root *root, const struct history_list *l, size_t *ret,
				 size_t max)
{
	return 0;
}

WEAK int journal_record(const struct change *c, const struct change_result *r,
			const struct history_head *head)
{
	return -ENOSYS;
}

WEAK int audit_record(const struct change *c, const struct change_result *r, const struct history_head *head,
		      bool kernel_consumer, struct err *e)
{
	return err_set(e, -ENOSYS, "this build writes no audit records");
}
