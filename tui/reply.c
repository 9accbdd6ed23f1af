// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Envelopes into words. A key that is missing or of another type is as if it
 * had not been said; nothing here decides whether something may be done.
 */
#include "tui/reply.h"

#include "tui/term.h"

#include <errno.h>

#define NAMED_MAX 4 /* blockers told one by one */

static void reply_envelope(struct reply *a)
{
	const struct jv *e = jv_get(a->doc, "error");
	int64_t rc = 0;

	if (!jv_int(a->doc, "rc", &rc)) {
		err_set(&a->broken, -EBADMSG, "klpsh answered with something else than its JSON");
		return;
	}
	a->rc = (int)rc;
	jv_bool(a->doc, "changed", &a->changed);
	a->data = jv_get(a->doc, "data");
	a->audit = jv_str(a->doc, "audit");
	a->error = jv_str(e, "text");
	a->hint = jv_str(e, "hint");
	a->errno_name = jv_str(e, "errno");
}

void reply_read(const char *out, size_t len, const char *said, int status, struct reply *ret)
{
	*ret = (struct reply){ .rc = status, .said = said };
	if (len > 0 && jv_parse(out, len, &ret->doc, &ret->broken) >= 0)
		reply_envelope(ret);
	else if (status >= RC_SIGNAL)
		err_set(&ret->broken, -EIO, "klpsh was ended by signal %d", status - RC_SIGNAL);
	else if (*said)
		err_set(&ret->broken, -EIO, "%s", said);
	else if (len == 0)
		err_set(&ret->broken, -EIO, "klpsh ended with exit code %d and said nothing", status);
}

void reply_done(struct reply *a)
{
	jv_free(a->doc);
	*a = (struct reply){ 0 };
}

const char *reply_error(const struct reply *a)
{
	if (a->broken.code)
		return a->broken.text;
	if (a->error)
		return a->error;
	return a->rc && !a->data ? "it failed without saying why" : NULL;
}

const char *reply_result(const struct reply *a)
{
	const char *s = jv_str(a->data, "result");

	return s ? s : "";
}

static void add_list(const struct jv *list, unsigned style, const char *lead, struct lines *l)
{
	for (size_t i = 0; i < jv_len(list); i++)
		if (jv_str(jv_at(list, i), NULL))
			lines_add(l, style, "%s%s", lead, jv_str(jv_at(list, i), NULL));
}

static unsigned check_style(const char *result)
{
	if (streq(result, "fail"))
		return STYLE_BAD;
	return streq(result, "pass") ? STYLE_GOOD : streq(result, "warn") ? STYLE_WARN : STYLE_DIM;
}

static bool speaks_against(const struct jv *c)
{
	const char *result = jv_str(c, "result");

	return result && (streq(result, "warn") || streq(result, "fail"));
}

static void add_check(const struct jv *c, struct lines *l)
{
	const char *id = jv_str(c, "id"), *result = jv_str(c, "result"), *seen = jv_str(c, "evidence"),
		   *hint = jv_str(c, "hint");

	if (!id || !result)
		return;
	lines_add(l, check_style(result), "%s %s: %s", result, id, seen ? seen : "");
	if (hint && *hint && !streq(result, "pass"))
		lines_add(l, STYLE_NORMAL, "     %s", hint);
}

static void add_blockers(const struct jv *list, const char *what, size_t max, struct lines *l)
{
	size_t n = jv_len(list);

	if (n > 0)
		lines_add(l, STYLE_WARN, "%zu task%s %s", n, n == 1 ? "" : "s", what);
	for (size_t i = 0; i < MIN(n, max); i++) {
		const struct jv *b = jv_at(list, i);
		const char *comm = jv_str(b, "comm"), *reason = jv_str(b, "reason"),
			   *advice = jv_str(b, "advice");
		int64_t tid = 0;

		jv_int(b, "tid", &tid);
		lines_add(l, STYLE_NORMAL, "  %s (%lld): %s", comm ? comm : "", (long long)tid,
			  reason ? reason : "");
		if (advice && *advice)
			lines_add(l, STYLE_DIM, "    %s", advice);
	}
	if (n > max)
		lines_add(l, STYLE_DIM, "  and %zu more", n - max);
}

/* "pass", or what is wrong with how many not checked. */
static void add_verdict(const struct jv *p, struct lines *l)
{
	const struct jv *checks = jv_get(p, "checks");
	const char *verdict = jv_str(p, "verdict");
	size_t open = 0;

	for (size_t i = 0; i < jv_len(checks); i++) {
		const char *result = jv_str(jv_at(checks, i), "result");
		open += result && streq(result, "not-checked");
	}
	if (!verdict)
		return;
	if (open)
		lines_add(l, check_style(verdict), "Preflight: %s; %zu of %zu checks could not be made",
			  verdict, open, jv_len(checks));
	else
		lines_add(l, check_style(verdict), "Preflight: %s, %zu checks", verdict, jv_len(checks));
}

/* What is in the way comes first; what passed, and what was not checked, last. */
void reply_preflight(const struct jv *p, bool all, struct lines *l)
{
	const struct jv *checks = jv_get(p, "checks");

	add_verdict(p, l);
	for (size_t i = 0; i < jv_len(checks); i++)
		if (speaks_against(jv_at(checks, i)))
			add_check(jv_at(checks, i), l);
	add_blockers(jv_get(p, "predicted_blockers"), "would block it now:", all ? SIZE_MAX : NAMED_MAX, l);
	for (size_t i = 0; all && i < jv_len(checks); i++)
		if (!speaks_against(jv_at(checks, i)))
			add_check(jv_at(checks, i), l);
}

/* What was read beforehand; where klpsh came so far, what its checks found is among it. */
static void add_facts(const struct reply *a, struct lines *l)
{
	const struct jv *facts = jv_get(a->data, "facts"), *p = jv_get(a->data, "preflight");

	add_list(facts, STYLE_NORMAL, "", l);
	if (!jv_len(facts) && jv_str(p, "verdict"))
		reply_preflight(p, false, l);
}

void reply_question(const struct reply *a, struct lines *l)
{
	const char *undo = jv_str(a->data, "undo"), *command = jv_str(a->data, "command");

	add_facts(a, l);
	add_blockers(jv_get(a->data, "blockers"), "in the way now:", NAMED_MAX, l);
	add_list(jv_get(a->data, "notes"), STYLE_WARN, "", l);
	add_list(jv_get(a->data, "errors"), STYLE_WARN, "not seen: ", l);
	if (l->n)
		lines_add(l, STYLE_NORMAL, "%s", "");
	if (undo)
		lines_fact(l, "Way back", "%s", undo);
	if (command)
		lines_fact(l, "The same as", "%s", command);
}

void reply_outcome(const struct reply *a, struct lines *l)
{
	const char *error = reply_error(a), *hint = a->broken.code ? a->broken.hint : a->hint;

	if (error)
		lines_add(l, STYLE_BAD, "%s", error);
	if (hint && *hint)
		lines_add(l, STYLE_NORMAL, "%s", hint);
	if (l->n)
		lines_add(l, STYLE_NORMAL, "%s", "");
	if (a->errno_name)
		lines_fact(l, "errno", "%s", a->errno_name);
	lines_fact(l, "exit code", "%d (%s)", a->rc, rc_name(a->rc));
	if (a->audit)
		lines_fact(l, "audit", "%s", a->audit);
	if (jv_str(a->data, "txn"))
		lines_fact(l, "transaction", "%s", jv_str(a->data, "txn"));
	if (jv_str(a->data, "state"))
		lines_fact(l, "state now", "%s", jv_str(a->data, "state"));
	add_facts(a, l);
	add_blockers(jv_get(a->data, "blockers"), "in its way:", NAMED_MAX, l);
	add_list(jv_get(a->data, "notes"), STYLE_WARN, "", l);
	add_list(jv_get(a->data, "errors"), STYLE_WARN, "not seen: ", l);
	if (jv_len(jv_get(a->data, "choices"))) {
		lines_add(l, STYLE_NORMAL, "%s", "");
		lines_add(l, STYLE_HEADING, "What helps now");
		add_list(jv_get(a->data, "choices"), STYLE_KEY, "  ", l);
	}
}
