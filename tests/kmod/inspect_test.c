// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole module files: all facts of a good one, packed and signed too; every
 * prefix and thousands of mutations of it, which may be refused but must
 * never do harm; and the lab's real modules where they have been built.
 */
#include "tests/kmod/fixture.h"
#include "tests/kmod/pack.h"

#include <errno.h>

#include "kmod/inspect.h"

#define MUTATIONS 3000

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

static struct inspect *inspect_good(struct bytes b)
{
	struct inspect *i = NULL;
	struct err e = { 0 };

	if (inspect_bytes("some/fixture.ko", b.data, b.len, &i, &e) < 0)
		fail_msg("%s", e.text);
	return i;
}

static void expect_facts(const struct inspect *i)
{
	assert_string_equal(i->path, "some/fixture.ko");
	assert_string_equal(i->name, "fixture_lp");
	assert_true(i->livepatch);
	assert_string_equal(i->vermagic, "6.1.0-1-amd64 SMP preempt mod_unload modversions ");
	assert_string_equal(i->srcversion, "0123456789ABCDEF");
	assert_string_equal(i->build_id, "deadbeef00010203");
	assert_string_equal(i->description, "two objects");
	assert_string_equal(i->license, "GPL");
	assert_string_equal(i->version, "7");
	assert_int_equal(i->n_depends, 2);
	assert_string_equal(i->depends[0], "alpha");
	assert_string_equal(i->depends[1], "beta");
	assert_int_equal(i->n_objects, 2);
	assert_int_equal(i->stack_order, -1);
	assert_true(inspect_matches_release(i, "6.1.0-1-amd64"));
	assert_false(inspect_matches_release(i, "6.1.0-1"));
	assert_false(inspect_matches_release(i, "6.1.0-1-amd64 "));
	assert_false(inspect_matches_release(i, ""));
}

static void test_facts(void **state)
{
	_cleanup_(inspect_freep) struct inspect *i = inspect_good(good);

	expect_facts(i);
	assert_string_equal(i->compression, "none");
	assert_int_equal(i->size, good.len);
	assert_int_equal(strlen(i->sha256), 64);
	assert_false(i->is_signed);
	assert_null(i->signer);
}

static void test_packed_and_signed(void **state)
{
	static const enum compression formats[] = { COMPRESSION_GZIP, COMPRESSION_XZ, COMPRESSION_ZSTD };
	struct bytes message = sign_message(good, "Tester", CMS_NOCERTS);
	struct bytes all = sign_append(good, message, (uint32_t)message.len);

	for (size_t f = 0; f < ARRAY_SIZE(formats); f++) {
		struct bytes packed = pack(formats[f], all);
		_cleanup_(inspect_freep) struct inspect *i = inspect_good(packed);

		expect_facts(i);
		assert_string_equal(i->compression, compression_word(formats[f]));
		assert_int_equal(i->size, packed.len);
		assert_true(i->is_signed);
		assert_string_equal(i->signer, "Tester");
		assert_string_equal(i->sig_hash, "sha512");
		free(packed.data);
	}
	free(message.data);
	free(all.data);
}

/* What was appended is no part of the ELF file. */
static void test_section_in_signature(void **state)
{
	struct bytes message = { (char[]){ "rubbish" }, 7 };
	struct bytes all = sign_append(good, message, 7);
	struct inspect *i = NULL;
	struct err e = { 0 };

	fixture_section(all, ".note.GNU-stack")->sh_offset = good.len;
	fixture_section(all, ".note.GNU-stack")->sh_size = 1;
	assert_int_equal(inspect_bytes("x.ko", all.data, all.len, &i, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, "past the end"));
	free(all.data);
}

static void test_file(void **state)
{
	char dir[32], path[64];
	struct inspect *i = NULL;
	struct err e = { 0 };

	fixture_dir(dir);
	FORMAT(path, "%s/x.ko", dir);
	assert_int_equal(inspect_file(path, &i, &e), -ENOENT);
	fixture_write(path, "", 0);
	assert_int_equal(inspect_file(path, &i, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, path));
	fixture_write(path, "\x1f\x8b rubbish", 10);
	assert_int_equal(inspect_file(path, &i, &e), -EBADMSG);
	/* a hole that is as big as no module */
	assert_int_equal(truncate(path, (off_t)INSPECT_MAX_FILE + 1), 0);
	assert_int_equal(inspect_file(path, &i, &e), -EFBIG);
	assert_null(i);
	fixture_write(path, good.data, good.len);
	assert_int_equal(inspect_file(path, &i, &e), 0);
	assert_string_equal(i->path, path);
	inspect_free(i);
	unlink(path);
	rmdir(dir);
}

static void test_no_module(void **state)
{
	struct bytes b = fixture_compile("int a;\n", NULL);
	struct inspect *i = NULL;
	struct err e = { 0 };

	assert_int_equal(inspect_bytes("a.o", b.data, b.len, &i, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, "not a kernel module"));
	free(b.data);
}

/* Hostile and oversize strings: kept as they are, cut at the limit. */
static void test_strings(void **state)
{
	_cleanup_free_ char *source = NULL;
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	struct bytes b;

	assert_true(
		asprintf(&source,
			 "%sINFO(license, \"license=\\x1b[31m\\xff\\0license=second\");\n"
			 "INFO(odd, \"noequals\"); INFO(none, \"=x\"); INFO(depends, \"depends=,a,,b,\");\n"
			 "INFO(description, \"description=%0*d\");\n",
			 FIXTURE_STRUCTS, 9000, 7) > 0);
	b = fixture_compile(source, NULL);
	i = inspect_good(b);
	free(b.data);
	assert_string_equal(i->license, "\x1b[31m\xff");
	assert_int_equal(strlen(i->description), 4095);
	assert_int_equal(i->n_depends, 2);
	assert_string_equal(i->depends[1], "b");
	assert_false(i->livepatch);
}

static void test_modinfo_without_end(void **state)
{
	struct bytes b = { malloc(good.len), good.len };
	struct inspect *i = NULL;
	struct err e = { 0 };

	memcpy(b.data, good.data, good.len);
	fixture_section(b, ".modinfo")->sh_size -= 1;
	assert_int_equal(inspect_bytes("x.ko", b.data, b.len, &i, &e), -ENOEXEC);
	free(b.data);
}

/* An exact copy on the heap, so that one byte too far is seen. */
static void inspect_any(const char *data, size_t len)
{
	char *copy = malloc(len ? len : 1);
	struct inspect *i = NULL;
	struct err e = { 0 };
	int r;

	memcpy(copy, data, len);
	r = inspect_bytes("x.ko", copy, len, &i, &e);
	if (r < 0) {
		assert_null(i);
		assert_true(e.text[0] && e.code == r);
	}
	inspect_free(i);
	free(copy);
}

static void test_every_prefix(void **state)
{
	struct bytes message = sign_message(good, "Tester", 0);
	struct bytes all = sign_append(good, message, (uint32_t)message.len);
	struct bytes packed = pack(COMPRESSION_ZSTD, all);

	for (size_t n = 0; n < all.len; n++)
		inspect_any(all.data, n);
	for (size_t n = 0; n < packed.len; n++)
		inspect_any(packed.data, n);
	free(message.data);
	free(all.data);
	free(packed.data);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* One to eight bytes anywhere, with a liking for headers and tables. */
static void mutate(struct bytes b, uint64_t *seed)
{
	static const char *const liked[] = { ".symtab", ".rela.data", ".modinfo", ".data", ".strtab" };
	static const uint64_t words[] = { 0, 1, 0xff, 0xffff, UINT32_MAX, UINT64_MAX, INT64_MAX, 0xff20 };

	for (unsigned k = (unsigned)next_random(seed) % 8 + 1; k; k--) {
		size_t from = 0, len = b.len, pick = next_random(seed) % (ARRAY_SIZE(liked) + 3), at;
		uint64_t value = words[next_random(seed) % ARRAY_SIZE(words)];

		if (pick < ARRAY_SIZE(liked)) {
			from = fixture_section(good, liked[pick])->sh_offset;
			len = fixture_section(good, liked[pick])->sh_size;
		} else if (pick == ARRAY_SIZE(liked)) {
			from = fixture_ehdr(good)->e_shoff;
			len = b.len - from;
		}
		at = from + next_random(seed) % len;
		if (next_random(seed) % 2)
			b.data[at] = (char)next_random(seed);
		else
			memcpy(b.data + (at & ~7ul), &value, MIN(sizeof(value), b.len - (at & ~7ul)));
	}
}

static void test_mutations(void **state)
{
	uint64_t seed = 0x6b6c707368ULL;
	struct bytes b = { malloc(good.len), good.len };

	for (unsigned k = 0; k < MUTATIONS; k++) {
		memcpy(b.data, good.data, good.len);
		mutate(b, &seed);
		inspect_any(b.data, b.len);
	}
	free(b.data);
}

/* What the sources of lab/modules say, read from what kbuild made of them. */
static void check_lab(const char *kernel)
{
	static const struct {
		const char *module, *object, *old, *new_name;
		int replace;
	} table[] = {
		{ "klpsh_lp_vmlinux", "vmlinux", "cmdline_proc_show", "livepatch_cmdline_proc_show", 0 },
		{ "klpsh_lp_nap", "klpsh_target", "klpsh_nap", "livepatch_klpsh_nap", 0 },
		{ "klpsh_lp_cumul", "klpsh_target", "klpsh_nap", "livepatch_klpsh_nap", 1 },
		{ "klpsh_lp_drop", "klpsh_target", "klpsh_hello_show", "livepatch_klpsh_hello_show", 1 },
	};

	for (size_t k = 0; k < ARRAY_SIZE(table); k++) {
		_cleanup_(inspect_freep) struct inspect *i = NULL;
		struct err e = { 0 };
		char path[128];

		FORMAT(path, "build/lab/%s/%s.ko", kernel, table[k].module);
		if (inspect_file(path, &i, &e) < 0)
			fail_msg("%s", e.text);
		assert_string_equal(i->name, table[k].module);
		assert_true(i->livepatch && i->objects_complete && i->build_id);
		assert_int_equal(i->replace, table[k].replace);
		assert_int_equal(i->n_objects, 1);
		assert_string_equal(i->objects[0].name, table[k].object);
		assert_string_equal(i->objects[0].funcs[0].old_name, table[k].old);
		assert_string_equal(i->objects[0].funcs[0].new_name, table[k].new_name);
	}
}

static void test_lab_modules(void **state)
{
	static const char *const kernels[] = { "6.1", "6.12" };
	bool seen = false;

	for (size_t k = 0; k < ARRAY_SIZE(kernels); k++) {
		char path[64];

		FORMAT(path, "build/lab/%s/.stamp", kernels[k]);
		if (access(path, R_OK) < 0)
			continue;
		seen = true;
		check_lab(kernels[k]);
	}
	if (!seen)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_packed_and_signed),
		cmocka_unit_test(test_section_in_signature),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_module),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_modinfo_without_end),
		cmocka_unit_test(test_every_prefix),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_lab_modules),
	};

	return cmocka_run_group_tests_name("inspect", tests, setup, teardown);
}
