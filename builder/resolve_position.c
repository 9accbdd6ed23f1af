// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which symbol of the kernel, or of a module, a thing of the patched file is:
 * by the proof of its object, and without one by a global name.
 * What is not certain is refused.
 */
#include <errno.h>

#include "builder/position.h"
#include "builder/resolve_own.h"

uint64_t resolve_address(const struct ksyms *k, const char *name)
{
	const uint32_t *v;

	return ksyms_named(k, name, &v) == 1 ? k->v[*v].address : 0;
}

/* Between the marks of include/asm-generic/sections.h. */
bool resolve_is_init(const struct ksyms *k, uint64_t address)
{
	return address >= resolve_address(k, "__init_begin") && address < resolve_address(k, "__init_end");
}

int resolve_refuse_init(const struct resolve_unit *u, const char *user, const char *section, const char *name)
{
	return refuse(u->to, REFUSE_INIT, u->file, user, section,
		      "it uses '%.80s', which is gone after initialisation", name);
}

bool resolve_is_sealed(const struct resolve_unit *u, const struct extref *ref, uint64_t address)
{
	return takes_address(ref) && u->r->sealed && sealed_has(u->r->sealed, address);
}

/* The symbol of the plainly compiled object that a thing of the sectioned one is. */
static const struct elf_symbol *plain_symbol(const struct resolve_unit *u, const struct thing *t)
{
	const struct elf_symbol *found = NULL;
	const uint32_t *v;
	size_t n = object_named(u->plain, t->name, &v);

	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(u->plain, v[i]);

		if (!object_section_of(u->plain, s) || s->size != t->size ||
		    (s->type == STT_FUNC) != (t->kind == THING_FUNC))
			continue;
		if (found)
			return NULL;
		found = s;
	}
	return found;
}

/* A global symbol of the module, the only one of its name. */
static int lone_global(const struct object *module, const char *name)
{
	const uint32_t *v;
	size_t n = object_named(module, name, &v);
	const struct elf_symbol *s = n ? object_symbol(module, *v) : NULL;

	return n == 1 && s->bind == STB_GLOBAL && object_section_of(module, s) ? 0 : n ? -ENOTUNIQ : -ENOENT;
}

/*
 * Without a proof only a strong global symbol is certain: of static ones
 * the kernel's compiler may have inlined this file's, and the one that is there is
 * another file's.
 */
static int position_by_name(const struct resolve_unit *u, const struct elf_symbol *s, const char *user,
			    uint32_t *ret_pos)
{
	uint32_t pos = 0, of = 1;
	uint64_t address = 0;
	int r = -ENOTUNIQ;

	if (s->bind == STB_GLOBAL)
		r = u->module ? lone_global(u->module, s->name)
			      : position_global(u->r->ksyms, s->name, &pos, &of, &address, NULL);
	if (r == -ENOENT)
		return refuse(u->to, REFUSE_NOT_LINKED, u->file, user, NULL,
			      "'%.80s': the running kernel does not have it", s->name);
	if (r < 0)
		return refuse(u->to, REFUSE_AMBIGUOUS, u->file, user, NULL,
			      "'%.80s': without a proof it cannot be told which of the kernel's it is",
			      s->name);
	if (!u->module && resolve_is_init(u->r->ksyms, address))
		return resolve_refuse_init(u, user, NULL, s->name);
	*ret_pos = of == 1 ? 0 : pos;
	return 0;
}

int resolve_position(const struct resolve_unit *u, const struct thing *t, const char *user, uint32_t *ret_pos)
{
	const struct elf_symbol *s = plain_symbol(u, t);
	struct err e = { 0 };
	uint32_t pos, of;
	uint64_t address;
	int r;

	if (!s)
		return refuse(u->to, REFUSE_AMBIGUOUS, u->file, user, NULL,
			      "'%.80s' is not the same when the file is compiled as the kernel was", t->name);
	if (!u->proof)
		return position_by_name(u, s, user, ret_pos);
	r = proof_position(u->proof, s, &pos, &of, &e);
	if (r == -ENOENT)
		return refuse(u->to, REFUSE_NOT_LINKED, u->file, user, NULL, "'%.80s': %s", t->name,
			      e.text[0] ? e.text : "the running kernel does not have it");
	if (r < 0)
		return refuse(u->to, REFUSE_AMBIGUOUS, u->file, user, NULL, "'%.80s': %s", t->name, e.text);
	if (!u->module && proof_address(u->proof, s, &address) == 0 && resolve_is_init(u->r->ksyms, address))
		return resolve_refuse_init(u, user, NULL, t->name);
	*ret_pos = of == 1 ? 0 : pos;
	return 0;
}

/* Is a weak symbol of this file the one that the linker took? */
bool resolve_is_in_place(const struct resolve_unit *u, const char *name)
{
	const uint32_t *v;
	uint64_t address;

	for (size_t n = object_named(u->plain, name, &v), i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(u->plain, v[i]);

		if (u->proof && object_section_of(u->plain, s) && proof_address(u->proof, s, &address) == 0)
			return true;
	}
	return false;
}

bool resolve_is_own_sealed(const struct resolve_unit *u, const struct extref *ref, const struct thing *t)
{
	const struct elf_symbol *s = plain_symbol(u, t);
	uint64_t address;

	if (u->module)
		return takes_address(ref) && sealed_in_module(u->module, t->name);
	if (!u->proof)
		return resolve_is_sealed(u, ref, resolve_address(u->r->ksyms, t->name));
	return s && proof_address(u->proof, s, &address) == 0 && resolve_is_sealed(u, ref, address);
}

int resolve_function(const struct resolve_unit *u, uint32_t thing, const char **ret_name, uint32_t *ret_pos)
{
	const struct thing *t = &u->orig->v[thing];
	int r = resolve_position(u, t, t->name, ret_pos);

	if (r == 0)
		*ret_name = t->name;
	return r;
}
