/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes what a patch changes in one object as a relocatable object of its
 * own: the included things of builder/diff, their strings and constants, and
 * their elements of the special sections. What stays the kernel's is left
 * undefined, under a name that the caller gives.
 */
#ifndef KLPSH_BUILDER_EXTRACT_H
#define KLPSH_BUILDER_EXTRACT_H

#include "builder/author.h"
#include "builder/diff.h"

/* Something that the new code uses and that is not in it. */
struct extref {
	const char *name; /* in the object */
	uint32_t
		thing; /* of the original object, the same thing; THING_NONE: the object does not define it */
	bool branch; /* it is called or jumped to */
	const char *section, *user; /* where it is used: section, and the function's name */
	bool key; /* from a table of keys (jump labels, static calls) */
	bool tracepoint; /* the key is a tracepoint's: where it is a module's, extref_silence() */
	bool weak; /* another file's may stand in its place */
	bool table; /* in a special section: an address that nobody calls */
	bool early; /* read when the patch is loaded, so it cannot wait for a module */
};

/* include/linux/static_call_types.h: STATIC_CALL_TRAMP_PREFIX. */
#define EXTREF_TRAMPOLINE "__SCT__"

/*
 * The name under which the symbol is to be left undefined (at most size - 1
 * bytes). Of a call to a name that begins as a trampoline's, objtool makes a static
 * call; its key is asked for, too. 0; -EPERM: refused, and said so in refusals; -EXDEV, of a tracepoint's key
 * alone: it is to be one that is off; another negative errno.
 */
typedef int (*extract_fn)(void *arg, const struct extref *ref, char *name, size_t size);
/* Warn that the tracepoint stays silent, as its key is in `module`. Returns -EXDEV. */
int extref_silence(const struct extref *ref, const char *file, const char *module, struct refusals *to);

struct extract_options {
	const char *file;
	extract_fn resolve;
	void *arg;
	const char *alias; /* of changed functions: this and a number; NULL: none */
	bool objtool; /* keep what objtool wrote */
};

struct extracted_function {
	uint32_t thing; /* of the original object */
	int64_t sympos; /* as livepatch counts it, filled in by who resolves it; -1 until then */
	char alias[64];
};

struct extract {
	char *bytes; /* the object */
	size_t len;
	struct extracted_function *functions; /* the changed ones, which are to be patched */
	size_t n_functions;
	char callbacks[AUTHOR_CALLBACKS][64]; /* aliases; "" where there is none */
};

/* 0 also when references were refused (bytes NULL then). -ENOMEM, -EFBIG with e set. */
int extract_make(const struct diff *d, const struct extract_options *opt, struct refusals *to,
		 struct extract *ret, struct err *e);
void extract_done(struct extract *x);

#endif
