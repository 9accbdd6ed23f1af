/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one shape of what every changing verb reports; described in
 * shell/change.h. For people there are the sentences and the blockers.
 */
#include "shell/change.h"
#include "shell/preflight_view.h"
#include "shell/shapes.h"

static const struct field change_fields[] = {
	{ "verb", NULL, F_STR, FIELD_JSON, NULL, "what was to be done" },
	{ "target", NULL, F_STR, FIELD_JSON, NULL, "to which patch, module or task" },
	{ "txn", NULL, F_STR, FIELD_JSON, NULL,
	  "transaction: joins the audit records, the journal and history" },
	{ "result", NULL, F_STR, FIELD_JSON, NULL,
	  "would, already, done, accepted, stalled, timeout, interrupted, failed, reversed, refused, "
	  "declined, or unknown: nobody saw the end" },
	{ "state", NULL, F_STR, FIELD_JSON, NULL, "the patch's state word now; null: it is gone" },
	{ "seconds", NULL, F_REAL, FIELD_JSON, NULL, "from the first call of the kernel to the end" },
	{ "verified", NULL, F_BOOL, FIELD_JSON, NULL, "afterwards the kernel showed what was wanted" },
	{ "title", NULL, F_STR, FIELD_JSON, NULL, "the question" },
	{ "facts", NULL, F_STRS, FIELD_JSON, NULL, "what was read before it" },
	{ "undo", NULL, F_STR, FIELD_JSON, NULL, "what can be undone, and how" },
	{ "command", NULL, F_STR, FIELD_JSON, NULL, "the same as a command line" },
	{ "danger", NULL, F_STR, FIELD_JSON, NULL, "mild, moderate or severe" },
	{ "pin", NULL, F_STR, FIELD_JSON, NULL, "the target's identity, for --expect" },
	{ "before", NULL, F_STR, FIELD_JSON, NULL,
	  "the enabled patches as one word, for --expect-before; null: they could not be read" },
	{ "confirm", NULL, F_STR, FIELD_JSON, NULL, "the name that must be typed; null: a yes is enough" },
	{ "preflight", NULL, F_ROW, FIELD_JSON, &shape_preflight,
	  "what the checks before a load found, as klpsh check; null: none were made" },
	{ "of", NULL, F_STR, FIELD_JSON, NULL, "rollback: transaction of the change that it undoes" },
	{ "after", NULL, F_STRS, FIELD_JSON, NULL,
	  "rollback: patches that are enabled afterwards, oldest first" },
	{ "tasks", NULL, F_INT, FIELD_JSON, NULL, "tasks of the transition that still runs" },
	{ "done", NULL, F_INT, FIELD_JSON, NULL, "of those, already switched" },
	{ "blockers", NULL, F_ROWS, 0, &shape_blocker, "tasks that have not switched" },
	{ "choices", NULL, F_STRS, FIELD_JSON, NULL, "command lines that help now" },
	{ "notes", NULL, F_STRS, FIELD_JSON, NULL, "what else is to be known" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
const struct shape shape_change = SHAPE("change", change_fields);
