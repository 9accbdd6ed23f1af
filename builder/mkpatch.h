/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source patches to livepatch module, from the first phase to the last. Runs
 * inside the build process (builder/jail), blocks there, and tells what it
 * does through a sink. Nothing is written but in the cache's folders; the
 * module is handed out as bytes.
 */
#ifndef KLPSH_BUILDER_MKPATCH_H
#define KLPSH_BUILDER_MKPATCH_H

#include "builder/cache.h"
#include "builder/refusal.h"
#include "core/root.h"

enum mkpatch_phase {
	PHASE_PATCH, /* read the patches */
	PHASE_PREPARE, /* image, source, tree */
	PHASE_COMPILE,
	PHASE_PROVE,
	PHASE_COMPARE,
	PHASE_RESOLVE,
	PHASE_WRITE,
	PHASE_LINK,
	PHASE_DONE,
	PHASES
};
/* "patch check", "prepare tree", "compile", ...: for people. */
const char *mkpatch_phase_name(enum mkpatch_phase p);
/* "patch", "prepare", ...: for JSON. */
const char *mkpatch_phase_word(enum mkpatch_phase p);

struct mkpatch_text {
	const char *name; /* for messages */
	const char *bytes;
	size_t len;
};

struct mkpatch_spec {
	const struct mkpatch_text *patches;
	size_t n_patches;
	struct mkpatch_text image; /* the kernel's file, as it lies on disk */
	const char *release; /* NULL: the image's own */
	const char *module; /* its name */
	const char *source, *config, *symvers; /* NULL: find them */
	int modules; /* the folder /lib/modules/RELEASE; -1: there is none */
	const struct root *root;
	const struct cache *cache;
	unsigned jobs; /* at a time; 0: as many as processors */
	unsigned max_objects; /* that a header may touch; 0: the default */
	unsigned strip; /* leading folders of a patch's paths */
	bool check; /* up to the comparison and the refusals */
	bool replace;
	bool trust_compiler;
	const char *tool; /* name and version, for the module */
	/* A module from outside of the kernel's tree, which the patches are for. */
	struct mkpatch_text
		oot; /* its file as it is loaded; bytes NULL: they are for the kernel and its own */
	const char *oot_source; /* folder of its sources; the patches' paths are relative to it */
	const char *oot_targets; /* of kbuild */
	const char *keep; /* name of the build's folder, which stays: cache_keep_name(); NULL: it goes */
};

#define MKPATCH_OBJECTS 64u /* the default of max_objects */
#define MKPATCH_OOT_MAX (256u << 20) /* bytes of the file of a module from outside of the tree */

struct mkpatch_function {
	const char *object, *file, *name; /* "vmlinux", "net/core/dev.c", ... */
	const char *change; /* "changed", "new", "dropped", "lines" */
	const char *why; /* "" */
	long sympos; /* -1: not known */
};

struct mkpatch_ahead {
	uint64_t done, total; /* objects that are compiled, while that is what is done; else 0 */
	uint64_t left_ms; /* of the whole build, from now on, as far as one can tell; 32 bits */
};

/* All strings are clean, but the bytes of lines. */
struct mkpatch_sink {
	void (*phase)(void *arg, enum mkpatch_phase p, const char *detail);
	void (*ahead)(void *arg, const struct mkpatch_ahead *a); /* NULL: nobody waits */
	void (*line)(void *arg, const char *line, size_t len); /* of a compiler, make, tar */
	void (*note)(void *arg, const char *text);
	void (*function)(void *arg, const struct mkpatch_function *f);
	void (*refusal)(void *arg, const struct refusal *r);
	int (*module)(void *arg, const void *bytes, size_t len);
	void *arg;
};

/*
 * 0: built, or checked and buildable. -EPERM with RC_REFUSED: the sink was told
 * the refusals; -EALREADY with RC_SAME: the patch changes no code; else a
 * negative errno; always e set.
 */
int mkpatch_run(const struct mkpatch_spec *spec, const struct mkpatch_sink *sink, struct err *e);

#endif
