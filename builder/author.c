// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the sections that the macros for patch authors write: pointers, whose
 * relocations say which function is meant, and strings with section names.
 */
#include "builder/author.h"
#include "builder/target.h"

static const char *const callback_sections[AUTHOR_CALLBACKS] = {
	".klpsh.callbacks.pre_patch",
	".klpsh.callbacks.post_patch",
	".klpsh.callbacks.pre_unpatch",
	".klpsh.callbacks.post_unpatch",
};

static const struct osection *find(const struct things *t, const char *name)
{
	const struct elf_section *s = elf_find_section(t->o->elf, name);

	return s ? &t->o->sections[s->index] : NULL;
}

static uint32_t pointed(const struct things *t, const struct osection *s, size_t i)
{
	struct target to;

	if (!s->relocs || target_find(t, s->s->index, &s->relocs[i], &to) < 0 || to.kind != TARGET_THING ||
	    to.offset != 0 || t->v[to.index].kind != THING_FUNC)
		return THING_NONE;
	return to.index;
}

uint32_t author_callback(const struct things *t, unsigned kind, const char *file, struct refusals *to)
{
	const struct osection *s = find(t, callback_sections[kind]);
	uint32_t thing;

	if (!s || s->n_relocs == 0)
		return THING_NONE;
	thing = s->n_relocs == 1 ? pointed(t, s, 0) : THING_NONE;
	if (thing == THING_NONE)
		(void)refuse(to, REFUSE_CALLBACK, file, NULL, callback_sections[kind],
			     "it names %zu functions; one function of this file is what it may name",
			     s->n_relocs);
	return thing;
}

static bool ignores_section(const struct things *t, const char *name)
{
	const struct osection *s = find(t, ".klpsh.ignore.sections");

	for (uint64_t at = 0; s && at < s->s->size;) {
		const char *ignored = elf_string(s->s, at);

		if (!ignored)
			return false;
		if (ignored[0] && streq(ignored, name))
			return true;
		at += strlen(ignored) + 1;
	}
	return false;
}

bool author_ignores(const struct things *t, uint32_t thing)
{
	const struct osection *s = find(t, ".klpsh.ignore.functions");
	const struct elf_section *of;

	if (!t->v || thing >= t->n)
		return false;
	for (size_t i = 0; s && i < s->n_relocs; i++)
		if (pointed(t, s, i) == thing)
			return true;
	of = elf_section(t->o->elf, t->v[thing].section);
	return of && ignores_section(t, of->name);
}
