/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an error says.
 */
#ifndef KLPSH_TESTS_LIB_SAYS_H
#define KLPSH_TESTS_LIB_SAYS_H

#include <string.h>

#include "core/err.h"
#include "tests/lib/tree.h"

/* Its sentence has this part; else the test fails with both. */
static inline void err_says(const struct err *e, const char *part)
{
	if (!strstr(e->text, part))
		fail_msg("\"%s\" without \"%s\"", e->text, part);
}

#endif
