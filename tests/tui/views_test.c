// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What single screens say of one thing: orders, columns that make room, and
 * details, on made-up machines.
 */
#include "tests/tui/screen.h"

/* 4611 is bits 0, 1, 9 and 12. */
static void taint_sorts_bits_as_numbers(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine("ready");
	struct vt *v;

	tree_write(t, "proc/sys/kernel/tainted", "4611\n");
	v = screen_start(t, 80, 24, NULL, NULL);
	vt_keys(v, "4");
	expect(v, "warning");
	vt_keys(v, "s");
	expect(v, "by BIT");
	expect_line(v, 4, "proprietary");
	expect_line(v, 5, "forced load");
	expect_line(v, 6, "warning");
	expect_line(v, 7, "out-of-tree");
	quit(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taint_sorts_bits_as_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
