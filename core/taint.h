/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's taint flags (Documentation/admin-guide/tainted-kernels.rst,
 * include/linux/panic.h): bit, letter, meaning, and what it means for support
 * and for loading. Bits past the table are shown as unknown, never dropped.
 */
#ifndef KLPSH_CORE_TAINT_H
#define KLPSH_CORE_TAINT_H

#include "core/modlist.h"

struct taint_flag {
	unsigned bit;
	char letter; /* shown when set */
	const char *name; /* short: "livepatched" */
	const char *meaning;
	const char *consequence; /* for support and for loading livepatches */
};

#define TAINT_BITS 20
/* Entry for a bit; NULL past the table. */
const struct taint_flag *taint_flag_of(unsigned bit);
const struct taint_flag *taint_flag_of_letter(char letter);

/* /proc/sys/kernel/tainted. 0 or negative errno. */
int taint_read(const struct root *root, uint64_t *ret);

/* Letters of a value in bit order, '?' for unknown bits; "" for 0. */
void taint_letters(uint64_t value, char *buf, size_t size);

#endif
