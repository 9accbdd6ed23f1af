/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livepatches as /sys/kernel/livepatch shows them (kernel/livepatch/core.c,
 * Documentation/ABI/testing/sysfs-kernel-livepatch) and those that are
 * disabled but still loaded (/sys/module only). An attribute that this kernel
 * does not have is TRI_UNKNOWN or -1 or NULL, never a guess.
 */
#ifndef KLPSH_CORE_PATCH_H
#define KLPSH_CORE_PATCH_H

#include "core/root.h"

#define TRI_UNKNOWN (-1)

struct func {
	char *name;
	unsigned sympos; /* as sysfs shows it: from 1; 0 and 1 are the same */
	/*
	 * Tri-state: shown only while this patch replaces others, whose the
	 * function is; it becomes the original again and vanishes from here.
	 */
	int restore;
};

struct object {
	char *name; /* "vmlinux" or a module's name */
	int patched; /* tri-state: the object is patched now */
	struct func *funcs;
	size_t n_funcs;
};

struct patch {
	char *name;
	bool in_sysfs; /* false: disabled but still loaded */
	bool loaded; /* /sys/module/NAME exists */
	bool coming, going; /* its module is being loaded, removed */
	int enabled; /* tri-state */
	int transition; /* tri-state */
	int replace; /* tri-state; since about 6.11 */
	int forced; /* tri-state; known from the log of this boot only */
	bool since_known; /* the log of this boot tells since when it is in its state */
	bool since_inferred; /* records are missing in the log behind that */
	uint64_t since_us; /* CLOCK_BOOTTIME of it */
	int stack_order; /* from 1, -1 unknown */
	bool order_inferred; /* stack_order is the order of loading */
	int64_t refcount; /* -1 unknown */
	char *srcversion; /* or NULL */
	char *build_id; /* hex or NULL */
	char *taints; /* letters, or NULL */
	struct object *objects;
	size_t n_objects;
	struct err err; /* first attribute that could not be read, if any */
};

struct patches {
	struct patch *v;
	size_t n;
};

/*
 * Read all patches, sorted by name; those in /sys/kernel/livepatch first read,
 * then leftovers. A patch or object that vanishes half-way is left out.
 * Returns 0; -ENOENT without /sys/kernel/livepatch (no livepatch kernel), or
 * another negative errno, e set.
 */
int patches_read(const struct root *root, struct patches *ret, struct err *e);
void patches_free(struct patches *p);
/* What one of them holds; the struct itself is its owner's. */
void patch_clear(struct patch *p);
void object_clear(struct object *o);

const struct patch *patches_find(const struct patches *p, const char *name);
/* Does the patch list this function? sympos 0 and 1 are the same. */
bool patch_has_func(const struct patch *p, const char *object, const char *name, unsigned sympos);
const struct object *patch_find_object(const struct patch *p, const char *name);
/* Is it enabled, by its folder in sysfs? A transition may still run, either way. */
bool patch_is_enabled(const struct patch *p);
/* Functions, objects and objects patched now (-1 unknown), without those to be restored. */
size_t patch_count_funcs(const struct patch *p);
size_t patch_count_objects(const struct patch *p);
int patch_count_patched(const struct patch *p);
/* Has this object nothing but functions to be restored? */
bool object_to_restore(const struct object *o);

/*
 * `enabled` and `transition` as they are now; TRI_UNKNOWN what cannot be read.
 * 1: the patch is not in sysfs, which it leaves at the end of its disabling;
 * 0; negative errno of the first that cannot be read.
 */
int patch_read_state(const struct root *root, const char *name, int *ret_enabled, int *ret_transition);

/* Seconds in its state at this CLOCK_BOOTTIME; negative: not known. */
double patch_age(const struct patch *p, uint64_t boot_us);

/* State word: "enabled", "disabled", "enabling", "disabling", "unknown"; without a
 * folder in sysfs "leftover", or "loading", "unloading" while its module is. */
const char *patch_state_word(const struct patch *p);

/* Is `name` a livepatch's directory name that we are willing to look at? */
bool patch_name_valid(const char *name);

#endif
