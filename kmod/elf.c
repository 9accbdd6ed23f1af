// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one owner of libelf. libelf finds the header and the section headers
 * (elf_memory on bytes that were read already); everything they say is checked
 * here against the length of the image before it is used, so that no other
 * file ever sees an offset that leads outside.
 */
#include <endian.h>
#include <errno.h>
#include <gelf.h>

#include "kmod/elf.h"

struct elf {
	const unsigned char *image;
	size_t len;
	Elf *handle;
	struct elf_section *sections;
	size_t n_sections;
	struct elf_symbol *symbols;
	size_t n_symbols;
};

/* Do len bytes at offset lie within size? */
static bool range_fits(uint64_t offset, uint64_t len, uint64_t size)
{
	return offset <= size && len <= size - offset;
}

static int elf_check_ident(const unsigned char *image, size_t len, unsigned type, struct err *e)
{
	const unsigned char *id = image;

	if (len < SELFMAG || memcmp(id, ELFMAG, SELFMAG) != 0)
		return err_set(e, -ENOEXEC, "not an ELF file, so not a kernel%s",
			       type == ET_REL ? " module" : "");
	if (len < sizeof(Elf64_Ehdr))
		return err_set(e, -ENOEXEC, "truncated: the ELF header is cut off");
	if (id[EI_CLASS] != ELFCLASS64 || id[EI_DATA] != ELFDATA2LSB || id[EI_VERSION] != EV_CURRENT)
		return err_set(e, -ENOEXEC, "not a 64-bit little-endian ELF file");
	return 0;
}

static int elf_check_type(unsigned type, unsigned wanted, struct err *e)
{
	if (type == wanted)
		return 0;
	if (wanted == ET_REL)
		return err_set(e, -ENOEXEC, "not a relocatable object (ELF type %u), so not a kernel module",
			       type);
	return err_set(e, -ENOEXEC, "not a linked program (ELF type %u), so not a kernel", type);
}

static int elf_check_header(const struct elf *elf, unsigned type, struct err *e)
{
	Elf64_Ehdr h;

	memcpy(&h, elf->image, sizeof(h));
	if (h.e_machine != EM_X86_64)
		return err_set(e, -ENOEXEC, "built for another machine (ELF machine %u, not x86_64)",
			       h.e_machine);
	if (elf_check_type(h.e_type, type, e) < 0)
		return -ENOEXEC;
	if (h.e_shentsize != sizeof(Elf64_Shdr) || h.e_shnum == 0 || h.e_shnum >= ELF_MAX_SECTIONS)
		return err_set(e, -ENOEXEC, "damaged: its section header table cannot be right");
	if (!range_fits(h.e_shoff, (uint64_t)h.e_shnum * sizeof(Elf64_Shdr), elf->len))
		return err_set(e, -ENOEXEC, "truncated: the section header table is cut off");
	if (h.e_shstrndx == SHN_UNDEF || h.e_shstrndx >= h.e_shnum)
		return err_set(e, -ENOEXEC, "damaged: it has no section names");
	return 0;
}

static int section_load(const struct elf *elf, size_t i, struct elf_section *ret, struct err *e)
{
	Elf_Scn *scn = elf_getscn(elf->handle, i);
	GElf_Shdr copy; /* the header table may lie at an odd offset */
	const GElf_Shdr *h = scn ? gelf_getshdr(scn, &copy) : NULL;

	if (!h)
		return err_set(e, -ENOEXEC, "damaged: section %zu cannot be read", i);
	*ret = (struct elf_section){
		.index = (unsigned)i,
		.name = "",
		.type = h->sh_type,
		.flags = h->sh_flags,
		.addr = h->sh_addr,
		.size = h->sh_size,
		.entsize = h->sh_entsize,
		.align = h->sh_addralign,
		.link = h->sh_link,
		.info = h->sh_info,
	};
	if (h->sh_type == SHT_NULL)
		ret->size = 0;
	else if (h->sh_type != SHT_NOBITS) {
		if (!range_fits(h->sh_offset, h->sh_size, elf->len))
			return err_set(e, -ENOEXEC, "truncated: section %zu reaches past the end of the file",
				       i);
		ret->data = elf->image + h->sh_offset;
	}
	return 0;
}

static int section_name(struct elf *elf, const struct elf_section *names, size_t i, struct err *e)
{
	GElf_Shdr copy;
	const GElf_Shdr *h = gelf_getshdr(elf_getscn(elf->handle, i), &copy);
	const char *name = h ? elf_string(names, h->sh_name) : NULL;

	if (!name)
		return err_set(e, -ENOEXEC, "damaged: the name of section %zu is out of range", i);
	elf->sections[i].name = name;
	return 0;
}

static int elf_load_sections(struct elf *elf, struct err *e)
{
	uint64_t total = 0;
	size_t n, names;
	int r;

	if (elf_getshdrnum(elf->handle, &n) < 0 || elf_getshdrstrndx(elf->handle, &names) < 0 || names >= n ||
	    n >= ELF_MAX_SECTIONS)
		return err_set(e, -ENOEXEC, "damaged: its section header table cannot be right");
	elf->sections = calloc(n, sizeof(*elf->sections));
	if (!elf->sections)
		return err_set(e, -ENOMEM, "out of memory");
	elf->n_sections = n;
	for (size_t i = 0; i < n; i++) {
		r = section_load(elf, i, &elf->sections[i], e);
		if (r < 0)
			return r;
		/* no tool makes sections that overlap; a hostile file could have the same bytes read for ever
		 */
		total += elf->sections[i].data ? elf->sections[i].size : 0;
		if (total > elf->len)
			return err_set(e, -ENOEXEC, "damaged: its sections overlap");
	}
	for (size_t i = 1; i < n; i++) {
		r = section_name(elf, &elf->sections[names], i, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int symbol_load(const struct elf *elf, const struct elf_section *table, size_t i,
		       struct elf_symbol *ret, struct err *e)
{
	const struct elf_section *names = elf_section(elf, table->link);
	const char *name = "";
	Elf64_Sym sym;

	memcpy(&sym, table->data + i * sizeof(sym), sizeof(sym));
	if (sym.st_name) {
		name = elf_string(names, sym.st_name);
		if (!name)
			return err_set(e, -ENOEXEC, "damaged: the name of symbol %zu is out of range", i);
	}
	if (sym.st_shndx < SHN_LORESERVE && sym.st_shndx >= elf->n_sections)
		return err_set(e, -ENOEXEC, "damaged: symbol %zu is in no section", i);
	*ret = (struct elf_symbol){
		.index = (unsigned)i,
		.name = name,
		.value = sym.st_value,
		.size = sym.st_size,
		.type = ELF64_ST_TYPE(sym.st_info),
		.bind = ELF64_ST_BIND(sym.st_info),
		.shndx = sym.st_shndx,
	};
	return 0;
}

static const struct elf_section *find_type(const struct elf *elf, uint32_t type)
{
	for (size_t i = 1; i < elf->n_sections; i++)
		if (elf->sections[i].type == type)
			return &elf->sections[i];
	return NULL;
}

static int elf_load_symbols(struct elf *elf, struct err *e)
{
	const struct elf_section *table = find_type(elf, SHT_SYMTAB);
	const struct elf_section *names;
	size_t n;

	if (!table)
		return 0;
	names = elf_section(elf, table->link);
	if (table->entsize != sizeof(Elf64_Sym) || table->size % sizeof(Elf64_Sym) != 0 || !names ||
	    names->type != SHT_STRTAB)
		return err_set(e, -ENOEXEC, "damaged: its symbol table cannot be right");
	n = table->size / sizeof(Elf64_Sym);
	if (n > ELF_MAX_SYMBOLS)
		return err_set(e, -ENOEXEC, "too many symbols (%zu, the limit is %u)", n, ELF_MAX_SYMBOLS);
	elf->symbols = calloc(n ? n : 1, sizeof(*elf->symbols));
	if (!elf->symbols)
		return err_set(e, -ENOMEM, "out of memory");
	elf->n_symbols = n;
	for (size_t i = 0; i < n; i++) {
		int r = symbol_load(elf, table, i, &elf->symbols[i], e);

		if (r < 0)
			return r;
	}
	return 0;
}

static int elf_open_type(const void *image, size_t len, unsigned type, struct elf **ret, struct err *e)
{
	_cleanup_(elf_freep) struct elf *elf = NULL;
	int r;

	r = elf_check_ident(image, len, type, e);
	if (r < 0)
		return r;
	elf = calloc(1, sizeof(*elf));
	if (!elf)
		return err_set(e, -ENOMEM, "out of memory");
	elf->image = image;
	elf->len = len;
	r = elf_check_header(elf, type, e);
	if (r < 0)
		return r;
	elf_version(EV_CURRENT);
	/* libelf only reads the image: it was not opened for writing */
	elf->handle = elf_memory((char *)(uintptr_t)image, len);
	if (!elf->handle || elf_kind(elf->handle) != ELF_K_ELF)
		return err_set(e, -ENOEXEC, "not a readable ELF file: %s", elf_errmsg(-1));
	r = elf_load_sections(elf, e);
	if (r < 0)
		return r;
	r = elf_load_symbols(elf, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(elf);
	return 0;
}

int elf_open(const void *image, size_t len, struct elf **ret, struct err *e)
{
	return elf_open_type(image, len, ET_REL, ret, e);
}

int elf_open_image(const void *image, size_t len, struct elf **ret, struct err *e)
{
	return elf_open_type(image, len, ET_EXEC, ret, e);
}

struct elf *elf_free(struct elf *elf)
{
	if (!elf)
		return NULL;
	if (elf->handle)
		elf_end(elf->handle);
	free(elf->sections);
	free(elf->symbols);
	free(elf);
	return NULL;
}

size_t elf_n_sections(const struct elf *elf)
{
	return elf->n_sections;
}

const struct elf_section *elf_section(const struct elf *elf, size_t index)
{
	return index < elf->n_sections ? &elf->sections[index] : NULL;
}

const struct elf_section *elf_find_section(const struct elf *elf, const char *name)
{
	for (size_t i = 1; i < elf->n_sections; i++)
		if (streq(elf->sections[i].name, name))
			return &elf->sections[i];
	return NULL;
}

size_t elf_n_symbols(const struct elf *elf)
{
	return elf->n_symbols;
}

const struct elf_symbol *elf_symbol(const struct elf *elf, size_t index)
{
	return index < elf->n_symbols ? &elf->symbols[index] : NULL;
}

static int rela_load(const struct elf *elf, const struct elf_section *rela, size_t i, struct elf_rela *ret,
		     struct err *e)
{
	const struct elf_section *target = &elf->sections[rela->info];
	Elf64_Rela r;

	memcpy(&r, rela->data + i * sizeof(r), sizeof(r));
	if (r.r_offset >= target->size)
		return err_set(e, -ENOEXEC, "damaged: relocation %zu of %s is out of range", i, rela->name);
	if (ELF64_R_SYM(r.r_info) >= elf->n_symbols)
		return err_set(e, -ENOEXEC, "damaged: relocation %zu of %s names no symbol", i, rela->name);
	*ret = (struct elf_rela){
		.offset = r.r_offset,
		.type = (uint32_t)ELF64_R_TYPE(r.r_info),
		.symbol = (uint32_t)ELF64_R_SYM(r.r_info),
		.addend = r.r_addend,
	};
	return 0;
}

int elf_read_relas(const struct elf *elf, const struct elf_section *rela, struct elf_rela **ret,
		   size_t *ret_n, struct err *e)
{
	_cleanup_free_ struct elf_rela *v = NULL;
	size_t n;

	if (rela->type != SHT_RELA || rela->entsize != sizeof(Elf64_Rela) ||
	    rela->size % sizeof(Elf64_Rela) != 0 || rela->info == 0 || rela->info >= elf->n_sections)
		return err_set(e, -ENOEXEC, "damaged: the relocations in %s cannot be right", rela->name);
	n = rela->size / sizeof(Elf64_Rela);
	if (n > ELF_MAX_RELAS)
		return err_set(e, -ENOEXEC, "too many relocations in %s (%zu, the limit is %u)", rela->name,
			       n, ELF_MAX_RELAS);
	v = n ? calloc(n, sizeof(*v)) : NULL;
	if (n && !v)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		int r = rela_load(elf, rela, i, &v[i], e);

		if (r < 0)
			return r;
	}
	*ret = TAKE_PTR(v);
	*ret_n = n;
	return 0;
}

const char *elf_string(const struct elf_section *s, uint64_t offset)
{
	if (!s->data || offset >= s->size)
		return NULL;
	if (!memchr(s->data + offset, '\0', MIN(s->size - offset, ELF_MAX_NAME)))
		return NULL;
	return (const char *)s->data + offset;
}

const void *elf_bytes(const struct elf_section *s, uint64_t offset, uint64_t len)
{
	return s->data && range_fits(offset, len, s->size) ? s->data + offset : NULL;
}

int elf_read_u64(const struct elf_section *s, uint64_t offset, uint64_t *ret)
{
	const void *p = elf_bytes(s, offset, sizeof(uint64_t));
	uint64_t v;

	if (!p)
		return -ERANGE;
	memcpy(&v, p, sizeof(v));
	*ret = le64toh(v);
	return 0;
}
