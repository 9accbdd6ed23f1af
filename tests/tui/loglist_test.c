// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of the log keep their numbers, whatever is dropped before them. */
#include "tui/loglist.h"

#include "tests/lib/tree.h"

static void add(struct loglist *l, uint64_t seq, uint64_t lost)
{
	struct kmsg_record r = { .seq = seq, .lost = lost };

	FORMAT(r.text, "line %llu", (unsigned long long)seq);
	loglist_add(l, &r);
}

static void a_line_keeps_its_number(void **state)
{
	struct loglist *l = loglist_new();

	assert_non_null(l);
	for (uint64_t i = 0; i < LOGLIST_MAX; i++)
		add(l, i, 0);
	assert_string_equal(loglist_at(l, 10)->text, "line 10");
	for (uint64_t i = 0; i < 8; i++)
		add(l, LOGLIST_MAX + i, 0);
	assert_string_equal(loglist_at(l, 10)->text, "line 10");
	assert_null(loglist_at(l, 7)); /* no longer kept */
	assert_non_null(loglist_at(l, 8));
	assert_int_equal(loglist_end(l), LOGLIST_MAX + 8);
	assert_null(loglist_at(l, LOGLIST_MAX + 8));
	loglist_free(l);
}

static void a_gap_has_a_number_of_its_own(void **state)
{
	struct loglist *l = loglist_new();

	assert_non_null(l);
	add(l, 1, 0);
	add(l, 5, 3);
	assert_int_equal(loglist_end(l), 3);
	assert_int_equal(loglist_at(l, 1)->lost, 3);
	assert_string_equal(loglist_at(l, 2)->text, "line 5");
	loglist_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_keeps_its_number),
		cmocka_unit_test(a_gap_has_a_number_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
