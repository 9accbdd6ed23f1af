// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Says what of an object is not what the kernel runs. One function that became
 * longer moves all behind it, so the first byte that differs blames nobody: each
 * function is looked for by itself, at every place where its name is.
 */
#include <errno.h>

#include "builder/proofwork.h"

static void add_hint(struct err *e)
{
	err_hint(e, "the kernel was built from another source, with another configuration or compiler, or "
		    "without this file: see that the source package has the image's version, and that the "
		    "compiler is the one in CONFIG_CC_VERSION_TEXT");
}

/* The last symbol that begins at or before an offset and is not only a label, else the first; NULL. */
static const struct elf_symbol *holder(const struct proof *p, const struct osection *s, uint64_t offset)
{
	const struct elf_symbol *found = NULL;

	for (size_t i = 0; i < s->n_syms; i++) {
		const struct elf_symbol *symbol = object_symbol(p->object, s->syms[i]);

		if (found && symbol->value > offset)
			break;
		if (symbol->type != STT_NOTYPE || !found)
			found = symbol;
	}
	return found;
}

/* The function or datum of an offset, or its section. */
static const char *thing(const struct proof *p, const struct osection *s, uint64_t offset)
{
	const struct elf_symbol *symbol = holder(p, s, offset);

	return symbol ? symbol->name : s->s->name;
}

static int differs(const struct proof *p, const struct osection *s, const struct proof_difference *d,
		   const char *more, struct err *e)
{
	const struct elf_symbol *symbol = holder(p, s, d->offset);
	uint64_t begin = symbol ? symbol->value : 0;
	bool before = d->offset < begin; /* in the padding in front of the first */

	err_rc(e, RC_REFUSED, -ESTALE,
	       "%s of %s is not what %s runs: byte %s0x%llx is %02x there and %02x here%s",
	       symbol ? symbol->name : s->s->name, p->file, p->ground->what, before ? "-" : "",
	       (unsigned long long)(before ? begin - d->offset : d->offset - begin), d->there, d->here, more);
	add_hint(e);
	return -ESTALE;
}

/* Looks for one function: is it anywhere? Else how it differs from the last of its name: *ret_n of them. */
static bool stands(const struct proof *p, const struct osection *s, const struct elf_symbol *f,
		   struct proof_difference *ret, size_t *ret_n)
{
	const struct ground *g = p->ground;
	const uint32_t *v;
	size_t n = g->named(g, f->name, &v), patched = 0;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t address;
		int r;

		if (!g->address(g, v[i], s->s->name, &address))
			continue;
		r = proof_compare(p, s, address - f->value, f->value, f->value + f->size, &patched, ret);
		if (r == 0)
			return true;
		*ret_n += r > 0;
	}
	return false;
}

struct blame {
	const struct elf_symbol *first;
	struct proof_difference d;
	size_t namesakes; /* of the first */
	size_t n; /* functions that are not there */
};

static struct blame find_blame(const struct proof *p, const struct osection *s)
{
	struct blame b = { 0 };

	for (size_t i = 0; i < s->n_syms; i++) {
		const struct elf_symbol *f = object_symbol(p->object, s->syms[i]);
		struct proof_difference d;
		size_t n;

		if (f->type != STT_FUNC || f->bind == STB_WEAK || stands(p, s, f, &d, &n))
			continue;
		if (!b.n++) {
			b.first = f;
			b.namesakes = n;
			b.d = n ? d : b.d;
		}
	}
	return b;
}

static int refuse(const struct proof *p, const char *name, const char *why, const char *more, struct err *e)
{
	err_rc(e, RC_REFUSED, -ESTALE, "%s of %s is not what %s runs: %s%s", name, p->file, p->ground->what,
	       why, more);
	add_hint(e);
	return -ESTALE;
}

/* d: where the section as a whole differs first; NULL when it has no place. */
static int refuse_code(const struct proof *p, const struct osection *s, const struct proof_difference *d,
		       struct err *e)
{
	struct blame b = find_blame(p, s);
	char more[64] = "";

	if (b.n > 1)
		FORMAT(more, "; %zu functions differ", b.n);
	if (b.n == 0 && !d)
		return refuse(p, s->s->name, "its functions are in another order", more, e);
	if (b.n == 0 || b.namesakes == 1)
		return differs(p, s, b.n ? &b.d : d, more, e);
	return refuse(p, b.first->name,
		      b.namesakes ? "none of the functions of its name is the same"
				  : "there is no function of its name",
		      more, e);
}

int proof_refuse_bytes(const struct proof *p, const struct osection *s, const struct proof_difference *d,
		       struct err *e)
{
	return refuse_code(p, s, d, e);
}

int proof_refuse_code(const struct proof *p, const struct osection *s, struct err *e)
{
	return refuse_code(p, s, NULL, e);
}

int proof_refuse_name(const struct proof *p, const struct elf_symbol *f, struct err *e)
{
	return refuse(p, f->name, "there is no function of its name", "", e);
}

int proof_refuse_lead(const struct proof *p, const struct osection *s, const struct elf_rela *r,
		      struct err *e)
{
	const struct elf_symbol *symbol = object_symbol(p->object, r->symbol);
	const struct osection *target = object_section_of(p->object, symbol);
	const struct elf_symbol *in = holder(p, s, r->offset);
	const char *name = symbol->name;

	if (target && symbol->type == STT_SECTION)
		name = thing(p, target,
			     symbol->value + (uint64_t)r->addend + (reloc_is_relative(r->type) ? 4 : 0));
	err_rc(e, RC_REFUSED, -ESTALE,
	       "%s of %s is not what %s runs: at 0x%llx it refers to %s, and there to something else",
	       in ? in->name : s->s->name, p->file, p->ground->what,
	       (unsigned long long)(r->offset - (in && in->value <= r->offset ? in->value : 0)), name);
	add_hint(e);
	return -ESTALE;
}

int proof_refuse_section(const struct proof *p, const struct osection *s, const char *why, struct err *e)
{
	return refuse(p, s->s->name, why, "", e);
}
