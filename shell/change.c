/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Laying out a change: who, what, on which identity, with which facts. What is
 * then done with it is in shell/change_run.c.
 */
#include "shell/change.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/utsname.h>

#include "core/hash.h"
#include "core/loadnote.h"
#include "core/lock.h"
#include "core/sysfacts.h"
#include "core/text.h"
#include "kmod/store.h"
#include "shell/callloop.h"
#include "shell/change_run.h"
#include "shell/unconfirmed.h"
#include "shell/view.h"

static int later_load(const void *a, const void *b)
{
	const struct patch *x = *(const struct patch *const *)a, *y = *(const struct patch *const *)b;

	return (x->stack_order > y->stack_order) - (x->stack_order < y->stack_order);
}

/* Without its bytes in the store a patch cannot be brought back. */
static void ref_fill(struct patch_ref *ref, const struct patch *p, const struct act *a)
{
	FORMAT(ref->name, "%s", p->name);
	FORMAT(ref->build_id, "%s", p->build_id ? p->build_id : "");
	ref->replace = p->replace;
	if (store_find(a->state_dir, ref->name, ref->build_id, ref->sha256) < 0)
		ref->sha256[0] = '\0';
	ref->params = loadnote_read(a->run_dir, a->root, ref->name);
}

/* The patches enabled now, oldest first: what rollback goes back to. */
static int read_before(struct plan *p)
{
	struct patches all = { 0 };
	_cleanup_free_ const struct patch **on = NULL;
	struct change *c = &p->act.change;
	int r = patches_read(p->c->app->root, &all, NULL);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	on = calloc(all.n + 1, sizeof(*on));
	c->before = calloc(all.n + 1, sizeof(*c->before));
	for (size_t i = 0; on && i < all.n; i++)
		if (patch_is_enabled(&all.v[i]))
			on[c->n_before++] = &all.v[i];
	if (on && c->before) {
		qsort(on, c->n_before, sizeof(const struct patch *), later_load);
		for (size_t i = 0; i < c->n_before; i++)
			ref_fill(&c->before[i], on[i], &p->act);
		c->before_known = true;
	}
	patches_free(&all);
	return on && c->before ? 0 : -ENOMEM;
}

/* Names and builds of the enabled patches, in their order, as one word. */
static int before_word(const struct change *c, char *buf, size_t size)
{
	_cleanup_free_ char *text = NULL;
	char hash[SHA256_HEX];
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; out && i < c->n_before; i++)
		fprintf(out, "%s %s\n", c->before[i].name, c->before[i].build_id);
	if (!out || fclose(out) != 0 || sha256_hex(text, len, hash) < 0)
		return -ENOMEM;
	snprintf(buf, size, "%.16s", hash);
	return 0;
}

/* A question tells of them, and a yes that comes with another call is for those. */
static int check_before(struct plan *p, struct err *e)
{
	const struct change *c = &p->act.change;
	const char *expect = call_flag(p->c, "expect-before");
	char word[24] = "";

	if (c->before_known &&
	    (before_word(c, word, sizeof(word)) < 0 || row_str(p->row, "before", word) < 0))
		return out_of_memory(e);
	if (!expect || streq(expect, word))
		return 0;
	err_set(e, -ESTALE, "other patches are enabled by now than those that were seen");
	err_hint(e, "nothing was done; look again, then decide again");
	if (!p->c->set.dry_run)
		act_record_not_done(&p->act, PHASE_REFUSED, e);
	return -ESTALE;
}

static void read_machine(const struct app *app, struct change *c)
{
	struct utsname u;

	if (uname(&u) == 0)
		FORMAT(c->release, "%.64s", u.release);
	boot_id_read(app->root, c->boot_id);
	login_read(app->root, &c->who);
}

static int read_flags(struct plan *p, struct err *e)
{
	const char *stall = call_flag(p->c, "on-stall");
	int r;

	if (stall && !streq(stall, "report") && !streq(stall, "reverse"))
		return err_rc(e, RC_USAGE, -EINVAL, "--on-stall is report or reverse, not \"%s\"", stall);
	p->act.reverse_on_stall = stall && streq(stall, "reverse");
	r = call_flag_seconds(p->c, "confirm-within", &p->confirm_within, e);
	if (r >= 0 && p->confirm_within == 0)
		return err_rc(e, RC_USAGE, -EINVAL, "--confirm-within takes seconds, at least 1");
	return r;
}

static void write_word(FILE *out, const char *w)
{
	if (*w && strspn(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:@%+") ==
			  strlen(w)) {
		fputs(w, out);
		return;
	}
	fputc('\'', out);
	for (; *w; w++)
		if (*w == '\'')
			fputs("'\\''", out);
		else
			fputc(*w, out);
	fputc('\'', out);
}

/* The same as a command line, with the verb's own flags. */
static void make_command(struct plan *p)
{
	const struct call *c = p->c;
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	fprintf(out, "klpsh %s", c->verb->name);
	for (size_t i = 0; i < c->n_args; i++) {
		fputc(' ', out);
		write_word(out, c->args[i]);
	}
	for (size_t i = 0; i < c->verb->n_flags; i++) {
		if (!c->flag_values[i] || strncmp(c->verb->flags[i].name, "expect", 6) == 0)
			continue;
		fprintf(out, " --%s%s", c->verb->flags[i].name, *c->flag_values[i] ? "=" : "");
		if (*c->flag_values[i])
			write_word(out, c->flag_values[i]);
	}
	if (c->verb->danger == DANGER_MODERATE)
		fputs(" --yes", out);
	if (fclose(out) == 0)
		text_clean(p->command, sizeof(p->command), text, strlen(text));
}

static int start_report(struct plan *p, const char *target)
{
	int r;

	p->report = report_single(&shape_change, &p->row);
	if (!p->report)
		return -ENOMEM;
	make_command(p);
	r = row_str(p->row, "verb", p->c->verb->name);
	r = r < 0 ? r : row_str(p->row, "target", target);
	r = r < 0 ? r : row_str(p->row, "command", p->command);
	return r < 0 ? r : row_str(p->row, "danger", danger_word(p->c->verb->danger));
}

static void start_act(struct plan *p, const char *target)
{
	const struct app *app = p->c->app;
	struct act *a = &p->act;

	a->root = app->root;
	a->conf = &app->conf;
	a->kops = app->kops;
	a->state_dir = app_state_dir(app);
	a->run_dir = app_run_dir(app);
	a->wait = p->c->set.wait;
	a->change.verb = p->c->verb->name;
	a->change.target = target;
	a->change.reason = p->c->set.reason;
}

static void tell_recovered(const char *sentence, void *arg)
{
	call_warn(arg, "%s", sentence);
}

void change_recover(struct call *c)
{
	struct app *app = c->app;
	struct err e = { 0 };

	if (c->set.dry_run || c->set.read_only || (!root_is_live(app->root) && !app->kops))
		return;
	if (act_recover(app->root, &app->conf, app_state_dir(app), app_run_dir(app), tell_recovered, c, &e) <
	    0)
		call_warn(c, "cannot look for unfinished changes: %s", e.text);
	unconfirmed_resume(c);
}

int plan_begin(struct plan *p, struct call *c, const char *target, struct err *e)
{
	int r;

	*p = (struct plan){ .c = c, .confirm_within = -1, .undo_needs_bytes = true };
	start_act(p, target);
	r = change_new_txn(p->act.change.txn);
	if (r < 0)
		return err_set(e, r, "the kernel gives no random numbers: %s", strerror(-r));
	if (start_report(p, target) < 0)
		return out_of_memory(e);
	read_machine(c->app, &p->act.change);
	r = read_flags(p, e);
	r = r < 0 ? r : plan_policy(p, e);
	if (r < 0)
		return r;
	change_recover(c);
	return read_before(p) < 0 ? out_of_memory(e) : check_before(p, e);
}

void plan_done(struct plan *p)
{
	p->report = report_free(p->report);
	change_done(&p->act.change);
}

void plan_patch(struct plan *p, const char *name)
{
	FORMAT(p->patch, "%s", name);
}

void plan_says(struct plan *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->done_text, sizeof(p->done_text), fmt, ap);
	va_end(ap);
}

static int put_text(struct plan *p, const char *key, bool list, const char *fmt, va_list ap)
{
	_cleanup_free_ char *raw = NULL, *clean = NULL;
	int n = vasprintf(&raw, fmt, ap);

	if (n < 0) {
		raw = NULL;
		return -ENOMEM;
	}
	clean = text_clean_dup(raw, (size_t)n);
	if (!clean)
		return -ENOMEM;
	return list ? row_push(p->row, key, clean) : row_str(p->row, key, clean);
}

#define PLAN_TEXT(name, key, list)                                                                           \
	int name(struct plan *p, const char *fmt, ...)                                                       \
	{                                                                                                    \
		va_list ap;                                                                                  \
		int r;                                                                                       \
                                                                                                             \
		va_start(ap, fmt);                                                                           \
		r = put_text(p, key, list, fmt, ap);                                                         \
		va_end(ap);                                                                                  \
		return r;                                                                                    \
	}
PLAN_TEXT(plan_title, "title", false)
PLAN_TEXT(plan_fact, "facts", true)
PLAN_TEXT(plan_undo, "undo", false)
PLAN_TEXT(plan_note, "notes", true)

int plan_pin(struct plan *p, const struct pin *pin, struct err *e)
{
	struct act *a = &p->act;
	const char *expect = call_flag(p->c, "expect");
	char word[80];

	if (a->n_pins == ARRAY_SIZE(a->pins))
		return err_set(e, -E2BIG, "too many patches for one change");
	pin_word(pin, word, sizeof(word));
	if (!a->n_pins && row_str(p->row, "pin", word) < 0)
		return out_of_memory(e);
	if (!a->n_pins && expect && !streq(expect, word)) {
		err_set(e, -ESTALE, "%s is not what was expected: %s, and not %s", pin->name, word, expect);
		err_hint(e, "nothing was done; look again, then decide again");
		return -ESTALE;
	}
	a->pins[a->n_pins++] = *pin;
	return 0;
}

int plan_already(struct plan *p, const char *sentence, struct report **ret)
{
	if (row_str(p->row, "result", "already") < 0 || report_headline(p->report, "%s", sentence) < 0 ||
	    plan_state(p) < 0)
		return -ENOMEM;
	*ret = TAKE_PTR(p->report);
	return 0;
}
