// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A preflight (kmod/preflight) as a row of a report: for `check`, whose data
 * it is, and for the verbs that load, which have it among theirs.
 */
#include "shell/preflight_view.h"

#include <errno.h>

#include "shell/shapes.h"

#define EXPLAIN_MAX 6 /* predicted blockers explained in words; JSON has them all */

static const struct field check_fields[] = {
	{ "id", "check", F_STR, 0, NULL, "what was checked" },
	{ "result", NULL, F_STR, 0, NULL, "pass, warn, fail or not-checked" },
	{ "evidence", NULL, F_STR, FIELD_TRUNC, NULL, "what was seen" },
	{ "hint", NULL, F_STR, FIELD_JSON, NULL, "what to do, for warn and fail" },
};
static const struct shape shape_check = SHAPE("check", check_fields);

static const struct field preflight_fields[] = {
	{ "verdict", NULL, F_STR, FIELD_JSON, NULL, "pass, warn or fail; not-checked counts as warn" },
	{ "path", NULL, F_STR, FIELD_JSON, NULL, "the file" },
	{ "module", NULL, F_STR, FIELD_JSON, NULL, "name of the module in it" },
	{ "sha256", NULL, F_STR, FIELD_JSON, NULL, "SHA-256 of the file as it was read" },
	{ "checks", NULL, F_ROWS, 0, &shape_check, "one a reason why a load fails or stalls" },
	{ "predicted_blockers", "would block now", F_ROWS, 0, &shape_blocker,
	  "tasks in code that it would replace" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
const struct shape shape_preflight = SHAPE("preflight", preflight_fields);

static int fill_check(struct row *parent, const struct check *c)
{
	struct row *row = row_add(parent, "checks");
	int r = row ? row_str(row, "id", c->id) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "result", check_result_name(c->result));
	r = r < 0 ? r : row_str(row, "evidence", c->evidence);
	return r < 0 ? r : row_str(row, "hint", c->hint);
}

int preflight_fill(struct row *row, const struct inspect *i, const struct preflight *p)
{
	int r = row_str(row, "verdict", check_result_name(preflight_verdict(p)));

	r = r < 0 ? r : row_str(row, "path", i->path);
	r = r < 0 ? r : row_str(row, "module", i->name);
	r = r < 0 ? r : row_str(row, "sha256", i->sha256);
	for (size_t k = 0; r >= 0 && k < p->n; k++)
		r = fill_check(row, &p->v[k]);
	for (size_t k = 0; r >= 0 && k < p->blockers.n; k++) {
		struct row *b = row_add(row, "predicted_blockers");

		r = b ? blocker_row_fill(b, &p->blockers.v[k]) : -ENOMEM;
	}
	return r;
}

size_t preflight_count(const struct preflight *p, enum check_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->v[i].result == result;
	return n;
}

const struct check *preflight_first_fail(const struct preflight *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].result == CHECK_FAIL)
			return &p->v[i];
	return NULL;
}

void preflight_more_fail(const struct preflight *p, char *buf, size_t size)
{
	size_t n = preflight_count(p, CHECK_FAIL);

	if (n > 1)
		snprintf(buf, size, "; %zu more check%s", n - 1, n == 2 ? " fails" : "s fail");
	else
		*buf = 0;
}

/* What is wrong, in full; tables cut their cells. */
int preflight_explain(struct report *rep, const struct preflight *p)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < p->n; i++) {
		const struct check *c = &p->v[i];

		if (c->result >= CHECK_WARN)
			r = report_note(rep, "%s: %s%s%s.", c->id, c->evidence, c->hint ? "; " : "",
					c->hint ? c->hint : "");
	}
	for (size_t i = 0; r >= 0 && i < MIN(p->blockers.n, (size_t)EXPLAIN_MAX); i++) {
		const struct blocker *b = &p->blockers.v[i];

		r = report_note(rep, "%d %s: %s%s. %s", b->task.tid, b->task.comm, b->reason,
				b->inferred ? " (inferred)" : "", b->advice);
	}
	if (r >= 0 && p->blockers.n > EXPLAIN_MAX)
		r = report_note(rep, "%zu more would block; --json explains them all.",
				p->blockers.n - EXPLAIN_MAX);
	return r;
}
