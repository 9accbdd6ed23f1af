// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions of a kernel have no landing pad for calls through pointers.
 */
#include "tests/builder/linked.h"

#include "builder/sealed.h"

#define FUNC(name) "\t.text\n\t.globl " name "\n\t.type " name ",@function\n" name ":\n\tnop\n\tret\n"
#define SEALED(name) "\t.section .ibt_endbr_seal,\"a\"\n\t.long " name " - .\n"

static uint64_t address(const struct linked *k, const char *name)
{
	const uint32_t *v;

	assert_int_equal(ksyms_named(&k->ksyms, name, &v), 1);
	return k->ksyms.v[*v].address;
}

static void the_kernel_s_list_is_read(void **state)
{
	static const char *const sources[] = { FUNC("late") FUNC("open"), FUNC("early") SEALED("early"),
					       SEALED("late") };
	struct linked k = linked_kernel(sources, ARRAY_SIZE(sources));
	struct sealed s;

	assert_int_equal(sealed_read(k.image->elf, &s), 0);
	assert_int_equal(s.n, 2);
	assert_true(sealed_has(&s, address(&k, "early")));
	assert_true(sealed_has(&s, address(&k, "late")));
	assert_false(sealed_has(&s, address(&k, "open")));
	assert_false(sealed_has(&s, 0));
	sealed_done(&s);
	linked_free(&k);
}

static void a_kernel_without_a_list_seals_nothing(void **state)
{
	static const char *const sources[] = { FUNC("open") };
	struct linked k = linked_kernel(sources, ARRAY_SIZE(sources));
	struct sealed s;

	assert_int_equal(sealed_read(k.image->elf, &s), 0);
	assert_int_equal(s.n, 0);
	assert_false(sealed_has(&s, address(&k, "open")));
	sealed_done(&s);
	linked_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_s_list_is_read),
		cmocka_unit_test(a_kernel_without_a_list_seals_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
