/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of checks, in the order in which people want to read them. What
 * each one looks at is in kmod/check_*.c; who would block in kmod/predict.c.
 */
#include "kmod/preflight.h"

#include <errno.h>
#include <stdarg.h>

#include "kmod/checks.h"
#include "kmod/predict.h"

static const char *const result_names[] = { "pass", "not-checked", "warn", "fail" };

const char *check_result_name(enum check_result r)
{
	return result_names[r];
}

static int check_put(struct preflight *p, const char *id, enum check_result r, const char *hint,
		     char *evidence)
{
	struct check c = { .id = id, .result = r, .evidence = evidence };

	if (!evidence)
		return -ENOMEM;
	if (hint)
		c.hint = strdup(hint);
	if ((hint && !c.hint) || array_grow(&p->v, p->n, sizeof(c)) < 0) {
		free(c.hint);
		free(evidence);
		return -ENOMEM;
	}
	p->v[p->n++] = c;
	return 0;
}

int check_add(struct preflight *p, const char *id, enum check_result r, const char *hint, const char *fmt,
	      ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	return n < 0 ? -ENOMEM : check_put(p, id, r, hint, text);
}

void tally_add(struct tally *t, enum check_result r, const char *fmt, ...)
{
	_cleanup_free_ char *one = NULL;
	char *all = NULL;
	va_list ap;

	t->worst = MAX(t->worst, r);
	if (t->shown == TALLY_SHOWN) {
		t->more++;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&one, fmt, ap) < 0)
		one = NULL;
	va_end(ap);
	if (!one || asprintf(&all, "%s%s%s", t->text ? t->text : "", t->text ? "; " : "", one) < 0) {
		t->error = -ENOMEM;
		return;
	}
	free(t->text);
	t->text = all;
	t->shown++;
}

int check_tally(struct preflight *p, const char *id, struct tally *t, const char *hint, const char *all_well)
{
	_cleanup_free_ char *text = TAKE_PTR(t->text);
	int r = t->error;

	if (t->worst < CHECK_WARN)
		hint = NULL;
	if (r < 0)
		;
	else if (t->more)
		r = check_add(p, id, t->worst, hint, "%s; and %zu more", text, t->more);
	else
		r = check_add(p, id, t->worst, hint, "%s", text ? text : all_well);
	*t = (struct tally){ 0 };
	return r;
}

static int run_all(const struct preflight_input *in, struct codefacts *facts, struct preflight *p)
{
	int r = check_file(in, p);

	if (r < 0 || !in->file->livepatch)
		return r;
	r = check_system(in, p);
	r = r < 0 ? r : codefacts_read(in, facts);
	r = r < 0 ? r : check_symbols(in, facts, p);
	r = r < 0 ? r : check_entries(in, facts, p);
	r = r < 0 ? r : check_conflicts(in, p);
	r = r < 0 ? r : check_states(in, p);
	return r < 0 ? r : check_blockers(in, facts->kallsyms, p);
}

int preflight_run(const struct preflight_input *in, struct preflight *ret)
{
	struct codefacts facts = { 0 };
	struct preflight p = { 0 };
	int r;

	r = run_all(in, &facts, &p);
	codefacts_done(&facts);
	if (r < 0) {
		preflight_done(&p);
		return r;
	}
	*ret = p;
	return 0;
}

void preflight_done(struct preflight *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].evidence);
		free(p->v[i].hint);
	}
	free(p->v);
	blockers_free(&p->blockers);
	*p = (struct preflight){ 0 };
}

enum check_result preflight_verdict(const struct preflight *p)
{
	enum check_result worst = CHECK_PASS;

	for (size_t i = 0; i < p->n; i++)
		worst = MAX(worst, p->v[i].result);
	return worst == CHECK_NOT_CHECKED ? CHECK_WARN : worst;
}

const struct check *preflight_find(const struct preflight *p, const char *id)
{
	for (size_t i = 0; i < p->n; i++)
		if (streq(p->v[i].id, id))
			return &p->v[i];
	return NULL;
}
