// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps by which `run` reaches the kernel. Each takes the write lock and
 * verifies the pins right before it touches anything, and keeps the pins true
 * to what it has done itself.
 */
#include <errno.h>

#include "core/actwork.h"
#include "core/modlist.h"

static int before_write(struct act *a, struct err *e)
{
	int r = act_write_begin(a, e);

	for (size_t i = 0; r >= 0 && i < a->n_pins; i++)
		r = pin_verify(a->root, &a->pins[i], e);
	if (r >= 0 && !a->did_us)
		a->did_us = now_mono();
	return r;
}

static int after_write(struct act *a, int r)
{
	if (r >= 0)
		a->result.changed = true;
	return r;
}

/* What was absent is there now, what was there is absent. */
static void repin(struct act *a, const char *name, enum pin_kind was)
{
	for (size_t i = 0; i < a->n_pins; i++) {
		struct pin *p = &a->pins[i];

		if (p->kind != was || !streq(p->name, name))
			continue;
		if (was == PIN_ABSENT && pin_patch(a->root, name, p, NULL) >= 0)
			continue;
		*p = a->pins[--a->n_pins];
		i--;
	}
}

int act_enable(struct act *a, const char *patch, int value, struct err *e)
{
	int r = before_write(a, e);

	if (r < 0)
		return r;
	act_phase(a, "writing %d to enabled of %s", value, patch);
	a->wanted = value;
	return after_write(a, a->kops->enable(a->kops, patch, value, e));
}

int act_load(struct act *a, int fd, const char *name, const char *params, struct err *e)
{
	int r = before_write(a, e);

	if (r < 0)
		return r;
	act_phase(a, "loading %s", name);
	a->wanted = 1;
	r = after_write(a, a->kops->load(a->kops, fd, name, params, e));
	if (r >= 0)
		repin(a, name, PIN_ABSENT);
	return r;
}

int act_remove(struct act *a, const char *name, struct err *e)
{
	int r = before_write(a, e);

	if (r < 0)
		return r;
	act_phase(a, "removing %s", name);
	r = after_write(a, a->kops->remove(a->kops, name, e));
	if (r >= 0)
		repin(a, name, PIN_PATCH);
	return r;
}

int act_force(struct act *a, const char *patch, struct err *e)
{
	int r = before_write(a, e);

	if (r < 0)
		return r;
	act_phase(a, "forcing %s", patch);
	return after_write(a, a->kops->force(a->kops, patch, e));
}

int act_signal(struct act *a, int pidfd, int signo, struct err *e)
{
	int r = before_write(a, e);

	return r < 0 ? r : after_write(a, a->kops->signal(a->kops, pidfd, signo, e));
}
