/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests of what only a plain user meets: root is nobody while they run.
 */
#ifndef KLPSH_TESTS_BUILDER_NOBODY_H
#define KLPSH_TESTS_BUILDER_NOBODY_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOBODY 65534

/* Where he may write, as /tmp may be root's alone; and what TMPDIR was. */
static char nobody_dir[256], nobody_was[256];

/* A setup: 0, also where we are no root. */
static inline int become_nobody(void **state)
{
	const char *tmp = getenv("TMPDIR");

	if (geteuid() != 0)
		return 0;
	snprintf(nobody_was, sizeof(nobody_was), "%s", tmp ? tmp : "");
	snprintf(nobody_dir, sizeof(nobody_dir), "%s/klpsh-nobody-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(nobody_dir) || chown(nobody_dir, NOBODY, NOBODY) < 0 ||
	    setenv("TMPDIR", nobody_dir, 1) < 0)
		return -1;
	return setresgid(NOBODY, NOBODY, 0) | setresuid(NOBODY, NOBODY, 0);
}

/* Its teardown. */
static inline int become_root_again(void **state)
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved) < 0 || saved != 0)
		return 0;
	if (setresuid(0, 0, 0) | setresgid(0, 0, 0) | rmdir(nobody_dir))
		return -1;
	return *nobody_was ? setenv("TMPDIR", nobody_was, 1) : unsetenv("TMPDIR");
}

#define unit_test_as_nobody(test) cmocka_unit_test_setup_teardown(test, become_nobody, become_root_again)

#endif
