/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes of functions whose name exists more than once, so that a stack frame
 * "name+0xOFF/0xSIZE" can be told from its namesakes. A small table of
 * questions and answers; answering reads all of /proc/kallsyms and is done in
 * a helper where a screen waits.
 */
#ifndef KLPSH_CORE_SYMSIZE_H
#define KLPSH_CORE_SYMSIZE_H

#include "core/helper.h"
#include "core/kallsyms.h"
#include "core/root.h"

struct symsize {
	char *object, *name;
	unsigned sympos;
	int error; /* -EAGAIN: not answered yet; 0; or why not */
	size_t count; /* symbols of this name in the object */
	uint64_t size; /* bytes, of the one at sympos */
};

struct symsizes {
	struct symsize *v;
	size_t n;
};

/* Ask for a function once; 0 or -ENOMEM. */
int symsizes_ask(struct symsizes *s, const char *object, const char *name, unsigned sympos);
const struct symsize *symsizes_find(const struct symsizes *s, const char *object, const char *name,
				    unsigned sympos);
/* Is there a question without an answer? */
bool symsizes_pending(const struct symsizes *s);
/* Answer all now. Errors are kept with the questions. */
void symsizes_resolve(const struct root *root, struct symsizes *s);
/* The same from a table that was read already; NULL: there is none. */
void symsizes_answer(const struct kallsyms *k, struct symsizes *s);
/* The same in a helper; root and s must live until symsizes_take. */
struct symsizes_job {
	const struct root *root;
	struct symsizes *s;
};
int symsizes_start(struct symsizes_job *job, struct helper **ret);
/* Read the answers of a helper that is done. */
void symsizes_take(struct symsizes *s, struct helper *h);
void symsizes_free(struct symsizes *s);

#endif
