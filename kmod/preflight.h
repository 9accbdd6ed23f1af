/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every reason why a load of a module file would fail or stall, found without
 * loading it: the table "Things that make a load fail" of the design shelf's
 * kernel.md, a check a row, and the tasks that would block. A source that is
 * closed gives "not-checked", never "pass". Never prints.
 */
#ifndef KLPSH_KMOD_PREFLIGHT_H
#define KLPSH_KMOD_PREFLIGHT_H

#include "core/snapshot.h"
#include "kmod/inspect.h"
#include "kmod/keyring.h"
#include "kmod/origin.h"

/* In the order of how much they weigh. */
enum check_result { CHECK_PASS, CHECK_NOT_CHECKED, CHECK_WARN, CHECK_FAIL };

struct check {
	const char *id; /* kebab-case, static */
	enum check_result result;
	char *evidence; /* what was seen and where */
	char *hint; /* what to do, or NULL */
};

struct preflight {
	struct check *v;
	size_t n;
	struct blockers blockers; /* predicted; hits only */
};

struct preflight_input {
	const struct root *root;
	const struct snapshot *snap; /* patches, modules, system, log */
	const struct inspect *file;
	const struct funcmap *map; /* may be NULL */
	struct origin *origin; /* files of the loaded patches; may be NULL */
	enum keyring_answer (*key_known)(const struct root *root, const char *id); /* NULL: keyring_look */
};

/* Make all checks. Returns 0 or -ENOMEM. Freed with preflight_done. */
int preflight_run(const struct preflight_input *in, struct preflight *ret);
void preflight_done(struct preflight *p);

/* Fail or pass as the worst check says; what was not checked makes it a warning. */
enum check_result preflight_verdict(const struct preflight *p);
/* The check of an id, or NULL. */
const struct check *preflight_find(const struct preflight *p, const char *id);
/* Is the loaded module of the file's name this very build? Tri-state; q, the patch, may be NULL. */
int preflight_same_build(const struct root *root, const struct inspect *file, const struct patch *q);
/* "pass", "warn", "fail", "not-checked". */
const char *check_result_name(enum check_result r);

#endif
