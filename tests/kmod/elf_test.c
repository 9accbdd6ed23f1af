// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ELF reader against files that lie: each test takes a good object and
 * changes one number in it.
 */
#include "tests/kmod/fixture.h"

#include <errno.h>

#include "kmod/elf.h"

static struct bytes good;

static int setup(void **state)
{
	good = fixture_compile(FIXTURE_PLAIN, NULL);
	return 0;
}

static int teardown(void **state)
{
	free(good.data);
	return 0;
}

static struct bytes copy(void)
{
	struct bytes b = { malloc(good.len), good.len };

	memcpy(b.data, good.data, good.len);
	return b;
}

/* Open must fail with a sentence that holds `text`; frees b. */
static void expect_refused(struct bytes b, const char *text)
{
	struct elf *elf = NULL;
	struct err e = { 0 };

	assert_int_equal(elf_open(b.data, b.len, &elf, &e), -ENOEXEC);
	assert_null(elf);
	if (!strstr(e.text, text))
		fail_msg("\"%s\" instead of \"%s\"", e.text, text);
	free(b.data);
}

static void test_good(void **state)
{
	_cleanup_(elf_freep) struct elf *elf = NULL;
	const struct elf_section *s;
	struct elf_rela *v = NULL;
	struct err e = { 0 };
	uint64_t word;
	size_t n = 0;

	assert_int_equal(elf_open(good.data, good.len, &elf, &e), 0);
	assert_int_equal(elf_n_sections(elf), fixture_ehdr(good)->e_shnum);
	assert_null(elf_section(elf, elf_n_sections(elf)));
	assert_null(elf_symbol(elf, elf_n_symbols(elf)));
	assert_string_equal(elf_symbol(elf, 0)->name, "");
	assert_null(elf_find_section(elf, ".nowhere"));
	s = elf_find_section(elf, ".rela.data");
	assert_non_null(s);
	assert_int_equal(elf_read_relas(elf, s, &v, &n, &e), 0);
	assert_true(n > 8);
	free(v);
	s = elf_find_section(elf, ".data");
	assert_int_equal(elf_read_u64(s, s->size - 8, &word), 0);
	assert_int_equal(elf_read_u64(s, s->size - 7, &word), -ERANGE);
	assert_int_equal(elf_read_u64(s, UINT64_MAX - 3, &word), -ERANGE);
	assert_null(elf_bytes(s, 1, UINT64_MAX));
	assert_null(elf_string(s, s->size));
	assert_null(elf_string(s, UINT64_MAX));
	assert_int_equal(elf_read_relas(elf, s, &v, &n, &e), -ENOEXEC);
}

static void test_header(void **state)
{
	struct bytes b = copy();

	b.len = 3;
	expect_refused(b, "not an ELF file");
	b = copy();
	b.len = 63;
	expect_refused(b, "truncated");
	b = copy();
	b.data[EI_CLASS] = ELFCLASS32;
	expect_refused(b, "not a 64-bit");
	b = copy();
	b.data[EI_DATA] = ELFDATA2MSB;
	expect_refused(b, "little-endian");
	b = copy();
	fixture_ehdr(b)->e_machine = EM_AARCH64;
	expect_refused(b, "another machine");
	b = copy();
	fixture_ehdr(b)->e_type = ET_DYN;
	expect_refused(b, "not a relocatable");
	b = copy();
	fixture_ehdr(b)->e_shentsize = 63;
	expect_refused(b, "section header table");
	b = copy();
	fixture_ehdr(b)->e_shnum = 0;
	expect_refused(b, "section header table");
	b = copy();
	fixture_ehdr(b)->e_shnum = 0xffff;
	expect_refused(b, "section header table");
	b = copy();
	fixture_ehdr(b)->e_shoff = UINT64_MAX - 63;
	expect_refused(b, "truncated");
	b = copy();
	fixture_ehdr(b)->e_shstrndx = fixture_ehdr(b)->e_shnum;
	expect_refused(b, "no section names");
}

static void test_sections(void **state)
{
	struct bytes b = copy();

	fixture_section(b, ".data")->sh_offset = b.len + 1;
	expect_refused(b, "past the end");
	b = copy();
	fixture_section(b, ".data")->sh_size = UINT64_MAX;
	expect_refused(b, "past the end");
	b = copy();
	fixture_section(b, ".data")->sh_offset = UINT64_MAX - 7;
	expect_refused(b, "past the end");
	b = copy();
	fixture_section(b, ".data")->sh_name = UINT32_MAX;
	expect_refused(b, "name of section");
	b = copy();
	fixture_section(b, ".bss")->sh_type = SHT_PROGBITS;
	fixture_section(b, ".bss")->sh_offset = 0;
	fixture_section(b, ".bss")->sh_size = b.len;
	expect_refused(b, "overlap");
	/* names that have no end */
	b = copy();
	fixture_section(b, ".shstrtab")->sh_size -= 1;
	expect_refused(b, "name of section");
}

static void test_symbols(void **state)
{
	struct bytes b = copy();

	fixture_symbol(b, "init_module", NULL)->st_name = UINT32_MAX;
	expect_refused(b, "name of symbol");
	b = copy();
	fixture_symbol(b, "init_module", NULL)->st_shndx = fixture_ehdr(b)->e_shnum;
	expect_refused(b, "in no section");
	b = copy();
	fixture_section(b, ".symtab")->sh_entsize = 23;
	expect_refused(b, "symbol table");
	b = copy();
	fixture_section(b, ".symtab")->sh_size -= 1;
	expect_refused(b, "symbol table");
	b = copy();
	fixture_section(b, ".symtab")->sh_link = 0xfffffff;
	expect_refused(b, "symbol table");
	b = copy();
	fixture_section(b, ".symtab")->sh_link = 1;
	expect_refused(b, "symbol table");
}

/* A name of 4096 characters has no end within the limit. */
static void test_long_name(void **state)
{
	Elf64_Shdr *names = fixture_section(good, ".strtab");
	size_t old = names->sh_size;
	struct bytes b = { malloc(good.len + old + 5000), good.len + old + 5000 };

	/* the string table moves to the end and grows there */
	memcpy(b.data, good.data, good.len);
	memcpy(b.data + good.len, good.data + names->sh_offset, old);
	memset(b.data + good.len + old, 'a', 5000);
	b.data[b.len - 1] = '\0';
	fixture_symbol(b, "init_module", NULL)->st_name = (Elf64_Word)old;
	names = fixture_section(b, ".strtab");
	names->sh_offset = good.len;
	names->sh_size = old + 5000;
	expect_refused(b, "name of symbol");
}

static void expect_bad_relas(struct bytes b, const char *text)
{
	_cleanup_(elf_freep) struct elf *elf = NULL;
	struct elf_rela *v = NULL;
	struct err e = { 0 };
	size_t n;

	assert_int_equal(elf_open(b.data, b.len, &elf, &e), 0);
	assert_int_equal(elf_read_relas(elf, elf_find_section(elf, ".rela.data"), &v, &n, &e), -ENOEXEC);
	assert_null(v);
	assert_non_null(strstr(e.text, text));
	free(b.data);
}

static Elf64_Rela *first_rela(struct bytes b)
{
	return (Elf64_Rela *)(void *)(b.data + fixture_section(b, ".rela.data")->sh_offset);
}

static void test_relas(void **state)
{
	struct bytes b = copy();

	first_rela(b)->r_offset = fixture_section(b, ".data")->sh_size;
	expect_bad_relas(b, "out of range");
	b = copy();
	first_rela(b)->r_offset = UINT64_MAX;
	expect_bad_relas(b, "out of range");
	b = copy();
	first_rela(b)->r_info = ELF64_R_INFO(0xfffffffful, R_X86_64_64);
	expect_bad_relas(b, "no symbol");
	b = copy();
	fixture_section(b, ".rela.data")->sh_info = fixture_ehdr(b)->e_shnum;
	expect_bad_relas(b, "cannot be right");
	b = copy();
	fixture_section(b, ".rela.data")->sh_entsize = 0;
	expect_bad_relas(b, "cannot be right");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	  cmocka_unit_test(test_header),
		cmocka_unit_test(test_sections),  cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_long_name), cmocka_unit_test(test_relas),
	};

	return cmocka_run_group_tests_name("elf", tests, setup, teardown);
}
