/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program's own geteuid: the one of FAKE_EUID, or root's, so that screens
 * which only root may use can be seen by whoever runs the tests. Defines it:
 * include this in one file of a program, never in the product.
 */
#ifndef KLPSH_TESTS_LIB_FAKE_EUID_H
#define KLPSH_TESTS_LIB_FAKE_EUID_H

#include <stdlib.h>
#include <unistd.h>

uid_t geteuid(void)
{
	const char *s = getenv("FAKE_EUID");

	return s ? (uid_t)atoi(s) : 0;
}

#endif
