/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process is told of its signals.
 */
#ifndef KLPSH_TESTS_BUILDER_SIGNALS_H
#define KLPSH_TESTS_BUILDER_SIGNALS_H

#include "tests/lib/tree.h"

/*
 * None in a line of /proc/self/status but 32 and 33: the C library keeps them
 * for itself and nobody can set them, while posix_spawn, by which make runs
 * the tests, leaves them ignored.
 */
static inline void assert_no_signals(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	assert_non_null(at);
	assert_int_equal(strtoull(at + strlen(name), NULL, 16) & ~0x180000000ull, 0);
}

#endif
