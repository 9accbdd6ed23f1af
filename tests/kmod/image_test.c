// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Module files taken in: what was read stays what is loaded, packed files come
 * out unpacked, nothing can change the sealed copy, and what is no module file
 * is refused.
 */
#include <errno.h>
#include <sys/mman.h>

#include "kmod/image.h"
#include "kmod/signature.h"
#include "tests/kmod/pack.h"
#include "tests/lib/tree.h"

static struct bytes module;

static int setup_group(void **state)
{
	module = fixture_compile(FIXTURE_PLAIN, NULL);
	return 0;
}

static int teardown_group(void **state)
{
	free(module.data);
	return 0;
}

static void path_of(const struct tree *t, const char *name, char path[512])
{
	snprintf(path, 512, "%s/%s", tree_path(t), name);
}

static struct image *take(const char *path)
{
	struct image *i;
	struct err e = { 0 };

	if (image_read(path, &i, &e) < 0)
		fail_msg("%s", e.text);
	return i;
}

static void refuse(const char *path, int code, const char *text)
{
	struct image *i = NULL;
	struct err e = { 0 };

	assert_int_equal(image_read(path, &i, &e), code);
	assert_null(i);
	assert_non_null(strstr(e.text, text));
}

/* The memfd holds just these bytes, and content is their hash. */
static void expect_bytes(const struct image *i, struct bytes want)
{
	_cleanup_free_ char *got = malloc(want.len + 1);
	char hash[SHA256_HEX];

	assert_int_equal(i->size, want.len);
	assert_int_equal(pread(i->memfd, got, want.len + 1, 0), (ssize_t)want.len);
	assert_memory_equal(got, want.data, want.len);
	assert_int_equal(sha256_hex(want.data, want.len, hash), 0);
	assert_string_equal(i->content, hash);
}

static void test_plain(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(image_freep) struct image *i = NULL;
	char path[512];

	tree_write_bytes(t, "fix.ko", module.data, module.len);
	path_of(t, "fix.ko", path);
	i = take(path);
	expect_bytes(i, module);
	assert_string_equal(i->inspect->path, path);
	assert_string_equal(i->inspect->name, "fixture_lp");
	assert_string_equal(i->inspect->sha256, i->content);
}

static void test_packed(void **state)
{
	static const enum compression kinds[] = { COMPRESSION_GZIP, COMPRESSION_XZ, COMPRESSION_ZSTD };

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		_cleanup_(tree_freep) struct tree *t = tree_new();
		_cleanup_(image_freep) struct image *i = NULL;
		struct bytes b = pack(kinds[k], module);
		char path[512], hash[SHA256_HEX];

		tree_write_bytes(t, "fix.ko", b.data, b.len);
		path_of(t, "fix.ko", path);
		i = take(path);
		expect_bytes(i, module);
		assert_string_equal(i->inspect->compression, compression_word(kinds[k]));
		assert_int_equal(sha256_hex(b.data, b.len, hash), 0);
		assert_string_equal(i->inspect->sha256, hash);
		free(b.data);
	}
}

/* The file at the path is exchanged between inspection and load. */
static void test_swapped_file(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(image_freep) struct image *i = NULL;
	char path[512], other[512];

	tree_write_bytes(t, "fix.ko", module.data, module.len);
	tree_write(t, "evil.ko", "other bytes");
	path_of(t, "fix.ko", path);
	path_of(t, "evil.ko", other);
	i = take(path);
	assert_int_equal(rename(other, path), 0);
	expect_bytes(i, module);
	assert_int_equal(image_verify_file(i, NULL), 0); /* the descriptor is still the old file's */
}

/* The very file is written over; memory has the old bytes, the file is refused. */
static void test_overwritten_file(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(image_freep) struct image *i = NULL;
	struct err e = { 0 };
	char path[512];
	int fd;

	tree_write_bytes(t, "fix.ko", module.data, module.len);
	path_of(t, "fix.ko", path);
	i = take(path);
	assert_int_equal(image_verify_file(i, &e), 0);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 100), 1);
	close(fd);
	expect_bytes(i, module);
	assert_int_equal(image_verify_file(i, &e), -ESTALE);
	assert_non_null(strstr(e.text, "has been changed since it was inspected"));
}

static void test_sealed(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(image_freep) struct image *i = NULL;
	char path[512];

	tree_write_bytes(t, "fix.ko", module.data, module.len);
	path_of(t, "fix.ko", path);
	i = take(path);
	assert_int_equal(pwrite(i->memfd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(i->memfd, 1), -1);
	assert_int_equal(ftruncate(i->memfd, (off_t)i->size + 1), -1);
	assert_ptr_equal(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, i->memfd, 0), MAP_FAILED);
	assert_int_equal(fcntl(i->memfd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE), -1);
	assert_true(fcntl(i->memfd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(i->file, F_GETFD) & FD_CLOEXEC);
}

static void test_link_is_followed(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(image_freep) struct image *i = NULL;
	char path[512];

	tree_write_bytes(t, "real.ko", module.data, module.len);
	tree_symlink(t, "real.ko", "fix.ko");
	path_of(t, "fix.ko", path);
	i = take(path);
	expect_bytes(i, module);
}

static void test_from_fd(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(image_freep) struct image *i = NULL;
	_cleanup_close_ int fd = -1;
	char path[512];

	tree_write_bytes(t, "fix.ko", module.data, module.len);
	path_of(t, "fix.ko", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(image_from_fd("shown", fd, &i, NULL), 0);
	expect_bytes(i, module);
	assert_string_equal(i->inspect->path, "shown");
	assert_int_equal(lseek(fd, 0, SEEK_CUR), (off_t)module.len); /* still open: the caller's */
}

static void test_refused(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	char path[512];

	path_of(t, "none.ko", path);
	refuse(path, -ENOENT, "No such file");
	tree_mkdir(t, "dir.ko");
	path_of(t, "dir.ko", path);
	refuse(path, -EISDIR, "is a folder");
	tree_fifo(t, "fifo.ko");
	path_of(t, "fifo.ko", path);
	refuse(path, -EINVAL, "not a regular file");
	tree_write(t, "text.ko", "no module");
	path_of(t, "text.ko", path);
	refuse(path, -ENOEXEC, "text.ko");
	tree_write(t, "empty.ko", "");
	path_of(t, "empty.ko", path);
	refuse(path, -ENOEXEC, "empty");
}

static void test_too_big(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	char path[512];

	tree_write(t, "big.ko", "");
	path_of(t, "big.ko", path);
	assert_int_equal(truncate(path, (off_t)INSPECT_MAX_FILE + 1), 0);
	refuse(path, -EFBIG, "too big");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	     cmocka_unit_test(test_packed),
		cmocka_unit_test(test_swapped_file), cmocka_unit_test(test_overwritten_file),
		cmocka_unit_test(test_sealed),	     cmocka_unit_test(test_link_is_followed),
		cmocka_unit_test(test_from_fd),	     cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_big),
	};

	return cmocka_run_group_tests(tests, setup_group, teardown_group);
}
