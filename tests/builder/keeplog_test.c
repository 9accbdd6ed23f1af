// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The log of a folder that is kept: who shows it on a terminal sees what
 * children printed, and nothing that a terminal would obey.
 */
#include "tests/lib/tree.h"

#include <fcntl.h>

#include "builder/keeplog.h"
#include "kmod/decompress.h"

static void on_line(void *arg, const char *line, size_t len)
{
	*(size_t *)arg += len;
}

static void a_line_of_a_child_is_shown_not_obeyed(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_close_ int dir = open(tree_path(t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ char *got = NULL;
	size_t told = 0, len;
	const struct mkpatch_sink to = { .line = on_line, .arg = &told };
	char path[PATH_MAX + 8];
	struct keeplog k;

	keeplog_init(&k, &to);
	keeplog_open(&k, dir);
	k.sink.line(k.sink.arg, "a.c: \033[2Jgone", 13);
	keeplog_close(&k);
	FORMAT(path, "%s/" KEEPLOG, tree_path(t));
	assert_int_equal(file_read(path, 4096, &got, &len, NULL), 0);
	assert_string_equal(got, "a.c: \\x1B[2Jgone\n");
	assert_int_equal(told, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_of_a_child_is_shown_not_obeyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
