// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Positions of global symbols of vmlinux by name: counted among all of the name,
 * locals included.
 */
#include "tests/builder/kernel.h"

#include <errno.h>

#include "builder/position.h"

static const struct kernel_sym syms[] = {
	{ "do_it", KERNEL_BASE + 0x10, 't' }, { "do_it", KERNEL_BASE + 0x20, 'T' },
	{ "do_it", KERNEL_BASE + 0x30, 'd' }, { "only", KERNEL_BASE + 0x40, 'W' },
	{ "local", KERNEL_BASE + 0x50, 't' }, { "twice", KERNEL_BASE + 0x60, 'T' },
	{ "twice", KERNEL_BASE + 0x70, 'D' }, { "alias", KERNEL_BASE + 0x80, 'D' },
	{ "alias", KERNEL_BASE + 0x80, 'V' },
};

struct table {
	struct bytes bytes;
	struct elf *elf;
	struct ksyms ksyms;
};

static struct table open_table(void)
{
	static const struct kernel_opts o = { 0 };
	struct kernel_places at;
	struct ktables t;
	struct table k = { .bytes = kernel_make(syms, ARRAY_SIZE(syms), &o, &at) };

	assert_int_equal(elf_open_image(k.bytes.data, k.bytes.len, &k.elf, NULL), 0);
	assert_int_equal(ktables_find(k.elf, &t, NULL), 0);
	assert_int_equal(ksyms_read(&t, &k.ksyms, NULL), 0);
	return k;
}

static void close_table(struct table *k)
{
	ksyms_done(&k->ksyms);
	elf_free(k->elf);
	free(k->bytes.data);
}

static void a_global_symbol_is_counted_among_all_of_its_name(void **state)
{
	struct table k = open_table();
	uint32_t pos = 0, of = 0;
	uint64_t address = 0;

	assert_int_equal(position_global(&k.ksyms, "do_it", &pos, &of, &address, NULL), 0);
	assert_int_equal(pos, 2);
	assert_int_equal(of, 3);
	assert_int_equal(address, KERNEL_BASE + 0x20);
	assert_int_equal(position_global(&k.ksyms, "only", &pos, &of, NULL, NULL), 0);
	assert_int_equal(pos, 1);
	assert_int_equal(of, 1);
	assert_int_equal(position_global(&k.ksyms, "alias", &pos, &of, NULL, NULL), 0);
	assert_int_equal(pos, 1);
	assert_int_equal(of, 2);
	close_table(&k);
}

static void what_is_not_global_or_not_unique_is_told(void **state)
{
	struct table k = open_table();
	struct err e = { 0 };
	uint32_t pos, of;

	assert_int_equal(position_global(&k.ksyms, "local", &pos, &of, NULL, &e), -ENOENT);
	assert_string_equal(e.text, "the kernel has no global symbol named local");
	assert_int_equal(position_global(&k.ksyms, "nobody", &pos, &of, NULL, &e), -ENOENT);
	assert_int_equal(position_global(&k.ksyms, "twice", &pos, &of, NULL, &e), -ENOTUNIQ);
	assert_string_equal(e.text, "the kernel has several global symbols named twice");
	close_table(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_global_symbol_is_counted_among_all_of_its_name),
		cmocka_unit_test(what_is_not_global_or_not_unique_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
