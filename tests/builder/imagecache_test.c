// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel image is unpacked once: what was kept is used, by the content of
 * the file, and what is damaged or no image is unpacked and kept anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/imagecache.h"
#include "core/hash.h"
#include "tests/builder/machine.h"

static struct bytes packed_kernel(const char *name, enum compression c)
{
	const struct kernel_sym syms[] = { { name, KERNEL_BASE, 'T' } };
	static const struct kernel_opts o = { 0 };
	struct kernel_places at;
	struct bytes elf = kernel_make(syms, 1, &o, &at), file = kernel_bzimage(elf, c);

	free(elf.data);
	return file;
}

static struct kimage *open_image(const struct cache *c, struct bytes file)
{
	struct kimage *k = NULL;
	struct err e = { 0 }, why = { 0 };

	if (imagecache_open(c, "vmlinuz", file.data, file.len, &k, &why, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(why.text, "");
	return k;
}

/* It comes out as it is in the file; kept: of the cache. */
static void expect_image(const struct cache *c, struct bytes file, bool kept)
{
	struct kimage *k = open_image(c, file), *want = NULL;

	assert_int_equal(k->packed, kept ? COMPRESSION_NONE : COMPRESSION_XZ);
	assert_int_equal(kimage_parse("vmlinuz", file.data, file.len, &want, NULL), 0);
	assert_int_equal(k->len, want->len);
	assert_memory_equal(k->bytes, want->bytes, want->len);
	assert_non_null(elf_find_section(k->elf, ".rodata"));
	kimage_free(k);
	kimage_free(want);
}

static size_t entries(const struct cache *c, char path[PATH_MAX + 300])
{
	_cleanup_(root_freep) struct root *root = NULL;
	char **names = NULL;
	size_t n = 0;

	assert_int_equal(root_open(c->path, &root, NULL), 0);
	if (root_list(root, "entries", false, &names, &n) < 0)
		return 0;
	if (n)
		(void)snprintf(path, PATH_MAX + 300, "%s/entries/%s", c->path, names[0]);
	strv_free(names);
	return n;
}

static void an_image_is_unpacked_once(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct bytes one = packed_kernel("one", COMPRESSION_XZ), two = packed_kernel("two", COMPRESSION_XZ);
	char path[PATH_MAX + 300];

	expect_image(c, one, false);
	expect_image(c, one, true);
	expect_image(c, two, false);
	expect_image(c, one, true);
	expect_image(c, two, true);
	assert_int_equal(entries(c, path), 2);
	free(one.data);
	free(two.data);
}

static void what_is_not_packed_is_not_kept(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct bytes file = packed_kernel("one", COMPRESSION_NONE);
	char path[PATH_MAX + 300];

	kimage_free(open_image(c, file));
	assert_int_equal(entries(c, path), 0);
	free(file.data);
}

static void a_damaged_one_is_unpacked_and_kept_anew(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct bytes file = packed_kernel("one", COMPRESSION_XZ);
	char path[PATH_MAX + 300], byte;
	uint32_t seed = 7;

	expect_image(c, file, false);
	for (uint64_t i = kernel_damages(20); i > 0; i--) {
		struct stat st;
		off_t at;
		int fd;

		assert_int_equal(entries(c, path), 1);
		fd = open(path, O_RDWR);
		assert_int_equal(fstat(fd, &st), 0);
		seed = seed * 1664525 + 1013904223;
		at = (off_t)(seed >> 4) % st.st_size;
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= (char)(1 << (seed & 7));
		if (i % 3)
			assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		else
			assert_int_equal(ftruncate(fd, at), 0);
		close(fd);
		expect_image(c, file, false);
		expect_image(c, file, true);
	}
	free(file.data);
}

/* Whole by its checksum, but put there by somebody else. */
static void what_is_no_kernel_is_unpacked_anew(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct bytes file = packed_kernel("one", COMPRESSION_XZ);
	char sha[SHA256_HEX], key[SHA256_HEX + 16];

	assert_int_equal(sha256_hex(file.data, file.len, sha), 0);
	FORMAT(key, "image 1\n%s\n", sha);
	assert_int_equal(cache_put(c, key, "\177ELF and no more", 16, NULL), 0);
	expect_image(c, file, false);
	expect_image(c, file, true);
	free(file.data);
}

static void what_is_no_image_is_told_and_not_kept(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);
	struct err e = { 0 }, why = { 0 };
	char path[PATH_MAX + 300];
	struct kimage *k = NULL;

	assert_int_equal(imagecache_open(c, "vmlinuz", "a text", 6, &k, &why, &e), -ENOEXEC);
	assert_non_null(strstr(e.text, "vmlinuz is no kernel image"));
	assert_int_equal(entries(c, path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_is_unpacked_once),
		cmocka_unit_test(what_is_not_packed_is_not_kept),
		cmocka_unit_test(a_damaged_one_is_unpacked_and_kept_anew),
		cmocka_unit_test(what_is_no_kernel_is_unpacked_anew),
		cmocka_unit_test(what_is_no_image_is_told_and_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
