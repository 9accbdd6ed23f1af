// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Identities from sysfs and procfs. A module that carries neither a build-id
 * note nor a srcversion is known by its name alone: its id stays empty.
 */
#include "core/pin.h"

#include <errno.h>

#include "core/modlist.h"
#include "core/patch.h"
#include "core/task.h"

static bool module_is_loaded(const struct root *root, const char *name)
{
	char path[160];

	FORMAT(path, "sys/module/%s/refcnt", name);
	return root_exists(root, path);
}

static void module_identity(const struct root *root, const char *name, char *buf, size_t size)
{
	char path[160], value[65];

	FORMAT(path, "sys/module/%s/srcversion", name);
	if (module_build_id(root, name, value, sizeof(value)) >= 0)
		snprintf(buf, size, "build-id:%s", value);
	else if (root_read_attr(root, path, value, sizeof(value)) > 0)
		snprintf(buf, size, "srcversion:%s", value);
	else
		snprintf(buf, size, "name");
}

static int check_name(const char *name, struct err *e)
{
	if (patch_name_valid(name) && strlen(name) < sizeof(((struct pin *)0)->name))
		return 0;
	return err_rc(e, RC_USAGE, -EINVAL, "\"%s\" cannot be the name of a module", name);
}

int pin_patch(const struct root *root, const char *name, struct pin *ret, struct err *e)
{
	struct pin p = { .kind = PIN_PATCH };
	int r = check_name(name, e);

	if (r < 0)
		return r;
	if (!module_is_loaded(root, name))
		return err_set(e, -ENOENT, "no module %s is loaded", name);
	FORMAT(p.name, "%s", name);
	module_identity(root, name, p.id, sizeof(p.id));
	*ret = p;
	return 0;
}

int pin_task(const struct root *root, int tid, struct pin *ret, struct err *e)
{
	struct pin p = { .kind = PIN_TASK, .tid = tid };
	struct task t;
	int r = task_read(root, tid, &t);

	if (r < 0)
		return err_set(e, r, "there is no task %d", tid);
	FORMAT(p.name, "%d", tid);
	FORMAT(p.id, "start:%llu", (unsigned long long)t.start);
	*ret = p;
	return 0;
}

int pin_absent(const struct root *root, const char *name, struct pin *ret, struct err *e)
{
	struct pin p = { .kind = PIN_ABSENT, .id = "absent" };
	int r = check_name(name, e);

	if (r < 0)
		return r;
	if (module_is_loaded(root, name))
		return err_set(e, -EEXIST, "a module %s is loaded already", name);
	FORMAT(p.name, "%s", name);
	*ret = p;
	return 0;
}

void pin_bytes(const char *name, const char *sha256, struct pin *ret)
{
	*ret = (struct pin){ .kind = PIN_BYTES };
	FORMAT(ret->name, "%s", name);
	FORMAT(ret->id, "sha256:%s", sha256);
}

static int take_again(const struct root *root, const struct pin *p, struct pin *ret)
{
	switch (p->kind) {
	case PIN_PATCH:
		return pin_patch(root, p->name, ret, NULL);
	case PIN_TASK:
		return pin_task(root, p->tid, ret, NULL);
	case PIN_ABSENT:
		return pin_absent(root, p->name, ret, NULL);
	default:
		*ret = *p;
		return 0;
	}
}

int pin_verify(const struct root *root, const struct pin *p, struct err *e)
{
	struct pin now;
	int r = take_again(root, p, &now);

	if (r >= 0 && streq(now.id, p->id))
		return 0;
	if (p->kind == PIN_ABSENT)
		err_set(e, -ESTALE, "a module %s has been loaded meanwhile", p->name);
	else if (r < 0)
		err_set(e, -ESTALE, "%s%s is gone meanwhile", p->kind == PIN_TASK ? "task " : "", p->name);
	else
		err_set(e, -ESTALE, "%s%s is another one by now: %s, and it was %s",
			p->kind == PIN_TASK ? "task " : "", p->name, now.id, p->id);
	err_hint(e, "nothing was done; look again, then decide again");
	return -ESTALE;
}

void pin_word(const struct pin *p, char *buf, size_t size)
{
	snprintf(buf, size, "%s", p->id);
}
