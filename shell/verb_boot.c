/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `boot`: load what is installed for the running kernel, one after the other
 * in its order, each like `load` would. One that fails is named and does not
 * hold up the others. While one is being loaded, the crash guard stands.
 */
#include <errno.h>

#include "core/sysfacts.h"
#include "kmod/bootmark.h"
#include "shell/boot.h"
#include "shell/loading.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field patch_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "name of the module" },
	{ "file", NULL, F_STR, FIELD_JSON, NULL, "its file in the boot store" },
	{ "order", NULL, F_INT, FIELD_RIGHT, NULL, "its place in the order of loading, null: none recorded" },
	{ "result", NULL, F_STR, 0, NULL,
	  "as of load (done, already, would, stalled, refused, failed, ...), or held: by the crash guard" },
	{ "text", "why", F_STR, FIELD_TRUNC, NULL, "what is to be said of it" },
	{ "txn", NULL, F_STR, FIELD_JSON, NULL, "transaction of its load, null: none was begun" },
};
static const struct shape shape_boot_patch = SHAPE("patch", patch_fields);

static const struct field boot_fields[] = {
	{ "release", NULL, F_STR, FIELD_JSON, NULL, "the running kernel" },
	{ "off", NULL, F_STR, FIELD_JSON, NULL,
	  "word on the kernel's command line that forbids it, or null" },
	{ "patches", NULL, F_ROWS, 0, &shape_boot_patch, "what is installed, in the order of loading" },
};
static const struct shape shape_boot = SHAPE("boot", boot_fields);

struct boot {
	struct call *c;
	struct boot_place at;
	struct boot_list list;
	char boot_id[37];
	struct report *report;
	struct row *row;
	size_t good, bad;
	enum rc bad_rc; /* of those that are not loaded, where it is one */
	bool changed;
};

static int is_off(struct boot *b)
{
	static const char *const words[] = { "klpsh.enable=0", "kpatch.enable=0" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (cmdline_has(b->c->app->root, words[i]) <= 0)
			continue;
		if (row_str(b->row, "off", words[i]) < 0 ||
		    report_headline(b->report, "Nothing is loaded: %s stands on the kernel's command line.",
				    words[i]) < 0)
			return -ENOMEM;
		return 1;
	}
	return 0;
}

/* In the worker: the mark stands, on the disk, before the kernel is touched. */
static int guarded_load(struct act *a, struct err *e)
{
	const struct loading *l = a->arg;
	struct err why = { 0 };
	int r = bootmark_set(a->state_dir, l->image->content, a->change.boot_id, e);

	if (r < 0)
		return r;
	r = loading_do(a, e);
	if (bootmark_clear(a->state_dir, l->image->content, &why) < 0)
		act_note(a, "it will not be loaded at the next boot: %s", why.text);
	return r;
}

/* What was recorded at installation must hold. */
static int check_record(const struct boot_entry *en, const struct image *i, struct err *e)
{
	if (!en->sha256[0] || streq(en->sha256, i->content))
		return 0;
	err_rc(e, RC_FAILED, -EBADMSG,
	       "%s is not what was installed: its SHA-256 is %.12s, and %.12s was recorded", en->file,
	       i->content, en->sha256);
	err_hint(e, "klpsh install it again from a file that you trust, or klpsh uninstall %s", en->name);
	return -EBADMSG;
}

/* 1: held by the guard, e says so. */
static int check_guard(struct boot *b, const struct image *i, struct err *e)
{
	int r = bootmark_left(b->at.state_dir, i->content, b->boot_id, e);

	if (r <= 0)
		return r;
	if (call_flag(b->c, "retry"))
		return 0;
	err_rc(e, RC_FAILED, -ECANCELED,
	       "the machine went down while %s was being loaded, so it is not loaded by itself again",
	       i->inspect->name);
	err_hint(e,
		 "klpsh boot --retry tries it once more, klpsh install clears the guard, klpsh uninstall %s "
		 "gives it up",
		 i->inspect->name);
	return 1;
}

/* The outcome of one: the sub-report's result and transaction, or what e says. */
static int add_outcome(struct boot *b, const struct boot_entry *en, const char *result, struct report *sub,
		       const struct err *e)
{
	struct row *row = row_add(b->row, "patches");
	const struct row *from = sub ? sub->rows.v[0] : NULL;
	const struct cell *said = from ? row_cell(from, "result") : NULL,
			  *txn = from ? row_cell(from, "txn") : NULL;
	int r = row ? row_str(row, "name", en->name) : -ENOMEM;

	if (said && said->set)
		result = said->str;
	r = r < 0 ? r : row_str(row, "file", en->file);
	if (r >= 0 && en->order >= 0)
		r = row_int(row, "order", en->order);
	r = r < 0 ? r : row_str(row, "result", result);
	if (r >= 0 && txn && txn->set)
		r = row_str(row, "txn", txn->str);
	if (r >= 0 && e->code)
		r = row_str(row, "text", e->text);
	else if (r >= 0)
		r = row_human(row, "text", "-");
	if (r >= 0 && e->code)
		r = report_note(b->report, "%s: %s%s%s.", en->name, e->text, e->hint[0] ? "; " : "", e->hint);
	if (e->code)
		b->bad_rc = !b->bad || b->bad_rc == err_exit(e) ? err_exit(e) : RC_FAILED;
	b->good += !e->code;
	b->bad += e->code != 0;
	return r;
}

static int load_one(struct boot *b, const struct boot_entry *en)
{
	_cleanup_(loading_done) struct loading l = { 0 };
	_cleanup_(report_freep) struct report *sub = NULL;
	const char *result = "failed";
	struct err e = { 0 };
	char path[512];
	int r;

	FORMAT(path, "%s/%s/%s", b->at.base, b->at.release, en->file);
	call_progress(b->c, NULL);
	r = loading_begin(&l, b->c, path, NULL, 0, &e);
	if (r >= 0) {
		r = check_record(en, l.image, &e);
		r = r < 0 ? r : check_guard(b, l.image, &e);
		if (r != 0) {
			result = r > 0 ? "held" : "refused";
			(void)plan_refuse(&l.plan, &sub, &e);
			sub = report_free(sub);
		} else {
			r = loading_run(&l, guarded_load, &sub, &e);
		}
	}
	if (r < 0 && !e.code)
		err_set(&e, r, "%s", strerror(-r));
	b->changed |= sub && sub->changed;
	return add_outcome(b, en, result, sub, &e);
}

static int headline(struct boot *b)
{
	const char *verb = b->c->set.dry_run ? "would be loaded" : "loaded";

	if (!b->list.n)
		return report_headline(b->report, "Nothing is installed for %s.", b->at.release);
	if (!b->bad && b->list.n == 1)
		return report_headline(b->report, "The one installed patch %s loaded.",
				       b->c->set.dry_run ? "would be" : "is");
	if (!b->bad)
		return report_headline(b->report, "All %zu installed patches %s.", b->list.n,
				       b->c->set.dry_run ? "would be loaded" : "are loaded");
	return report_headline(b->report, "%zu of %zu installed patches %s, %zu not.", b->good, b->list.n,
			       verb, b->bad);
}

static int load_all(struct boot *b, struct err *e)
{
	int r = is_off(b);

	if (r != 0)
		return r < 0 ? out_of_memory(e) : 0;
	r = bootstore_list(b->at.base, b->at.release, &b->list, e);
	if (r < 0)
		return r;
	for (size_t i = 0; i < b->list.n && !*b->c->interrupted; i++)
		if (load_one(b, &b->list.v[i]) < 0)
			return out_of_memory(e);
	/* What was not come to is not loaded. */
	if (b->good + b->bad < b->list.n) {
		b->bad_rc = (enum rc)(RC_SIGNAL + *b->c->interrupted);
		b->bad = b->list.n - b->good;
	}
	b->report->changed = b->changed;
	b->report->rc = !b->bad ? RC_OK : b->good ? RC_PARTIAL : b->bad_rc;
	return headline(b) < 0 ? out_of_memory(e) : 0;
}

static int boot_run(struct call *c, struct report **ret, struct err *e)
{
	struct boot b = { .c = c };
	int r = boot_place_find(c, &b.at, e);

	if (r < 0)
		return r;
	(void)boot_id_read(c->app->root, b.boot_id);
	b.report = report_single(&shape_boot, &b.row);
	if (!b.report)
		return out_of_memory(e);
	r = row_str(b.row, "release", b.at.release) < 0 ? out_of_memory(e) : load_all(&b, e);
	boot_list_free(&b.list);
	if (r >= 0)
		*ret = TAKE_PTR(b.report);
	report_free(b.report);
	return r;
}

static const struct flag boot_flags[] = {
	{ "retry", NULL, false, "also what the crash guard holds back" },
};

const struct verb verb_boot = {
	.name = "boot",
	.flags = boot_flags,
	.n_flags = ARRAY_SIZE(boot_flags),
	.danger = DANGER_MODERATE,
	.help = "load what is installed for the running kernel, as at boot",
	.details =
		"Loads every patch of /var/lib/kpatch/RELEASE in its order, each with the checks and the "
		"records of klpsh load. A file whose SHA-256 is not the one recorded at installation is "
		"refused. One that fails is named and the next one is tried. klpsh.service calls this when "
		"the "
		"machine starts.\n\n"
		"klpsh.enable=0 or kpatch.enable=0 on the kernel's command line switch it off. Crash guard: "
		"where the machine went down while a patch was being loaded here, that patch is not loaded "
		"by "
		"itself again, and it is said, until klpsh install, klpsh uninstall or --retry.\n\n"
		"Exit code: 0 when all are loaded or nothing is installed, 10 when some are; when none is, "
		"that of the failure, or 1 where there are several.",
	.examples = "klpsh boot --dry-run  # what is installed, and would it load\n"
		    "klpsh boot --yes --wait=60  # what klpsh.service does",
	.shape = &shape_boot,
	.run = boot_run,
};
