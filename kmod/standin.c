/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The patch that a file would be. Its functions in the order of the file, then
 * those that an atomic replace would give back (the kernel's klp_add_nops).
 */
#include "kmod/standin.h"

#include <errno.h>

static struct object *object_of(struct patch *p, char *name)
{
	for (size_t i = 0; i < p->n_objects; i++)
		if (streq(p->objects[i].name, name))
			return &p->objects[i];
	if (array_grow(&p->objects, p->n_objects, sizeof(*p->objects)) < 0)
		return NULL;
	p->objects[p->n_objects] = (struct object){ .name = name, .patched = TRI_UNKNOWN };
	return &p->objects[p->n_objects++];
}

static int add_func(struct patch *p, char *object, char *name, unsigned sympos)
{
	struct object *o = object_of(p, object);

	for (size_t i = 0; o && i < o->n_funcs; i++)
		if (streq(o->funcs[i].name, name) && MAX(o->funcs[i].sympos, 1u) == MAX(sympos, 1u))
			return 0;
	if (!o || array_grow(&o->funcs, o->n_funcs, sizeof(*o->funcs)) < 0)
		return -ENOMEM;
	o->funcs[o->n_funcs++] = (struct func){ .name = name, .sympos = sympos };
	return 0;
}

static int add_file(struct patch *p, const struct inspect *file)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < file->n_objects; i++)
		for (size_t k = 0; r >= 0 && k < file->objects[i].n_funcs; k++)
			r = add_func(p, file->objects[i].name, file->objects[i].funcs[k].old_name,
				     file->objects[i].funcs[k].sympos);
	return r;
}

static int add_patch(struct patch *p, const struct patch *q)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < q->n_objects; i++)
		for (size_t k = 0; r >= 0 && k < q->objects[i].n_funcs; k++)
			r = add_func(p, q->objects[i].name, q->objects[i].funcs[k].name,
				     q->objects[i].funcs[k].sympos);
	return r;
}

int standin_make(const struct inspect *file, const struct patches *patches, struct patch *ret)
{
	struct patch p = { .name = file->name,
			   .in_sysfs = true,
			   .enabled = 1,
			   .transition = 1,
			   .replace = file->replace,
			   .forced = TRI_UNKNOWN,
			   .stack_order = 1,
			   .order_inferred = true };
	int r = add_file(&p, file);

	for (size_t i = 0; r >= 0 && i < patches->n; i++) {
		const struct patch *q = &patches->v[i];

		p.stack_order = MAX(p.stack_order, q->stack_order + 1);
		if (file->replace == 1 && q->in_sysfs && q->enabled != 0)
			r = add_patch(&p, q);
	}
	if (r < 0) {
		standin_done(&p);
		return r;
	}
	*ret = p;
	return 0;
}

void standin_done(struct patch *p)
{
	for (size_t i = 0; i < p->n_objects; i++)
		free(p->objects[i].funcs);
	free(p->objects);
	*p = (struct patch){ 0 };
}
