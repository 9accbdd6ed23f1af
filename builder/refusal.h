/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a patch cannot be built soundly, as data: a code that scripts can ask
 * for, where it is, why, and the technique that helps its author. And what is
 * worth a word but no refusal. The table of codes is in the manual.
 */
#ifndef KLPSH_BUILDER_REFUSAL_H
#define KLPSH_BUILDER_REFUSAL_H

#include "core/util.h"

enum refusal_code {
	REFUSE_INIT, /* code that has run already and is gone */
	REFUSE_DATA, /* the value of existing data */
	REFUSE_DATA_SIZE, /* its size or type */
	REFUSE_NO_HOOK, /* a function that cannot be patched */
	REFUSE_STATIC_LOCAL, /* cannot be told which is which */
	REFUSE_GROUP, /* a section group */
	REFUSE_SECTION, /* a section or table that is not understood */
	REFUSE_CODE, /* code that cannot be followed */
	REFUSE_KEY, /* a jump label whose key is in a module */
	REFUSE_SEALED, /* a pointer to a function without landing pad (IBT) */
	REFUSE_SYMBOL, /* neither in the kernel nor exported nor in the patch */
	REFUSE_AMBIGUOUS, /* a symbol whose position is not certain */
	REFUSE_NAME, /* too long for livepatch */
	REFUSE_PROOF, /* compiler, configuration or source do not reproduce the kernel */
	REFUSE_NOT_LINKED, /* the object or function is not in the kernel */
	REFUSE_ABI, /* the CRC of an export changes */
	REFUSE_LAYOUT, /* a structure changes */
	REFUSE_FILE, /* assembly, vdso, boot, realmode, purgatory, build files */
	REFUSE_UNIT, /* one compilation unit in several modules */
	REFUSE_CONFIG, /* RANDSTRUCT, latent entropy, LTO */
	REFUSE_CALLBACK, /* more than one of a kind an object */
	REFUSE_CODES
};

struct refusal {
	enum refusal_code code;
	bool warning; /* told, but nothing is refused for it */
	char file[160], function[160], section[80]; /* "" where it has none; sanitized */
	char why[320];
};

struct refusals {
	struct refusal *v;
	size_t n, n_warnings; /* of n */
	size_t missed; /* there were more than are kept */
};

#define REFUSALS_MAX 1000

/*
 * Add one. Strings are copied, sanitized and cut; NULL is "". file is the
 * object's or the source's. A second of the same code and place is dropped.
 * Returns -EPERM for a refusal, so that it can be returned; 0 for a warning.
 */
int refuse(struct refusals *to, enum refusal_code code, const char *file, const char *function,
	   const char *section, const char *fmt, ...) _printf_(6, 7);
int refusal_warn(struct refusals *to, enum refusal_code code, const char *file, const char *function,
		 const char *section, const char *fmt, ...) _printf_(6, 7);
/* How many refuse the patch. */
static inline size_t refusals_count(const struct refusals *r)
{
	return r->n - r->n_warnings + r->missed;
}
void refusals_done(struct refusals *r);

/* "init-code", "data-value", ...: for JSON. */
const char *refusal_word(enum refusal_code code);
/* What it means, a sentence for the manual. */
const char *refusal_meaning(enum refusal_code code);
/* What its author can do, a sentence. */
const char *refusal_technique(enum refusal_code code);

#endif
