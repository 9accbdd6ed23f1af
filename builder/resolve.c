// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rests on how the kernel resolves a patch's symbols (kernel/livepatch/core.c,
 * klp_resolve_symbols and klp_find_object_symbol): by object, name and
 * position, where 0 demands that the name be there once.
 */
#include <errno.h>

#include "builder/position.h"
#include "builder/resolve.h"

static struct resolved *find(struct resolver *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (streq(r->v[i].name, name))
			return &r->v[i];
	return NULL;
}

static void resolved_done(struct resolved *x)
{
	free(x->name);
	free(x->object);
	free(x->real);
	free(x->with);
	free(x->owner);
}

/* What is copied here was asked for: NULL stays NULL, a copy that fails does not. */
static bool copied(const char *from, char **to)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

static int add(struct resolver *r, const struct resolved *x)
{
	struct resolved copy = { .sympos = x->sympos, .patch = x->patch };

	if (!copied(x->name, &copy.name) || !copied(x->object, &copy.object) ||
	    !copied(x->real, &copy.real) || !copied(x->with, &copy.with) || !copied(x->owner, &copy.owner) ||
	    array_grow(&r->v, r->n, sizeof(*r->v)) < 0) {
		resolved_done(&copy);
		return -ENOMEM;
	}
	r->v[r->n++] = copy;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? streq(a, b) : a == b;
}

static bool same_meaning(const struct resolved *a, const struct resolved *b)
{
	return a->patch == b->patch && a->sympos == b->sympos && same_text(a->object, b->object) &&
	       same_text(a->real, b->real) && same_text(a->with, b->with);
}

static bool is_vmlinux(const char *object)
{
	return streq(object, "vmlinux");
}

/*
 * An export is bound by its name, and modpost would have the module depend on
 * who exports it: nothing that livepatch resolves may be called so.
 */
static bool is_taken(const struct resolver *r, const struct resolved *x, const char *name)
{
	return x->object && symvers_find(r->symvers, name);
}

/* Give it a name in the module: its own, or where that means something else, one behind it. */
static int take_name(struct resolver *r, struct resolved *x, const char *wanted, char *name, size_t size)
{
	for (unsigned i = is_taken(r, x, wanted); i < 10000; i++) {
		const struct resolved *have;
		int len = i == 0 ? snprintf(name, size, "%s", wanted)
				 : snprintf(name, size, "%s.klpsh.%u", wanted, i);

		if (len < 0 || (size_t)len >= size)
			return -ENAMETOOLONG;
		have = find(r, name);
		if (have && same_meaning(have, x))
			return 0;
		if (!have) {
			x->name = name;
			return add(r, x);
		}
	}
	return -ENOSPC;
}

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
	const struct resolved *have = find(u->r, t->name);
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
	return add(u->r, &x);
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

static int add_namespace(struct resolver *r, const char *ns)
{
	if (!ns[0])
		return 0;
	for (size_t i = 0; i < r->n_ns; i++)
		if (streq(r->ns[i], ns))
			return 0;
	if (array_grow(&r->ns, r->n_ns, sizeof(*r->ns)) < 0)
		return -ENOMEM;
	r->ns[r->n_ns] = strdup(ns);
	return r->ns[r->n_ns] ? (int)(r->n_ns++, 0) : -ENOMEM;
}

static int take_export(const struct resolve_unit *u, const struct export *x, char *name, size_t size)
{
	struct resolved plain = { .sympos = 0 };

	if (add_namespace(u->r, x->ns) < 0)
		return -ENOMEM;
	return take_name(u->r, &plain, x->name, name, size);
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
	if (strncmp(stem, of_tracepoint, sizeof(of_tracepoint) - 1) != 0)
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
	return take_name(u->r, &x, call ? call : wanted, name, size);
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

static uint64_t address_of(const struct ksyms *k, const char *name)
{
	const uint32_t *v;

	return ksyms_named(k, name, &v) == 1 ? k->v[*v].address : 0;
}

/* Between the marks of include/asm-generic/sections.h: freed when the kernel has started. */
static bool is_init(const struct ksyms *k, uint64_t address)
{
	return address >= address_of(k, "__init_begin") && address < address_of(k, "__init_end");
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

static bool takes_address(const struct extref *ref)
{
	return !ref->branch && !ref->early;
}

static bool is_sealed(const struct resolve_unit *u, const struct extref *ref, uint64_t address)
{
	return takes_address(ref) && u->r->sealed && sealed_has(u->r->sealed, address);
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
	if (is_init(u->r->ksyms, address))
		return refuse(u->to, REFUSE_INIT, u->file, ref->user, ref->section,
			      "it uses '%.80s', which is gone after initialisation", ref->name);
	if (is_sealed(u, ref, address))
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
	const struct resolved *have = find(u->r, ref->name);
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
	if (x && is_vmlinux(x->module))
		return take_export(u, x, name, size);
	r = u->module ? module_global(u->module, ref->name, &pos) : -ENOENT;
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

/* Does another compiler, or another place in the file, give it another name? A weak one may be of another
 * file. */
static bool is_plain_name(const struct elf_symbol *s)
{
	return !strchr(s->name, '.') && s->bind != STB_WEAK;
}

/* Without a proof only what the kernel, or the module, has once by that name is certain. */
static int position_by_name(const struct resolve_unit *u, const struct elf_symbol *s, const char *user,
			    uint32_t *ret_pos)
{
	const uint32_t *v;
	size_t n = u->module ? object_named(u->module, s->name, &v) : ksyms_named(u->r->ksyms, s->name, &v);

	if (n == 0)
		return refuse(u->to, REFUSE_NOT_LINKED, u->file, user, NULL,
			      "'%.80s': the running kernel does not have it", s->name);
	if (n > 1 || !is_plain_name(s))
		return refuse(u->to, REFUSE_AMBIGUOUS, u->file, user, NULL,
			      "'%.80s': without a proof it cannot be told which of the kernel's it is",
			      s->name);
	*ret_pos = 0;
	return 0;
}

static int position(const struct resolve_unit *u, const struct thing *t, const char *user, uint32_t *ret_pos)
{
	const struct elf_symbol *s = plain_symbol(u, t);
	struct err e = { 0 };
	uint32_t pos, of;
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
	*ret_pos = of == 1 ? 0 : pos;
	return 0;
}

/* Is a weak symbol of this file the one that the linker took? */
static bool is_in_place(const struct resolve_unit *u, const char *name)
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

static bool is_own_sealed(const struct resolve_unit *u, const struct extref *ref, const struct thing *t)
{
	const struct elf_symbol *s = plain_symbol(u, t);
	uint64_t address;

	if (u->module)
		return takes_address(ref) && sealed_in_module(u->module, t->name);
	if (!u->proof)
		return is_sealed(u, ref, address_of(u->r->ksyms, t->name));
	return s && proof_address(u->proof, s, &address) == 0 && is_sealed(u, ref, address);
}

/* Something of the same file. */
static int take_own(const struct resolve_unit *u, const struct extref *ref, char *name, size_t size)
{
	const struct thing *t = &u->orig->v[ref->thing];
	const struct export *x = t->global ? symvers_find(u->r->symvers, t->name) : NULL;
	struct extref own = *ref;
	uint32_t pos = 0;
	int r;

	if (ref->weak && !is_in_place(u, ref->name))
		return take_undefined(u, ref, name, size);
	own.name = t->name;
	if (is_own_sealed(u, &own, t))
		return refuse_sealed(u, &own);
	if (x && is_vmlinux(x->module) && !u->module)
		return take_export(u, x, name, size);
	if (ref->key && u->module)
		return refuse_key(u, ref, u->object);
	r = position(u, t, ref->user, &pos);
	return r < 0 ? r : take_klp(u, &own, u->object, pos, t->name, name, size);
}

int resolve_reference(void *unit, const struct extref *ref, char *name, size_t size)
{
	const struct resolve_unit *u = unit;

	return ref->thing == THING_NONE ? take_undefined(u, ref, name, size) : take_own(u, ref, name, size);
}

int resolve_function(const struct resolve_unit *u, uint32_t thing, const char **ret_name, uint32_t *ret_pos)
{
	const struct thing *t = &u->orig->v[thing];
	int r = position(u, t, t->name, ret_pos);

	if (r == 0)
		*ret_name = t->name;
	return r;
}

void resolver_done(struct resolver *r)
{
	for (size_t i = 0; i < r->n; i++)
		resolved_done(&r->v[i]);
	for (size_t i = 0; i < r->n_ns; i++)
		free(r->ns[i]);
	free(r->v);
	free(r->ns);
	*r = (struct resolver){ 0 };
}
