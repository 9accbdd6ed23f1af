/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel module file as facts, without loading it: what modinfo tells, the
 * signature, and for livepatches what they would patch. Every offset of the
 * hostile file is checked; a bad one gives an error, never a crash.
 * klp_func and klp_object are those of include/linux/livepatch.h.
 */
#ifndef KLPSH_KMOD_INSPECT_H
#define KLPSH_KMOD_INSPECT_H

#include "core/err.h"

#define INSPECT_MAX_FILE (256u << 20) /* bytes, compressed or not */

struct inspect_func {
	char *old_name;
	char *new_name; /* symbol that replaces it, or NULL when not known */
	unsigned sympos; /* 0: the name must be unique */
};

struct inspect_object {
	char *name; /* "vmlinux" or a module's name */
	struct inspect_func *funcs;
	size_t n_funcs;
	bool pre_patch, post_patch, pre_unpatch, post_unpatch; /* callbacks */
};

struct inspect_reloc { /* one .klp.sym */
	char *object;
	char *symbol;
	unsigned sympos;
};

struct inspect_state { /* one klp_state: a change of the system that the patch makes or knows */
	uint64_t id;
	unsigned version;
};

struct inspect {
	char *path;
	char *name; /* module name from .gnu.linkonce.this_module or modinfo */
	bool livepatch; /* modinfo livepatch=Y */
	char *vermagic, *srcversion, *build_id, *description, *license, *version; /* or NULL */
	char **depends;
	size_t n_depends;
	char *compression; /* "none", "gzip", "xz", "zstd" */
	uint64_t size; /* of the file as it is */
	char sha256[65]; /* of the file as it is */
	bool is_signed;
	char *signer, *sig_key, *sig_hash; /* or NULL */
	char *sig_id; /* as the kernel names the key: struct signature */
	int replace; /* tri-state of klp_patch.replace */
	int stack_order; /* unused: -1 */
	struct inspect_object *objects; /* sorted by name, "vmlinux" first */
	size_t n_objects;
	bool objects_complete; /* false: the klp_func data could not be read in full */
	struct inspect_reloc *relocs;
	size_t n_relocs;
	struct inspect_state *states;
	size_t n_states;
	bool states_known; /* false: they could not be read, or the kernel is older than states (5.5) */
};

/*
 * Inspect a file. Negative errno with e set: -ENOENT, -EACCES, -EFBIG (over
 * INSPECT_MAX_FILE), -ENOEXEC (not a module, truncated, not for this
 * machine), -EBADMSG (damaged compression). Freed with inspect_free.
 */
int inspect_file(const char *path, struct inspect **ret, struct err *e);
/* The same from bytes that were read already. */
int inspect_bytes(const char *path, const void *data, size_t len, struct inspect **ret, struct err *e);
/*
 * And the unpacked module with it: *ret_unpacked (the caller's to free; NULL:
 * the bytes are it themselves) and *ret_len, its length in either case.
 */
int inspect_unpack(const char *path, const void *data, size_t len, struct inspect **ret, char **ret_unpacked,
		   size_t *ret_len, struct err *e);
struct inspect *inspect_free(struct inspect *i);
DEFINE_CLEANUP(struct inspect, inspect_free)

/* The state of an id, NULL: it has none. */
const struct inspect_state *inspect_find_state(const struct inspect *i, uint64_t id);

/* Does vermagic's release equal this kernel release? */
bool inspect_matches_release(const struct inspect *i, const char *release);

#endif
