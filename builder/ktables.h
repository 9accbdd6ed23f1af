/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the tables of kallsyms are in a kernel image that has no symbols left
 * to say so. They are found by what they hold and proven by each other: the
 * token table by the digits that stand in it and the index behind it, the
 * names by their count and their markers, the addresses by being in order.
 * Rests on scripts/kallsyms.c and kernel/kallsyms.c, 5.0 and later, x86_64.
 * Before 6.4 the addresses stand in front of the names, since then behind;
 * since 7.0 each is relative to its own place and tables are aligned to 4.
 */
#ifndef KLPSH_BUILDER_KTABLES_H
#define KLPSH_BUILDER_KTABLES_H

#include "kmod/elf.h"

#define KTABLES_TOKENS 256
#define KTABLES_NAME_MAX 513 /* its type's letter, a name shorter than KSYM_NAME_LEN, NUL */
#define KTABLES_MAX (1u << 21) /* symbols; a kernel with everything built in has some 600,000 */

enum ktables_form {
	KTABLES_PERCPU, /* from 0 up an address, else base - 1 - word */
	KTABLES_BASE, /* base + word */
	KTABLES_PLACE, /* the word's own address + word, signed */
};

/* All of it lies in one section, whose bytes are borrowed. */
struct ktables {
	const unsigned char *tokens[KTABLES_TOKENS]; /* NUL-terminated */
	const unsigned char *names; /* entries: a length, then so many tokens */
	size_t names_len;
	uint32_t n; /* symbols */
	const unsigned char *offsets; /* n words, little endian */
	uint64_t base; /* with KTABLES_PLACE the first word's own address */
	enum ktables_form form;
};

/* -EOPNOTSUPP (exit 3) with e set when there are none, or none that hold together. */
int ktables_find(const struct elf *elf, struct ktables *ret, struct err *e);
/* Address of symbol i, i below n. */
uint64_t ktables_address(const struct ktables *t, uint32_t i);
/*
 * The entry at *at (an offset into names, at which one begins), unpacked: its type's
 * letter, then the name. Moves *at behind it. Returns its length, or -EBADMSG.
 */
int ktables_name(const struct ktables *t, size_t *at, char buf[KTABLES_NAME_MAX]);

#endif
