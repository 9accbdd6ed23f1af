// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rests on how the kernel resolves a patch's symbols (kernel/livepatch/core.c,
 * klp_resolve_symbols and klp_find_object_symbol): by object, name and
 * position, where 0 demands that the name be there once.
 */
#include <errno.h>

#include "builder/position.h"
#include "builder/resolve_own.h"

/* A symbol of its own module that another of its files defines. */
static int module_global(const struct object *module, const char *name, uint32_t *ret_pos)
{
	const uint32_t *v;
	size_t n = object_named(module, name, &v);

	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(module, v[i]);

		if (object_section_of(module, s) && s->bind != STB_LOCAL) {
			if (n > 1)
				return -ENOTUNIQ;
			*ret_pos = 0;
			return 0;
		}
	}
	return -ENOENT;
}

/* Something of that name is in the kernel already: which one is meant would depend on who asks. */
static bool is_known_global(const struct resolve_unit *u, const char *name)
{
	uint32_t pos, of;

	if (u->module && module_global(u->module, name, &pos) != -ENOENT)
		return true;
	return symvers_find(u->r->symvers, name) ||
	       position_global(u->r->ksyms, name, &pos, &of, NULL, NULL) != -ENOENT;
}

static int add_global(const struct resolve_unit *u, const struct thing *t)
{
	const struct resolved *have = resolver_find(u->r, t->name);
	struct resolved x = { .name = (char *)(uintptr_t)t->name,
			      .owner = (char *)(uintptr_t)u->object,
			      .patch = true };

	if (is_known_global(u, t->name))
		return refuse(u->to, REFUSE_AMBIGUOUS, u->file, t->name, NULL,
			      "'%.80s' is new in this file, but the kernel has one of that name; a function "
			      "or variable cannot move from file to file",
			      t->name);
	if (have)
		return refuse(u->to, REFUSE_AMBIGUOUS, u->file, t->name, NULL,
			      "'%.80s' is new in two files of the patch", t->name);
	return resolver_add(u->r, &x);
}

int resolver_add_globals(const struct resolve_unit *u, const struct diff *d)
{
	for (size_t i = 0; i < d->b.t.n; i++) {
		const struct thing *t = &d->b.t.v[i];

		if (!d->marks[i].included || !t->global || t->twin != THING_NONE)
			continue;
		if (add_global(u, t) == -ENOMEM)
			return -ENOMEM;
	}
	return 0;
}

static int take_export(const struct resolve_unit *u, const struct export *x, char *name, size_t size)
{
	struct resolved plain = { .sympos = 0 };

	if (resolver_import(u->r, x->ns) < 0)
		return -ENOMEM;
	return resolver_take_name(u->r, &plain, x->name, name, size);
}

/*
 * A static call of a module's cannot be one in the patch: its site would be set
 * up before the module is there. A call of its trampoline, which the kernel
 * keeps up to date as it does the sites, is right always; objtool must not
 * know it by its name.
 */
static const char *hide_trampoline(const struct resolve_unit *u, const struct extref *ref, const char *object,
				   char hidden[ELF_MAX_NAME])
{
	static const char prefix[] = EXTREF_TRAMPOLINE, of_tracepoint[] = "tp_func_";
	const char *stem = ref->name + sizeof(prefix) - 1;

	if (is_vmlinux(object) || strncmp(ref->name, prefix, sizeof(prefix) - 1) != 0)
		return NULL;
	(void)snprintf(hidden, ELF_MAX_NAME, "klpsh_call_%s", stem);
	if (ref->branch && strncmp(stem, of_tracepoint, sizeof(of_tracepoint) - 1) != 0)
		(void)refusal_warn(u->to, REFUSE_KEY, u->file, ref->user, ref->section,
				   "static_call(%.80s) of module %s goes by its trampoline: one jump more",
				   stem, object);
	return hidden;
}

/* A reference that livepatch resolves. */
static int take_klp(const struct resolve_unit *u, const struct extref *ref, const char *object,
		    uint32_t sympos, const char *wanted, char *name, size_t size)
{
	char hidden[ELF_MAX_NAME];
	const char *real = ref->name, *call = hide_trampoline(u, ref, object, hidden);
	struct resolved x = { .object = (char *)(uintptr_t)object,
			      .real = (char *)(uintptr_t)real,
			      .with = is_vmlinux(object) || streq(object, u->object)
					      ? NULL
					      : (char *)(uintptr_t)u->object,
			      .sympos = sympos };

	if (ref->early && !is_vmlinux(object))
		return refuse(u->to, REFUSE_SECTION, u->file, ref->user, ref->section,
			      "it uses '%.80s' of module %s where the kernel reads it before the module's "
			      "symbols are filled in",
			      real, object);
	if (strlen(real) > KLPMOD_SYMBOL_MAX || strlen(object) > KLPMOD_OBJECT_MAX)
		return refuse(u->to, REFUSE_NAME, u->file, NULL, NULL,
			      "livepatch cannot name '%.80s' of '%.60s': names of symbols may have %u "
			      "characters, of objects %u",
			      real, object, KLPMOD_SYMBOL_MAX, KLPMOD_OBJECT_MAX);
	return resolver_take_name(u->r, &x, call ? call : wanted, name, size);
}

/*
 * A key that lives in a module is resolved when the module comes, but the
 * patch's jump labels and static calls are set up when the patch is loaded.
 */
static int refuse_key(const struct resolve_unit *u, const struct extref *ref, const char *object)
{
	if (ref->tracepoint)
		return extref_silence(ref, u->file, object, u->to);
	return refuse(u->to, REFUSE_KEY, u->file, ref->user, ref->section,
		      "it depends on the key '%.80s' of module %s", ref->name, object);
}

static int unknown(const struct resolve_unit *u, const struct extref *ref)
{
	return refuse(u->to, REFUSE_SYMBOL, u->file, ref->user, ref->section,
		      "'%.80s' is neither in the kernel nor exported nor in the patch", ref->name);
}

static int ambiguous(const struct resolve_unit *u, const struct extref *ref, const struct err *e)
{
	return refuse(u->to, REFUSE_AMBIGUOUS, u->file, ref->user, ref->section, "'%.80s': %s", ref->name,
		      e->text[0] ? e->text : "there are several of this name");
}

/*
 * A call through a pointer to it would be the kernel's first, and its landing pad
 * is gone. Tables and branches reach it without one.
 */
static int refuse_sealed(const struct resolve_unit *u, const struct extref *ref)
{
	return refuse(u->to, REFUSE_SEALED, u->file, ref->user, ref->section,
		      "it takes the address of '%.80s', which the kernel calls through no pointer",
		      ref->name);
}

/* Global, unexported and of vmlinux. */
static int take_global(const struct resolve_unit *u, const struct extref *ref, char *name, size_t size)
{
	struct err e = { 0 };
	uint64_t address;
	uint32_t pos, of;
	int r = position_global(u->r->ksyms, ref->name, &pos, &of, &address, &e);

	if (r == -ENOENT)
		return unknown(u, ref);
	if (r < 0)
		return ambiguous(u, ref, &e);
	if (resolve_is_init(u->r->ksyms, address))
		return resolve_refuse_init(u, ref->user, ref->section, ref->name);
	if (resolve_is_sealed(u, ref, address))
		return refuse_sealed(u, ref);
	return take_klp(u, ref, "vmlinux", of == 1 ? 0 : pos, ref->name, name, size);
}

/* Exported by a module: one that is there before the patched one, or the patched one itself. */
static int take_module_export(const struct resolve_unit *u, const struct extref *ref, const struct export *x,
			      char *name, size_t size)
{
	char module[64];

	export_module(x, module, sizeof(module));
	if (is_vmlinux(u->object))
		return refuse(
			u->to, REFUSE_SYMBOL, u->file, ref->user, ref->section,
			"'%.80s' is exported by module %s, which need not be there when vmlinux is patched",
			ref->name, module);
	if (ref->key)
		return refuse_key(u, ref, module);
	return take_klp(u, ref, module, 0, ref->name, name, size);
}

static int take_undefined(const struct resolve_unit *u, const struct extref *ref, char *name, size_t size)
{
	const struct resolved *have = resolver_find(u->r, ref->name);
	const struct export *x = symvers_find(u->r->symvers, ref->name);
	uint32_t pos = 0;
	int r;

	/* a module's part is there only when the module is; vmlinux's always */
	if (have && have->patch && (is_vmlinux(have->owner) || streq(have->owner, u->object))) {
		(void)snprintf(name, size, "%s", ref->name);
		return 0;
	}
	if (streq(ref->name, "__this_module") && u->module)
		return take_klp(u, ref, u->object, 0, "__this_module.klpsh", name, size);
	/* the linker has let a module's own stand before an export of that name */
	r = u->module ? module_global(u->module, ref->name, &pos) : -ENOENT;
	if (r == -ENOENT && x && is_vmlinux(x->module))
		return take_export(u, x, name, size);
	if (r == 0 && ref->key)
		return refuse_key(u, ref, u->object);
	if (r == 0 && takes_address(ref) && sealed_in_module(u->module, ref->name))
		return refuse_sealed(u, ref);
	if (r == 0)
		return take_klp(u, ref, u->object, pos, ref->name, name, size);
	if (r == -ENOTUNIQ)
		return ambiguous(u, ref, &(struct err){ 0 });
	return x ? take_module_export(u, ref, x, name, size) : take_global(u, ref, name, size);
}

/* Something of the same file. */
static int take_own(const struct resolve_unit *u, const struct extref *ref, char *name, size_t size)
{
	const struct thing *t = &u->orig->v[ref->thing];
	const struct export *x = t->global ? symvers_find(u->r->symvers, t->name) : NULL;
	struct extref own = *ref;
	uint32_t pos = 0;
	int r;

	if (ref->weak && !resolve_is_in_place(u, ref->name))
		return take_undefined(u, ref, name, size);
	own.name = t->name;
	if (resolve_is_own_sealed(u, &own, t))
		return refuse_sealed(u, &own);
	if (x && is_vmlinux(x->module) && !u->module)
		return take_export(u, x, name, size);
	if (ref->key && u->module)
		return refuse_key(u, ref, u->object);
	r = resolve_position(u, t, ref->user, &pos);
	return r < 0 ? r : take_klp(u, &own, u->object, pos, t->name, name, size);
}

int resolve_reference(void *unit, const struct extref *ref, char *name, size_t size)
{
	const struct resolve_unit *u = unit;

	return ref->thing == THING_NONE ? take_undefined(u, ref, name, size) : take_own(u, ref, name, size);
}
