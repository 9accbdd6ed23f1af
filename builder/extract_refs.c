// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Relocations, said again in terms of the symbols of what they mean, so that
 * nothing depends on where a thing was. What stays the kernel's is asked for;
 * strings and constants come along.
 */
#include <errno.h>

#include "builder/extract_own.h"

static const char strings_name[] = ".rodata.klpsh_str", constants_name[] = ".rodata.klpsh_cst";

static bool is_branch(const struct elf_section *s, const struct elf_rela *r)
{
	const unsigned char *p;

	if (!(s->flags & SHF_EXECINSTR) || !s->data)
		return false;
	if (r->type == R_X86_64_PLT32)
		return true;
	if (r->type != R_X86_64_PC32 || r->offset < 1)
		return false;
	p = s->data + r->offset;
	return p[-1] == 0xe8 || p[-1] == 0xe9 || (r->offset >= 2 && p[-2] == 0x0f && (p[-1] & 0xf0) == 0x80);
}

static int put(struct job *j, const struct copy *c, const struct elf_rela *r, int symbol, int64_t addend)
{
	if (symbol < 0)
		return symbol;
	return MIN(elfout_reloc(j->out, c->place.section, (uint64_t)((int64_t)r->offset + c->place.shift),
				r->type, symbol, addend),
		   0);
}

/* A string or a constant, in a section of ours that no linker merges. */
static int put_content(struct job *j, const struct copy *c, const struct elf_rela *r, const struct target *t)
{
	bool string = t->kind == TARGET_STRING;
	int *section = string ? &j->strings : &j->constants;
	uint64_t rest = 0;
	int at;

	if (*section < 0)
		*section = elfout_section(j->out, string ? strings_name : constants_name, SHT_PROGBITS,
					  SHF_ALLOC, 1, 0, NULL, 0);
	if (*section < 0)
		return *section;
	if (target_rest(j->t, c->section, r, &rest) < 0)
		return -ERANGE;
	at = elfout_append(j->out, *section, t->bytes, t->len, string ? 1 : t->len);
	if (at < 0)
		return at;
	return put(j, c, r, elfout_section_symbol(j->out, *section), at + t->offset - (int64_t)rest);
}

static int put_thing(struct job *j, const struct copy *c, const struct elf_rela *r, uint32_t thing,
		     int64_t raw)
{
	const struct thing *t = &j->t->v[thing];
	/*
	 * As the compiler said it: to objtool a jump to a symbol leaves the function,
	 * one to a place in a section (a .cold part) need not. Notes it takes by section.
	 */
	bool by_section = c->note || object_symbol(j->t->o, r->symbol)->type == STT_SECTION;

	if (!by_section && t->symbol && j->symbols[t->symbol] >= 0)
		return put(j, c, r, j->symbols[t->symbol], raw - (int64_t)t->at);
	return put(j, c, r, elfout_section_symbol(j->out, j->places[thing].section),
		   raw + j->places[thing].shift);
}

/* include/linux/static_call_types.h: STATIC_CALL_KEY_PREFIX. */
static const char trampoline[] = EXTREF_TRAMPOLINE, call_key[] = "__SCK__";

int extract_named(struct job *j, uint32_t user, const char *section, const char *name, bool key)
{
	struct extref ref = {
		.name = name, .thing = THING_NONE, .section = section, .user = j->t->v[user].name, .key = key
	};
	char given[ELF_MAX_NAME];
	const uint32_t *v;
	int r;

	if (things_named(&j->d->a.t, name, &v) == 1)
		ref.thing = *v;
	r = j->opt->resolve(j->opt->arg, &ref, given, sizeof(given));
	if (r < 0) {
		j->refused |= r == -EPERM;
		return r;
	}
	return elfout_symbol(j->out, given, STB_GLOBAL, STT_NOTYPE, ELFOUT_UNDEF, 0, 0);
}

/*
 * objtool makes a static call of a call of what is named as a trampoline, and
 * wants its key's symbol for that. Under another name it is a call like any.
 */
static int add_call_key(struct job *j, const struct copy *c, const char *stem)
{
	char wanted[ELF_MAX_NAME + sizeof(call_key)];

	FORMAT(wanted, "%s%s", call_key, stem);
	return MIN(extract_named(j, c->user, ".static_call_sites", wanted, true), 0);
}

/* What the kernel reads or copies when the patch is loaded, before a module's relocations are applied. */
static bool is_early(const struct job *j, const struct copy *c)
{
	return c->table || things_class(j->t, c->section) == SEC_FRAGMENT;
}

/* The symbol of a name that was given: that of another use, where it is the same. */
static int take_extern(struct job *j, const int uses[USES], const char *name)
{
	for (size_t i = 0; i < USES; i++)
		if (uses[i] >= 0 && streq(elfout_symbol_name(j->out, uses[i]), name))
			return uses[i];
	return elfout_symbol(j->out, name, STB_GLOBAL, STT_NOTYPE, ELFOUT_UNDEF, 0, 0);
}

static int ask(struct job *j, const struct copy *c, const struct extref *ref, int uses[USES])
{
	char name[ELF_MAX_NAME];
	int symbol, r = j->opt->resolve(j->opt->arg, ref, name, sizeof(name));

	j->refused |= r == -EPERM;
	if (r < 0)
		return r;
	symbol = take_extern(j, uses, name);
	if (symbol >= 0 && strncmp(name, trampoline, sizeof(trampoline) - 1) == 0)
		r = add_call_key(j, c, ref->name + sizeof(trampoline) - 1);
	return r < 0 ? r : symbol;
}

/* What is refused is asked for again by the next user, so that all are told. */
static int extern_symbol(struct job *j, const struct copy *c, uint32_t symbol, const struct extref *ref)
{
	unsigned use = (ref->key ? USE_KEY : 0) | (ref->early ? USE_EARLY : 0) |
		       (ref->branch ? USE_BRANCH : 0) | (ref->table ? USE_TABLE : 0);
	int r = j->externs[symbol][use];

	if (r < 0)
		r = ask(j, c, ref, j->externs[symbol]);
	if (r >= 0)
		j->externs[symbol][use] = r;
	return r;
}

static int refuse_nameless(struct job *j, const struct copy *c)
{
	j->refused = true;
	return refuse(j->to, REFUSE_SECTION, j->opt->file, j->t->v[c->user].name,
		      j->t->o->sections[c->section].s->name,
		      "it uses something of the kernel's that has no symbol");
}

/* A name that the kernel has is another's then. */
static int refuse_new(struct job *j, const struct copy *c, const struct thing *t)
{
	j->refused = true;
	return refuse(j->to, REFUSE_SYMBOL, j->opt->file, j->t->v[c->user].name,
		      j->t->o->sections[c->section].s->name,
		      "it uses '%.80s', which is new and does not come along", t->name);
}

/* A reference to a symbol that the kernel has, or to a thing by it. */
static int put_extern(struct job *j, const struct copy *c, const struct elf_rela *r, uint32_t symbol,
		      uint32_t thing, bool branch, int64_t addend)
{
	const struct elf_symbol *s = object_symbol(j->t->o, symbol);
	const struct extref ref = {
		.name = s->name,
		.thing = thing == THING_NONE ? THING_NONE : j->t->v[thing].twin,
		.branch = branch,
		.section = j->t->o->sections[c->section].s->name,
		.user = j->t->v[c->user].name,
		.key = c->key,
		.tracepoint = extract_is_tracepoint(j, c, r, s->name, addend),
		.weak = s->bind == STB_WEAK,
		.table = c->table,
		.early = is_early(j, c),
	};
	int handle;

	if (thing != THING_NONE && ref.thing == THING_NONE)
		return refuse_new(j, c, &j->t->v[thing]);
	handle = extern_symbol(j, c, symbol, &ref);
	if (handle == -EXDEV)
		return put(j, c, r, extract_off_key(j), addend & 3);
	return put(j, c, r, handle, addend);
}

static bool has_endbr(const struct things *t, uint32_t thing)
{
	static const unsigned char endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	const struct thing *f = &t->v[thing];
	const unsigned char *p = elf_bytes(t->o->sections[f->section].s, f->at, sizeof(endbr64));

	return p && memcmp(p, endbr64, sizeof(endbr64)) == 0;
}

/*
 * Its address was not taken before, so nobody compares it, and the kernel's own
 * has no landing pad for an indirect call (IBT): the new one must be meant.
 */
static bool is_newly_pointed(const struct job *j, const struct target *t)
{
	const struct thing *f = &j->t->v[t->index];

	return t->kind == TARGET_THING && f->kind == THING_FUNC && j->d->marks[t->index].included &&
	       f->twin != THING_NONE && has_endbr(j->t, t->index) && !has_endbr(&j->d->a.t, f->twin);
}

/* Does it stay the kernel's? A label within a function is no pointer to the function. */
static bool stays(const struct job *j, const struct copy *c, const struct target *t, bool branch)
{
	return !is_newly_pointed(j, t) && !diff_is_inside(j->d, t, branch || c->table || t->offset != 0);
}

/* A reference to a thing that stays the kernel's. */
static int put_kernels(struct job *j, const struct copy *c, const struct elf_rela *r, uint32_t thing,
		       bool branch, int64_t raw)
{
	const struct elf_symbol *sym = object_symbol(j->t->o, r->symbol);
	const struct thing *t = &j->t->v[thing];
	/* what is resolved is the thing's place, and names within it have another */
	bool there = sym->type != STT_SECTION && sym->value == t->at;

	if (!t->symbol || (sym->bind == STB_WEAK && !there))
		return refuse_nameless(j, c);
	if (there) /* by its own name: it may be a weak alias */
		return put_extern(j, c, r, sym->index, thing, branch, r->addend);
	return put_extern(j, c, r, t->symbol, thing, branch, raw - (int64_t)t->at);
}

static int copy_reloc(struct job *j, const struct copy *c, const struct elf_rela *r)
{
	const struct osection *s = &j->t->o->sections[c->section];
	const struct elf_symbol *sym = object_symbol(j->t->o, r->symbol);
	bool branch = is_branch(s->s, r);
	struct target t;
	int64_t raw;

	if (target_find(j->t, c->section, r, &t) < 0)
		return -ERANGE;
	raw = (int64_t)sym->value + r->addend;
	switch (t.kind) {
	case TARGET_STRING:
	case TARGET_CONST:
		return put_content(j, c, r, &t);
	case TARGET_SYMBOL:
		return put_extern(j, c, r, sym->index, THING_NONE, branch, r->addend);
	case TARGET_THING:
		if (!stays(j, c, &t, branch))
			return put_thing(j, c, r, t.index, raw);
		return put_kernels(j, c, r, t.index, branch, raw);
	default:
		return refuse_nameless(j, c);
	}
}

int extract_relocs(struct job *j, const struct copy *c, uint64_t from, uint64_t to)
{
	size_t n;
	const struct elf_rela *r = object_relocs(&j->t->o->sections[c->section], from, to, &n);

	for (size_t i = 0; i < n; i++) {
		/* it would write into what comes to stand behind */
		bool whole = (uint64_t)MAX(reloc_width(r[i].type), 0) <= to - r[i].offset;
		int result = whole ? copy_reloc(j, c, &r[i]) : -EBADMSG;

		if (result < 0 && result != -EPERM)
			return result;
	}
	return 0;
}

int extract_branch(struct job *j, const struct copy *c, uint64_t at, uint32_t thing, uint64_t target)
{
	const struct elf_rela r = { .offset = at, .type = R_X86_64_PLT32 };
	const struct target to = { .kind = TARGET_THING, .index = thing };

	if (!stays(j, c, &to, true))
		return put_thing(j, c, &r, thing, (int64_t)target - 4);
	return put_extern(j, c, &r, j->t->v[thing].symbol, thing, true,
			  (int64_t)(target - j->t->v[thing].at) - 4);
}
