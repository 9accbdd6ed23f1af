// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads livepatch structures. An array element is known by the one pointer it
 * must have: an object's funcs (writable data, at 8), a function's old_name
 * (constant data, at 0; new_func is code, at 8). klp_enable_patch() refuses
 * elements without them, so their places give the elements and the stride.
 * Any pointer that has no place in this picture makes the array unknown.
 */
#include <errno.h>

#include "kmod/klpdata.h"

#define FUNC_NEW 8u /* klp_func.new_func */
#define FUNC_SYMPOS 16u /* klp_func.old_sympos */
#define OBJECT_FUNCS 8u /* klp_object.funcs */
#define OBJECT_CALLBACKS 16u /* klp_object.callbacks: four pointers */
#define OBJECT_HEAD 48u
/* Smaller than these structures have ever been: a kobject alone is 64 bytes. */
#define FUNC_MIN 112u
#define OBJECT_MIN 96u
#define MAX_POINTERS (4u * KLP_MAX_FUNCS) /* in one array, before it is looked at */
#define MAX_TRIES 8 /* things that begin like a klp_patch */

struct array {
	struct place base;
	size_t n;
	uint64_t stride; /* 0: not known, n is 0 or 1 */
};

struct array_kind {
	enum target anchor; /* of the pointer that every element has */
	uint64_t anchor_at;
	uint64_t min; /* bytes of an element at least */
	uint64_t head; /* pointers stand below this only */
};

static const struct array_kind kind_func = { TARGET_CONST, 0, FUNC_MIN, FUNC_SYMPOS };
static const struct array_kind kind_object = { TARGET_DATA, OBJECT_FUNCS, OBJECT_MIN, OBJECT_HEAD };

static struct place place_add(struct place p, uint64_t n)
{
	return (struct place){ p.shndx, p.offset + n };
}

static bool is_anchor(const struct layout *l, const struct array_kind *k, const struct pointer *p)
{
	enum target t = layout_target(l, p);

	/* a name may also be a writable array */
	return t == k->anchor || (k->anchor == TARGET_CONST && t == TARGET_DATA);
}

/* Do all pointers stand where an element has some? */
static bool array_is_regular(const struct layout *l, const struct array_kind *k, const struct array *a,
			     const struct pointer *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t at = p[i].at.offset - a->base.offset;
		uint64_t field = a->stride ? at % a->stride : at;

		if (field >= k->head || field % 8 != 0 || (a->stride && at / a->stride >= a->n))
			return false;
		if (i && p[i - 1].at.offset == p[i].at.offset)
			return false;
		if (is_anchor(l, k, &p[i]) != (field == k->anchor_at))
			return false;
	}
	return true;
}

/* Count the elements and learn the stride. -ENOENT when it is no such array. */
static int array_measure(const struct layout *l, const struct array_kind *k, struct place base,
			 struct array *ret)
{
	struct array a = { .base = base };
	bool exact;
	uint64_t extent = layout_extent(l, base, &exact), last = 0;
	size_t n;
	const struct pointer *p = layout_range(l, base, extent, &n);

	if (n > MAX_POINTERS)
		return -ENOENT;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = p[i].at.offset - base.offset;

		if (!is_anchor(l, k, &p[i]))
			continue;
		if (a.n == 0 && at != k->anchor_at)
			return -ENOENT;
		if (a.n == 1)
			a.stride = at - last;
		if (a.n > 1 && at - last != a.stride)
			return -ENOENT;
		last = at;
		a.n++;
	}
	/* an empty element ends the array, so there is room for one more */
	if (extent < k->min || (a.n && extent / (a.n + 1) < MAX(a.stride, k->min)) ||
	    (a.stride && (a.stride < k->min || (exact && extent % a.stride != 0))))
		return -ENOENT;
	/* empty but large enough for more: filled at run time */
	if (a.n == 0 && extent >= 2 * k->min)
		return -ENOENT;
	if (!array_is_regular(l, k, &a, p, n))
		return -ENOENT;
	*ret = a;
	return 0;
}

/* Without a relocation these bytes must be zero: nothing else can be meant by them. */
static bool is_zero(const struct layout *l, struct place at, uint64_t len)
{
	const struct elf_section *s = elf_section(layout_elf(l), at.shndx);
	const unsigned char *p = s ? elf_bytes(s, at.offset, len) : NULL;

	if (!p)
		return s && s->type == SHT_NOBITS;
	for (uint64_t i = 0; i < len; i++)
		if (p[i])
			return false;
	return true;
}

/* -ENOENT when the pointer does not lead to a name the kernel would take. */
static int name_dup(const struct layout *l, const struct pointer *p, char **ret)
{
	const struct elf_section *s = p ? elf_section(layout_elf(l), p->to.shndx) : NULL;
	const char *name = s ? elf_string(s, p->to.offset) : NULL;
	char *copy;

	if (!name || !*name || strlen(name) > KLP_NAME_MAX)
		return -ENOENT;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	*ret = copy;
	return 0;
}

/* The new function's name; NULL when no symbol tells. */
static int new_name(const struct layout *l, const struct pointer *p, char **ret)
{
	const struct elf_symbol *s = p->to.shndx == SHN_UNDEF ? p->symbol : layout_function(l, p->to);
	char *copy = NULL;

	if (s && *s->name && strlen(s->name) <= KLP_NAME_MAX) {
		copy = strdup(s->name);
		if (!copy)
			return -ENOMEM;
	}
	*ret = copy;
	return 0;
}

static int func_read(const struct layout *l, struct place at, struct inspect_func *ret)
{
	const struct elf_section *s = elf_section(layout_elf(l), at.shndx);
	const struct pointer *new_func = layout_pointer(l, place_add(at, FUNC_NEW));
	uint64_t sympos;
	int r;

	if (!s || !new_func || layout_target(l, new_func) != TARGET_CODE ||
	    elf_read_u64(s, at.offset + FUNC_SYMPOS, &sympos) < 0 || sympos > UINT32_MAX)
		return -ENOENT;
	r = name_dup(l, layout_pointer(l, at), &ret->old_name);
	if (r < 0)
		return r;
	ret->sympos = (unsigned)sympos;
	return new_name(l, new_func, &ret->new_name);
}

static int funcs_read(const struct layout *l, struct place base, struct inspect_object *o, size_t *total,
		      uint64_t *stride)
{
	struct array a;
	int r = array_measure(l, &kind_func, base, &a);

	if (r < 0)
		return r;
	if (a.n > KLP_MAX_FUNCS - *total || (a.n == 0 && !is_zero(l, base, FUNC_SYMPOS + 8)))
		return -ENOENT;
	/* one kernel, one size: arrays that disagree are not what they seem */
	if (a.stride && *stride && a.stride != *stride)
		return -ENOENT;
	*stride = a.stride ? a.stride : *stride;
	*total += a.n;
	o->funcs = a.n ? calloc(a.n, sizeof(*o->funcs)) : NULL;
	if (a.n && !o->funcs)
		return -ENOMEM;
	for (; o->n_funcs < a.n; o->n_funcs++) {
		struct inspect_func f = { 0 };

		r = func_read(l, place_add(base, o->n_funcs * a.stride), &f);
		if (r < 0) {
			free(f.old_name);
			return r;
		}
		o->funcs[o->n_funcs] = f;
	}
	return 0;
}

static int object_read(const struct layout *l, struct place at, struct inspect_object *o, size_t *total,
		       uint64_t *stride)
{
	const struct pointer *name = layout_pointer(l, at);
	const struct pointer *funcs = layout_pointer(l, place_add(at, OBJECT_FUNCS));
	bool *callbacks[] = { &o->pre_patch, &o->post_patch, &o->pre_unpatch, &o->post_unpatch };
	int r;

	if (!funcs || (!name && !is_zero(l, at, 8)))
		return -ENOENT;
	if (name) {
		r = name_dup(l, name, &o->name);
		if (r < 0)
			return r;
	} else {
		o->name = strdup("vmlinux");
		if (!o->name)
			return -ENOMEM;
	}
	for (size_t i = 0; i < ARRAY_SIZE(callbacks); i++)
		*callbacks[i] = layout_pointer(l, place_add(at, OBJECT_CALLBACKS + 8 * i)) != NULL;
	return funcs_read(l, funcs->to, o, total, stride);
}

void inspect_objects_free(struct inspect_object *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < v[i].n_funcs; k++) {
			free(v[i].funcs[k].old_name);
			free(v[i].funcs[k].new_name);
		}
		free(v[i].funcs);
		free(v[i].name);
	}
	free(v);
}

static int objects_read(const struct layout *l, struct place base, struct inspect_object **ret, size_t *ret_n)
{
	uint64_t func_stride = 0;
	size_t n_funcs = 0;
	struct inspect_object *v;
	struct array a;
	int r = array_measure(l, &kind_object, base, &a);

	if (r < 0)
		return r;
	if (a.n == 0 || a.n > KLP_MAX_OBJECTS)
		return -ENOENT;
	v = calloc(a.n, sizeof(*v));
	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < a.n && r >= 0; i++)
		r = object_read(l, place_add(base, i * a.stride), &v[i], &n_funcs, &func_stride);
	if (r < 0) {
		inspect_objects_free(v, a.n);
		return r;
	}
	*ret = v;
	*ret_n = a.n;
	return 0;
}

static bool is_this_module(const struct layout *l, const struct pointer *p)
{
	const struct elf_section *s = elf_section(layout_elf(l), p->to.shndx);

	return s && p->to.shndx != SHN_UNDEF && p->to.offset == 0 &&
	       streq(s->name, ".gnu.linkonce.this_module");
}

int klpdata_read(const struct layout *l, struct klpdata *ret)
{
	struct klpdata found = { 0 };
	size_t n, tries = 0;
	const struct pointer *p = layout_pointers(l, &n);

	/* klp_patch begins with mod and objs, next to each other */
	for (size_t i = 0; i + 1 < n; i++) {
		struct klpdata d = { .patch = p[i].at };
		int r;

		if (!is_this_module(l, &p[i]) || p[i + 1].at.shndx != p[i].at.shndx ||
		    p[i + 1].at.offset != p[i].at.offset + 8)
			continue;
		if (layout_target(l, &p[i + 1]) != TARGET_DATA)
			continue;
		r = ++tries > MAX_TRIES ? -E2BIG : objects_read(l, p[i + 1].to, &d.objects, &d.n_objects);
		if (r == -ENOENT)
			continue;
		if (r >= 0 && !found.objects) {
			found = d;
			continue;
		}
		/* out of memory, or two patches in one module: which one counts is not known */
		inspect_objects_free(d.objects, d.n_objects);
		inspect_objects_free(found.objects, found.n_objects);
		return r == -ENOMEM ? r : -ENOENT;
	}
	if (!found.objects)
		return -ENOENT;
	*ret = found;
	return 0;
}
