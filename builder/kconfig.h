/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's .config as text: one option's value, and what differs between
 * two of them. Rests on scripts/kconfig/confdata.c: `CONFIG_X=value`, and a
 * comment for what is off, which is the same as no line at all.
 */
#ifndef KLPSH_BUILDER_KCONFIG_H
#define KLPSH_BUILDER_KCONFIG_H

#include "core/err.h"

#define KCONFIG_MAX (4u << 20) /* bytes; a distribution's has some 260,000 */

/*
 * The value of an option ("CONFIG_SMP"), without the quotes of a string.
 * Returns its length, -ENOENT where it is off or longer than buf.
 */
int kconfig_value(const char *text, size_t len, const char *option, char *buf, size_t size);

/*
 * The first option that is on and by which no second build gives the same
 * kernel: layouts and code that hang on a seed, code that is made at the link.
 * NULL: none is.
 */
const char *kconfig_unrepeatable(const char *text, size_t len);

/*
 * Compare what the build gave with what was asked for. Versions of tools and
 * what only concerns tools that make no kernel code may differ. Returns 0 when
 * nothing that matters does, else how many options, with the first few as
 * "CONFIG_X y->n" in buf; -ENOMEM.
 */
int kconfig_diff(const char *was, size_t was_len, const char *is, size_t is_len, char *buf, size_t size);

#endif
