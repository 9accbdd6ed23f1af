// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See klpmod.h: writes the module anew as it was planned. Each relocation goes
 * into the table it came from, or, if it needs livepatch, into the one of its
 * target section and the object with which it is resolved. The kernel applies
 * only what concerns sections that it loads (SHF_ALLOC), so only those move.
 */
#include <errno.h>

#include "builder/klpmod_own.h"

#define NAME_MAX_LEN (2 * ELF_MAX_NAME)

/* Kinds of section whose links would have to be understood to be kept; kbuild leaves none. */
static bool is_strange(const struct elf_section *s)
{
	return s->type == SHT_GROUP || s->type == SHT_REL || s->type == SHT_SYMTAB_SHNDX;
}

/* The tables that elfout makes by itself. */
static bool is_remade(const struct elf *elf, const struct elf_section *s)
{
	if (s->type == SHT_SYMTAB || s->type == SHT_RELA)
		return true;
	return s->type == SHT_STRTAB && (streq(s->name, ".strtab") || streq(s->name, ".shstrtab"));
}

static int copy_section(struct plan *p, const struct elf_section *s, struct err *e)
{
	int r;

	p->sections[s->index] = -1;
	if (is_strange(s))
		return err_set(e, -ENOEXEC, "the module has a section %s of type %u, which klpsh cannot keep",
			       s->name, s->type);
	if (is_remade(p->elf, s))
		return 0;
	r = elfout_section(p->out, s->name, s->type, s->flags, s->align, s->entsize, s->data, s->size);
	if (r < 0)
		return klpmod_failed(r, e);
	p->sections[s->index] = r;
	r = elfout_info(p->out, r, s->info);
	return r < 0 ? klpmod_failed(r, e) : 0;
}

static int copy_sections(struct plan *p, struct err *e)
{
	int r = 0;

	p->sections[0] = -1;
	for (size_t i = 1; i < elf_n_sections(p->elf) && r >= 0; i++)
		r = copy_section(p, elf_section(p->elf, i), e);
	for (size_t i = 1; i < elf_n_sections(p->elf) && r >= 0; i++) {
		const struct elf_section *s = elf_section(p->elf, i);

		if (!(s->flags & SHF_LINK_ORDER) || p->sections[i] < 0 || !s->link)
			continue;
		if (s->link >= elf_n_sections(p->elf) || p->sections[s->link] < 0)
			return err_set(e, -ENOEXEC, "damaged: %s is ordered by no section", s->name);
		r = elfout_link_order(p->out, p->sections[i], p->sections[s->link]);
	}
	return r;
}

/* Where a symbol is, as elfout has it. */
static int place_of(const struct plan *p, const struct elf_symbol *s, int *ret, struct err *e)
{
	if (s->shndx == SHN_UNDEF)
		*ret = ELFOUT_UNDEF;
	else if (s->shndx == SHN_ABS)
		*ret = ELFOUT_ABS;
	else if (s->shndx == SHN_COMMON)
		*ret = ELFOUT_COMMON;
	else if (s->shndx == ELF_SHN_LIVEPATCH)
		*ret = ELFOUT_LIVEPATCH;
	else if (s->shndx < elf_n_sections(p->elf))
		*ret = p->sections[s->shndx];
	else
		return err_set(e, -ENOEXEC, "damaged: %s is in no section", s->name);
	return 0;
}

static int add_klp_symbol(struct plan *p, const struct klpmod_symbol *k)
{
	char name[sizeof(".klp.sym..,") + KLPMOD_OBJECT_MAX + KLPMOD_SYMBOL_MAX + 20];

	FORMAT(name, ".klp.sym.%s.%s,%lu", k->object, k->real, k->sympos);
	return elfout_symbol(p->out, name, STB_GLOBAL, STT_NOTYPE, ELFOUT_LIVEPATCH, 0, 0);
}

/* st_other, which elf.h does not tell. */
static unsigned char visibility(const struct elf_section *table, size_t i)
{
	const Elf64_Sym *sym = elf_bytes(table, i * sizeof(*sym), sizeof(*sym));

	return sym ? ((const unsigned char *)sym)[offsetof(Elf64_Sym, st_other)] : 0;
}

static int copy_symbol(struct plan *p, const struct elf_section *table, size_t i, struct err *e)
{
	const struct elf_symbol *s = elf_symbol(p->elf, i);
	struct plan_symbol *plan = &p->symbols[i];
	int place = ELFOUT_UNDEF, r;

	if (plan->alias || ((plan->klp || plan->spare) && !plan->used))
		return 0;
	if (plan->klp) {
		r = add_klp_symbol(p, plan->klp);
	} else {
		r = place_of(p, s, &place, e);
		if (r < 0)
			return r;
		/* the symbol of a section that is made anew: nothing can refer to it */
		if (place < 0 && s->shndx && s->shndx < SHN_LORESERVE)
			return plan->used ? err_set(e, -ENOEXEC, "damaged: code refers to symbol %zu", i) : 0;
		r = elfout_symbol(p->out, s->name, plan->local ? STB_LOCAL : s->bind, s->type, place,
				  s->value, s->size);
	}
	if (r < 0)
		return klpmod_failed(r, e);
	plan->handle = r;
	r = plan->klp ? 0 : elfout_visibility(p->out, r, visibility(table, i));
	return r < 0 ? klpmod_failed(r, e) : 0;
}

static int copy_symbols(struct plan *p, struct err *e)
{
	const struct elf_section *table = elf_section(p->elf, 0);
	int r = 0;

	for (size_t i = 1; i < elf_n_sections(p->elf); i++) {
		const struct elf_section *s = elf_section(p->elf, i);

		if (s->type != SHT_SYMTAB)
			continue;
		if (table->type == SHT_SYMTAB)
			return err_set(e, -ENOEXEC, "damaged: it has two symbol tables");
		table = s;
	}
	for (size_t i = 1; i < elf_n_symbols(p->elf) && r >= 0; i++)
		r = copy_symbol(p, table, i, e);
	return r;
}

/* The tables into which one relocation section is divided. */
struct tables {
	const struct elf_section *target;
	int own; /* what stays; -1 while there is none */
	struct {
		const char *with;
		int table;
	} * klp;
	size_t n_klp;
};

static int klp_table(struct plan *p, struct tables *t, const char *with, struct err *e)
{
	char name[NAME_MAX_LEN];
	int r;

	for (size_t i = 0; i < t->n_klp; i++)
		if (streq(t->klp[i].with, with))
			return t->klp[i].table;
	/* memory of the module's init code and data is gone when another module is loaded */
	if (!streq(with, "vmlinux") && begins(t->target->name, ".init"))
		return err_set(e, -EINVAL, "init code (%s) refers to module %s, which is resolved too late",
			       t->target->name, with);
	if (array_grow(&t->klp, t->n_klp, sizeof(*t->klp)) < 0)
		return klpmod_failed(-ENOMEM, e);
	FORMAT(name, ".klp.rela.%s.%s", with, t->target->name);
	r = elfout_table(p->out, p->sections[t->target->index], name, SHF_ALLOC | ELF_SHF_RELA_LIVEPATCH);
	if (r < 0)
		return klpmod_failed(r, e);
	t->klp[t->n_klp].with = with;
	t->klp[t->n_klp++].table = r;
	return r;
}

static int own_table(struct plan *p, struct tables *t, const struct elf_section *rela, struct err *e)
{
	if (t->own < 0)
		t->own = elfout_table(p->out, p->sections[t->target->index], rela->name, rela->flags);
	return t->own < 0 ? klpmod_failed(t->own, e) : t->own;
}

static int copy_reloc(struct plan *p, struct tables *t, const struct elf_section *rela,
		      const struct elf_rela *x, struct err *e)
{
	const struct plan_symbol *s = &p->symbols[p->symbols[x->symbol].to];
	const struct klpmod_symbol *k = t->target->flags & SHF_ALLOC ? s->klp : NULL;
	int table, r;

	if (x->symbol && s->handle < 0)
		return err_set(e, -ENOEXEC, "damaged: a relocation in %s is against nothing", rela->name);
	table = k ? klp_table(p, t, k->with ? k->with : k->object, e) : own_table(p, t, rela, e);
	if (table < 0)
		return table;
	r = elfout_table_reloc(p->out, table, x->offset, x->type, x->symbol ? s->handle : ELFOUT_NO_SYMBOL,
			       x->addend);
	return r < 0 ? klpmod_failed(r, e) : 0;
}

static int copy_relocs(struct plan *p, const struct elf_section *rela, struct err *e)
{
	struct tables t = { .own = -1 };
	struct elf_rela *v = NULL;
	size_t n = 0;
	int r = elf_read_relas(p->elf, rela, &v, &n, e);

	if (r < 0)
		return r;
	t.target = elf_section(p->elf, rela->info);
	if (p->sections[t.target->index] < 0)
		r = err_set(e, -ENOEXEC, "damaged: %s relocates %s", rela->name, t.target->name);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = copy_reloc(p, &t, rela, &v[i], e);
	free(t.klp);
	free(v);
	return r;
}

int klpmod_copy(struct plan *p, struct err *e)
{
	int r = copy_sections(p, e);

	r = r < 0 ? r : copy_symbols(p, e);
	for (size_t i = 1; i < elf_n_sections(p->elf) && r >= 0; i++)
		if (elf_section(p->elf, i)->type == SHT_RELA)
			r = copy_relocs(p, elf_section(p->elf, i), e);
	return r;
}
