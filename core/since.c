// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The last word of the log on each patch. A patch whose state in sysfs is
 * another one (an atomic replace takes patches out without a line of their
 * own) has no known beginning.
 */
#include "core/since.h"

static void drop(struct since *s, size_t i)
{
	s->n--;
	memmove(&s->v[i], &s->v[i + 1], (s->n - i) * sizeof(s->v[0]));
}

static size_t find(const struct since *s, const char *patch)
{
	size_t i = 0;

	while (i < s->n && !streq(s->v[i].patch, patch))
		i++;
	return i;
}

static bool begins_state(enum kmsg_event event)
{
	return event == KMSG_ENABLING || event == KMSG_PATCHING || event == KMSG_PATCHED ||
	       event == KMSG_UNPATCHING || event == KMSG_UNPATCHED;
}

void since_told(struct since *s, enum kmsg_event event, const char *patch, uint64_t us)
{
	size_t i = find(s, patch);
	struct since_entry *e;

	if (!*patch || (!begins_state(event) && event != KMSG_FAILED))
		return;
	/* Its callbacks ran before its transition started: it is being enabled since then. */
	if (event == KMSG_PATCHING && i < s->n && s->v[i].told == KMSG_ENABLING)
		return;
	if (i < s->n)
		drop(s, i);
	if (event == KMSG_FAILED)
		return;
	if (s->n == SINCE_MAX)
		drop(s, 0);
	e = &s->v[s->n++];
	*e = (struct since_entry){ .told = event, .us = us };
	FORMAT(e->patch, "%s", patch);
}

void since_gap(struct since *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->v[i].inferred = true;
}

static bool fits(enum kmsg_event told, const struct patch *p)
{
	if (!p->in_sysfs)
		return told == KMSG_UNPATCHED && !p->coming && !p->going;
	if (p->enabled == TRI_UNKNOWN || p->transition == TRI_UNKNOWN)
		return false;
	if (p->transition)
		return p->enabled ? told == KMSG_ENABLING || told == KMSG_PATCHING : told == KMSG_UNPATCHING;
	return told == (p->enabled ? KMSG_PATCHED : KMSG_UNPATCHED);
}

void since_mark(const struct since *s, struct patch *p)
{
	size_t i = find(s, p->name);

	if (i == s->n || !fits(s->v[i].told, p))
		return;
	p->since_known = true;
	p->since_us = s->v[i].us;
	p->since_inferred = s->v[i].inferred;
}
