// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of loaded modules under a fake root: only the right build counts, in
 * whatever store, packing or spelling it is.
 */
#include "tests/kmod/fixture.h"
#include "tests/kmod/pack.h"

#include <errno.h>
#include <ftw.h>

#include "kmod/origin.h"

#define RELEASE "6.1.0-1-amd64"

struct place_of {
	char dir[32];
	struct root *root;
	struct origin *origin;
};

static struct bytes good;

static int setup_group(void **state)
{
	good = fixture_compile(FIXTURE_PLAIN, NULL);
	return 0;
}

static int teardown_group(void **state)
{
	free(good.data);
	return 0;
}

/* Write a file below the root, making its folders. */
static void put(const struct place_of *t, const char *path, const void *data, size_t len)
{
	char full[256];

	FORMAT(full, "%s/%s", t->dir, path);
	for (char *p = full + strlen(t->dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		assert_true(mkdir(full, 0700) == 0 || errno == EEXIST);
		*p = '/';
	}
	fixture_write(full, data, len);
}

static void put_build_id(const struct place_of *t, const char *id)
{
	unsigned char note[24] = { 4, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0 };

	memcpy(note + 16, id, 8);
	put(t, "sys/module/fixture_lp/notes/.note.gnu.build-id", note, sizeof(note));
}

static int setup(void **state)
{
	struct place_of *t = calloc(1, sizeof(*t));
	char *dirs[] = { (char[]){ "/opt/patches" } };
	struct err e = { 0 };

	fixture_dir(t->dir);
	assert_int_equal(root_open(t->dir, &t->root, &e), 0);
	assert_int_equal(origin_new(t->root, RELEASE, dirs, 1, &t->origin), 0);
	*state = t;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int teardown(void **state)
{
	struct place_of *t = *state;

	origin_free(t->origin);
	root_free(t->root);
	nftw(t->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(t);
	return 0;
}

static void test_places(void **state)
{
	static const char *const places[] = {
		"var/lib/kpatch/" RELEASE "/fixture_lp.ko",
		"usr/lib/kpatch/" RELEASE "/fixture-lp.ko",
		"lib/modules/" RELEASE "/extra/fixture_lp.ko",
		"lib/modules/" RELEASE "/updates/sub/fixture_lp.ko",
		"lib/modules/" RELEASE "/livepatch/fixture-lp.ko",
		"opt/patches/fixture_lp.ko",
		"opt/patches/" RELEASE "/fixture_lp.ko",
	};
	struct place_of *t = *state;

	put_build_id(t, "\xde\xad\xbe\xef\0\1\2\3");
	for (size_t k = 0; k < ARRAY_SIZE(places); k++) {
		const struct inspect *i;
		char full[256];

		origin_free(t->origin);
		assert_int_equal(
			origin_new(t->root, RELEASE, (char *[]){ (char[]){ "/opt/patches" } }, 1, &t->origin),
			0);
		assert_null(origin_find(t->origin, "fixture_lp"));
		put(t, places[k], good.data, good.len);
		/* "none" is an answer, too, until told otherwise */
		assert_null(origin_find(t->origin, "fixture_lp"));
		origin_forget(t->origin);
		i = origin_find(t->origin, "fixture_lp");
		if (!i)
			fail_msg("not found in %s", places[k]);
		assert_string_equal(i->path + (i->path[0] == '/'), places[k]);
		FORMAT(full, "%s/%s", t->dir, places[k]);
		unlink(full);
		/* what was lent stays */
		origin_forget(t->origin);
		assert_ptr_equal(origin_find(t->origin, "fixture_lp"), i);
	}
}

static void test_packed(void **state)
{
	static const struct {
		enum compression c;
		const char *path;
	} table[] = {
		{ COMPRESSION_GZIP, "opt/patches/fixture_lp.ko.gz" },
		{ COMPRESSION_XZ, "opt/patches/fixture_lp.ko.xz" },
		{ COMPRESSION_ZSTD, "opt/patches/fixture_lp.ko.zst" },
	};
	struct place_of *t = *state;

	put_build_id(t, "\xde\xad\xbe\xef\0\1\2\3");
	for (size_t k = 0; k < ARRAY_SIZE(table); k++) {
		struct bytes packed = pack(table[k].c, good);
		const struct inspect *i;
		char full[256];

		put(t, table[k].path, packed.data, packed.len);
		free(packed.data);
		origin_free(t->origin);
		assert_int_equal(
			origin_new(t->root, RELEASE, (char *[]){ (char[]){ "/opt/patches" } }, 1, &t->origin),
			0);
		i = origin_find(t->origin, "fixture_lp");
		assert_non_null(i);
		assert_string_equal(i->compression, compression_word(table[k].c));
		FORMAT(full, "%s/%s", t->dir, table[k].path);
		unlink(full);
	}
}

/* Another build of the same module is not its file. */
static void test_other_build(void **state)
{
	struct place_of *t = *state;

	put(t, "opt/patches/fixture_lp.ko", good.data, good.len);
	put_build_id(t, "another!");
	put(t, "sys/module/fixture_lp/srcversion", "0123456789ABCDEF\n", 17);
	assert_null(origin_find(t->origin, "fixture_lp"));
}

static void test_srcversion(void **state)
{
	struct place_of *t = *state;

	put(t, "opt/patches/fixture_lp.ko", good.data, good.len);
	assert_null(origin_find(t->origin, "fixture_lp"));
	put(t, "sys/module/fixture_lp/srcversion", "FFFF\n", 5);
	origin_forget(t->origin);
	assert_null(origin_find(t->origin, "fixture_lp"));
	put(t, "sys/module/fixture_lp/srcversion", "0123456789ABCDEF\n", 17);
	origin_forget(t->origin);
	assert_non_null(origin_find(t->origin, "fixture_lp"));
}

static void test_names_and_rubbish(void **state)
{
	struct place_of *t = *state;
	char full[256];

	put_build_id(t, "\xde\xad\xbe\xef\0\1\2\3");
	assert_null(origin_find(t->origin, ""));
	assert_null(origin_find(t->origin, ".."));
	assert_null(origin_find(t->origin, "../fixture_lp"));
	/* what cannot be read is passed over; a FIFO does not hang */
	put(t, "var/lib/kpatch/" RELEASE "/fixture_lp.ko", "rubbish", 7);
	put(t, "opt/patches/a/xfixture_lp.ko", good.data, good.len);
	FORMAT(full, "%s/opt/patches/fixture-lp.ko", t->dir);
	assert_int_equal(mkfifo(full, 0600), 0);
	assert_null(origin_find(t->origin, "fixture_lp"));
	origin_forget(t->origin);
	put(t, "opt/patches/fixture_lp.ko", good.data, good.len);
	assert_non_null(origin_find(t->origin, "fixture_lp"));
}

static void test_funcmap(void **state)
{
	struct place_of *t = *state;
	struct funcmap map = origin_funcmap(t->origin);
	const char *object = NULL, *old = NULL;

	assert_int_equal(map.old_of(map.ctx, "fixture_lp", "new_show", &object, &old), -ENOENT);
	put_build_id(t, "\xde\xad\xbe\xef\0\1\2\3");
	put(t, "opt/patches/fixture_lp.ko", good.data, good.len);
	origin_forget(t->origin);
	assert_int_equal(map.old_of(map.ctx, "fixture_lp", "new_show", &object, &old), 0);
	assert_string_equal(object, "zz_mod");
	assert_string_equal(old, "old_show");
	assert_int_equal(map.old_of(map.ctx, "fixture_lp", "before", &object, &old), -ENODATA);
	assert_int_equal(map.old_of(map.ctx, "other", "before", &object, &old), -ENOENT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_places),
		TEST(test_packed),
		TEST(test_other_build),
		TEST(test_srcversion),
		TEST(test_names_and_rubbish),
		TEST(test_funcmap),
	};

	return cmocka_run_group_tests_name("origin", tests, setup_group, teardown_group);
}
