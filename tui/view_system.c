// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System: facts that decide whether livepatching works here. Audit is asked
 * when the screen is opened, and klpsh itself what it would load at boot. What
 * is not looked at here is named as not checked, never passed over.
 */
#include "core/text.h"
#include "tui/patch_detail.h"
#include "tui/system_asked.h"

#define FACTS_MAX 24

struct fact {
	const char *name;
	char value[768];
	enum verdict verdict;
	const char *meaning;
};

struct system_data {
	struct fact v[FACTS_MAX];
	size_t n;
	struct asked boot, hooks; /* what klpsh boot would do; who else hooks the functions */
};

static struct fact *add_fact(struct system_data *d, const char *name, enum verdict verdict, const char *value,
			     const char *meaning)
{
	struct fact *f;

	if (d->n == FACTS_MAX)
		return NULL;
	f = &d->v[d->n++];
	*f = (struct fact){ .name = name, .verdict = verdict, .meaning = meaning };
	text_clean(f->value, sizeof(f->value), value, strlen(value));
	return f;
}

static enum verdict good_if(int tri, int good)
{
	return tri < 0 ? VERDICT_UNKNOWN : tri == good ? VERDICT_GOOD : VERDICT_WARN;
}

static void add_kernel(struct system_data *d, const struct snapshot *s)
{
	char n[32];

	number_word(n, sizeof(n), s->sys.cpus);
	add_fact(d, "kernel", VERDICT_PLAIN, s->release, "Release of the running kernel.");
	add_fact(d, "host", VERDICT_PLAIN, s->host, "Name of this machine.");
	add_fact(d, "command line", VERDICT_PLAIN, *s->sys.cmdline ? s->sys.cmdline : "n/a",
		 "What the kernel was booted with (/proc/cmdline).");
	add_fact(d, "CPUs online", VERDICT_PLAIN, n,
		 "With more than one, nearly every transition waits for the first retry, about a second.");
}

static void add_livepatch(struct system_data *d, const struct snapshot *s)
{
	const struct sysfacts *f = &s->sys;

	add_fact(d, "livepatch", s->livepatch ? VERDICT_GOOD : VERDICT_WARN,
		 s->livepatch ? "yes: /sys/kernel/livepatch is there"
			      : "no: /sys/kernel/livepatch is missing",
		 "Whether this kernel can take livepatches at all.");
	add_fact(d, "CONFIG_LIVEPATCH", good_if(f->livepatch_config, 1), tri_word(f->livepatch_config),
		 "From /boot/config-RELEASE; n/a where that file is missing.");
	add_fact(d, "ftrace", good_if(f->ftrace_enabled, 1),
		 f->ftrace_enabled < 0 ? "n/a"
		 : f->ftrace_enabled   ? "on"
				       : "off: livepatches cannot load",
		 "Livepatching redirects functions through ftrace (/proc/sys/kernel/ftrace_enabled).");
	add_fact(d, "sig_enforce", f->sig_enforce < 0 ? VERDICT_UNKNOWN : VERDICT_PLAIN,
		 f->sig_enforce < 0	   ? "n/a"
		 : f->sig_enforce	   ? "yes: modules must be signed"
		 : sysfacts_signed(f) == 1 ? "no, but lockdown wants modules to be signed"
					   : "no: unsigned modules load, and taint (E)",
		 "/sys/module/module/parameters/sig_enforce.");
	add_fact(d, "lockdown", *f->lockdown ? VERDICT_PLAIN : VERDICT_UNKNOWN,
		 *f->lockdown ? f->lockdown : "n/a",
		 "/sys/kernel/security/lockdown. With integrity or more, modules must be signed; kernel "
		 "addresses and tracing may be closed.");
}

static void add_rights(struct system_data *d, const struct tui *t)
{
	const struct snapshot *s = t->snap;
	char value[160];

	add_fact(d, "rights", s->root ? VERDICT_GOOD : VERDICT_WARN,
		 s->root ? "root"
			 : "not root: states of other users' tasks, stacks and the log may be closed",
		 "Who klpsh runs as. What could not be read is named on each screen.");
	if (s->sys.ptrace_scope >= 0)
		FORMAT(value, "%d%s", s->sys.ptrace_scope,
		       s->sys.ptrace_scope == 3 ? ": nobody may read stacks" : "");
	else
		FORMAT(value, "n/a");
	add_fact(
		d, "ptrace_scope", s->sys.ptrace_scope == 3 ? VERDICT_WARN : VERDICT_PLAIN, value,
		"Yama's setting. At 3 no kernel stack can be read, so the class of a blocker stays unknown.");
}

static void add_audit(struct system_data *d, const struct tui *t)
{
	char value[384];

	if (t->app->root_prefix)
		FORMAT(value, "not checked: this is a captured tree");
	else if (!t->audit_known)
		FORMAT(value, "not asked yet");
	else if (t->audit_error < 0)
		FORMAT(value, "%s: %s", audit_word(&t->audit, t->audit_error), t->audit_err.text);
	else
		FORMAT(value, "%s: enabled %d, auditd's pid %d, %u records lost",
		       audit_word(&t->audit, t->audit_error), t->audit.enabled, t->audit.pid, t->audit.lost);
	add_fact(d, "audit", t->audit_known && t->audit_error >= 0 ? VERDICT_PLAIN : VERDICT_UNKNOWN, value,
		 "The audit subsystem's own status, asked when this screen is opened (R asks again).");
	add_fact(d, "audit policy", VERDICT_PLAIN, audit_policy_word(t->app->conf.audit),
		 "From /etc/klpsh.conf. required: without a written audit record nothing is changed. "
		 "best-effort: "
		 "it is tried, and told when it fails. off: only the history and the journal have it.");
	if (t->app->conf_err.code)
		add_fact(d, "policy file", VERDICT_WARN, t->app->conf_err.text,
			 "The site's policy could not be read.");
}

static void add_asked(struct system_data *d, const struct tui *t, const char *name, const struct asked *a,
		      const char *meaning)
{
	add_fact(d, name, *a->text ? a->verdict : VERDICT_UNKNOWN,
		 t->app->root_prefix ? "not checked: this is a captured tree"
		 : *a->text	     ? a->text
				     : "asking klpsh",
		 meaning);
}

static void add_rest(struct system_data *d, const struct tui *t)
{
	add_asked(d, t, "boot store", &d->boot,
		  "What klpsh boot would load for this kernel (/var/lib/kpatch), by klpsh boot --dry-run. "
		  "It is done at the start of the machine where klpsh.service is enabled. What is held back "
		  "was being loaded when the machine went down: klpsh boot --retry, klpsh install or klpsh "
		  "uninstall end that.");
	add_asked(d, t, "other hooks", &d->hooks,
		  "Who besides livepatches hooks the functions that they replace: kprobes, BPF programs, "
		  "tracers (klpsh system). A probe or a direct call there can keep another livepatch from "
		  "loading: klpsh check FILE says so, function by function.");
}

static void ask_all(struct view *v)
{
	struct system_data *d = v->data;

	if (!d)
		v->data = d = calloc(1, sizeof(*d));
	if (!d || v->tui->app->root_prefix)
		return;
	asked_boot(v, &d->boot);
	asked_hooks(v, &d->hooks);
}

static void system_update(struct view *v)
{
	struct system_data *d = v->data;

	if (!d)
		v->data = d = calloc(1, sizeof(*d));
	if (!d)
		return;
	d->n = 0;
	if (!v->tui->snap)
		return;
	add_kernel(d, v->tui->snap);
	add_livepatch(d, v->tui->snap);
	add_rights(d, v->tui);
	add_audit(d, v->tui);
	add_rest(d, v->tui);
}

static const struct fact *row_of(void *view, size_t i)
{
	return &((struct system_data *)((struct view *)view)->data)->v[i];
}

static size_t system_count(void *view)
{
	const struct system_data *d = ((struct view *)view)->data;

	return d ? d->n : 0;
}

static uint64_t system_id(void *view, size_t i)
{
	return table_hash_str(0, row_of(view, i)->name);
}

enum { COL_FACT, COL_VALUE };

static const struct column columns[] = {
	[COL_FACT] = { "FACT", 16, 20, 0, 0, "what" },
	[COL_VALUE] = { "VALUE", 12, 200, 0, COL_FLEX, "as it is" },
};

static void system_cell(void *view, size_t i, size_t column, char *buf, size_t size)
{
	snprintf(buf, size, "%s", column == COL_FACT ? row_of(view, i)->name : row_of(view, i)->value);
}

static unsigned system_style(void *view, size_t i, size_t column)
{
	static const enum style styles[] = { STYLE_NORMAL, STYLE_GOOD, STYLE_WARN, STYLE_DIM };

	return column == COL_FACT ? STYLE_BOLD : styles[row_of(view, i)->verdict];
}

static const struct table_source source = {
	.columns = columns,
	.n_columns = ARRAY_SIZE(columns),
	.count = system_count,
	.id = system_id,
	.cell = system_cell,
	.style = system_style,
};

static void system_detail(struct view *v, size_t i, struct lines *l)
{
	const struct fact *f = row_of(v, i);

	lines_add(l, STYLE_BOLD, "%s", f->value);
	lines_add(l, STYLE_NORMAL, "%s", "");
	lines_add(l, STYLE_NORMAL, "%s", f->meaning);
}

static void system_empty(struct view *v, struct lines *l)
{
	lines_add(l, STYLE_DIM, "reading");
}

static void system_open(struct view *v)
{
	tui_read_audit(v->tui);
	ask_all(v);
}

static void system_changed(struct view *v)
{
	if (v->tui->view == v)
		ask_all(v);
}

static void system_done(struct view *v)
{
	struct system_data *d = v->data;

	if (d) {
		asked_cancel(&d->boot);
		asked_cancel(&d->hooks);
	}
	free(d);
	v->data = NULL;
}

const struct view_ops view_system = {
	.title = "System",
	.key = '7',
	.needs = NEEDS_FRAME,
	.keys = &keymap_system,
	.source = &source,
	.open = system_open,
	.update = system_update,
	.changed = system_changed,
	.detail = system_detail,
	.empty = system_empty,
	.done = system_done,
};
