/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `install`, `uninstall`: the boot store, from which `boot` loads. Files only;
 * the kernel is not touched. Asked and recorded like every change, because
 * what is installed will run at the next boot.
 */
#include <errno.h>

#include "core/history.h"
#include "kmod/bootmark.h"
#include "shell/boot.h"
#include "shell/change.h"
#include "shell/verbs.h"
#include "shell/view.h"

struct install {
	struct plan plan;
	struct boot_place at;
	struct image *image; /* of install */
	struct boot_list list;
	const struct boot_entry *old; /* what is installed under this name, or NULL */
	int order; /* --order, -1 not given */
	bool crashed; /* the machine went down while these bytes were being loaded */
};

static void install_done(struct install *i)
{
	plan_done(&i->plan);
	boot_list_free(&i->list);
	image_free(i->image);
}

int boot_place_find(struct call *c, struct boot_place *ret, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	const char *kernel = c->verb && call_flag(c, "kernel") ? call_flag(c, "kernel") : NULL;
	int r = kernel ? 0 : call_snapshot(c, 0, &s, e);

	if (r < 0)
		return r;
	*ret = (struct boot_place){
		.base = c->app->boot_dir ? c->app->boot_dir : BOOT_DIR,
		.state_dir = app_state_dir(c->app),
	};
	FORMAT(ret->release, "%s", kernel ? kernel : s->release);
	if (!boot_release_valid(ret->release) || (kernel && !streq(kernel, ret->release)))
		return err_rc(e, RC_USAGE, -EINVAL, "\"%s\" is no kernel release",
			      kernel ? kernel : ret->release);
	return 0;
}

static int read_order(struct call *c, int *ret, struct err *e)
{
	const char *word = call_flag(c, "order");
	uint64_t n;

	*ret = -1;
	if (!word)
		return 0;
	if (parse_u64(word, &n) < 0 || n > BOOT_ORDER_MAX)
		return err_rc(e, RC_USAGE, -EINVAL, "--order is a number from 0 to %d, not \"%s\"",
			      BOOT_ORDER_MAX, word);
	*ret = (int)n;
	return 0;
}

static int install_work(struct act *a, struct err *e)
{
	const struct install *i = a->arg;
	int r;

	act_phase(a, "writing %s", i->at.base);
	r = bootstore_put(i->at.base, i->at.release, i->image, i->order, e);
	r = r < 0 ? r : bootmark_clear(a->state_dir, i->image->content, e);
	a->result.changed = r >= 0;
	return r;
}

/* Are the bytes in the store, looked at now, the image's? */
static bool is_stored(const struct install *i)
{
	_cleanup_(image_freep) struct image *stored = NULL;
	char path[512];

	FORMAT(path, "%s/%s/%s", i->at.base, i->at.release, i->old->file);
	return image_read(path, &stored, NULL) >= 0 && streq(stored->content, i->image->content);
}

static bool is_installed(const struct install *i)
{
	if (!i->old || !streq(i->old->sha256, i->image->content) || i->crashed ||
	    (i->order >= 0 && i->order != i->old->order))
		return false;
	return is_stored(i);
}

static int install_possible(struct install *i, struct err *e)
{
	const struct inspect *f = i->image->inspect;

	if (!f->livepatch)
		return err_rc(e, RC_FAILED, -ENOEXEC, "%s is a module but no livepatch: %s", f->name,
			      f->path);
	if (inspect_matches_release(f, i->at.release))
		return 0;
	err_rc(e, RC_FAILED, -ENOEXEC, "%s is built for %.*s, not for kernel %s", f->name,
	       f->vermagic ? (int)strcspn(f->vermagic, " ") : 7, f->vermagic ? f->vermagic : "unknown",
	       i->at.release);
	err_hint(e, "take the build for %s, or name its kernel: --kernel=RELEASE", i->at.release);
	return -ENOEXEC;
}

static int install_facts(struct install *i, struct err *e)
{
	const struct inspect *f = i->image->inspect;
	struct plan *p = &i->plan;
	struct pin pin;
	int r = plan_title(p, "Install %s for %s", f->name, i->at.release);

	r = r < 0 ? r : plan_fact(p, "file: %s, %llu bytes", f->path, (unsigned long long)f->size);
	r = r < 0 ? r : plan_fact(p, "sha256: %s", i->image->content);
	if (r >= 0)
		r = plan_fact(p, "goes to %s/%s/%s.ko; klpsh boot loads it when that kernel starts",
			      i->at.base, i->at.release, f->name);
	if (r >= 0 && i->old && !streq(i->old->sha256, i->image->content))
		r = plan_fact(p, "takes the place of another build (%s)", i->old->file);
	if (r >= 0 && i->crashed)
		r = plan_fact(p, "the machine went down while it was being loaded; it will be loaded again");
	r = r < 0 ? r : plan_undo(p, "klpsh uninstall %s --kernel=%s", f->name, i->at.release);
	if (r < 0)
		return out_of_memory(e);
	plan_says(p, "%s is installed for %s", f->name, i->at.release);
	pin_bytes(f->name, i->image->content, &pin);
	return plan_pin(p, &pin, e);
}

static int install_begin(struct install *i, struct call *c, struct err *e)
{
	struct change *ch = &i->plan.act.change;
	int r = boot_place_find(c, &i->at, e);

	r = r < 0 ? r : read_order(c, &i->order, e);
	r = r < 0 ? r : image_read(c->args[0], &i->image, e);
	r = r < 0 ? r : plan_begin(&i->plan, c, i->image->inspect->name, e);
	if (r < 0)
		return r;
	ch->path = i->image->inspect->path;
	FORMAT(ch->build_id, "%s", i->image->inspect->build_id ? i->image->inspect->build_id : "");
	FORMAT(ch->sha256, "%s", i->image->inspect->sha256);
	FORMAT(ch->content, "%s", i->image->content);
	i->plan.act.keep_fds[i->plan.act.n_keep_fds++] = i->image->memfd;
	i->plan.act.run = install_work;
	i->plan.act.arg = i;
	r = bootstore_list(i->at.base, i->at.release, &i->list, e);
	if (r < 0)
		return r;
	i->old = boot_list_find(&i->list, i->image->inspect->name);
	i->crashed = bootmark_left(i->at.state_dir, i->image->content, "", NULL) > 0;
	return 0;
}

static int install_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(install_done) struct install i = { .order = -1 };
	char text[256];
	int r = install_begin(&i, c, e);

	if (r < 0)
		return r;
	r = install_possible(&i, e);
	if (r >= 0 && is_installed(&i)) {
		FORMAT(text, "%s is installed for %s already.", i.image->inspect->name, i.at.release);
		return plan_already(&i.plan, text, ret) < 0 ? out_of_memory(e) : 0;
	}
	r = r < 0 ? r : install_facts(&i, e);
	return r < 0 ? plan_refuse(&i.plan, ret, e) : plan_run(&i.plan, ret, e);
}

static int uninstall_work(struct act *a, struct err *e)
{
	const struct install *i = a->arg;
	int r;

	act_phase(a, "writing %s", i->at.base);
	r = bootstore_remove(i->at.base, i->at.release, i->old, e);
	if (r >= 0 && strlen(i->old->sha256) == 64)
		(void)bootmark_clear(a->state_dir, i->old->sha256, NULL);
	a->result.changed = r >= 0;
	return r;
}

static int not_installed(const struct install *i, const char *name, struct err *e)
{
	err_rc(e, RC_NOT_FOUND, -ENOENT, "%s is not installed for kernel %s", name, i->at.release);
	err_hint(e, i->list.n ? "klpsh boot --dry-run shows what is installed for the running kernel"
			      : "nothing is installed for that kernel at all");
	return -ENOENT;
}

static int uninstall_facts(struct install *i, struct err *e)
{
	struct plan *p = &i->plan;
	int r = plan_title(p, "Uninstall %s for %s", i->old->name, i->at.release);

	r = r < 0 ? r : plan_fact(p, "removes %s/%s/%s", i->at.base, i->at.release, i->old->file);
	r = r < 0 ? r : plan_fact(p, "what is loaded now stays loaded: klpsh unload takes that out");
	r = r < 0 ? r : plan_undo(p, "klpsh install FILE, from a file that is kept elsewhere");
	if (r < 0)
		return out_of_memory(e);
	plan_says(p, "%s is no longer installed for %s", i->old->name, i->at.release);
	p->act.run = uninstall_work;
	p->act.arg = i;
	return 0;
}

static int uninstall_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(install_done) struct install i = { .order = -1 };
	struct pin pin;
	int r = boot_place_find(c, &i.at, e);

	r = r < 0 ? r : bootstore_list(i.at.base, i.at.release, &i.list, e);
	if (r < 0)
		return r;
	i.old = boot_list_find(&i.list, c->args[0]);
	if (!i.old)
		return not_installed(&i, c->args[0], e);
	r = plan_begin(&i.plan, c, i.old->name, e);
	if (r < 0)
		return r;
	FORMAT(i.plan.act.change.content, "%s", i.old->sha256);
	r = uninstall_facts(&i, e);
	pin_bytes(i.old->name, i.old->sha256, &pin);
	r = r < 0 ? r : plan_pin(&i.plan, &pin, e);
	return r < 0 ? plan_refuse(&i.plan, ret, e) : plan_run(&i.plan, ret, e);
}

static const struct arg install_args[] = { { "FILE", ARG_FILE } };
static const struct flag install_flags[] = {
	BOOT_KERNEL_FLAG,
	{ "order", "N", false, "place in the order of loading; else behind all others, or where it was" },
	CHANGE_FLAGS,
};

const struct verb verb_install = {
	.name = "install",
	.args = install_args,
	.n_args = ARRAY_SIZE(install_args),
	.flags = install_flags,
	.n_flags = ARRAY_SIZE(install_flags),
	.danger = DANGER_MODERATE,
	.help = "put a livepatch into the boot store, to be loaded when its kernel starts",
	.details =
		"Copies FILE, unpacked, to /var/lib/kpatch/RELEASE/NAME.ko, where the kpatch utility looks "
		"as "
		"well, and records its SHA-256 and its place in the order of loading beside it. It must be "
		"built for that kernel: the running one, or --kernel=RELEASE. What is loaded now is not "
		"touched. One of the same name is replaced.\n\n"
		"klpsh boot, which klpsh.service calls, loads what is installed: systemctl enable klpsh. "
		"Installing a patch again clears the guard that keeps back a patch during whose loading the "
		"machine went down.",
	.examples = "klpsh install fix.ko  # for the running kernel\n"
		    "klpsh install fix.ko --kernel=6.1.0-56-amd64 --yes  # for another one",
	.shape = &shape_change,
	.run = install_run,
};

static const struct arg uninstall_args[] = { { "NAME", ARG_INSTALLED } };
static const struct flag uninstall_flags[] = { BOOT_KERNEL_FLAG, CHANGE_FLAGS };

const struct verb verb_uninstall = {
	.name = "uninstall",
	.args = uninstall_args,
	.n_args = ARRAY_SIZE(uninstall_args),
	.flags = uninstall_flags,
	.n_flags = ARRAY_SIZE(uninstall_flags),
	.danger = DANGER_MODERATE,
	.help = "take a livepatch out of the boot store",
	.details =
		"Removes it from /var/lib/kpatch/RELEASE; - and _ are alike in NAME. A patch that is loaded "
		"stays loaded until the next boot, or until klpsh unload. /usr/lib/kpatch belongs to "
		"packages and is never written.",
	.examples = "klpsh uninstall livepatch_fix  # not loaded at boot any more",
	.shape = &shape_change,
	.run = uninstall_run,
};
