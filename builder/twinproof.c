// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See twinproof.h. Compilers place code by sections, but decide before that
 * what to inline and what to cut out, so that both originals have the same
 * functions with the same bytes, but for fields that are relocated in one of
 * them; of the kernel's own objects hardly one in a thousand has another size,
 * all by short jumps to neighbours. A static local's number can differ: there
 * are as many of its name and size.
 */
#include <errno.h>

#include "builder/flow.h"
#include "builder/jumplabel.h"
#include "builder/twinproof.h"

struct twins {
	const struct diff *d;
	const struct object *plain;
	const char *file;
	struct refusals *to;
	int result;
};

/* The one function of a name; NULL: none, or several. */
static const struct elf_symbol *only_function(const struct object *o, const char *name)
{
	const struct elf_symbol *found = NULL;
	const uint32_t *v;
	size_t n = object_named(o, name, &v);

	for (size_t i = 0; i < n; i++) {
		const struct elf_symbol *s = object_symbol(o, v[i]);

		if (s->type != STT_FUNC || !object_section_of(o, s))
			continue;
		if (found)
			return NULL;
		found = s;
	}
	return found;
}

struct growth {
	const struct osection *s;
	uint64_t from, to, bytes;
};

/* A short jump out of a function (eb, 70 to 7f) is a near one (e9, 0f 80 to 8f) where sections part them. */
static int grow(void *arg, uint64_t at, unsigned width, uint64_t target)
{
	struct growth *g = arg;
	unsigned char opcode = at > g->from ? g->s->s->data[at - 1] : 0;

	if (width == 1 && (target < g->from || target >= g->to))
		g->bytes += opcode == 0xeb ? 3 : (opcode & 0xf0) == 0x70 ? 4 : 0;
	return 0;
}

/* The size of a plainly compiled function with a section of its own. */
static uint64_t parted_size(const struct object *o, const struct elf_symbol *f)
{
	struct growth g = { .s = object_section_of(o, f), .from = f->value, .to = f->value + f->size };

	if (g.to < g.from || flow_branches(g.s, g.from, g.to, grow, &g, NULL) < 0)
		return f->size;
	return f->size + g.bytes;
}

/* A function's bytes in one of the two objects. */
struct code {
	const struct osection *s;
	uint64_t at;
	const unsigned char *bytes;
};

/* Do not compare what a relocation of this object fills in. */
static void mask_fields(bool *masked, uint64_t len, const struct code *c)
{
	size_t n;
	const struct elf_rela *r = object_relocs(c->s, c->at, c->at + len, &n);

	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < reloc_width(r[i].type); k++)
			if (r[i].offset - c->at + (uint64_t)k < len)
				masked[r[i].offset - c->at + (uint64_t)k] = true;
}

/* The offset of the first byte that differs; `len` where none does. -ENOMEM. */
static int64_t first_difference(const struct code *plain, const struct code *parted, uint64_t len)
{
	_cleanup_free_ bool *masked = calloc(len + 1, sizeof(*masked));
	uint64_t i = 0, skip = 1;

	if (!masked)
		return -ENOMEM;
	mask_fields(masked, len, plain);
	mask_fields(masked, len, parted);
	for (; i < len; i += skip) {
		skip = 1;
		if (masked[i] || plain->bytes[i] == parted->bytes[i])
			continue;
		/* objtool (6.1's --hacks=jump_label) has been through the proven object, not through the
		 * other */
		skip = jump_made_nop(parted->bytes + i, plain->bytes + i, len - i);
		if (skip == 0)
			break;
	}
	return (int64_t)MIN(i, len);
}

static struct code code_of(const struct osection *s, uint64_t at, uint64_t len)
{
	return (struct code){ s, at, s ? elf_bytes(s->s, at, len) : NULL };
}

static void check_bytes(struct twins *w, const struct thing *f, const struct elf_symbol *s)
{
	const struct object *o = w->d->a.t.o;
	const struct code plain = code_of(object_section_of(w->plain, s), s->value, s->size);
	const struct code parted = code_of(&o->sections[f->section], f->at, f->size);
	int64_t at = plain.bytes && parted.bytes ? first_difference(&plain, &parted, f->size) : 0;

	if (at == -ENOMEM)
		w->result = -ENOMEM;
	else if ((uint64_t)at < f->size)
		w->result =
			refuse(w->to, REFUSE_PROOF, w->file, f->name, NULL,
			       "compiled with a section for each function its code differs at +0x%llx from "
			       "what the kernel has",
			       (unsigned long long)at);
}

static void check_function(struct twins *w, uint32_t i)
{
	const struct thing *f = &w->d->a.t.v[i];
	const struct elf_symbol *s = only_function(w->plain, f->name);

	if (!s || s->size == 0)
		return;
	if (s->size == f->size) {
		check_bytes(w, f, s);
		return;
	}
	if (parted_size(w->plain, s) == f->size)
		return;
	w->result = refuse(w->to, REFUSE_PROOF, w->file, f->name, NULL,
			   "compiled with a section for each function it is another: %llu bytes, %llu as the "
			   "kernel has it",
			   (unsigned long long)f->size, (unsigned long long)s->size);
}

/* How many static locals are of that base name and size. */
static size_t count_locals(const struct object *o, const char *name, size_t len, uint64_t size)
{
	size_t lo =
		COUNT_BEFORE(o->n_named, i, strncmp(object_symbol(o, o->by_name[i])->name, name, len) < 0);
	size_t n = 0;

	for (; lo < o->n_named; lo++) {
		const struct elf_symbol *s = object_symbol(o, o->by_name[lo]);

		if (strncmp(s->name, name, len) != 0)
			break;
		n += s->type == STT_OBJECT && s->size == size && name_base_len(s->name) == len &&
		     s->name[len] == '.' && object_section_of(o, s);
	}
	return n;
}

static void check_local(struct twins *w, uint32_t user, uint32_t local)
{
	const struct things *t = &w->d->a.t;
	const struct thing *v = &t->v[local];
	enum section_class class = things_class(t, v->section);
	size_t len = name_base_len(v->name), n, m;

	if (v->kind != THING_DATA || v->own || v->name[len] != '.' ||
	    (class != SEC_DATA && class != SEC_BSS && class != SEC_PERCPU))
		return;
	n = count_locals(t->o, v->name, len, v->size);
	m = count_locals(w->plain, v->name, len, v->size);
	if (n != m)
		w->result = refuse(w->to, REFUSE_PROOF, w->file, t->v[user].name, NULL,
				   "compiled with a section for each function its static variable '%.*s' is "
				   "there %zu times, %zu times as the kernel has it",
				   (int)MIN(len, 80), v->name, n, m);
}

/* What the new code uses of the kernel's. */
static void check_locals(struct twins *w, uint32_t i, bool *seen)
{
	const struct things *t = &w->d->b.t;
	const struct thing *f = &t->v[i];
	size_t n;
	const struct elf_rela *r = object_relocs(&t->o->sections[f->section], f->start, f->end, &n);

	for (size_t k = 0; k < n; k++) {
		struct target to;

		if (target_find(t, f->section, &r[k], &to) < 0 || to.kind != TARGET_THING || seen[to.index])
			continue;
		seen[to.index] = true;
		if (t->v[to.index].twin != THING_NONE)
			check_local(w, f->twin == THING_NONE ? t->v[to.index].twin : f->twin,
				    t->v[to.index].twin);
	}
}

int twinproof(const struct diff *d, const struct object *plain, const char *file, struct refusals *to)
{
	struct twins w = { .d = d, .plain = plain, .file = file, .to = to };
	_cleanup_free_ bool *seen = calloc(d->b.t.n + 1, sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	for (uint32_t i = 0; i < d->b.t.n; i++) {
		const struct thing *f = &d->b.t.v[i];

		if (!d->marks[i].included)
			continue;
		if (f->kind == THING_FUNC && f->twin != THING_NONE)
			check_function(&w, f->twin);
		check_locals(&w, i, seen);
	}
	return w.result;
}
