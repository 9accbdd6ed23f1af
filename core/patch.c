/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions to patches that have been read (core/patchscan.c). */
#include "core/patch.h"

#define NAME_SIZE 256

bool patch_name_valid(const char *name)
{
	size_t len = strlen(name);

	return len && len < NAME_SIZE && !strchr(name, '/') && !streq(name, ".") && !streq(name, "..");
}

void object_clear(struct object *o)
{
	for (size_t i = 0; i < o->n_funcs; i++)
		free(o->funcs[i].name);
	free(o->funcs);
	free(o->name);
}

void patch_clear(struct patch *p)
{
	for (size_t i = 0; i < p->n_objects; i++)
		object_clear(&p->objects[i]);
	free(p->objects);
	free(p->name);
	free(p->srcversion);
	free(p->build_id);
	free(p->taints);
}

void patches_free(struct patches *p)
{
	for (size_t i = 0; i < p->n; i++)
		patch_clear(&p->v[i]);
	free(p->v);
	*p = (struct patches){ 0 };
}

const struct patch *patches_find(const struct patches *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (streq(p->v[i].name, name))
			return &p->v[i];
	return NULL;
}

const struct object *patch_find_object(const struct patch *p, const char *name)
{
	for (size_t i = 0; i < p->n_objects; i++)
		if (streq(p->objects[i].name, name))
			return &p->objects[i];
	return NULL;
}

bool patch_has_func(const struct patch *p, const char *object, const char *name, unsigned sympos)
{
	const struct object *o = patch_find_object(p, object);

	for (size_t i = 0; o && i < o->n_funcs; i++)
		if (streq(o->funcs[i].name, name) && MAX(o->funcs[i].sympos, 1u) == MAX(sympos, 1u))
			return true;
	return false;
}

static size_t object_count_funcs(const struct object *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_funcs; i++)
		n += o->funcs[i].restore != 1;
	return n;
}

bool object_to_restore(const struct object *o)
{
	return o->n_funcs && !object_count_funcs(o);
}

bool patch_is_enabled(const struct patch *p)
{
	return p->in_sysfs && p->enabled == 1;
}

size_t patch_count_funcs(const struct patch *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_objects; i++)
		n += object_count_funcs(&p->objects[i]);
	return n;
}

size_t patch_count_objects(const struct patch *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_objects; i++)
		n += !object_to_restore(&p->objects[i]);
	return n;
}

int patch_count_patched(const struct patch *p)
{
	int n = 0;

	for (size_t i = 0; i < p->n_objects; i++) {
		if (object_to_restore(&p->objects[i]))
			continue;
		if (p->objects[i].patched == TRI_UNKNOWN)
			return -1;
		n += p->objects[i].patched;
	}
	return n;
}

double patch_age(const struct patch *p, uint64_t boot_us)
{
	int64_t us = (int64_t)(boot_us - p->since_us);

	if (!p->since_known)
		return -1;
	return us > 0 ? (double)us / 1e6 : 0;
}

const char *patch_state_word(const struct patch *p)
{
	if (!p->in_sysfs)
		return p->coming ? "loading" : p->going ? "unloading" : "leftover";
	if (p->enabled == TRI_UNKNOWN)
		return "unknown";
	if (p->transition == 1)
		return p->enabled ? "enabling" : "disabling";
	return p->enabled ? "enabled" : "disabled";
}
