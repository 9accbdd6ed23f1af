// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The front end's half of a load: the file, whether it can be loaded as things
 * are, the checks beforehand, and the facts of the dialog.
 */
#include "shell/loading.h"

#include <errno.h>

#include "kmod/params.h"
#include "shell/preflight_view.h"
#include "shell/view.h"

#define BLOCKERS_SHOWN 4 /* in the dialog */

static int parse_mode(struct call *c, enum preflight_mode *ret, struct err *e)
{
	static const char *const words[] = { "enforce", "warn", "off" };
	const char *value = call_flag(c, "preflight");

	*ret = PREFLIGHT_ENFORCE;
	for (size_t i = 0; value && i < ARRAY_SIZE(words); i++)
		if (streq(value, words[i])) {
			*ret = (enum preflight_mode)i;
			value = NULL;
		}
	if (value)
		return err_rc(e, RC_USAGE, -EINVAL, "--preflight=%s: must be enforce, warn or off", value);
	if (*ret != PREFLIGHT_OFF || c->app->conf.allow_preflight_off)
		return 0;
	err_rc(e, RC_PERMISSION, -EPERM, "this site's policy does not allow a load without checks");
	err_hint(e,
		 "allow-preflight-off = yes in /etc/klpsh.conf allows it; --preflight=warn goes on in spite "
		 "of failures");
	return -EPERM;
}

/* The file in the records. */
static void record_file(struct loading *l)
{
	static const char *const flags[] = { NULL, "preflight=warn", "preflight=off" };
	const struct inspect *i = l->image->inspect;
	struct change *c = &l->plan.act.change;

	c->path = i->path;
	FORMAT(c->build_id, "%s", i->build_id ? i->build_id : "");
	FORMAT(c->sha256, "%s", i->sha256);
	FORMAT(c->content, "%s", l->image->content);
	c->flags = flags[l->mode];
	c->params = *l->params ? l->params : NULL;
}

int loading_begin(struct loading *l, struct call *c, const char *file, char *const *params, size_t n_params,
		  struct err *e)
{
	int r = parse_mode(c, &l->mode, e);

	r = r < 0 ? r : params_join(params, n_params, &l->params, e);
	r = r < 0 ? r : image_read(file, &l->image, e);
	r = r < 0 ? r : call_livepatch(c, SNAPSHOT_MODULES | SNAPSHOT_SYSTEM | SNAPSHOT_LOG, &l->snap, e);
	r = r < 0 ? r : plan_begin(&l->plan, c, l->image->inspect->name, e);
	if (r < 0)
		return r;
	plan_patch(&l->plan, l->image->inspect->name);
	record_file(l);
	l->plan.act.caps = CHANGE_CAP_MODULE;
	l->plan.act.keep_fds[l->plan.act.n_keep_fds++] = l->image->memfd;
	l->plan.act.keep_fds[l->plan.act.n_keep_fds++] = l->image->file;
	return 0;
}

void loading_done(struct loading *l)
{
	plan_done(&l->plan);
	preflight_done(&l->found);
	image_free(l->image);
	snapshot_free(l->snap);
	free(l->params);
}

static int other_build(const struct loading *l, struct err *e)
{
	const struct inspect *i = l->image->inspect;
	char loaded[160];

	if (module_build_id(l->plan.act.root, i->name, loaded, sizeof(loaded)) < 0)
		FORMAT(loaded, "unknown");
	err_rc(e, RC_FAILED, -EEXIST, "another build of %s is loaded: build-id %s, and the file has %s",
	       i->name, loaded, i->build_id ? i->build_id : "none");
	err_hint(e, "take the loaded one out first (klpsh unload %s), or give the new build another name",
		 i->name);
	return -EEXIST;
}

/* A patch of this name is there. */
static int possible_beside(const struct loading *l, const struct patch *q, struct err *e)
{
	const char *name = q->name;

	if (q->in_sysfs && q->transition == 1) {
		err_set(e, -EBUSY, "%s is loaded already, and its transition runs: %s", name,
			patch_state_word(q));
		err_hint(e, "klpsh wait %s waits for its end", name);
		return -EBUSY;
	}
	if (patch_is_enabled(q)) {
		int same = preflight_same_build(l->plan.act.root, l->image->inspect, q);

		return same == 1 ? 1 : other_build(l, e);
	}
	err_rc(e, RC_FAILED, -EEXIST, "%s is loaded already, but not enabled (%s)", name,
	       patch_state_word(q));
	err_hint(e, "remove its module first: klpsh unload %s; it can be loaded again then", name);
	return -EEXIST;
}

int loading_possible(struct loading *l, struct err *e)
{
	const struct inspect *i = l->image->inspect;
	const struct patch *q = patches_find(&l->snap->patches, i->name);

	if (!i->livepatch) {
		err_rc(e, RC_FAILED, -ENOEXEC, "%s is a module but no livepatch: %s", i->name, i->path);
		err_hint(e, "modprobe and insmod load ordinary modules");
		return -ENOEXEC;
	}
	if (q)
		return possible_beside(l, q, e);
	if (!modules_find(&l->snap->modules, i->name))
		return 0;
	return err_rc(e, RC_FAILED, -EEXIST, "a module %s is loaded already, and it is no livepatch",
		      i->name);
}

int loading_already(struct loading *l, struct report **ret)
{
	char text[160];

	FORMAT(text, "%s is loaded already, in this very build, and enabled.", l->image->inspect->name);
	return plan_already(&l->plan, text, ret);
}

/* The first check that fails decides the exit code. */
static int refuse_failed(const struct preflight *p, struct err *e)
{
	const struct check *c = preflight_first_fail(p);
	char more[48];

	preflight_more_fail(p, more, sizeof(more));
	if (streq(c->id, "transition"))
		err_set(e, -EBUSY, "%s", c->evidence);
	else if (streq(c->id, "signature"))
		err_rc(e, RC_PERMISSION, -EKEYREJECTED, "it would not load: %s", c->evidence);
	else
		err_rc(e, RC_FAILED, -EINVAL, "it would not load: %s%s", c->evidence, more);
	if (c->hint)
		err_hint(e, "%s", c->hint);
	return e->code;
}

/* Who is not asked has not seen the facts; afterwards it is told what was not all right. */
static int note_warnings(struct loading *l)
{
	int r = 0;

	if (l->plan.c->set.dry_run)
		return 0; /* it is shown the facts */
	for (size_t i = 0; r >= 0 && i < l->found.n; i++) {
		const struct check *c = &l->found.v[i];

		if (c->result >= CHECK_WARN)
			r = plan_note(&l->plan, "%s: %s: %s", check_result_name(c->result), c->id,
				      c->evidence);
	}
	return r;
}

int loading_preflight(struct loading *l, struct err *e)
{
	struct call *c = l->plan.c;
	struct row *row;
	int r;

	if (l->mode == PREFLIGHT_OFF)
		return 0;
	r = preflight_run(&(struct preflight_input){ c->app->root, l->snap, l->image->inspect, &c->app->map,
						     c->app->origin },
			  &l->found);
	row = r < 0 ? NULL : row_sub(l->plan.row, "preflight");
	if (!row || preflight_fill(row, l->image->inspect, &l->found) < 0 ||
	    call_source_errors(c, l->snap, row) < 0)
		return out_of_memory(e);
	if (l->mode == PREFLIGHT_ENFORCE && preflight_verdict(&l->found) == CHECK_FAIL)
		return refuse_failed(&l->found, e);
	return note_warnings(l) < 0 ? out_of_memory(e) : 0;
}

static int file_facts(struct loading *l)
{
	const struct inspect *i = l->image->inspect;
	int r = plan_fact(&l->plan, "file: %s, %llu bytes%s%s", i->path, (unsigned long long)i->size,
			  streq(i->compression, "none") ? "" : ", ",
			  streq(i->compression, "none") ? "" : i->compression);

	r = r < 0 ? r : plan_fact(&l->plan, "sha256: %s", i->sha256);
	r = r < 0 ? r : plan_fact(&l->plan, "build-id: %s", i->build_id ? i->build_id : "none");
	if (r >= 0 && i->is_signed)
		r = plan_fact(&l->plan, "signed by %s", i->signer ? i->signer : "a key without a name");
	else if (r >= 0)
		r = plan_fact(&l->plan, "not signed");
	if (r >= 0 && *l->params)
		r = plan_fact(&l->plan, "parameters: %s", l->params);
	return r;
}

/* "patches OBJECT: f, g and 3 more" */
static int object_fact(struct loading *l, const struct inspect_object *o)
{
	char text[400] = "";
	size_t len = 0;

	for (size_t i = 0; i < o->n_funcs; i++) {
		const char *name = o->funcs[i].old_name;

		if (len + strlen(name) + 24 > sizeof(text))
			return plan_fact(&l->plan, "patches %s: %s and %zu more", o->name, text,
					 o->n_funcs - i);
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? ", " : "", name);
	}
	return plan_fact(&l->plan, "patches %s: %s", o->name, o->n_funcs ? text : "callbacks only");
}

/* What the checks found that is worth knowing before a yes. */
static int check_facts(struct loading *l)
{
	const struct preflight *p = &l->found;
	const struct check *conflicts = preflight_find(p, "conflicts");
	int r = 0;

	if (l->mode == PREFLIGHT_OFF)
		return plan_fact(&l->plan, "checks: none were made (--preflight=off)");
	if (conflicts && conflicts->result == CHECK_PASS)
		r = plan_fact(&l->plan, "%s", conflicts->evidence);
	for (size_t i = 0; r >= 0 && i < p->n; i++)
		if (p->v[i].result >= CHECK_WARN)
			r = plan_fact(&l->plan, "%s: %s: %s", check_result_name(p->v[i].result), p->v[i].id,
				      p->v[i].evidence);
	for (size_t i = 0; r >= 0 && i < MIN(p->blockers.n, (size_t)BLOCKERS_SHOWN); i++) {
		const struct blocker *b = &p->blockers.v[i];

		r = plan_fact(&l->plan, "would block: %d %s: %s. %s", b->task.tid, b->task.comm, b->reason,
			      b->advice);
	}
	return r < 0 ? r
		     : plan_fact(&l->plan, "checks: %s, %zu made, %zu could not be made",
				 check_result_name(preflight_verdict(p)),
				 p->n - preflight_count(p, CHECK_NOT_CHECKED),
				 preflight_count(p, CHECK_NOT_CHECKED));
}

char *loading_names_before(const struct loading *l)
{
	const struct change *c = &l->plan.act.change;
	char *text = strdup("");

	for (size_t i = 0; text && i < c->n_before; i++) {
		const char *join = !i ? "" : i + 1 == c->n_before ? " and " : ", ";
		char *more;

		if (asprintf(&more, "%s%s%s", text, join, c->before[i].name) < 0)
			more = NULL;
		free(text);
		text = more;
	}
	return text;
}

/* The first patch before whose file is not in the store, or NULL. */
static const char *lost_before(const struct change *c)
{
	for (size_t i = 0; i < c->n_before; i++)
		if (!c->before[i].sha256[0])
			return c->before[i].name;
	return NULL;
}

/* What rollback would do afterwards. */
static int undo_text(struct loading *l)
{
	_cleanup_free_ char *names = loading_names_before(l);
	const char *lost = lost_before(&l->plan.act.change);

	if (!names)
		return -ENOMEM;
	if (l->image->inspect->replace == 0 || !*names)
		return plan_undo(&l->plan, "klpsh rollback disables it and removes it again");
	if (!lost)
		return plan_undo(&l->plan, "klpsh rollback brings %s back, from the store", names);
	return plan_undo(&l->plan, "klpsh cannot bring %s back: the file of %s is not in its store", names,
			 lost);
}

static int take_pins(struct loading *l, struct err *e)
{
	const char *name = l->image->inspect->name;
	struct pin absent, bytes;
	int r;

	pin_bytes(name, l->image->content, &bytes);
	r = plan_pin(&l->plan, &bytes, e);
	r = r < 0 ? r : pin_absent(l->plan.act.root, name, &absent, e);
	return r < 0 ? r : plan_pin(&l->plan, &absent, e);
}

int loading_facts(struct loading *l, struct err *e)
{
	const struct inspect *i = l->image->inspect;
	int r = file_facts(l);

	for (size_t k = 0; r >= 0 && k < i->n_objects; k++)
		r = object_fact(l, &i->objects[k]);
	r = r < 0 ? r : check_facts(l);
	r = r < 0 ? r : undo_text(l);
	return r < 0 ? out_of_memory(e) : take_pins(l, e);
}

static int look(struct act *a, struct err *e)
{
	const struct loading *l = a->arg;

	return loading_verify(a, l->image, e);
}

static int lay_out(struct loading *l, act_fn run, struct err *e)
{
	struct act *a = &l->plan.act;
	int r = plan_title(&l->plan, "Load %s", l->image->inspect->name);

	if (r < 0)
		return out_of_memory(e);
	plan_says(&l->plan, "%s is loaded and enabled", l->image->inspect->name);
	a->run = run;
	a->verify = look;
	a->arg = l;
	l->plan.undo_needs_bytes = l->image->inspect->replace != 0;
	return loading_facts(l, e);
}

int loading_run(struct loading *l, act_fn run, struct report **ret, struct err *e)
{
	int r = loading_possible(l, e);

	if (r > 0)
		return loading_already(l, ret);
	r = r < 0 ? r : loading_preflight(l, e);
	r = r < 0 ? r : lay_out(l, run, e);
	return r < 0 ? plan_refuse(&l->plan, ret, e) : plan_run(&l->plan, ret, e);
}
