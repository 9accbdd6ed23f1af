/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of the machine as it stands: a transition that runs (klp_enable_patch
 * answers EBUSY), ftrace switched off, and a patch that was forced.
 */
#include "kmod/checks.h"

/* The list of patches is a source, too. */
static const struct err *patches_err(const struct snapshot *s)
{
	return &s->errs[SOURCE_PATCHES];
}

static int check_transition(const struct snapshot *s, struct preflight *p)
{
	if (s->in_transition)
		return check_add(p, "transition", CHECK_FAIL,
				 "wait for its end (klpsh wait), or see who holds it up (klpsh blockers)",
				 "%s is in transition, and only one runs at a time", s->in_transition->name);
	for (size_t i = 0; i < s->patches.n; i++)
		if (s->patches.v[i].in_sysfs && s->patches.v[i].transition < 0)
			return check_add(p, "transition", CHECK_NOT_CHECKED, NULL,
					 "whether %s is in transition could not be read",
					 s->patches.v[i].name);
	if (patches_err(s)->code)
		return check_add(p, "transition", CHECK_NOT_CHECKED, NULL, "%s", patches_err(s)->text);
	return check_add(p, "transition", CHECK_PASS, NULL, "no transition runs");
}

static int check_ftrace(const struct snapshot *s, struct preflight *p)
{
	if (s->sys.ftrace_enabled < 0)
		return check_add(p, "ftrace-enabled", CHECK_NOT_CHECKED, NULL,
				 "/proc/sys/kernel/ftrace_enabled could not be read");
	if (!s->sys.ftrace_enabled)
		return check_add(p, "ftrace-enabled", CHECK_FAIL, "sysctl kernel.ftrace_enabled=1",
				 "kernel.ftrace_enabled is 0, and livepatches work through ftrace");
	return check_add(p, "ftrace-enabled", CHECK_PASS, NULL, "kernel.ftrace_enabled is 1");
}

/* Only the log of this boot tells: no attribute shows it. */
static int check_forced(const struct snapshot *s, struct preflight *p)
{
	bool any = false;

	for (size_t i = 0; i < s->patches.n; i++) {
		any |= s->patches.v[i].in_sysfs;
		if (s->patches.v[i].forced == 1)
			return check_add(p, "forced", CHECK_WARN,
					 "a task may still run old code: reboot before patching further",
					 "the transition of %s was forced", s->patches.v[i].name);
	}
	if (patches_err(s)->code && !any)
		return check_add(p, "forced", CHECK_NOT_CHECKED, NULL, "%s", patches_err(s)->text);
	if (!any)
		return check_add(p, "forced", CHECK_PASS, NULL, "no livepatch is enabled");
	if (s->errs[SOURCE_LOG].code)
		return check_add(p, "forced", CHECK_NOT_CHECKED, NULL, "only the kernel log tells, and: %s",
				 s->errs[SOURCE_LOG].text);
	return check_add(p, "forced", CHECK_PASS, NULL, "the kernel log tells of no forced transition");
}

int check_system(const struct preflight_input *in, struct preflight *p)
{
	int r = check_transition(in->snap, p);

	r = r < 0 ? r : check_ftrace(in->snap, p);
	return r < 0 ? r : check_forced(in->snap, p);
}
