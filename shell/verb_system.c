// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `system`: the facts that decide what livepatching can do here, and who
 * besides livepatches hooks the functions that they replace.
 */
#include <errno.h>

#include "core/audit.h"
#include "core/hooks.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field hooked_fields[] = {
	{ "name", "function", F_STR, 0, NULL, "function that an enabled livepatch replaces" },
	{ "object", NULL, F_STR, 0, NULL, "vmlinux or a module" },
	{ "patches", NULL, F_STRS, 0, NULL, "the livepatches" },
	{ "others", "also hooked by", F_STR, FIELD_TRUNC, NULL,
	  "who else: kprobes, BPF, ftrace; of functions of one name which is not told" },
};
static const struct shape shape_hooked = SHAPE("function", hooked_fields);

static const struct field system_fields[] = {
	{ "kernel", NULL, F_STR, 0, NULL, "release of the kernel" },
	{ "host", NULL, F_STR, 0, NULL, "name of the machine" },
	{ "cmdline", "command line", F_STR, FIELD_TRUNC, NULL, "what the kernel was booted with" },
	{ "cpus", "CPUs online", F_INT, 0, NULL, "CPUs online" },
	{ "livepatch", NULL, F_BOOL, 0, NULL, "/sys/kernel/livepatch is there" },
	{ "config", "configured", F_BOOL, 0, NULL,
	  "CONFIG_LIVEPATCH in /boot/config-RELEASE; null: not known" },
	{ "ftrace", NULL, F_BOOL, 0, NULL, "/proc/sys/kernel/ftrace_enabled: off, nothing can be loaded" },
	{ "sig_enforce", NULL, F_BOOL, FIELD_JSON, NULL, "the module loader's parameter" },
	{ "signed", "signatures required", F_BOOL, 0, NULL,
	  "unsigned modules are refused, by sig_enforce or by lockdown" },
	{ "lockdown", NULL, F_STR, 0, NULL, "none, integrity or confidentiality" },
	{ "root", NULL, F_BOOL, 0, NULL, "klpsh runs as root" },
	{ "ptrace_scope", NULL, F_INT, 0, NULL, "Yama's: at 3 no kernel stack can be read" },
	{ "audit", NULL, F_STR, 0, NULL, "the audit system: on, no daemon, off, unknown" },
	{ "audit_daemon", NULL, F_INT, FIELD_JSON, NULL, "its process, 0 none" },
	{ "audit_lost", NULL, F_INT, FIELD_JSON, NULL, "records lost since boot" },
	{ "audit_policy", "audit policy", F_STR, 0, NULL, "required, best-effort or off" },
	{ "functions", "replaced functions", F_INT, 0, NULL, "by enabled livepatches; null: unknown" },
	{ "hooked", "hooked by others, too", F_ROWS, 0, &shape_hooked,
	  "functions of these that others hook" },
	{ "hooks_unseen", NULL, F_STRS, FIELD_JSON, NULL, "why not all of these may be known" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
static const struct shape shape_system = SHAPE("system", system_fields);

/* Of the functions that enabled livepatches replace, each once. */
struct replaced {
	struct nameset names;
	struct hook *hooks; /* one a name */
	struct err enabled, kprobes; /* code 0: was read */
};

static void replaced_done(struct replaced *p)
{
	nameset_done(&p->names);
	free(p->hooks);
}

/* Those that patch_count_funcs counts: what is to be restored is the original's. */
static int add_names(const struct patch *p, struct nameset *names)
{
	int r = 0;

	for (size_t i = 0; i < p->n_objects; i++)
		for (size_t k = 0; r >= 0 && k < p->objects[i].n_funcs; k++)
			if (p->objects[i].funcs[k].restore != 1)
				r = nameset_add(names, p->objects[i].name, p->objects[i].funcs[k].name);
	return r;
}

static int read_replaced(const struct root *root, const struct snapshot *s, struct replaced *ret)
{
	size_t max = 0;
	int r;

	for (size_t i = 0; i < s->patches.n; i++)
		max += patch_is_enabled(&s->patches.v[i]) ? patch_count_funcs(&s->patches.v[i]) : 0;
	r = nameset_init(&ret->names, max);
	ret->hooks = calloc(max + 1, sizeof(*ret->hooks));
	if (r >= 0 && !ret->hooks)
		r = -ENOMEM;
	for (size_t i = 0; r >= 0 && i < s->patches.n; i++)
		if (patch_is_enabled(&s->patches.v[i]))
			r = add_names(&s->patches.v[i], &ret->names);
	if (r >= 0 && ret->names.n) /* the tables are long: not for nothing */
		hooks_read(root, &ret->names, ret->hooks, &ret->enabled, &ret->kprobes);
	return r;
}

static int push_patches(struct row *row, const struct snapshot *s, const struct name *n)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < s->patches.n; i++) {
		const struct patch *p = &s->patches.v[i];
		const struct object *o = patch_is_enabled(p) ? patch_find_object(p, n->object) : NULL;
		bool has = false;

		for (size_t k = 0; o && k < o->n_funcs; k++)
			has = has || streq(o->funcs[k].name, n->name);
		if (has)
			r = row_push(row, "patches", p->name);
	}
	return r;
}

static int fill_hooked(struct row *parent, const struct snapshot *s, const struct replaced *p, size_t *hooked)
{
	bool known = !s->errs[SOURCE_PATCHES].code || !s->livepatch;
	int r = known ? row_int(parent, "functions", (int64_t)p->names.n) : 0;

	for (size_t i = 0; r >= 0 && i < p->names.n; i++) {
		struct row *row;
		char words[160];

		hook_words(&p->hooks[i], words, sizeof(words));
		if (!*words)
			continue;
		++*hooked;
		row = row_add(parent, "hooked");
		r = row ? row_str(row, "name", p->names.v[i].name) : -ENOMEM;
		r = r < 0 ? r : row_str(row, "object", p->names.v[i].object);
		r = r < 0 ? r : push_patches(row, s, &p->names.v[i]);
		r = r < 0 ? r : row_str(row, "others", words);
	}
	return r;
}

static int fill_audit(struct call *c, struct row *row)
{
	struct audit_info info = { 0 };
	int asked, r = row_str(row, "audit_policy", audit_policy_word(c->app->conf.audit));

	if (r < 0 || c->app->root_prefix) /* a captured tree has no audit system to ask */
		return r;
	asked = audit_query(&info, NULL);
	r = row_str(row, "audit", audit_word(&info, asked));
	if (r < 0 || asked < 0)
		return r;
	r = row_int(row, "audit_daemon", info.pid);
	return r < 0 ? r : row_int(row, "audit_lost", info.lost);
}

static int fill_facts(struct call *c, const struct snapshot *s, struct row *row)
{
	const struct sysfacts *f = &s->sys;
	int r = row_str(row, "kernel", s->release[0] ? s->release : NULL);

	r = r < 0 ? r : row_str(row, "host", s->host);
	r = r < 0 ? r : row_str(row, "cmdline", *f->cmdline ? f->cmdline : NULL);
	if (r >= 0 && f->cpus >= 0)
		r = row_int(row, "cpus", f->cpus);
	r = r < 0 ? r : row_bool(row, "livepatch", s->livepatch);
	r = r < 0 ? r : row_tri(row, "config", f->livepatch_config);
	r = r < 0 ? r : row_tri(row, "ftrace", f->ftrace_enabled);
	r = r < 0 ? r : row_tri(row, "sig_enforce", f->sig_enforce);
	r = r < 0 ? r : row_tri(row, "signed", sysfacts_signed(f));
	r = r < 0 ? r : row_str(row, "lockdown", *f->lockdown ? f->lockdown : NULL);
	r = r < 0 ? r : row_bool(row, "root", s->root);
	if (r >= 0 && f->ptrace_scope >= 0)
		r = row_int(row, "ptrace_scope", f->ptrace_scope);
	return r < 0 ? r : fill_audit(c, row);
}

/* The question that brings people here, answered first. */
static int say(const struct snapshot *s, size_t hooked, struct report *rep)
{
	char others[128] = "";

	if (!s->livepatch)
		return report_headline(rep, "This kernel has no livepatching: /sys/kernel/livepatch is "
					    "missing. make demo in klpsh's source shows a kernel that has.");
	if (s->sys.ftrace_enabled == 0)
		return report_headline(rep, "No livepatch can be loaded: ftrace is off. "
					    "sysctl kernel.ftrace_enabled=1 switches it on.");
	if (hooked)
		FORMAT(others, " Others hook %zu of the functions that livepatches replace.", hooked);
	return report_headline(rep, "Livepatches can be loaded here%s.%s",
			       sysfacts_signed(&s->sys) == 1 ? ", signed ones only" : "", others);
}

static int tell_closed(struct call *c, struct row *row, const struct err *e)
{
	if (!e->code)
		return 0;
	call_warn(c, "who else hooks the functions is not known: %s", e->text);
	return row_push(row, "hooks_unseen", e->text);
}

static int fill(struct call *c, const struct snapshot *s, const struct replaced *p, struct report *rep,
		struct row *row)
{
	size_t hooked = 0;
	int r = fill_facts(c, s, row);

	r = r < 0 ? r : fill_hooked(row, s, p, &hooked);
	r = r < 0 ? r : say(s, hooked, rep);
	r = r < 0 ? r : tell_closed(c, row, &p->enabled);
	r = r < 0 ? r : tell_closed(c, row, &p->kprobes);
	return r < 0 ? r : call_source_errors(c, s, row);
}

static int system_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	_cleanup_(replaced_done) struct replaced p = { 0 };
	struct row *row;
	int r = call_snapshot(c, SNAPSHOT_PATCHES | SNAPSHOT_SYSTEM, &s, e);

	if (r < 0)
		return r;
	rep = report_single(&shape_system, &row);
	if (!rep || read_replaced(c->app->root, s, &p) < 0 || fill(c, s, &p, rep, row) < 0)
		return out_of_memory(e);
	*ret = TAKE_PTR(rep);
	return 0;
}

const struct verb verb_system = {
	.name = "system",
	.help = "can livepatches be loaded here, and who else hooks the functions that they replace",
	.details =
		"Facts of the kernel, its configuration and its security settings. Functions that enabled "
		"livepatches replace are looked for in the kernel's tables of ftrace and of kprobes, which "
		"only root can read: a tracer or a BPF program there sees the calls, and a later livepatch "
		"may not get in. Works on every kernel.",
	.examples = "klpsh system\nklpsh system --json | jq .data.hooked  # for programs",
	.shape = &shape_system,
	.run = system_run,
};
