/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loaded modules as /proc/modules and /sys/module show them. The order of
 * /proc/modules (newest first) is kept: it is the reverse order of loading.
 */
#ifndef KLPSH_CORE_MODLIST_H
#define KLPSH_CORE_MODLIST_H

#include "core/root.h"

struct module {
	char *name;
	uint64_t size; /* bytes */
	int64_t refcount; /* -1 unknown */
	char *holders; /* comma-separated names, "" for none */
	char *state; /* "Live", "Loading", "Unloading" */
	char *taints; /* letters, "" for none, NULL unknown */
	bool livepatch; /* taint K */
	unsigned age; /* 0 is the newest */
};

struct modules {
	struct module *v;
	size_t n;
};

int modules_read(const struct root *root, struct modules *ret, struct err *e);
void modules_free(struct modules *m);
const struct module *modules_find(const struct modules *m, const char *name);

/* The first GNU build-id in the bytes of a note section, as hex; -EBADMSG: none that fits. */
int build_id_read(const void *note, size_t len, char *buf, size_t size);
/* What tells one build of a module from another, "" what it does not have. */
struct module_ids {
	char srcversion[64];
	char version[128];
	char build_id[65];
};
/* Three small attributes of /sys/module/NAME: for one module at a time. */
void module_ids_read(const struct root *root, const char *name, struct module_ids *ret);
/* Build-id of a loaded module as hex from its ELF note; 0 or negative errno. */
int module_build_id(const struct root *root, const char *name, char *buf, size_t size);

#endif
