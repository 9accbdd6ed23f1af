// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See layoutcheck.h. Types of one name are paired in the order in which they
 * come; a C file may have several in different scopes.
 */
#include "builder/layoutcheck.h"

#include <errno.h>
#include <linux/btf.h>

#include "builder/btf.h"
#include "builder/le.h"

#define NEST_MAX 32 /* types behind types */
#define MEMBER_SIZE 12u

struct types {
	struct btf btf;
	struct btf_type_item *v; /* by id; 0 is void */
	size_t n;
	uint32_t *named; /* ids, by name, then kind, then id */
	size_t n_named;
};

struct compare {
	const struct types *a, *b;
	size_t steps;
	const char *member; /* the first that differs */
};

static bool is_record(const struct btf_type_item *t)
{
	return t->kind == BTF_KIND_STRUCT || t->kind == BTF_KIND_UNION;
}

static bool is_alias(unsigned kind)
{
	return kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_CONST || kind == BTF_KIND_VOLATILE ||
	       kind == BTF_KIND_RESTRICT || kind == BTF_KIND_TYPE_TAG;
}

/* What a type is without its other names; 0 where that does not end. */
static uint32_t resolve(const struct types *t, uint32_t id)
{
	for (unsigned i = 0; i < NEST_MAX && id < t->n; i++) {
		if (!is_alias(t->v[id].kind))
			return id;
		id = t->v[id].size;
	}
	return 0;
}

/* Is there a name to report it by: its own, or a typedef's for a nameless one? */
static bool is_reported(const struct types *t, uint32_t id)
{
	const struct btf_type_item *i = &t->v[id], *to;

	if (!*i->name)
		return false;
	to = &t->v[resolve(t, id)];
	return is_record(i) || (i->kind == BTF_KIND_TYPEDEF && is_record(to) && !*to->name);
}

static int compare_named(const struct types *ta, uint32_t a, const struct types *tb, uint32_t b)
{
	int r = strcmp(ta->v[a].name, tb->v[b].name);

	return r ? r : (int)ta->v[a].kind - (int)tb->v[b].kind;
}

static int by_name(const void *x, const void *y, void *arg)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	int r = compare_named(arg, a, arg, b);

	return r ? r : a < b ? -1 : a > b;
}

static void types_done(struct types *t)
{
	free(t->v);
	free(t->named);
	*t = (struct types){ 0 };
}

static int index_types(struct types *t)
{
	struct btf_type_item item = { .name = "" };
	size_t at = 0;

	do {
		if (t->n == LAYOUT_TYPES_MAX)
			return -E2BIG;
		if (array_grow(&t->v, t->n, sizeof(*t->v)) < 0)
			return -ENOMEM;
		t->v[t->n++] = item;
	} while (btf_next(&t->btf, &at, &item) > 0);
	t->named = calloc(t->n, sizeof(*t->named));
	if (!t->named)
		return -ENOMEM;
	for (uint32_t i = 1; i < t->n; i++)
		if (is_reported(t, i))
			t->named[t->n_named++] = i;
	qsort_r(t->named, t->n_named, sizeof(*t->named), by_name, t);
	return 0;
}

static int read_types(const struct object *o, struct types *t, struct err *e)
{
	const struct elf_section *s = elf_find_section(o->elf, ".BTF");
	int r;

	if (!s || !s->data)
		return err_set(e, -ENODATA, "the compiler wrote no types into the object");
	r = btf_open(s->data, s->size, &t->btf, e);
	if (r < 0)
		return r;
	r = index_types(t);
	return r < 0 ? err_set(e, r, "types of an object: %s", strerror(-r)) : 0;
}

/* Bytes of a type; what cannot be told is 0. */
static uint64_t size_of(const struct types *t, uint32_t id)
{
	uint64_t times = 1;

	for (unsigned i = 0; i < NEST_MAX; i++) {
		const struct btf_type_item *k = &t->v[resolve(t, id)];
		uint64_t size = k->size;

		if (k->kind != BTF_KIND_ARRAY)
			return times * (k->kind == BTF_KIND_PTR ? sizeof(uint64_t)
					: is_alias(k->kind)	? 0
								: size);
		id = get_u32(k->tail);
		times *= get_u32(k->tail + 8);
	}
	return 0;
}

/* The nameless record that a member is, or is an array of; 0. */
static uint32_t nested(const struct types *t, uint32_t id)
{
	for (unsigned i = 0; i < NEST_MAX; i++) {
		const struct btf_type_item *k = &t->v[id = resolve(t, id)];

		if (k->kind != BTF_KIND_ARRAY)
			return is_record(k) && !*k->name ? id : 0;
		id = get_u32(k->tail);
	}
	return 0;
}

struct member {
	const char *name;
	uint32_t type, bit, bits; /* bits: 0 unless it is a bit field */
};

static struct member member_of(const struct types *t, const struct btf_type_item *r, uint32_t i)
{
	const unsigned char *p = r->tail + (size_t)i * MEMBER_SIZE;
	const char *name = btf_name(&t->btf, get_u32(p));
	uint32_t offset = get_u32(p + 8);

	return (struct member){ name ? name : "", get_u32(p + 4),
				r->flag ? BTF_MEMBER_BIT_OFFSET(offset) : offset,
				r->flag ? BTF_MEMBER_BITFIELD_SIZE(offset) : 0 };
}

static bool same_record(struct compare *c, uint32_t a, uint32_t b, unsigned depth);

static bool same_member(struct compare *c, const struct member *a, const struct member *b, unsigned depth)
{
	uint32_t na, nb;

	if (!streq(a->name, b->name) || a->bit != b->bit || a->bits != b->bits ||
	    size_of(c->a, a->type) != size_of(c->b, b->type))
		return false;
	na = nested(c->a, a->type);
	nb = nested(c->b, b->type);
	return na && nb ? same_record(c, na, nb, depth + 1) : !na == !nb;
}

/* a and b are records. */
static bool same_record(struct compare *c, uint32_t a, uint32_t b, unsigned depth)
{
	const struct btf_type_item *ra = &c->a->v[a], *rb = &c->b->v[b];
	struct member ma = { "", 0, 0, 0 }, mb = ma;

	if (depth > NEST_MAX)
		return true;
	for (uint32_t i = 0; i < MAX(ra->n, rb->n); i++) {
		if (++c->steps > LAYOUT_STEPS_MAX)
			return true;
		if (i < rb->n)
			mb = member_of(c->b, rb, i);
		if (i < ra->n)
			ma = member_of(c->a, ra, i);
		if (i < ra->n && i < rb->n && same_member(c, &ma, &mb, depth))
			continue;
		if (!c->member)
			c->member = i < rb->n ? mb.name : ma.name;
		return false;
	}
	return ra->size == rb->size && ra->kind == rb->kind;
}

static const char *word_of(unsigned kind)
{
	return kind == BTF_KIND_STRUCT ? "struct" : kind == BTF_KIND_UNION ? "union" : "type";
}

static int compare_pair(struct compare *c, uint32_t a, uint32_t b, struct layout_changes *to)
{
	uint32_t ra = resolve(c->a, a), rb = resolve(c->b, b);

	c->member = NULL;
	if (same_record(c, ra, rb, 0))
		return c->steps > LAYOUT_STEPS_MAX ? -E2BIG : 0;
	if (array_grow(&to->v, to->n, sizeof(*to->v)) < 0)
		return -ENOMEM;
	to->v[to->n++] = (struct layout_change){ word_of(c->a->v[a].kind), c->a->v[a].name,
						 c->member ? c->member : "", c->a->v[ra].size,
						 c->b->v[rb].size };
	return 0;
}

static int compare_all(struct compare *c, struct layout_changes *to)
{
	size_t i = 0, k = 0;
	int r = 0;

	while (r == 0 && i < c->a->n_named && k < c->b->n_named) {
		uint32_t a = c->a->named[i], b = c->b->named[k];
		int order = compare_named(c->a, a, c->b, b);

		if (order == 0)
			r = compare_pair(c, a, b, to);
		i += order <= 0;
		k += order >= 0;
	}
	return r;
}

int layoutcheck(const struct object *old, const struct object *patched, struct layout_changes *ret,
		struct err *e)
{
	struct types a = { 0 }, b = { 0 };
	struct compare c = { .a = &a, .b = &b };
	struct layout_changes changes = { 0 };
	int r = read_types(old, &a, e);

	r = r < 0 ? r : read_types(patched, &b, e);
	if (r == 0) {
		r = compare_all(&c, &changes);
		if (r < 0)
			err_set(e, r, "types of an object: %s", strerror(-r));
	}
	types_done(&a);
	types_done(&b);
	if (r < 0)
		layout_changes_done(&changes);
	else
		*ret = changes;
	return r;
}

void layout_changes_done(struct layout_changes *c)
{
	free(c->v);
	*c = (struct layout_changes){ 0 };
}
