// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lays an object out: the header, each section at its alignment, then tables
 * of relocations, symbols and names, and the section headers. Everything is
 * appended to one growing buffer, whose zeros are the padding.
 */
#include <endian.h>
#include <errno.h>

#include "builder/elfout_own.h"

#if __BYTE_ORDER != __LITTLE_ENDIAN
#error "the structures of elf.h are written as they lie in memory"
#endif

struct buffer {
	char *p;
	size_t len, cap;
};

struct writer {
	const struct elfout *o;
	struct buffer file, strings, names; /* of symbols, of sections */
	Elf64_Shdr *headers;
	size_t n_headers;
	uint32_t *symbol_index; /* by handle */
	uint32_t n_locals; /* the empty one, too */
	uint32_t symtab; /* index of its section */
};

static int put(struct buffer *b, const void *data, size_t size, uint64_t align, size_t *ret_at)
{
	size_t at = (b->len + align - 1) & ~(align - 1), cap = b->cap ? b->cap : 4096;
	char *p;

	if (align > ELFOUT_MAX_BYTES || size > ELFOUT_MAX_BYTES || at + size > ELFOUT_MAX_BYTES)
		return -EFBIG;
	while (cap < at + size)
		cap *= 2;
	if (cap != b->cap) {
		p = realloc(b->p, cap);
		if (!p)
			return -ENOMEM;
		b->p = p;
		b->cap = cap;
	}
	memset(b->p + b->len, 0, at - b->len);
	if (data && size)
		memcpy(b->p + at, data, size);
	else
		memset(b->p + at, 0, size);
	b->len = at + size;
	*ret_at = at;
	return 0;
}

/* A name in a string table, whose first byte is NUL, the empty name. */
static int put_name(struct buffer *b, const char *name, uint32_t *ret)
{
	size_t at = 0;
	int r = b->len ? 0 : put(b, "", 1, 1, &at);

	if (r >= 0 && name[0])
		r = put(b, name, strlen(name) + 1, 1, &at);
	if (r >= 0)
		*ret = name[0] ? (uint32_t)at : 0;
	return r;
}

/* A section's bytes and its header, at the next index. */
static int put_section(struct writer *w, const char *name, Elf64_Shdr h, const void *data)
{
	size_t at = 0, size = h.sh_type == SHT_NOBITS ? 0 : h.sh_size;
	int r = put_name(&w->names, name, &h.sh_name);

	if (r >= 0)
		r = put(&w->file, data, size, h.sh_type == SHT_NOBITS ? 1 : h.sh_addralign, &at);
	if (r < 0)
		return r;
	h.sh_offset = at;
	w->headers[w->n_headers++] = h;
	return 0;
}

static int put_sections(struct writer *w)
{
	for (size_t i = 0; i < w->o->n_sections; i++) {
		const struct out_section *s = &w->o->sections[i];
		Elf64_Shdr h = {
			.sh_type = s->type,
			.sh_flags = s->flags,
			.sh_size = s->size,
			.sh_addralign = s->align,
			.sh_entsize = s->entsize,
			.sh_link = s->link_order >= 0 ? (Elf64_Word)s->link_order + 1 : 0,
			.sh_info = s->info,
		};
		int r = put_section(w, s->name, h, s->data);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Locals first, as the format demands; otherwise in the order of their handles. */
static int number_symbols(struct writer *w)
{
	uint32_t at = 1;

	w->symbol_index = calloc(w->o->n_symbols + 1, sizeof(*w->symbol_index));
	if (!w->symbol_index)
		return -ENOMEM;
	for (int local = 1; local >= 0; local--) {
		for (size_t i = 0; i < w->o->n_symbols; i++)
			if ((w->o->symbols[i].bind == STB_LOCAL) == local)
				w->symbol_index[i] = at++;
		w->n_locals = local ? at : w->n_locals;
	}
	return 0;
}

static int put_table(struct writer *w, const struct out_table *t)
{
	Elf64_Shdr h = {
		.sh_type = SHT_RELA,
		.sh_flags = t->flags,
		.sh_size = t->n * sizeof(Elf64_Rela),
		.sh_addralign = 8,
		.sh_entsize = sizeof(Elf64_Rela),
		.sh_link = w->symtab,
		.sh_info = (Elf64_Word)t->section + 1,
	};
	_cleanup_free_ Elf64_Rela *v = calloc(t->n, sizeof(*v));

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		const struct out_reloc *x = &t->v[i];
		uint64_t symbol = x->symbol == ELFOUT_NO_SYMBOL ? 0 : w->symbol_index[x->symbol];

		v[i] = (Elf64_Rela){ x->offset, ELF64_R_INFO(symbol, x->type), x->addend };
	}
	return put_section(w, t->name, h, v);
}

static int put_tables(struct writer *w)
{
	w->symtab = (uint32_t)w->n_headers;
	for (size_t i = 0; i < w->o->n_tables; i++)
		w->symtab += w->o->tables[i].n > 0;
	for (size_t i = 0; i < w->o->n_tables; i++) {
		int r = w->o->tables[i].n ? put_table(w, &w->o->tables[i]) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

static Elf64_Section section_index(int section)
{
	switch (section) {
	case ELFOUT_UNDEF:
		return SHN_UNDEF;
	case ELFOUT_ABS:
		return SHN_ABS;
	case ELFOUT_COMMON:
		return SHN_COMMON;
	case ELFOUT_LIVEPATCH:
		return ELF_SHN_LIVEPATCH;
	default:
		return (Elf64_Section)(section + 1);
	}
}

static int fill_symbols(struct writer *w, Elf64_Sym *v)
{
	for (size_t i = 0; i < w->o->n_symbols; i++) {
		const struct out_symbol *s = &w->o->symbols[i];
		Elf64_Sym sym = { .st_info = ELF64_ST_INFO(s->bind, s->type),
				  .st_other = s->other,
				  .st_shndx = section_index(s->section),
				  .st_value = s->value,
				  .st_size = s->size };
		int r = put_name(&w->strings, s->name, &sym.st_name);

		if (r < 0)
			return r;
		v[w->symbol_index[i]] = sym;
	}
	return 0;
}

static int put_symbols(struct writer *w)
{
	size_t n = w->o->n_symbols + 1;
	Elf64_Shdr h = {
		.sh_type = SHT_SYMTAB,
		.sh_size = n * sizeof(Elf64_Sym),
		.sh_addralign = 8,
		.sh_entsize = sizeof(Elf64_Sym),
		.sh_link = w->symtab + 1,
		.sh_info = w->n_locals,
	};
	_cleanup_free_ Elf64_Sym *v = calloc(n, sizeof(*v));
	uint32_t none;
	int r = v ? put_name(&w->strings, "", &none) : -ENOMEM;

	r = r < 0 ? r : fill_symbols(w, v);
	r = r < 0 ? r : put_section(w, ".symtab", h, v);
	if (r < 0)
		return r;
	h = (Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_size = w->strings.len, .sh_addralign = 1 };
	return put_section(w, ".strtab", h, w->strings.p);
}

/* The table of section names holds its own name, too. */
static int put_names(struct writer *w)
{
	Elf64_Shdr h = { .sh_type = SHT_STRTAB, .sh_addralign = 1 };
	uint32_t name;
	size_t at;
	int r = put_name(&w->names, ".shstrtab", &name);

	r = r < 0 ? r : put(&w->file, w->names.p, w->names.len, 1, &at);
	if (r < 0)
		return r;
	h.sh_name = name;
	h.sh_size = w->names.len;
	h.sh_offset = at;
	w->headers[w->n_headers++] = h;
	return 0;
}

static int put_headers(struct writer *w)
{
	Elf64_Ehdr h = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = (Elf64_Half)w->n_headers,
		.e_shstrndx = (Elf64_Half)(w->n_headers - 1),
	};
	size_t at;
	int r = put(&w->file, w->headers, w->n_headers * sizeof(*w->headers), 8, &at);

	if (r < 0)
		return r;
	h.e_shoff = at;
	memcpy(w->file.p, &h, sizeof(h));
	return 0;
}

static int write_all(struct writer *w)
{
	size_t at, n = w->o->n_sections + w->o->n_tables + 4;
	int r;

	if (n >= ELF_MAX_SECTIONS)
		return -EFBIG;
	w->headers = calloc(n, sizeof(*w->headers));
	if (!w->headers)
		return -ENOMEM;
	w->n_headers = 1;
	r = put(&w->file, NULL, sizeof(Elf64_Ehdr), 1, &at);
	r = r < 0 ? r : put_sections(w);
	r = r < 0 ? r : number_symbols(w);
	r = r < 0 ? r : put_tables(w);
	r = r < 0 ? r : put_symbols(w);
	r = r < 0 ? r : put_names(w);
	return r < 0 ? r : put_headers(w);
}

int elfout_finish(struct elfout *o, char **ret, size_t *ret_len, struct err *e)
{
	struct writer w = { .o = o };
	int r = write_all(&w);

	if (r >= 0) {
		*ret_len = w.file.len;
		*ret = TAKE_PTR(w.file.p);
	}
	free(w.file.p);
	free(w.strings.p);
	free(w.names.p);
	free(w.headers);
	free(w.symbol_index);
	if (r == -EFBIG)
		return err_set(e, r, "the object would be too big (the limit is %u bytes)", ELFOUT_MAX_BYTES);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}
