// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Objects that are written are read back as they were meant, by our own reader
 * and by binutils, which must accept them without a word.
 */
#include "tests/kmod/fixture.h"

#include <errno.h>

#include "builder/elfout.h"
#include "kmod/elf.h"

static const unsigned char code[16] = { 0xf3, 0x0f, 0x1e, 0xfa, 0xe8, 0, 0, 0, 0, 0xc3 };

struct made {
	struct elfout *o;
	int text, data, bss, order, local, global, undef, livepatch;
};

/* A bit of everything; globals are added before locals on purpose. */
static struct made make(void)
{
	struct made m = { 0 };

	assert_int_equal(elfout_new(&m.o), 0);
	m.text = elfout_section(m.o, ".text.f", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 16, 0, code,
				sizeof(code));
	m.data = elfout_section(m.o, ".data.d", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 8, 0, NULL, 8);
	m.bss = elfout_section(m.o, ".bss.b", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 32, 0, NULL, 100);
	m.order = elfout_section(m.o, "__places", SHT_PROGBITS, SHF_ALLOC, 8, 0, NULL, 8);
	assert_int_equal(elfout_link_order(m.o, m.order, m.text), 0);
	m.global = elfout_symbol(m.o, "f", STB_GLOBAL, STT_FUNC, m.text, 0, 10);
	m.undef = elfout_symbol(m.o, "printk_like", STB_GLOBAL, STT_NOTYPE, ELFOUT_UNDEF, 0, 0);
	elfout_symbol(m.o, "file.c", STB_LOCAL, STT_FILE, ELFOUT_ABS, 0, 0);
	m.local = elfout_symbol(m.o, "d", STB_LOCAL, STT_OBJECT, m.data, 0, 8);
	elfout_symbol(m.o, "b", STB_GLOBAL, STT_OBJECT, m.bss, 4, 96);
	assert_int_equal(elfout_reloc(m.o, m.text, 5, R_X86_64_PLT32, m.undef, -4), 0);
	assert_int_equal(elfout_reloc(m.o, m.data, 0, R_X86_64_64, m.local, 3), 0);
	assert_int_equal(elfout_reloc(m.o, m.bss, 7, R_X86_64_NONE, ELFOUT_NO_SYMBOL, 0), 0);
	assert_int_equal(elfout_reloc(m.o, m.order, 0, R_X86_64_64, elfout_section_symbol(m.o, m.text), 0),
			 0);
	return m;
}

static struct elf *finish(struct elfout *o, char **bytes, size_t *len)
{
	struct elf *elf = NULL;
	struct err e = { 0 };

	if (elfout_finish(o, bytes, len, &e) < 0 || elf_open(*bytes, *len, &elf, &e) < 0)
		fail_msg("%s", e.text);
	return elf;
}

static const struct elf_symbol *named(const struct elf *elf, const char *name)
{
	for (size_t i = 0; i < elf_n_symbols(elf); i++)
		if (streq(elf_symbol(elf, i)->name, name))
			return elf_symbol(elf, i);
	fail_msg("no symbol %s", name);
	return NULL;
}

static void expect_reloc(const struct elf *elf, const char *table, uint64_t offset, uint32_t type,
			 unsigned symbol, int64_t addend)
{
	const struct elf_section *s = elf_find_section(elf, table);
	struct elf_rela *v = NULL;
	size_t n = 0;

	assert_non_null(s);
	assert_int_equal(elf_read_relas(elf, s, &v, &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].offset, offset);
	assert_int_equal(v[0].type, type);
	assert_int_equal(v[0].symbol, symbol);
	assert_int_equal(v[0].addend, addend);
	free(v);
}

static void what_is_written_is_read_back(void **state)
{
	struct made m = make();
	char *bytes = NULL;
	size_t len = 0;
	struct elf *elf = finish(m.o, &bytes, &len);
	const struct elf_section *text = elf_find_section(elf, ".text.f"),
				 *bss = elf_find_section(elf, ".bss.b"),
				 *order = elf_find_section(elf, "__places");

	assert_int_equal(text->size, sizeof(code));
	assert_memory_equal(text->data, code, sizeof(code));
	assert_int_equal(text->align, 16);
	assert_int_equal(bss->size, 100);
	assert_null(bss->data);
	assert_int_equal(order->link, text->index);
	assert_true(order->flags & SHF_LINK_ORDER);
	assert_int_equal(named(elf, "f")->shndx, text->index);
	assert_int_equal(named(elf, "f")->size, 10);
	assert_int_equal(named(elf, "f")->bind, STB_GLOBAL);
	assert_int_equal(named(elf, "b")->value, 4);
	assert_int_equal(named(elf, "printk_like")->shndx, SHN_UNDEF);
	assert_int_equal(named(elf, "file.c")->shndx, SHN_ABS);
	expect_reloc(elf, ".rela.text.f", 5, R_X86_64_PLT32, named(elf, "printk_like")->index, -4);
	expect_reloc(elf, ".rela.bss.b", 7, R_X86_64_NONE, 0, 0);
	expect_reloc(elf, ".rela.data.d", 0, R_X86_64_64, named(elf, "d")->index, 3);
	elf_free(elf);
	free(bytes);
	elfout_free(m.o);
}

static void locals_stand_first(void **state)
{
	struct made m = make();
	char *bytes = NULL;
	size_t len = 0;
	struct elf *elf = finish(m.o, &bytes, &len);
	const struct elf_section *table = elf_find_section(elf, ".symtab");

	assert_int_equal(table->info, 4); /* the empty one, file.c, d, the section's */
	for (size_t i = 0; i < elf_n_symbols(elf); i++)
		assert_int_equal(elf_symbol(elf, i)->bind == STB_LOCAL, i < table->info);
	elf_free(elf);
	free(bytes);
	elfout_free(m.o);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
	struct made a = make(), b = make();
	char *x = NULL, *y = NULL;
	size_t x_len = 0, y_len = 0;

	assert_int_equal(elfout_finish(a.o, &x, &x_len, NULL), 0);
	assert_int_equal(elfout_finish(b.o, &y, &y_len, NULL), 0);
	assert_int_equal(x_len, y_len);
	assert_memory_equal(x, y, x_len);
	free(x);
	free(y);
	elfout_free(a.o);
	elfout_free(b.o);
}

static void livepatch_tables_keep_their_name_and_flags(void **state)
{
	struct made m = make();
	int empty = elfout_table(m.o, m.text, ".klp.rela.ext4..text.f", ELF_SHF_RELA_LIVEPATCH);
	int table =
		elfout_table(m.o, m.data, ".klp.rela.vmlinux..data.d", SHF_ALLOC | ELF_SHF_RELA_LIVEPATCH);
	int s = elfout_symbol(m.o, ".klp.sym.vmlinux.g,2", STB_GLOBAL, STT_NOTYPE, ELFOUT_LIVEPATCH, 0, 0);
	const struct elf_section *section;
	char *bytes = NULL;
	size_t len = 0;
	struct elf *elf;

	assert_true(empty >= 0);
	assert_int_equal(elfout_table_reloc(m.o, table, 0, R_X86_64_64, s, 1), 0);
	elf = finish(m.o, &bytes, &len);
	section = elf_find_section(elf, ".klp.rela.vmlinux..data.d");
	assert_non_null(section);
	assert_int_equal(section->flags, SHF_ALLOC | SHF_INFO_LINK | ELF_SHF_RELA_LIVEPATCH);
	assert_string_equal(elf_section(elf, section->info)->name, ".data.d");
	assert_string_equal(elf_section(elf, section->link)->name, ".symtab");
	assert_int_equal(named(elf, ".klp.sym.vmlinux.g,2")->shndx, ELF_SHN_LIVEPATCH);
	expect_reloc(elf, ".klp.rela.vmlinux..data.d", 0, R_X86_64_64,
		     named(elf, ".klp.sym.vmlinux.g,2")->index, 1);
	assert_null(elf_find_section(elf, ".klp.rela.ext4..text.f"));
	elf_free(elf);
	free(bytes);
	elfout_free(m.o);
}

static void bytes_are_appended_at_their_alignment(void **state)
{
	struct made m = make();

	assert_int_equal(elfout_append(m.o, m.data, "abc", 3, 1), 8);
	assert_int_equal(elfout_append(m.o, m.data, "defg", 4, 16), 16);
	assert_int_equal(elfout_append(m.o, m.data, NULL, 1000, 1), 20);
	assert_int_equal(elfout_size(m.o, m.data), 1020);
	assert_memory_equal(elfout_data(m.o, m.data) + 8, "abc\0\0\0\0\0defg\0", 13);
	assert_int_equal(elfout_append(m.o, m.bss, NULL, 4, 8), 104);
	elfout_free(m.o);
}

static void what_cannot_be_is_refused(void **state)
{
	struct made m = make();

	assert_int_equal(elfout_reloc(m.o, m.text, sizeof(code), R_X86_64_64, m.local, 0), -ERANGE);
	assert_int_equal(elfout_reloc(m.o, m.text, 0, R_X86_64_64, 99, 0), -EINVAL);
	assert_int_equal(elfout_reloc(m.o, 99, 0, R_X86_64_64, m.local, 0), -EINVAL);
	assert_int_equal(elfout_symbol(m.o, "x", STB_GLOBAL, STT_FUNC, 99, 0, 0), -EINVAL);
	assert_int_equal(elfout_symbol(m.o, "x", STB_GLOBAL, STT_FUNC, -9, 0, 0), -EINVAL);
	assert_int_equal(elfout_append(m.o, m.bss, "x", 1, 1), -EINVAL);
	assert_int_equal(elfout_append(m.o, m.data, "x", 1, 3), -EINVAL);
	assert_int_equal(elfout_append(m.o, m.data, NULL, ELFOUT_MAX_BYTES, 1), -EFBIG);
	assert_int_equal(elfout_section(m.o, "x", SHT_PROGBITS, 0, 1, 0, NULL, SIZE_MAX), -EFBIG);
	elfout_free(m.o);
}

/* Runs argv, which must succeed and complain about nothing. */
static void run_quietly(const char *dir, const char *const *argv)
{
	char err[64];
	struct bytes b;
	int status;
	pid_t pid;

	FORMAT(err, "%s/err", dir);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC),
		    fd = open(err, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		dup2(null, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	b = fixture_read(err);
	unlink(err);
	if (status || b.len)
		fail_msg("%s: status %d, %.*s", argv[0], status, (int)b.len, b.data);
	free(b.data);
}

static void binutils_accept_it_without_a_word(void **state)
{
	struct made m = make();
	char dir[32], in[64], out[64], *bytes = NULL;
	size_t len = 0;

	fixture_dir(dir);
	FORMAT(in, "%s/in.o", dir);
	FORMAT(out, "%s/out.o", dir);
	assert_int_equal(elfout_finish(m.o, &bytes, &len, NULL), 0);
	fixture_write(in, bytes, len);
	run_quietly(dir, (const char *[]){ "readelf", "-aW", in, NULL });
	run_quietly(dir, (const char *[]){ "ld", "-r", "-o", out, in, NULL });
	unlink(in);
	unlink(out);
	rmdir(dir);
	free(bytes);
	elfout_free(m.o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(locals_stand_first),
		cmocka_unit_test(the_same_calls_give_the_same_bytes),
		cmocka_unit_test(livepatch_tables_keep_their_name_and_flags),
		cmocka_unit_test(bytes_are_appended_at_their_alignment),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(binutils_accept_it_without_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
