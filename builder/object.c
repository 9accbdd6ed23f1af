// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads an object once and sorts what the differ asks for again and again.
 * Rests on the ELF-64 object file format; relocation types and their widths
 * are those of the x86-64 psABI that compilers and the kernel's module loader
 * (arch/x86/kernel/module.c) know.
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/object.h"
#include "kmod/decompress.h"

int reloc_width(uint32_t type)
{
	switch (type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
	case R_X86_64_PC64:
		return 8;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_32:
	case R_X86_64_32S:
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		return 4;
	case R_X86_64_16:
	case R_X86_64_PC16:
		return 2;
	case R_X86_64_8:
	case R_X86_64_PC8:
		return 1;
	default:
		return -1;
	}
}

bool reloc_is_relative(uint32_t type)
{
	switch (type) {
	case R_X86_64_PC64:
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
	case R_X86_64_PC16:
	case R_X86_64_PC8:
		return true;
	default:
		return false;
	}
}

/* The field of a relocation must lie in the section whole. */
static int check_fields(const struct osection *s, struct err *e)
{
	for (size_t i = 0; i < s->n_relocs; i++) {
		const struct elf_rela *r = &s->relocs[i];
		int width = reloc_width(r->type);

		if (width < 0)
			return err_set(e, -ENOEXEC, "relocation type %u in %s is not known", r->type,
				       s->s->name);
		if ((uint64_t)width > s->s->size - r->offset)
			return err_set(e, -ENOEXEC, "damaged: a relocation of %s reaches past its end",
				       s->s->name);
	}
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct elf_rela *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool is_sorted(const struct elf_rela *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (v[i].offset < v[i - 1].offset)
			return false;
	return true;
}

static int load_relocs(struct object *o, struct err *e)
{
	size_t total = 0;

	for (size_t i = 1; i < o->n_sections; i++) {
		const struct elf_section *rela = elf_section(o->elf, i);
		const struct elf_section *to;
		struct osection *s;
		int r;

		if (rela->type == SHT_REL && rela->size)
			return err_set(e, -ENOEXEC, "%s has relocations without addends, as x86_64 has none",
				       rela->name);
		if (rela->type != SHT_RELA)
			continue;
		to = elf_section(o->elf, rela->info);
		s = to ? &o->sections[to->index] : NULL;
		if (to && !(to->flags & SHF_ALLOC) &&
		    strncmp(to->name, ".discard.", 9) !=
			    0) /* debug information: most of all, and nobody asks */
			continue;
		total += rela->size / sizeof(Elf64_Rela);
		if (total > OBJECT_MAX_RELOCS || !s || s->relocs)
			return err_set(e, -ENOEXEC, "damaged: the relocations in %s cannot be right",
				       rela->name);
		r = elf_read_relas(o->elf, rela, &s->relocs, &s->n_relocs, e);
		if (r < 0)
			return r;
		if (!is_sorted(s->relocs, s->n_relocs))
			qsort(s->relocs, s->n_relocs, sizeof(*s->relocs), by_offset);
		r = check_fields(s, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Symbols that name a place or a thing: not the section's own, not the file's. */
static bool is_named(const struct elf_symbol *s)
{
	return s->name[0] != '\0' && s->type != STT_SECTION && s->type != STT_FILE;
}

static int by_place(const void *a, const void *b, void *object)
{
	const struct elf_symbol *x = object_symbol(object, *(const uint32_t *)a);
	const struct elf_symbol *y = object_symbol(object, *(const uint32_t *)b);

	if (x->shndx != y->shndx)
		return x->shndx < y->shndx ? -1 : 1;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int by_name(const void *a, const void *b, void *object)
{
	const struct elf_symbol *x = object_symbol(object, *(const uint32_t *)a);
	const struct elf_symbol *y = object_symbol(object, *(const uint32_t *)b);
	int r = strcmp(x->name, y->name);

	return r ? r : x->index < y->index ? -1 : x->index > y->index;
}

static int load_symbols(struct object *o, struct err *e)
{
	size_t n = 0;

	o->n_symbols = elf_n_symbols(o->elf);
	o->by_section = calloc(o->n_symbols + 1, sizeof(*o->by_section));
	o->by_name = calloc(o->n_symbols + 1, sizeof(*o->by_name));
	if (!o->by_section || !o->by_name)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 1; i < o->n_symbols; i++) {
		const struct elf_symbol *s = object_symbol(o, i);

		if (!is_named(s))
			continue;
		o->by_name[o->n_named++] = (uint32_t)i;
		if (object_section_of(o, s))
			o->by_section[n++] = (uint32_t)i;
	}
	qsort_r(o->by_section, n, sizeof(*o->by_section), by_place, o);
	qsort_r(o->by_name, o->n_named, sizeof(*o->by_name), by_name, o);
	for (size_t i = 0; i < n; i++) {
		struct osection *s = &o->sections[object_symbol(o, o->by_section[i])->shndx];

		if (!s->n_syms++)
			s->syms = &o->by_section[i];
	}
	return 0;
}

/* Of -flto: functions that are symbols without code, which would all be the same. */
static int check_code(const struct object *o, struct err *e)
{
	for (size_t i = 1; i < o->n_sections; i++)
		if (begins(o->sections[i].s->name, ".gnu.lto_"))
			return err_set(e, -ENOEXEC,
				       "compiled with -flto: the compiler's own notes are in it, and no "
				       "machine code that counts");
	return 0;
}

int object_adopt(char *bytes, size_t len, struct object **ret, struct err *e)
{
	_cleanup_(object_freep) struct object *o = calloc(1, sizeof(*o));
	int r;

	if (!o) {
		free(bytes);
		return err_set(e, -ENOMEM, "out of memory");
	}
	o->bytes = bytes;
	o->len = len;
	r = elf_open(bytes, len, &o->elf, e);
	if (r < 0)
		return r;
	o->n_sections = elf_n_sections(o->elf);
	o->sections = calloc(o->n_sections, sizeof(*o->sections));
	if (!o->sections)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < o->n_sections; i++)
		o->sections[i].s = elf_section(o->elf, i);
	r = check_code(o, e);
	if (r < 0)
		return r;
	r = load_relocs(o, e);
	if (r < 0)
		return r;
	r = load_symbols(o, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(o);
	return 0;
}

int object_parse(const void *bytes, size_t len, struct object **ret, struct err *e)
{
	char *copy;

	if (len > OBJECT_MAX_BYTES)
		return err_set(e, -EFBIG, "an object of %zu bytes; the limit is %u", len, OBJECT_MAX_BYTES);
	copy = malloc(len ? len : 1);
	if (!copy)
		return err_set(e, -ENOMEM, "out of memory");
	memcpy(copy, bytes, len);
	return object_adopt(copy, len, ret, e);
}

int object_read(const char *path, struct object **ret, struct err *e)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *bytes;
	size_t len;
	struct err why = { 0 };
	int r;

	if (fd < 0)
		return err_set(e, -errno, "%s: %s", path, strerror(errno));
	r = file_read_fd(path, fd, OBJECT_MAX_BYTES, &bytes, &len, e);
	if (r < 0)
		return r;
	r = object_adopt(bytes, len, ret, &why);
	return r < 0 ? err_set(e, r, "%s: %s", path, why.text) : 0;
}

struct object *object_free(struct object *o)
{
	if (!o)
		return NULL;
	for (size_t i = 0; o->sections && i < o->n_sections; i++)
		free(o->sections[i].relocs);
	free(o->sections);
	free(o->by_section);
	free(o->by_name);
	elf_free(o->elf);
	free(o->bytes);
	free(o);
	return NULL;
}

const struct osection *object_section_of(const struct object *o, const struct elf_symbol *s)
{
	if (s->shndx == SHN_UNDEF || s->shndx >= SHN_LORESERVE || s->shndx >= o->n_sections)
		return NULL;
	return &o->sections[s->shndx];
}

size_t object_named(const struct object *o, const char *name, const uint32_t **ret)
{
	size_t lo = COUNT_BEFORE(o->n_named, i, strcmp(object_symbol(o, o->by_name[i])->name, name) < 0);
	size_t n = 0;

	while (lo + n < o->n_named && streq(object_symbol(o, o->by_name[lo + n])->name, name))
		n++;
	*ret = &o->by_name[lo];
	return n;
}

/* The first relocation at or behind an offset. */
static size_t first_reloc(const struct osection *s, uint64_t offset)
{
	return COUNT_BEFORE(s->n_relocs, i, s->relocs[i].offset < offset);
}

const struct elf_rela *object_relocs(const struct osection *s, uint64_t from, uint64_t to, size_t *ret_n)
{
	size_t a = first_reloc(s, from), b = first_reloc(s, to);

	*ret_n = b > a ? b - a : 0;
	return s->relocs ? s->relocs + a : NULL;
}

const struct elf_rela *object_reloc_at(const struct osection *s, uint64_t offset)
{
	size_t i = first_reloc(s, offset);

	return i < s->n_relocs && s->relocs[i].offset == offset ? &s->relocs[i] : NULL;
}
