/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Headers that look like the kernel's, as far as a test needs them: sources
 * meant for the kernel are compiled against them, without its tree.
 */
#ifndef KLPSH_TESTS_BUILDER_LOOKALIKE_H
#define KLPSH_TESTS_BUILDER_LOOKALIKE_H

#include "tests/kmod/fixture.h"

struct lookalike {
	const char *name; /* in linux/ */
	const char *text;
};

/* Compile with these headers and up to three more flags. The object's bytes are the caller's. */
static inline struct bytes lookalike_compile(const struct lookalike *headers, size_t n, const char *source,
					     const char *const flags[3])
{
	char dir[32], folder[64], path[80], include[40];
	const char *all[] = { include, flags[0], flags[1], flags[2], NULL };
	struct bytes b;

	fixture_dir(dir);
	FORMAT(folder, "%s/linux", dir);
	FORMAT(include, "-I%s", dir);
	assert_int_equal(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < n; i++) {
		FORMAT(path, "%s/%s", folder, headers[i].name);
		fixture_write(path, headers[i].text, strlen(headers[i].text));
	}
	b = fixture_compile(source, all);
	for (size_t i = 0; i < n; i++) {
		FORMAT(path, "%s/%s", folder, headers[i].name);
		unlink(path);
	}
	rmdir(folder);
	rmdir(dir);
	return b;
}

#endif
