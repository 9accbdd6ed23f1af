// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of refusals: what is kept, what is dropped, and that each code has
 * words for scripts, for the manual and for the patch's author.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/refusal.h"
#include "core/text.h"

static void refusals_and_warnings_are_told_apart(void **state)
{
	struct refusals r = { 0 };

	assert_int_equal(refuse(&r, REFUSE_DATA, "a.o", "v", ".data.v", "it was %d", 3), -EPERM);
	assert_int_equal(refusal_warn(&r, REFUSE_SECTION, "a.o", NULL, NULL, "left out"), 0);
	assert_int_equal(r.n, 2);
	assert_int_equal(refusals_count(&r), 1);
	assert_string_equal(r.v[0].why, "it was 3");
	assert_string_equal(r.v[0].function, "v");
	assert_string_equal(r.v[1].function, "");
	assert_true(r.v[1].warning);
	refusals_done(&r);
	assert_int_equal(r.n, 0);
}

static void the_same_is_told_once(void **state)
{
	struct refusals r = { 0 };

	for (int i = 0; i < 3; i++)
		(void)refuse(&r, REFUSE_DATA, "a.o", "v", NULL, "changed");
	(void)refuse(&r, REFUSE_DATA, "a.o", "w", NULL, "changed");
	(void)refusal_warn(&r, REFUSE_DATA, "a.o", "v", NULL, "changed");
	assert_int_equal(r.n, 3);
	refusals_done(&r);
}

static void too_many_are_counted(void **state)
{
	struct refusals r = { 0 };

	for (int i = 0; i < (int)REFUSALS_MAX + 10; i++)
		(void)refuse(&r, REFUSE_DATA, "a.o", "v", NULL, "%d", i);
	assert_int_equal(r.n, REFUSALS_MAX);
	assert_int_equal(r.missed, 10);
	assert_int_equal(refusals_count(&r), REFUSALS_MAX + 10);
	refusals_done(&r);
}

static void foreign_text_is_cleaned_and_cut(void **state)
{
	struct refusals r = { 0 };
	char name[2000];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	(void)refuse(&r, REFUSE_INIT, "a\033[2J.o", name, "\n", "why %s", name);
	assert_true(text_is_clean(r.v[0].file) && text_is_clean(r.v[0].section) && text_is_clean(r.v[0].why));
	assert_null(strchr(r.v[0].file, '\033'));
	assert_int_equal(strlen(r.v[0].function), sizeof(r.v[0].function) - 1);
	assert_int_equal(strlen(r.v[0].why), sizeof(r.v[0].why) - 1);
	refusals_done(&r);
}

static void every_code_has_its_words(void **state)
{
	for (int i = 0; i < REFUSE_CODES; i++) {
		assert_non_null(refusal_word(i));
		assert_true(strlen(refusal_meaning(i)) > 10 && strlen(refusal_technique(i)) > 10);
		assert_int_equal(strspn(refusal_word(i), "abcdefghijklmnopqrstuvwxyz-"),
				 strlen(refusal_word(i)));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(refusal_word(i), refusal_word(k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_and_warnings_are_told_apart),
		cmocka_unit_test(the_same_is_told_once),
		cmocka_unit_test(too_many_are_counted),
		cmocka_unit_test(foreign_text_is_cleaned_and_cut),
		cmocka_unit_test(every_code_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
