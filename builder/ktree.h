/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's source tree, prepared in the cache so that objects can be
 * compiled in it: unpacked or copied, configured as the kernel was, `make
 * prepare modules_prepare` run with the kernel's own compiler. Made once a
 * kernel and found again by its key. It runs children and belongs to an
 * unprivileged build process; root never calls it.
 */
#ifndef KLPSH_BUILDER_KTREE_H
#define KLPSH_BUILDER_KTREE_H

#include "builder/child.h"
#include "builder/source.h"

#define KTREE_JOBS_MAX 256u

/* What a tree that is made goes through. */
enum ktree_step { KTREE_FILLING, KTREE_MAKING, KTREE_MADE };

struct ktree_spec {
	const char *cache; /* absolute; there already, and ours */
	const char *release;
	const struct source *source;
	unsigned jobs; /* of make; 0: 1 */
	bool trust_compiler; /* another version of the compiler is taken, too */
	child_line_fn say; /* progress and the children's output; may be NULL */
	void (*step)(void *arg, enum ktree_step step); /* may be NULL */
	void *arg;
};

#define KTREE_ENV_MAX 6u

/* It stays locked against other builds until ktree_free. */
struct ktree {
	char *path;
	int dir, lock; /* descriptors of the folder and of its lock */
	char key[SHA256_HEX]; /* the same key: the same tree */
	char cc[64]; /* the compiler's name, to be found in PATH */
	char cc_text[128]; /* the first line of its --version */
	char release[SOURCE_RELEASE_MAX];
	unsigned jobs;
	bool made; /* now; else it was there */
	/* the whole environment that children in the tree need beyond ours; NULL-terminated, borrowed */
	const char *env[KTREE_ENV_MAX + 1];
	char tmpdir[4096 + 8];
};

/*
 * Find the tree or make it. A tree that is half made or was changed is thrown
 * away and made again. Once one is made, those that this release had before
 * and that nobody works in are removed. Waits while another build has it locked. Refusals
 * (exit 11): -EXDEV wrong compiler, -ESTALE the configuration does not hold;
 * -ENOENT what is not installed; -EIO a step failed; each with e set.
 */
int ktree_prepare(const struct ktree_spec *spec, struct ktree **ret, struct err *e);
struct ktree *ktree_free(struct ktree *t);
DEFINE_CLEANUP(struct ktree, ktree_free)

/*
 * Has somebody changed or removed a file of it since it was made? Looks at
 * them all, which takes a good part of a second: for when a build has failed.
 */
bool ktree_is_damaged(const struct ktree *t);
/* Have the next ktree_prepare make it anew. False: the tree cannot be changed (any more). */
bool ktree_discard(const struct ktree *t);

/* From now on children that get its environment have temporary files in this folder (absolute). */
int ktree_set_tmpdir(struct ktree *t, const char *path, struct err *e);

/* The tree's .config as text, NUL-terminated; the caller's. Negative errno with e set. */
int ktree_config(const struct ktree *t, char **ret, size_t *ret_len, struct err *e);

/*
 * Run make in the tree with the arguments that it was prepared with (others
 * would have it configured anew) and then `args`, NULL-terminated. Status and
 * result as child_run's.
 */
int ktree_make(const struct ktree *t, const char *const *args, child_line_fn fn, void *arg, int *ret_status,
	       struct err *e);

#endif
