/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of each function's entry, where ftrace does the redirecting: can it
 * be traced, does someone else change the instruction pointer there
 * (FTRACE_OPS_FL_IPMODIFY is exclusive: EBUSY), does a kprobe sit on it.
 */
#include "kmod/checks.h"

/* Does a livepatch redirect this function now? Then flag I is its own. */
static bool is_redirected(const struct snapshot *s, const char *object, const char *name)
{
	for (size_t i = 0; i < s->patches.n; i++) {
		const struct patch *q = &s->patches.v[i];
		const struct object *o = patch_find_object(q, object);

		if (!o || !q->in_sysfs || o->patched == 0 || (q->enabled == 0 && q->transition != 1))
			continue;
		for (size_t k = 0; k < o->n_funcs; k++)
			if (streq(o->funcs[k].name, name))
				return true;
	}
	return false;
}

struct entry {
	const char *object, *name;
	size_t symbols, traceable; /* of that name; symbols 0: unknown or none */
	unsigned flags;
	bool redirected;
};

static void judge_traceable(const struct codefacts *f, const struct entry *e, struct tally *t)
{
	if (!e->symbols && !f->kallsyms_err.code)
		return; /* functions-exist has said it */
	if (!e->traceable)
		tally_add(t, CHECK_FAIL, "%s of %s is not in available_filter_functions", e->name, e->object);
	else if (e->traceable < e->symbols)
		tally_add(t, CHECK_NOT_CHECKED,
			  "%s of %s: %zu of %zu of that name can be traced, which is not told", e->name,
			  e->object, e->traceable, e->symbols);
}

static void judge_ipmodify(const struct codefacts *f, const struct entry *e, struct tally *t)
{
	/* The table names nobody, so the kprobe is the likely one and no more. */
	if ((e->flags & FUNC_IPMODIFY) && !e->redirected)
		tally_add(t, CHECK_FAIL, "someone else changes the instruction pointer in %s of %s%s",
			  e->name, e->object,
			  e->flags & FUNC_KPROBE_FTRACE ? ", most likely the kprobe there" : "");
	else if (e->flags & FUNC_DIRECT)
		tally_add(t, CHECK_WARN, "%s of %s has a direct caller, as a BPF program makes it", e->name,
			  e->object);
}

static void judge_kprobe(const struct codefacts *f, const struct entry *e, struct tally *t)
{
	if (!(e->flags & FUNC_KPROBE_FTRACE))
		return;
	if ((e->flags & FUNC_IPMODIFY) && !e->redirected)
		tally_add(t, CHECK_FAIL, "a kprobe that may change the instruction pointer is on %s of %s",
			  e->name, e->object);
	else
		tally_add(t, CHECK_WARN, "a kprobe is on %s of %s", e->name, e->object);
}

static struct entry entry_of(const struct preflight_input *in, const struct codefacts *f, const char *object,
			     const char *name)
{
	int i = codefacts_find(f, object, name);

	return (struct entry){
		.object = object,
		.name = name,
		.symbols = f->symbols[i],
		.traceable = f->traceable[i],
		.flags = f->entry[i],
		.redirected = is_redirected(in->snap, object, name),
	};
}

/* One kind of check over every function of the loaded objects. */
struct kind {
	const char *id, *hint, *hint_fail, *all_well; /* hint_fail NULL: the same */
	void (*judge)(const struct codefacts *, const struct entry *, struct tally *);
};

static int check_kind(const struct preflight_input *in, const struct codefacts *f, const struct kind *kind,
		      const struct err *closed, struct preflight *p)
{
	struct tally t = { 0 };

	if (closed->code)
		return check_add(p, kind->id, CHECK_NOT_CHECKED, NULL, "%s", closed->text);
	for (size_t i = 0; i < in->file->n_objects; i++) {
		const struct inspect_object *o = &in->file->objects[i];
		int loaded = object_is_loaded(in->snap, o->name);

		if (loaded < 0)
			tally_add(&t, CHECK_NOT_CHECKED, "whether %s is loaded is not known", o->name);
		for (size_t k = 0; loaded == 1 && k < o->n_funcs; k++) {
			struct entry e = entry_of(in, f, o->name, o->funcs[k].old_name);

			kind->judge(f, &e, &t);
		}
	}
	if (!in->file->objects_complete)
		tally_add(&t, CHECK_NOT_CHECKED, "the file does not tell all that it patches");
	return check_tally(p, kind->id, &t,
			   t.worst == CHECK_FAIL && kind->hint_fail ? kind->hint_fail : kind->hint,
			   kind->all_well);
}

int check_entries(const struct preflight_input *in, const struct codefacts *f, struct preflight *p)
{
	static const struct kind traceable = {
		.id = "traceable",
		.hint = "only functions that ftrace knows can be patched",
		.all_well = "ftrace knows every function",
		.judge = judge_traceable,
	};
	static const struct kind ipmodify = {
		.id = "ip-modify",
		.hint = "end what is attached there (BPF, a tracer, a kprobe), then load",
		.all_well = "nobody else redirects a function",
		.judge = judge_ipmodify,
	};
	static const struct kind kprobes = {
		.id = "kprobes",
		.hint = "it sees the call before it is redirected; remove it if it is not needed",
		.hint_fail = "a kprobe with a post handler keeps livepatches away: end whoever set it up "
			     "(SystemTap, a tracer, a module), then load",
		.all_well = "no kprobe at the entry of a function",
		.judge = judge_kprobe,
	};
	int r = check_kind(in, f, &traceable, &f->traceable_err, p);

	r = r < 0 ? r : check_kind(in, f, &ipmodify, &f->enabled_err, p);
	return r < 0 ? r : check_kind(in, f, &kprobes, &f->kprobes_err, p);
}
