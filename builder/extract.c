// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copies included things section by section. A section that held one thing is
 * copied with its name, prefix and padding; of one that held several only what
 * is needed, one behind the other. Relocations are said again in terms of the
 * symbols of what they mean, so that nothing depends on where a thing was.
 */
#include <errno.h>

#include "builder/elfout.h"
#include "builder/extract.h"
#include "builder/flow.h"

struct place {
	int section; /* handle; -1: not written */
	int64_t shift; /* from an offset in the old section to one in the new */
};

struct job {
	const struct diff *d;
	const struct things *t;
	const struct extract_options *opt;
	struct refusals *to;
	struct elfout *out;
	struct place *places; /* by thing of b */
	int *symbols; /* by ELF symbol of b: handle; -1 */
	int *externs; /* by ELF symbol of b, for those left to the kernel */
	int *sections; /* of shared sections, by ELF index: handle; -1 */
	int strings, constants;
	bool refused;
	struct extract *ret;
};

static const char strings_name[] = ".rodata.klpsh_str", constants_name[] = ".rodata.klpsh_cst";

/* The module loader knows one section of per-CPU variables; aligned and read-mostly ones go there, too. */
static const char *name_of(const struct job *j, uint32_t section)
{
	const char *name = j->t->o->sections[section].s->name;

	return things_class(j->t, section) == SEC_PERCPU ? ".data..percpu" : name;
}

/* Flags that mean the file, not the bytes. */
static uint64_t flags_of(const struct elf_section *s)
{
	return s->flags & ~(uint64_t)(SHF_GROUP | SHF_LINK_ORDER | SHF_MERGE | SHF_STRINGS);
}

static int shared_section(struct job *j, uint32_t section)
{
	const struct elf_section *s = j->t->o->sections[section].s;

	if (j->sections[section] < 0)
		j->sections[section] = elfout_section(j->out, name_of(j, section), s->type, flags_of(s), 1,
						      s->entsize, NULL, 0);
	return j->sections[section];
}

/* The alignment that a place in a section had. */
static uint64_t align_at(const struct elf_section *s, uint64_t offset)
{
	uint64_t align = s->align ? s->align : 1;

	while (align > 1 && offset % align != 0)
		align /= 2;
	return align;
}

/* Bytes of a shared section at the end of the new one of its name. Returns the new offset. */
static int append(struct job *j, uint32_t section, uint64_t from, uint64_t size, int *ret_section)
{
	const struct elf_section *s = j->t->o->sections[section].s;

	*ret_section = shared_section(j, section);
	if (*ret_section < 0)
		return *ret_section;
	return elfout_append(j->out, *ret_section, s->data ? s->data + from : NULL, size, align_at(s, from));
}

static int place_thing(struct job *j, uint32_t i)
{
	const struct thing *t = &j->t->v[i];
	const struct elf_section *s = j->t->o->sections[t->section].s;
	struct place *p = &j->places[i];
	int at;

	if (t->alone) {
		p->section = elfout_section(j->out, name_of(j, t->section), s->type, flags_of(s), s->align, 0,
					    s->data, s->size);
		p->shift = 0;
		return p->section < 0 ? p->section : 0;
	}
	at = append(j, t->section, t->start, t->end - t->start, &p->section);
	if (at < 0)
		return at;
	p->shift = at - (int64_t)t->start;
	return 0;
}

static bool is_inside(const struct job *j, uint32_t thing)
{
	return thing != THING_NONE && j->places[thing].section >= 0;
}

/*
 * Symbols of what is included. Only a new global stays visible, for the other
 * objects of the patch: the rest must bind to nothing else.
 */
static int place_symbol(struct job *j, uint32_t index)
{
	const struct elf_symbol *s = object_symbol(j->t->o, index);
	uint32_t thing = j->t->of_symbol[index];
	unsigned char bind = STB_LOCAL;

	if (!is_inside(j, thing) || s->type == STT_SECTION || s->type == STT_FILE || !s->name[0])
		return 0;
	if (j->t->v[thing].twin == THING_NONE && s->bind != STB_LOCAL)
		bind = s->bind;
	j->symbols[index] = elfout_symbol(j->out, s->name, bind, s->type, j->places[thing].section,
					  (uint64_t)((int64_t)s->value + j->places[thing].shift), s->size);
	return MIN(j->symbols[index], 0);
}

/*
 * A second name at a function's place, for the frame. No function of its own to
 * objtool, which ties a .cold part to the one function of its parent's name.
 */
static int add_alias(struct job *j, const char *alias, uint32_t thing)
{
	const struct place *p = &j->places[thing];

	return MIN(elfout_symbol(j->out, alias, STB_GLOBAL, STT_NOTYPE, p->section,
				 (uint64_t)((int64_t)j->t->v[thing].at + p->shift), 0),
		   0);
}

static int add_function(struct job *j, uint32_t thing)
{
	struct extract *x = j->ret;
	struct extracted_function *f;

	if (array_grow(&x->functions, x->n_functions, sizeof(*x->functions)) < 0)
		return -ENOMEM;
	f = &x->functions[x->n_functions++];
	f->thing = j->t->v[thing].twin;
	f->alias[0] = '\0';
	if (!j->opt->alias)
		return 0;
	FORMAT(f->alias, "%s%zu", j->opt->alias, x->n_functions - 1);
	return add_alias(j, f->alias, thing);
}

static int add_callback(struct job *j, unsigned kind, uint32_t thing)
{
	char *alias = j->ret->callbacks[kind];

	(void)snprintf(alias, sizeof(j->ret->callbacks[kind]), "%scallback%u", j->opt->alias, kind);
	return add_alias(j, alias, thing);
}

static int add_callbacks(struct job *j)
{
	int r = 0;

	for (unsigned kind = 0; r == 0 && kind < AUTHOR_CALLBACKS; kind++) {
		uint32_t thing = author_callback(j->t, kind, j->opt->file, j->to);

		if (thing != THING_NONE && is_inside(j, thing) && j->opt->alias)
			r = add_callback(j, kind, thing);
	}
	return r;
}

/* Functions that are entered through a hook; a .cold child comes with its parent. */
static bool is_patched(const struct diff *d, uint32_t i)
{
	const struct thing *t = &d->b.t.v[i];

	return d->marks[i].included && t->kind == THING_FUNC && t->twin != THING_NONE &&
	       (t->parent == THING_NONE || diff_has_hook(&d->b, i));
}

static int place_all(struct job *j)
{
	for (uint32_t i = 0; i < j->t->n; i++) {
		int r = j->d->marks[i].included ? place_thing(j, i) : 0;

		if (r < 0)
			return r;
	}
	for (uint32_t i = 1; i < j->t->o->n_symbols; i++) {
		int r = place_symbol(j, i);

		if (r < 0)
			return r;
	}
	for (uint32_t i = 0; i < j->t->n; i++) {
		int r = is_patched(j->d, i) ? add_function(j, i) : 0;

		if (r < 0)
			return r;
	}
	return add_callbacks(j);
}

/* Where a relocation is copied from and to. */
struct copy {
	uint32_t user; /* thing */
	uint32_t section; /* ELF index in b */
	struct place place;
	bool table, key, note;
};

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
	return put(j, c, r, elfout_section_symbol(j->out, *section),
		   at + (string ? 0 : t->offset) - (int64_t)rest);
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

/* include/linux/static_call_types.h: STATIC_CALL_TRAMP_PREFIX and STATIC_CALL_KEY_PREFIX. */
static const char trampoline[] = "__SCT__", call_key[] = "__SCK__";

/* objtool makes a static call of a call of the trampoline, and wants its key's symbol for that. */
static int add_call_key(struct job *j, const struct copy *c, const char *stem)
{
	char wanted[ELF_MAX_NAME + sizeof(call_key)], name[ELF_MAX_NAME];
	struct extref ref = { .name = wanted,
			      .thing = THING_NONE,
			      .section = ".static_call_sites",
			      .user = j->t->v[c->user].name,
			      .key = true };
	const uint32_t *v;
	int r;

	FORMAT(wanted, "%s%s", call_key, stem);
	if (things_named(&j->d->a.t, wanted, &v) == 1)
		ref.thing = *v;
	r = j->opt->resolve(j->opt->arg, &ref, name, sizeof(name));
	if (r < 0) {
		j->refused |= r == -EPERM;
		return r;
	}
	return MIN(elfout_symbol(j->out, name, STB_GLOBAL, STT_NOTYPE, ELFOUT_UNDEF, 0, 0), 0);
}

/* What the kernel reads or copies when the patch is loaded, before a module's relocations are applied. */
static bool is_early(const struct job *j, const struct copy *c)
{
	return c->table || things_class(j->t, c->section) == SEC_FRAGMENT;
}

static int extern_symbol(struct job *j, const struct copy *c, uint32_t symbol, uint32_t thing, bool branch)
{
	struct extref ref = {
		.name = object_symbol(j->t->o, symbol)->name,
		.thing = thing == THING_NONE ? THING_NONE : j->t->v[thing].twin,
		.branch = branch,
		.section = j->t->o->sections[c->section].s->name,
		.user = j->t->v[c->user].name,
		.key = c->key,
		.weak = object_symbol(j->t->o, symbol)->bind == STB_WEAK,
		.early = is_early(j, c),
	};
	char name[ELF_MAX_NAME];
	int r;

	if (j->externs[symbol] >= 0 && !c->key)
		return j->externs[symbol];
	r = j->opt->resolve(j->opt->arg, &ref, name, sizeof(name));
	if (r == -EPERM)
		j->refused = true;
	if (r < 0)
		return r;
	if (j->externs[symbol] >= 0)
		return j->externs[symbol];
	j->externs[symbol] = elfout_symbol(j->out, name, STB_GLOBAL, STT_NOTYPE, ELFOUT_UNDEF, 0, 0);
	if (strncmp(ref.name, trampoline, sizeof(trampoline) - 1) == 0) {
		r = add_call_key(j, c, ref.name + sizeof(trampoline) - 1);
		if (r < 0)
			return r;
	}
	return j->externs[symbol];
}

static int refuse_nameless(struct job *j, const struct copy *c)
{
	j->refused = true;
	return refuse(j->to, REFUSE_SECTION, j->opt->file, j->t->v[c->user].name,
		      j->t->o->sections[c->section].s->name,
		      "it uses something of the kernel's that has no symbol");
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
		return put(j, c, r, extern_symbol(j, c, sym->index, THING_NONE, branch), r->addend);
	case TARGET_THING:
		if (!stays(j, c, &t, branch))
			return put_thing(j, c, r, t.index, raw);
		if (!j->t->v[t.index].symbol)
			return refuse_nameless(j, c);
		if (sym->type != STT_SECTION) /* by its own name: it may be a weak alias */
			return put(j, c, r, extern_symbol(j, c, sym->index, t.index, branch), r->addend);
		return put(j, c, r, extern_symbol(j, c, j->t->v[t.index].symbol, t.index, branch),
			   raw - (int64_t)j->t->v[t.index].at);
	default:
		return refuse_nameless(j, c);
	}
}

static int copy_relocs(struct job *j, const struct copy *c, uint64_t from, uint64_t to)
{
	size_t n;
	const struct elf_rela *r = object_relocs(&j->t->o->sections[c->section], from, to, &n);

	for (size_t i = 0; i < n; i++) {
		int result = copy_reloc(j, c, &r[i]);

		if (result < 0 && result != -EPERM)
			return result;
	}
	return 0;
}

struct branch_copy {
	struct job *j;
	const struct copy *c;
	const struct thing *t;
};

/* A branch that the assembler resolved gets the relocation that it needs now. */
static int copy_branch(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	struct branch_copy *b = arg;
	struct job *j = b->j;
	uint32_t thing = things_at(j->t, b->c->section, target);
	struct elf_rela r = { .offset = at, .type = R_X86_64_PLT32 };
	struct target to = { .kind = TARGET_THING, .index = thing };
	unsigned char *field;

	if (target >= b->t->start && target < b->t->end)
		return 0;
	if (width != 4 || thing == THING_NONE || !j->t->v[thing].symbol) {
		j->refused = true;
		(void)refuse(j->to, REFUSE_CODE, j->opt->file, b->t->name,
			     j->t->o->sections[b->c->section].s->name,
			     "its branch at +0x%llx reaches into its neighbour and is too short to lead to "
			     "the kernel's",
			     (unsigned long long)(at - b->t->start));
		return 0;
	}
	field = elfout_data(j->out, b->c->place.section);
	memset(field + (int64_t)at + b->c->place.shift, 0, 4);
	if (!stays(j, b->c, &to, true))
		return put_thing(j, b->c, &r, thing, (int64_t)target - 4);
	return put(j, b->c, &r, extern_symbol(j, b->c, j->t->v[thing].symbol, thing, true),
		   (int64_t)(target - j->t->v[thing].at) - 4);
}

static int copy_thing(struct job *j, uint32_t i)
{
	const struct thing *t = &j->t->v[i];
	const struct osection *s = &j->t->o->sections[t->section];
	struct copy c = { .user = i, .section = t->section, .place = j->places[i] };
	struct branch_copy b = { j, &c, t };
	uint64_t at = t->start;
	int r = copy_relocs(j, &c, t->start, t->end);

	if (r < 0 || t->alone || t->kind != THING_FUNC || !(s->s->flags & SHF_EXECINSTR))
		return r;
	if (flow_reaches_out(s, t->start, t->end, &at, NULL) > 0) {
		j->refused = true;
		(void)refuse(j->to, REFUSE_CODE, j->opt->file, t->name, s->s->name,
			     "its instruction at +0x%llx uses bytes of its neighbours",
			     (unsigned long long)(at - t->start));
		return 0;
	}
	r = flow_branches(s, t->start, t->end, copy_branch, &b, NULL);
	return r == -EPERM ? 0 : r;
}

static bool is_kept(const struct job *j, const struct element *el)
{
	const struct table_kind *k = table_find(j->t->o->sections[el->section].s->name);

	return is_inside(j, el->owner) && (j->opt->objtool || !(k->flags & TABLE_OBJTOOL));
}

static int by_place(const void *a, const void *b)
{
	const struct element *x = *(const struct element *const *)a, *y = *(const struct element *const *)b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* A table of entry hooks is tied to the section of its function. */
static int table_section(struct job *j, const struct element *el)
{
	const struct elf_section *s = j->t->o->sections[el->section].s;
	int section;

	if (!(s->flags & SHF_LINK_ORDER))
		return shared_section(j, el->section);
	section = elfout_section(j->out, s->name, s->type, flags_of(s) | SHF_LINK_ORDER, s->align, s->entsize,
				 NULL, 0);
	return section < 0								      ? section
	       : MIN(elfout_link_order(j->out, section, j->places[el->owner].section), 0) < 0 ? -EINVAL
											      : section;
}

static int copy_element(struct job *j, const struct element *el)
{
	const struct elf_section *s = j->t->o->sections[el->section].s;
	struct copy c = { .user = el->owner, .section = el->section, .table = true };
	int at;

	c.key = table_find(s->name)->flags & TABLE_KEY;
	c.note = table_find(s->name)->flags & TABLE_DISCARD;
	c.place.section = table_section(j, el);
	if (c.place.section < 0)
		return c.place.section;
	at = elfout_append(j->out, c.place.section, s->data ? s->data + el->offset : NULL, el->size,
			   align_at(s, el->offset));
	if (at < 0)
		return at;
	c.place.shift = at - (int64_t)el->offset;
	return copy_relocs(j, &c, el->offset, el->offset + el->size);
}

static int copy_tables(struct job *j)
{
	const struct tables *t = &j->d->b.tables;
	_cleanup_free_ const struct element **v = calloc(t->n + 1, sizeof(*v));
	size_t n = 0;
	int r = v ? 0 : -ENOMEM;

	for (size_t i = 0; v && i < t->n; i++)
		if (is_kept(j, &t->v[i]))
			v[n++] = &t->v[i];
	if (n)
		qsort(v, n, sizeof(const struct element *), by_place);
	for (size_t i = 0; r >= 0 && i < n; i++)
		r = copy_element(j, v[i]);
	return MIN(r, 0);
}

/* No executable stack, as every object of the kernel says. */
static int add_stack_note(struct job *j)
{
	return MIN(elfout_section(j->out, ".note.GNU-stack", SHT_PROGBITS, 0, 1, 0, "", 0), 0);
}

static int extract_work(struct job *j)
{
	int r = place_all(j);

	for (uint32_t i = 0; r >= 0 && i < j->t->n; i++)
		if (j->d->marks[i].included)
			r = copy_thing(j, i);
	if (r >= 0)
		r = copy_tables(j);
	return r < 0 ? r : add_stack_note(j);
}

static int job_open(struct job *j)
{
	size_t n = j->t->o->n_symbols + 1, n_sections = j->t->o->n_sections + 1;

	j->strings = j->constants = -1;
	j->places = malloc((j->t->n + 1) * sizeof(*j->places));
	j->symbols = malloc(n * sizeof(*j->symbols));
	j->externs = malloc(n * sizeof(*j->externs));
	j->sections = malloc(n_sections * sizeof(*j->sections));
	if (!j->places || !j->symbols || !j->externs || !j->sections)
		return -ENOMEM;
	for (size_t i = 0; i < j->t->n; i++)
		j->places[i] = (struct place){ .section = -1 };
	memset(j->symbols, 0xff, n * sizeof(*j->symbols));
	memset(j->externs, 0xff, n * sizeof(*j->externs));
	memset(j->sections, 0xff, n_sections * sizeof(*j->sections));
	return elfout_new(&j->out);
}

static void job_close(struct job *j)
{
	free(j->places);
	free(j->symbols);
	free(j->externs);
	free(j->sections);
	elfout_free(j->out);
}

int extract_make(const struct diff *d, const struct extract_options *opt, struct refusals *to,
		 struct extract *ret, struct err *e)
{
	struct extract x = { 0 };
	struct job j = { .d = d, .t = &d->b.t, .opt = opt, .to = to, .ret = &x };
	int r = job_open(&j);

	if (r >= 0)
		r = extract_work(&j);
	if (r < 0)
		err_set(e, r, "%s: the changed code cannot be written out: %s", opt->file, strerror(-r));
	else if (!j.refused)
		r = elfout_finish(j.out, &x.bytes, &x.len, e);
	job_close(&j);
	if (r < 0)
		extract_done(&x);
	else
		*ret = x;
	return MIN(r, 0);
}

void extract_done(struct extract *x)
{
	free(x->bytes);
	free(x->functions);
	*x = (struct extract){ 0 };
}
