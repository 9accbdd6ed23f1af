// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See klpmod.h: checks the names, and decides for each symbol of the module
 * what becomes of it. The decisions are carried out in klpmod_copy.c.
 */
#include "builder/klpmod.h"

#include <errno.h>

#include "builder/klpmod_own.h"

#define PREFIX "__pfx_"

static bool is_word(const char *s, const char *also)
{
	for (; *s; s++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", *s) &&
		    !strchr(also, *s))
			return false;
	return true;
}

static int check_object(const char *object, const struct klpmod_symbol *s, struct err *e)
{
	size_t len = strlen(object);

	if (len > KLPMOD_OBJECT_MAX)
		return err_set(e, -EINVAL,
			       "%s is in %s, a name of %zu characters: livepatch takes object names up to %u",
			       s->real, object, len, KLPMOD_OBJECT_MAX);
	if (!len || !is_word(object, ""))
		return err_set(e, -EINVAL, "%s is in \"%s\", which is no name of a module", s->real, object);
	return 0;
}

static int check_symbol(const struct klpmod_symbol *s, struct err *e)
{
	size_t len = strlen(s->real);
	int r = check_object(s->object, s, e);

	if (r >= 0 && s->with)
		r = check_object(s->with, s, e);
	if (r < 0)
		return r;
	if (len > KLPMOD_SYMBOL_MAX)
		return err_set(e, -EINVAL,
			       "the symbol %.60s... has a name of %zu characters: livepatch takes up to %u",
			       s->real, len, KLPMOD_SYMBOL_MAX);
	if (!len || !is_word(s->real, ".$"))
		return err_set(e, -EINVAL, "\"%s\" is no name of a symbol", s->real);
	if (streq(s->object, "vmlinux") && s->with && !streq(s->with, "vmlinux"))
		return err_set(e, -EINVAL, "%s is in vmlinux, so it cannot be resolved with module %s",
			       s->real, s->with);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct klpmod_symbol *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* The table by name, for bsearch. */
static int sort_symbols(const struct klpmod_spec *spec, const struct klpmod_symbol ***ret, struct err *e)
{
	_cleanup_free_ const struct klpmod_symbol **v = calloc(spec->n_symbols + 1, sizeof(*v));
	int r;

	if (!v)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < spec->n_symbols; i++) {
		v[i] = &spec->symbols[i];
		r = check_symbol(v[i], e);
		if (r < 0)
			return r;
	}
	qsort(v, spec->n_symbols, sizeof(*v), by_name);
	for (size_t i = 1; i < spec->n_symbols; i++)
		if (streq(v[i - 1]->name, v[i]->name))
			return err_set(e, -EINVAL, "%s stands for two symbols of the kernel", v[i]->name);
	*ret = TAKE_PTR(v);
	return 0;
}

static bool is_listed(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(names[i], name))
			return true;
	return false;
}

/* One that relocations may use, and that has to come from somewhere. */
static bool is_wanted(const struct elf_symbol *s)
{
	return s->index && s->shndx == SHN_UNDEF && s->bind != STB_LOCAL;
}

static int plan_undefined(struct plan *p, const struct elf_symbol *s, const struct klpmod_symbol **table,
			  const struct klpmod_spec *spec, struct err *e)
{
	const struct klpmod_symbol want = { .name = s->name }, *key = &want,
				   **found = bsearch(&key, table, spec->n_symbols, sizeof(*table), by_name);

	if (found) {
		p->symbols[s->index].klp = *found;
		return 0;
	}
	if (s->bind == STB_WEAK || !spec->is_exported || spec->is_exported(spec->arg, s->name))
		return 0;
	err_set(e, -ENOENT, "%s is neither in the patched object nor exported nor in the patch", s->name);
	err_hint(e, "give the patch a function of its own for it, or a header that declares the right one");
	return -ENOENT;
}

/* The real function at an alias's place. */
static int plan_alias(struct plan *p, const struct elf_symbol *alias, const struct klpmod_spec *spec,
		      struct err *e)
{
	p->symbols[alias->index].alias = true;
	for (size_t i = 1; i < elf_n_symbols(p->elf); i++) {
		const struct elf_symbol *s = elf_symbol(p->elf, i);

		if (s->shndx != alias->shndx || s->value != alias->value || s->type != STT_FUNC ||
		    s == alias || begins(s->name, PREFIX) ||
		    is_listed(spec->aliases, spec->n_aliases, s->name))
			continue;
		p->symbols[alias->index].to = (uint32_t)i;
		return 0;
	}
	return err_set(e, -EINVAL, "no function is where %s is", alias->name);
}

/* objtool makes __pfx_ symbols for the room before functions: one for each name of a function. */
static void plan_global(struct plan_symbol *plan, const char *name, const struct klpmod_spec *spec)
{
	if (begins(name, PREFIX))
		name += strlen(PREFIX);
	plan->spare = begins(name, KLPMOD_ALIAS) && is_listed(spec->aliases, spec->n_aliases, name);
	plan->local = is_listed(spec->locals, spec->n_locals, name);
}

static int plan_symbol(struct plan *p, const struct elf_symbol *s, const struct klpmod_symbol **table,
		       const struct klpmod_spec *spec, struct err *e)
{
	struct plan_symbol *plan = &p->symbols[s->index];

	plan->to = s->index;
	plan->handle = -1;
	if (is_wanted(s))
		return plan_undefined(p, s, table, spec, e);
	if (s->shndx == SHN_UNDEF)
		return 0;
	if (begins(s->name, KLPMOD_ALIAS) && is_listed(spec->aliases, spec->n_aliases, s->name))
		return plan_alias(p, s, spec, e);
	if (s->bind != STB_LOCAL)
		plan_global(plan, s->name, spec);
	return 0;
}

static int plan_symbols(struct plan *p, const struct klpmod_spec *spec, struct err *e)
{
	_cleanup_free_ const struct klpmod_symbol **table = NULL;
	int r = sort_symbols(spec, &table, e);

	if (r < 0 || !table)
		return r;
	for (size_t i = 0; i < elf_n_symbols(p->elf) && r >= 0; i++)
		r = plan_symbol(p, elf_symbol(p->elf, i), table, spec, e);
	return r;
}

/* What relocations use, by way of an alias, too. */
static int plan_uses(struct plan *p, struct err *e)
{
	for (size_t i = 1; i < elf_n_sections(p->elf); i++) {
		const struct elf_section *s = elf_section(p->elf, i);
		_cleanup_free_ struct elf_rela *v = NULL;
		size_t n = 0;
		int r = s->type == SHT_RELA ? elf_read_relas(p->elf, s, &v, &n, e) : 0;

		if (r < 0)
			return r;
		for (size_t j = 0; j < n; j++)
			p->symbols[p->symbols[v[j].symbol].to].used = true;
	}
	return 0;
}

int klpmod_failed(int r, struct err *e)
{
	if (r == -EFBIG)
		return err_set(e, r, "the module is too big to be rewritten");
	if (r == -ENOMEM)
		return err_set(e, r, "out of memory");
	return err_set(e, -ENOEXEC, "damaged: the module cannot be rewritten");
}

static int rewrite(struct plan *p, const struct klpmod_spec *spec, struct err *e)
{
	int r;

	p->symbols = calloc(elf_n_symbols(p->elf) + 1, sizeof(*p->symbols));
	p->sections = calloc(elf_n_sections(p->elf), sizeof(*p->sections));
	if (!p->symbols || !p->sections || elfout_new(&p->out) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	r = plan_symbols(p, spec, e);
	r = r < 0 ? r : plan_uses(p, e);
	return r < 0 ? r : klpmod_copy(p, e);
}

int klpmod_rewrite(const void *ko, size_t len, const struct klpmod_spec *spec, char **ret, size_t *ret_len,
		   struct err *e)
{
	_cleanup_(elf_freep) struct elf *elf = NULL;
	struct plan p = { 0 };
	int r = elf_open(ko, len, &elf, e);

	if (r < 0)
		return r;
	p.elf = elf;
	r = rewrite(&p, spec, e);
	if (r >= 0)
		r = elfout_finish(p.out, ret, ret_len, e);
	elfout_free(p.out);
	free(p.sections);
	free(p.symbols);
	return r;
}
