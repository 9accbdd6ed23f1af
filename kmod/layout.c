// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Builds the sorted tables of pointers and symbols. Livepatch relocations are
 * left out: they are resolved when the patched object is there, and never
 * stand in the structures that are read here.
 */
#include <errno.h>

#include "kmod/layout.h"

struct layout {
	const struct elf *elf;
	struct pointer *pointers; /* by at */
	struct place *targets; /* of all pointers, sorted */
	size_t n_pointers;
	const struct elf_symbol **symbols; /* functions and objects, by place, the largest first */
	size_t n_symbols;
};

static int place_compare(struct place a, struct place b)
{
	if (a.shndx != b.shndx)
		return a.shndx < b.shndx ? -1 : 1;
	return a.offset < b.offset ? -1 : a.offset > b.offset;
}

static int compare_places(const void *a, const void *b)
{
	return place_compare(*(const struct place *)a, *(const struct place *)b);
}

static int compare_pointers(const void *a, const void *b)
{
	return place_compare(((const struct pointer *)a)->at, ((const struct pointer *)b)->at);
}

static struct place symbol_place(const struct elf_symbol *s)
{
	return (struct place){ s->shndx, s->value };
}

static int compare_symbols(const void *a, const void *b)
{
	const struct elf_symbol *x = *(const struct elf_symbol *const *)a;
	const struct elf_symbol *y = *(const struct elf_symbol *const *)b;
	int c = place_compare(symbol_place(x), symbol_place(y));

	if (c)
		return c;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool is_data_rela(const struct elf *elf, const struct elf_section *s)
{
	const struct elf_section *target = elf_section(elf, s->info);

	return s->type == SHT_RELA && !(s->flags & ELF_SHF_RELA_LIVEPATCH) && target &&
	       (target->flags & SHF_ALLOC) && (target->flags & SHF_WRITE);
}

static int layout_add(struct layout *l, const struct elf_section *rela, struct err *e)
{
	_cleanup_free_ struct elf_rela *v = NULL;
	struct pointer *p;
	size_t n;
	int r;

	r = elf_read_relas(l->elf, rela, &v, &n, e);
	if (r < 0)
		return r;
	if (n > LAYOUT_MAX_POINTERS - l->n_pointers)
		return err_set(e, -ENOEXEC, "too many relocations (the limit is %u)", LAYOUT_MAX_POINTERS);
	if (n == 0)
		return 0;
	p = reallocarray(l->pointers, l->n_pointers + n, sizeof(*p));
	if (!p)
		return err_set(e, -ENOMEM, "out of memory");
	l->pointers = p;
	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = elf_symbol(l->elf, v[i].symbol);

		if (v[i].type != R_X86_64_64)
			continue;
		l->pointers[l->n_pointers++] = (struct pointer){
			.at = { rela->info, v[i].offset },
			.to = { s->shndx, s->value + (uint64_t)v[i].addend },
			.symbol = s,
		};
	}
	return 0;
}

static int layout_load_pointers(struct layout *l, struct err *e)
{
	for (size_t i = 1; i < elf_n_sections(l->elf); i++) {
		const struct elf_section *s = elf_section(l->elf, i);
		int r = is_data_rela(l->elf, s) ? layout_add(l, s, e) : 0;

		if (r < 0)
			return r;
	}
	l->targets = calloc(l->n_pointers + 1, sizeof(*l->targets));
	if (!l->targets)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < l->n_pointers; i++)
		l->targets[i] = l->pointers[i].to;
	if (l->n_pointers) {
		qsort(l->pointers, l->n_pointers, sizeof(*l->pointers), compare_pointers);
		qsort(l->targets, l->n_pointers, sizeof(*l->targets), compare_places);
	}
	return 0;
}

static int layout_load_symbols(struct layout *l, struct err *e)
{
	size_t n = elf_n_symbols(l->elf);

	l->symbols = calloc(n + 1, sizeof(*l->symbols));
	if (!l->symbols)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = elf_symbol(l->elf, i);

		if ((s->type == STT_FUNC || s->type == STT_OBJECT) && s->shndx != SHN_UNDEF &&
		    s->shndx < SHN_LORESERVE)
			l->symbols[l->n_symbols++] = s;
	}
	qsort(l->symbols, l->n_symbols, sizeof(*l->symbols), compare_symbols);
	return 0;
}

int layout_build(const struct elf *elf, struct layout **ret, struct err *e)
{
	_cleanup_(layout_freep) struct layout *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return err_set(e, -ENOMEM, "out of memory");
	l->elf = elf;
	r = layout_load_pointers(l, e);
	if (r < 0)
		return r;
	r = layout_load_symbols(l, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(l);
	return 0;
}

struct layout *layout_free(struct layout *l)
{
	if (!l)
		return NULL;
	free(l->pointers);
	free(l->targets);
	free(l->symbols);
	free(l);
	return NULL;
}

const struct elf *layout_elf(const struct layout *l)
{
	return l->elf;
}

const struct pointer *layout_pointers(const struct layout *l, size_t *ret_n)
{
	*ret_n = l->n_pointers;
	return l->pointers;
}

/* Index of the first pointer at or behind a place. */
static size_t pointer_lower(const struct layout *l, struct place at)
{
	return COUNT_BEFORE(l->n_pointers, i, place_compare(l->pointers[i].at, at) < 0);
}

const struct pointer *layout_range(const struct layout *l, struct place from, uint64_t len, size_t *ret_n)
{
	uint64_t end = len > UINT64_MAX - from.offset ? UINT64_MAX : from.offset + len;
	size_t first = pointer_lower(l, from);

	*ret_n = pointer_lower(l, (struct place){ from.shndx, end }) - first;
	return *ret_n ? &l->pointers[first] : NULL;
}

const struct pointer *layout_pointer(const struct layout *l, struct place at)
{
	size_t i = pointer_lower(l, at);

	return i < l->n_pointers && place_compare(l->pointers[i].at, at) == 0 ? &l->pointers[i] : NULL;
}

enum target layout_target(const struct layout *l, const struct pointer *p)
{
	const struct elf_section *s;

	if (p->to.shndx == SHN_UNDEF)
		return p->symbol->index ? TARGET_CODE : TARGET_OTHER;
	s = elf_section(l->elf, p->to.shndx);
	if (!s || !(s->flags & SHF_ALLOC))
		return TARGET_OTHER;
	if (s->flags & SHF_EXECINSTR)
		return TARGET_CODE;
	return s->flags & SHF_WRITE ? TARGET_DATA : TARGET_CONST;
}

/* Index of the first symbol at or behind a place. */
static size_t symbol_lower(const struct layout *l, struct place at)
{
	return COUNT_BEFORE(l->n_symbols, i, place_compare(symbol_place(l->symbols[i]), at) < 0);
}

static bool is_prefix_symbol(const char *name)
{
	return strncmp(name, "__pfx_", 6) == 0 || strncmp(name, "__cfi_", 6) == 0;
}

const struct elf_symbol *layout_function(const struct layout *l, struct place at)
{
	for (size_t i = symbol_lower(l, at); i < l->n_symbols; i++) {
		const struct elf_symbol *s = l->symbols[i];

		if (place_compare(symbol_place(s), at) != 0)
			break;
		if (s->type == STT_FUNC && !is_prefix_symbol(s->name))
			return s;
	}
	return NULL;
}

/* Offset of the next thing behind a place that something points at or that has a symbol. */
static uint64_t layout_next(const struct layout *l, struct place at, uint64_t end)
{
	struct place behind = { at.shndx, at.offset + 1 };
	size_t lo = COUNT_BEFORE(l->n_pointers, k, place_compare(l->targets[k], behind) < 0);
	size_t i = symbol_lower(l, behind);

	if (lo < l->n_pointers && l->targets[lo].shndx == at.shndx)
		end = MIN(end, l->targets[lo].offset);
	if (i < l->n_symbols && l->symbols[i]->shndx == at.shndx)
		end = MIN(end, l->symbols[i]->value);
	return end;
}

uint64_t layout_extent(const struct layout *l, struct place at, bool *ret_exact)
{
	const struct elf_section *s = elf_section(l->elf, at.shndx);
	size_t i = symbol_lower(l, at);

	*ret_exact = false;
	if (!s || at.offset >= s->size)
		return 0;
	if (i < l->n_symbols && place_compare(symbol_place(l->symbols[i]), at) == 0 && l->symbols[i]->size) {
		*ret_exact = true;
		return MIN(l->symbols[i]->size, s->size - at.offset);
	}
	return layout_next(l, at, s->size) - at.offset;
}
