// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module file as the ground of a proof. `ld -r` put sections of one name one
 * behind the other, so a section of the object lies whole in the one of its
 * name; an address is that section's number and an offset in it.
 * While a module is being loaded the kernel counts all symbols that are defined,
 * afterwards only the core's: those of loaded sections and of per-CPU data, but
 * not of .init sections, .modinfo or __versions (add_kallsyms(), is_core_symbol();
 * with KALLSYMS_ALL). A livepatch may meet the module in either state.
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/modproof.h"
#include "kmod/decompress.h"

#define SHIFT 40
#define OFFSET(address) ((address) & ((1ULL << SHIFT) - 1))

struct module_ground {
	struct ground ground;
	const struct object *ko;
};

static const struct object *module(const struct ground *g)
{
	return ((const struct module_ground *)g)->ko;
}

static struct ground *module_free(struct ground *g)
{
	free(g);
	return NULL;
}

static const struct osection *section_at(const struct object *ko, uint64_t address)
{
	return address >> SHIFT < ko->n_sections ? &ko->sections[address >> SHIFT] : NULL;
}

static uint64_t symbol_address(const struct elf_symbol *s)
{
	return ((uint64_t)s->shndx << SHIFT) + s->value;
}

static const unsigned char *module_bytes(const struct ground *g, uint64_t address, uint64_t len)
{
	const struct osection *s = section_at(module(g), address);

	return s ? elf_bytes(s->s, OFFSET(address), len) : NULL;
}

static size_t module_named(const struct ground *g, const char *name, const uint32_t **ret)
{
	return object_named(module(g), name, ret);
}

static bool module_address(const struct ground *g, uint32_t symbol, const char *section, uint64_t *ret)
{
	const struct elf_symbol *s = object_symbol(module(g), symbol);
	const struct osection *in = object_section_of(module(g), s);

	if (!in || !streq(in->s->name, section))
		return false;
	*ret = symbol_address(s);
	return true;
}

static int module_follow(const struct ground *g, uint64_t place, const struct elf_rela *r,
			 struct ground_ref *ret)
{
	const struct osection *s = section_at(module(g), place);
	const struct elf_rela *there = s ? object_reloc_at(s, OFFSET(place)) : NULL;
	const struct elf_symbol *symbol;

	if (!there || there->type != r->type)
		return -ENOENT;
	symbol = object_symbol(module(g), there->symbol);
	*ret = (struct ground_ref){ .address = (uint64_t)there->addend,
				    .defined = object_section_of(module(g), symbol),
				    .name = symbol->name };
	if (ret->defined)
		ret->address += symbol_address(symbol);
	return 0;
}

static size_t module_fields(const struct ground *g, uint64_t address, uint64_t len)
{
	const struct osection *s = section_at(module(g), address);
	const struct elf_rela *v;
	size_t n = 0, live = 0;

	if (!s)
		return 0;
	v = object_relocs(s, OFFSET(address), OFFSET(address) + len, &n);
	for (size_t i = 0; i < n; i++)
		live += v[i].type != R_X86_64_NONE;
	return live;
}

static int module_is_named(const struct ground *g, const char *name, const struct ground_ref *ref,
			   int64_t addend)
{
	const uint32_t *v;
	size_t n = object_named(module(g), name, &v);

	if (!ref->defined)
		return streq(ref->name, name) && ref->address == (uint64_t)addend;
	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(module(g), v[i]);

		if (object_section_of(module(g), s) && symbol_address(s) == ref->address - (uint64_t)addend)
			return 1;
	}
	return 0;
}

/* Read by the loader and dropped, whatever the file says (rewrite_section_headers()). */
static bool is_dropped(const char *section)
{
	return streq(section, ".modinfo") || streq(section, "__versions");
}

/* Does the kernel keep it when the module has been loaded? */
static bool is_core(const struct object *ko, const struct elf_symbol *s)
{
	const struct osection *in = object_section_of(ko, s);

	return in && (in->s->flags & SHF_ALLOC) && strncmp(in->s->name, ".init", 5) != 0 &&
	       !is_dropped(in->s->name);
}

struct count {
	uint32_t loading, core; /* symbols of the name up to the wanted one */
	uint32_t of; /* all that are ever counted */
	bool found;
};

static struct count count_name(const struct object *ko, const char *name, uint64_t address)
{
	struct count c = { 0 };
	const uint32_t *v;
	size_t n = object_named(ko, name, &v);

	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(ko, v[i]);

		if (s->shndx == SHN_UNDEF)
			continue;
		c.of++;
		c.loading += !c.found;
		c.core += !c.found && is_core(ko, s);
		c.found |= is_core(ko, s) && symbol_address(s) == address;
	}
	return c;
}

static int module_position(const struct ground *g, const char *name, uint64_t address, uint32_t *ret_pos,
			   uint32_t *ret_of, struct err *e)
{
	struct count c = count_name(module(g), name, address);

	if (!c.found)
		return err_set(e, -ENOENT,
			       "the module's symbol table does not keep %s once the module is loaded", name);
	if (c.core != c.loading) {
		err_rc(e, RC_REFUSED, -ENOTUNIQ,
		       "%s is number %u of its name while the module is loaded, and number %u afterwards",
		       name, c.loading, c.core);
		err_hint(e, "the module's init code has the same name: refer to it another way, for "
			    "example through a function that is exported or has a name of its own");
		return -ENOTUNIQ;
	}
	*ret_pos = c.core;
	*ret_of = c.of;
	return 0;
}

int proof_module(const struct object *plain, const char *file, const struct object *ko, struct proof **ret,
		 struct err *e)
{
	struct module_ground *m = calloc(1, sizeof(*m));

	if (!m)
		return err_set(e, -ENOMEM, "out of memory");
	m->ko = ko;
	m->ground = (struct ground){ .free = module_free,
				     .what = "the module",
				     .bytes = module_bytes,
				     .named = module_named,
				     .address = module_address,
				     .follow = module_follow,
				     .fields = module_fields,
				     .is_named = module_is_named,
				     .position = module_position };
	return proof_make(plain, file, &m->ground, ret, e);
}

int module_read(const char *path, struct object **ret, struct err *e)
{
	return module_read_at(AT_FDCWD, path, ret, e);
}

int module_parse(const void *file, size_t file_len, struct object **ret, struct err *e)
{
	enum compression c = compression_of(file, file_len);
	char *bytes = NULL;
	size_t len = 0;
	int r;

	if (c == COMPRESSION_NONE)
		return object_parse(file, file_len, ret, e);
	r = decompress(c, file, file_len, MODULE_FILE_MAX, &bytes, &len, e);
	return r < 0 ? r : object_adopt(bytes, len, ret, e);
}

int module_read_at(int dir, const char *path, struct object **ret, struct err *e)
{
	_cleanup_close_ int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	_cleanup_free_ char *file = NULL;
	struct err why = { 0 };
	size_t len = 0;
	int r = fd < 0 ? err_set(e, -errno, "%s: %s", path, strerror(errno))
		       : file_read_fd(path, fd, MODULE_FILE_MAX, &file, &len, e);

	if (r < 0)
		return r;
	r = module_parse(file, len, ret, &why);
	return r < 0 ? err_set(e, r, "%s: %s", path, why.text) : 0;
}
