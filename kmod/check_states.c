/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the file support every system state that a listed patch has? The rule
 * of kernel/livepatch/state.c (klp_is_patch_compatible): an atomic replace
 * must have each of them, any patch that has one must have it in no older
 * version. Only files tell of states, so a patch without a known file leaves
 * the answer open.
 */
#include <inttypes.h>

#include "kmod/checks.h"

static void compare_state(const struct inspect *file, const struct patch *q, const struct inspect_state *old,
			  struct tally *t)
{
	const struct inspect_state *own = inspect_find_state(file, old->id);

	if (!file->states_known)
		tally_add(t, CHECK_NOT_CHECKED, "%s has state %" PRIu64 "; those of the file are not known",
			  q->name, old->id);
	else if (own && own->version < old->version)
		tally_add(t, CHECK_FAIL, "%s has state %" PRIu64 " in version %u, this only in version %u",
			  q->name, old->id, old->version, own->version);
	else if (own)
		tally_add(t, CHECK_PASS, "state %" PRIu64 " of %s is supported", old->id, q->name);
	else if (file->replace == 1)
		tally_add(t, CHECK_FAIL,
			  "%s has state %" PRIu64 ", which this would replace and does not know", q->name,
			  old->id);
	else if (file->replace < 0)
		tally_add(t, CHECK_NOT_CHECKED,
			  "%s has state %" PRIu64 ", and whether this is a replace is not known", q->name,
			  old->id);
}

static void compare_patch(const struct preflight_input *in, const struct patch *q, struct tally *t)
{
	const struct inspect *other = in->origin ? origin_find(in->origin, q->name) : NULL;

	if (!other)
		tally_add(t, CHECK_NOT_CHECKED, "the file of %s, which would tell its states, is not known",
			  q->name);
	else if (!other->states_known)
		tally_add(t, CHECK_NOT_CHECKED, "the states of %s could not be read from its file", q->name);
	for (size_t i = 0; other && i < other->n_states; i++)
		compare_state(in->file, q, &other->states[i], t);
}

int check_states(const struct preflight_input *in, struct preflight *p)
{
	static const char hint[] =
		"take a patch that supports the states in use, such as a newer cumulative one";
	const struct err *e = &in->snap->errs[SOURCE_PATCHES];
	struct tally t = { 0 };
	size_t others = 0;

	for (size_t i = 0; i < in->snap->patches.n; i++) {
		const struct patch *q = &in->snap->patches.v[i];

		if (!q->in_sysfs || streq(q->name, in->file->name))
			continue;
		others++;
		compare_patch(in, q, &t);
	}
	if (e->code)
		tally_add(&t, CHECK_NOT_CHECKED, "%s", e->text);
	return check_tally(p, "states", &t, hint,
			   others ? "no other patch has a system state" : "no other patch is enabled");
}
