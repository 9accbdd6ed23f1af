// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See elfout.h: collects sections, symbols and relocations. How they become a
 * file is in elfout_write.c.
 */
#include "builder/elfout.h"

#include <errno.h>

#include "builder/elfout_own.h"

int elfout_new(struct elfout **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? 0 : -ENOMEM;
}

struct elfout *elfout_free(struct elfout *o)
{
	if (!o)
		return NULL;
	for (size_t i = 0; i < o->n_sections; i++) {
		free(o->sections[i].name);
		free(o->sections[i].data);
	}
	for (size_t i = 0; i < o->n_symbols; i++)
		free(o->symbols[i].name);
	for (size_t i = 0; i < o->n_tables; i++) {
		free(o->tables[i].name);
		free(o->tables[i].v);
	}
	free(o->sections);
	free(o->symbols);
	free(o->tables);
	free(o);
	return NULL;
}

static struct out_section *section_of(const struct elfout *o, int section)
{
	return section >= 0 && (size_t)section < o->n_sections ? &o->sections[section] : NULL;
}

static bool is_power_of_2(uint64_t n)
{
	return n && !(n & (n - 1));
}

/* Zeros behind what is there, up to size. */
static int section_extend(struct out_section *s, size_t size)
{
	size_t cap = s->cap ? s->cap : 64;
	unsigned char *p;

	if (size > ELFOUT_MAX_BYTES)
		return -EFBIG;
	while (cap < size)
		cap *= 2;
	if (s->type != SHT_NOBITS && cap != s->cap) {
		p = realloc(s->data, cap);
		if (!p)
			return -ENOMEM;
		s->data = p;
		s->cap = cap;
	}
	if (s->type != SHT_NOBITS)
		memset(s->data + s->size, 0, size - s->size);
	s->size = size;
	return 0;
}

int elfout_append(struct elfout *o, int section, const void *data, size_t size, uint64_t align)
{
	struct out_section *s = section_of(o, section);
	size_t at;
	int r;

	align = align ? align : 1;
	if (!s || !is_power_of_2(align) || (data && s->type == SHT_NOBITS))
		return -EINVAL;
	if (align > ELFOUT_MAX_BYTES || size > ELFOUT_MAX_BYTES)
		return -EFBIG;
	at = (s->size + align - 1) & ~(align - 1);
	r = section_extend(s, at + size);
	if (r < 0)
		return r;
	if (data && size)
		memcpy(s->data + at, data, size);
	s->align = MAX(s->align, align);
	return (int)at;
}

int elfout_section(struct elfout *o, const char *name, uint32_t type, uint64_t flags, uint64_t align,
		   uint64_t entsize, const void *data, size_t size)
{
	struct out_section s = { .type = type,
				 .flags = flags,
				 .align = align ? align : 1,
				 .entsize = entsize,
				 .link_order = -1,
				 .symbol = -1,
				 .table = -1 };
	int r;

	if (!is_power_of_2(s.align))
		return -EINVAL;
	if (o->n_sections >= ELFOUT_MAX_SECTIONS)
		return -EFBIG;
	if (array_grow(&o->sections, o->n_sections, sizeof(s)) < 0)
		return -ENOMEM;
	s.name = strdup(name);
	if (!s.name)
		return -ENOMEM;
	o->sections[o->n_sections++] = s;
	r = elfout_append(o, (int)o->n_sections - 1, data, size, 1);
	if (r < 0) {
		free(s.name);
		free(o->sections[--o->n_sections].data);
		return r;
	}
	return (int)o->n_sections - 1;
}

unsigned char *elfout_data(struct elfout *o, int section)
{
	const struct out_section *s = section_of(o, section);

	return s ? s->data : NULL;
}

size_t elfout_size(const struct elfout *o, int section)
{
	const struct out_section *s = section_of(o, section);

	return s ? s->size : 0;
}

int elfout_link_order(struct elfout *o, int section, int to)
{
	struct out_section *s = section_of(o, section);

	if (!s || !section_of(o, to))
		return -EINVAL;
	s->flags |= SHF_LINK_ORDER;
	s->link_order = to;
	return 0;
}

int elfout_info(struct elfout *o, int section, uint32_t info)
{
	struct out_section *s = section_of(o, section);

	if (!s)
		return -EINVAL;
	s->info = info;
	return 0;
}

int elfout_symbol(struct elfout *o, const char *name, unsigned char bind, unsigned char type, int section,
		  uint64_t value, uint64_t size)
{
	struct out_symbol s = {
		.bind = bind, .type = type, .section = section, .value = value, .size = size
	};

	if (section < ELFOUT_LIVEPATCH || (section >= 0 && !section_of(o, section)))
		return -EINVAL;
	if (o->n_symbols >= ELF_MAX_SYMBOLS - 1)
		return -EFBIG;
	if (array_grow(&o->symbols, o->n_symbols, sizeof(s)) < 0)
		return -ENOMEM;
	s.name = strdup(name ? name : "");
	if (!s.name)
		return -ENOMEM;
	o->symbols[o->n_symbols++] = s;
	return (int)o->n_symbols - 1;
}

static bool is_symbol(const struct elfout *o, int symbol)
{
	return symbol >= 0 && (size_t)symbol < o->n_symbols;
}

const char *elfout_symbol_name(const struct elfout *o, int symbol)
{
	return is_symbol(o, symbol) ? o->symbols[symbol].name : "";
}

int elfout_visibility(struct elfout *o, int symbol, unsigned char other)
{
	if (!is_symbol(o, symbol))
		return -EINVAL;
	o->symbols[symbol].other = other;
	return 0;
}

int elfout_section_symbol(struct elfout *o, int section)
{
	const struct out_section *s = section_of(o, section);
	int r;

	if (!s || s->symbol >= 0)
		return s ? s->symbol : -EINVAL;
	r = elfout_symbol(o, NULL, STB_LOCAL, STT_SECTION, section, 0, 0);
	if (r >= 0)
		o->sections[section].symbol = r;
	return r;
}

int elfout_table(struct elfout *o, int section, const char *name, uint64_t flags)
{
	struct out_table t = { .section = section, .flags = flags | SHF_INFO_LINK };

	if (!section_of(o, section))
		return -EINVAL;
	if (o->n_tables >= ELFOUT_MAX_SECTIONS)
		return -EFBIG;
	if (array_grow(&o->tables, o->n_tables, sizeof(t)) < 0)
		return -ENOMEM;
	t.name = strdup(name);
	if (!t.name)
		return -ENOMEM;
	o->tables[o->n_tables++] = t;
	return (int)o->n_tables - 1;
}

int elfout_table_reloc(struct elfout *o, int table, uint64_t offset, uint32_t type, int symbol,
		       int64_t addend)
{
	struct out_table *t;

	if (table < 0 || (size_t)table >= o->n_tables ||
	    (symbol != ELFOUT_NO_SYMBOL && !is_symbol(o, symbol)))
		return -EINVAL;
	t = &o->tables[table];
	if (offset >= o->sections[t->section].size)
		return -ERANGE;
	if (t->n >= ELF_MAX_RELAS)
		return -EFBIG;
	if (array_grow(&t->v, t->n, sizeof(*t->v)) < 0)
		return -ENOMEM;
	t->v[t->n++] = (struct out_reloc){ offset, addend, type, symbol };
	return 0;
}

/* The section's .rela.NAME, made at its first relocation. */
static int own_table(struct elfout *o, int section)
{
	const struct out_section *s = section_of(o, section);
	char name[ELF_MAX_NAME];
	int r;

	if (!s || s->table >= 0)
		return s ? s->table : -EINVAL;
	if ((size_t)snprintf(name, sizeof(name), ".rela%s", s->name) >= sizeof(name))
		return -EINVAL;
	r = elfout_table(o, section, name, 0);
	if (r >= 0)
		o->sections[section].table = r;
	return r;
}

int elfout_reloc(struct elfout *o, int section, uint64_t offset, uint32_t type, int symbol, int64_t addend)
{
	int table = own_table(o, section);

	return table < 0 ? table : elfout_table_reloc(o, table, offset, type, symbol, addend);
}
