// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packed modules: round trips of every format, cut off at every length,
 * rubbish behind the end, bombs, and files that are no regular files.
 */
#include "tests/kmod/fixture.h"
#include "tests/kmod/pack.h"

#include <errno.h>

#include "kmod/decompress.h"

static const enum compression formats[] = { COMPRESSION_GZIP, COMPRESSION_XZ, COMPRESSION_ZSTD,
					    COMPRESSION_LZ4 };

/* Not too regular, so that the packed form has some length. */
static struct bytes sample(size_t len)
{
	struct bytes b = { malloc(len), len };
	uint32_t x = 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		b.data[i] = (char)(i % 3 ? 'a' : x >> 24);
	}
	return b;
}

static int unpack(struct bytes b, size_t max, struct bytes *ret, struct err *e)
{
	return decompress(compression_of(b.data, b.len), b.data, b.len, max, &ret->data, &ret->len, e);
}

static void test_magic(void **state)
{
	assert_int_equal(compression_of("\x7f"
					"ELF",
					4),
			 COMPRESSION_NONE);
	assert_int_equal(compression_of("", 0), COMPRESSION_NONE);
	assert_int_equal(compression_of("\xfd"
					"7zXZ",
					5),
			 COMPRESSION_NONE);
	assert_string_equal(compression_word(COMPRESSION_NONE), "none");
	assert_string_equal(compression_word(COMPRESSION_ZSTD), "zstd");
}

static void test_round_trip(void **state)
{
	static const size_t sizes[] = { 0, 1, 262143, 262144, 262145, 3000000 };

	for (size_t f = 0; f < ARRAY_SIZE(formats); f++)
		for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
			struct bytes plain = sample(sizes[s]), packed = pack(formats[f], plain), out;
			struct err e = { 0 };

			assert_int_equal(compression_of(packed.data, packed.len), formats[f]);
			/* exactly the limit is allowed, one byte less is not */
			assert_int_equal(unpack(packed, sizes[s], &out, &e), 0);
			assert_int_equal(out.len, plain.len);
			assert_memory_equal(out.data, plain.data, plain.len);
			free(out.data);
			if (sizes[s])
				assert_int_equal(unpack(packed, sizes[s] - 1, &out, &e), -EFBIG);
			free(plain.data);
			free(packed.data);
		}
}

/* The legacy frame of lz4 has no end: what is cut off behind a block is whole. */
static void test_truncated(void **state)
{
	for (size_t f = 0; f < ARRAY_SIZE(formats); f++) {
		struct bytes plain = sample(2000), packed = pack(formats[f], plain);

		for (size_t n = formats[f] == COMPRESSION_LZ4 ? 5 : 0; n < packed.len; n++) {
			struct bytes out = { 0 };
			struct err e = { 0 };
			char *cut = malloc(n + 1);
			int r;

			memcpy(cut, packed.data, n);
			r = decompress(formats[f], cut, n, 1u << 20, &out.data, &out.len, &e);
			if (r != -EBADMSG)
				fail_msg("%s of %zu bytes: %d", compression_word(formats[f]), n, r);
			assert_null(out.data);
			assert_true(e.text[0]);
			free(cut);
		}
		free(plain.data);
		free(packed.data);
	}
}

static void test_concatenated(void **state)
{
	for (size_t f = 0; f < ARRAY_SIZE(formats); f++) {
		struct bytes plain = sample(500), packed = pack(formats[f], plain), out = { 0 };
		struct bytes twice = { malloc(2 * packed.len), 2 * packed.len };
		struct err e = { 0 };

		memcpy(twice.data, packed.data, packed.len);
		memcpy(twice.data + packed.len, packed.data, packed.len);
		assert_int_equal(unpack(twice, 1u << 20, &out, &e), 0);
		assert_int_equal(out.len, 1000);
		assert_memory_equal(out.data + 500, plain.data, 500);
		free(out.data);
		/* rubbish behind the end */
		memset(twice.data + packed.len, 'x', packed.len);
		assert_int_equal(unpack(twice, 1u << 20, &out, &e), -EBADMSG);
		free(twice.data);
		free(packed.data);
		free(plain.data);
	}
}

/* As kernels are packed since 6.12: the header asks for 128 MiB, however little comes. */
static void test_a_kernels_dictionary(void **state)
{
	struct bytes plain = sample(2000), packed = pack(COMPRESSION_XZ, plain), out = { 0 };
	uint8_t *header = (uint8_t *)packed.data + 12; /* of the block, behind the stream's */
	size_t len = ((size_t)header[0] + 1) * 4;
	uint8_t *lzma2 = memmem(header, len, "\x21\x01", 2); /* the filter, and that one byte follows */
	struct err e = { 0 };
	uint32_t sum;

	assert_non_null(lzma2);
	lzma2[2] = 30; /* 2^(30 / 2 + 12) bytes */
	sum = htole32(lzma_crc32(header, len - 4, 0));
	memcpy(header + len - 4, &sum, sizeof(sum));
	assert_int_equal(unpack(packed, 1u << 20, &out, &e), 0);
	assert_int_equal(out.len, plain.len);
	free(out.data);
	free(packed.data);
	free(plain.data);
}

/* 64 MiB of zeros in a few kilobytes must not come out. */
static void test_bomb(void **state)
{
	struct bytes zeros = { calloc(64, 1u << 20), 64u << 20 };

	for (size_t f = 0; f < ARRAY_SIZE(formats); f++) {
		struct bytes packed = pack(formats[f], zeros), out = { 0 };
		struct err e = { 0 };

		assert_true(packed.len < 1u << 20);
		assert_int_equal(unpack(packed, 1u << 20, &out, &e), -EFBIG);
		assert_non_null(strstr(e.text, "too big"));
		assert_null(out.data);
		free(packed.data);
	}
	free(zeros.data);
}

static void test_files(void **state)
{
	char dir[32], path[64], *data = NULL;
	struct err e = { 0 };
	size_t len;

	fixture_dir(dir);
	FORMAT(path, "%s/f", dir);
	assert_int_equal(file_read(path, 10, &data, &len, &e), -ENOENT);
	assert_int_equal(file_read(dir, 10, &data, &len, &e), -EISDIR);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(file_read(path, 10, &data, &len, &e), -EINVAL);
	unlink(path);
	fixture_write(path, "0123456789", 10);
	assert_int_equal(file_read(path, 9, &data, &len, &e), -EFBIG);
	assert_null(data);
	assert_int_equal(file_read(path, 10, &data, &len, &e), 0);
	assert_int_equal(len, 10);
	free(data);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_magic),	  cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_concatenated),
		cmocka_unit_test(test_bomb),	  cmocka_unit_test(test_a_kernels_dictionary),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests_name("decompress", tests, NULL, NULL);
}
