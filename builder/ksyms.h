/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own symbol table, decoded: every symbol in the order in which
 * the kernel walks them, which is what sympos counts (kernel/livepatch/core.c,
 * klp_find_callback(): all of the name, of any type, global or local).
 */
#ifndef KLPSH_BUILDER_KSYMS_H
#define KLPSH_BUILDER_KSYMS_H

#include "builder/ktables.h"

struct ksym {
	uint64_t address; /* as linked, without KASLR */
	uint32_t name; /* offset of its name */
	uint32_t position, of; /* among the symbols of its name, from 1, and how many they are */
	char type; /* nm's letter */
};

struct ksyms {
	struct ksym *v;
	size_t n;
	char *names; /* NUL-terminated, one behind the other */
	uint32_t *by_name; /* indices: those of a name side by side, in the table's order */
};

/* -EBADMSG, -ENOMEM, e set. Freed with ksyms_done. */
int ksyms_read(const struct ktables *t, struct ksyms *ret, struct err *e);
void ksyms_done(struct ksyms *k);
const char *ksym_name(const struct ksyms *k, const struct ksym *s);
/*
 * All of a name: *ret points at so many indices, in the table's order, so the
 * one at [i] has sympos i + 1. Returns how many.
 */
size_t ksyms_named(const struct ksyms *k, const char *name, const uint32_t **ret);
#endif
