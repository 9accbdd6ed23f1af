// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The store of loaded files: what goes in comes out byte for byte, altered or
 * missing files are told by name, the newest and those in use stay, and a
 * folder that others may write is not trusted.
 */
#include <errno.h>
#include <time.h>

#include "kmod/store.h"
#include "tests/kmod/fixture.h"
#include "tests/lib/tree.h"

struct place {
	struct tree *t;
	char dir[256]; /* the state folder, not yet there */
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	p->t = tree_new();
	FORMAT(p->dir, "%s/state", tree_path(p->t));
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	tree_free(p->t);
	free(p);
	return 0;
}

/* An image of a module that is like no other of another tag. */
static struct image *make_image(struct place *p, const char *tag)
{
	char define[64], path[300];
	const char *flags[] = { define, NULL };
	struct image *i;
	struct err e = { 0 };
	struct bytes b;

	FORMAT(define, "-DRELEASE=\"%s\"", tag);
	b = fixture_compile(FIXTURE_PLAIN, flags);
	tree_write_bytes(p->t, "in.ko", b.data, b.len);
	free(b.data);
	FORMAT(path, "%s/in.ko", tree_path(p->t));
	if (image_read(path, &i, &e) < 0)
		fail_msg("%s", e.text);
	return i;
}

static void put(struct place *p, const struct image *i)
{
	struct err e = { 0 };

	if (store_put(p->dir, i, &e) < 0)
		fail_msg("%s", e.text);
}

static void stored_path(const struct place *p, const char *sha256, char path[512])
{
	snprintf(path, 512, "%s/store/%s.ko", p->dir, sha256);
}

static bool is_stored(struct place *p, const struct image *i)
{
	char path[512];

	stored_path(p, i->content, path);
	return access(path, F_OK) == 0;
}

static void test_put_and_get(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	_cleanup_(image_freep) struct image *out = NULL;
	struct stat st;
	char path[512];

	put(p, in);
	assert_int_equal(store_get(p->dir, in->content, &out, NULL), 0);
	assert_string_equal(out->content, in->content);
	assert_string_equal(out->inspect->name, "fixture_lp");
	assert_int_equal(out->size, in->size);
	assert_int_equal(stat(p->dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	stored_path(p, in->content, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	put(p, in); /* already there */
}

static void test_find(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	char sha[65] = "untouched";

	assert_int_equal(store_find(p->dir, "fixture_lp", "deadbeef00010203", sha), -ENOENT);
	put(p, in);
	assert_int_equal(store_find(p->dir, "fixture_lp", "cafe", sha), -ENOENT);
	assert_int_equal(store_find(p->dir, "other_lp", "deadbeef00010203", sha), -ENOENT);
	assert_int_equal(store_find(p->dir, "fixture_lp", "", sha), -ENOENT);
	assert_string_equal(sha, "untouched");
	assert_int_equal(store_find(p->dir, "fixture_lp", "deadbeef00010203", sha), 0);
	assert_string_equal(sha, in->content);
}

static void test_missing(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	_cleanup_(image_freep) struct image *out = NULL;
	struct err e = { 0 };

	assert_int_equal(store_get(p->dir, in->content, &out, &e), -ENOENT);
	assert_non_null(strstr(e.text, in->content));
	assert_int_equal(store_get(p->dir, "", &out, &e), -ENOENT);
	assert_int_equal(store_get(p->dir, "../../etc/passwd", &out, &e), -ENOENT);
	assert_null(out);
}

static void alter(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	assert_int_equal(pwrite(fd, "x", 1, 200), 1);
}

static void test_altered(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	_cleanup_(image_freep) struct image *out = NULL;
	struct err e = { 0 };
	char path[512];

	put(p, in);
	stored_path(p, in->content, path);
	alter(path);
	assert_int_equal(store_get(p->dir, in->content, &out, &e), -EBADMSG);
	assert_non_null(strstr(e.text, path));
	assert_null(out);
	put(p, in); /* mends it */
	assert_int_equal(store_get(p->dir, in->content, &out, &e), 0);
}

/* Cut to nothing it is no module any more; still: altered. */
static void test_cut(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	_cleanup_(image_freep) struct image *out = NULL;
	char path[512];

	put(p, in);
	stored_path(p, in->content, path);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(store_get(p->dir, in->content, &out, NULL), -EBADMSG);
}

static void test_link_is_not_followed(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	_cleanup_(image_freep) struct image *out = NULL;
	char path[512], good[512];

	put(p, in);
	stored_path(p, in->content, path);
	FORMAT(good, "%s/in.ko", tree_path(p->t));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(good, path), 0);
	assert_int_equal(store_get(p->dir, in->content, &out, NULL), -ELOOP);
}

static void test_open_folder_is_refused(void **state)
{
	struct place *p = *state;
	_cleanup_(image_freep) struct image *in = make_image(p, "one");
	_cleanup_(image_freep) struct image *out = NULL;
	struct err e = { 0 };
	char sha[65];

	put(p, in);
	assert_int_equal(chmod(p->dir, 0777), 0);
	assert_int_equal(store_put(p->dir, in, &e), -EPERM);
	assert_non_null(strstr(e.text, "not safe to use"));
	assert_int_equal(store_get(p->dir, in->content, &out, &e), -EPERM);
	assert_int_equal(store_find(p->dir, "fixture_lp", "deadbeef00010203", sha), -EPERM);
}

/* Set when a file was stored, in seconds after 1970. */
static void date(struct place *p, const struct image *i, time_t when)
{
	struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	char path[512];

	stored_path(p, i->content, path);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_prune(void **state)
{
	struct place *p = *state;
	struct image *v[4];
	char *in_use[2] = { 0 };

	assert_int_equal(store_prune(p->dir, 1, NULL, NULL), 0); /* nothing there yet */
	for (size_t k = 0; k < ARRAY_SIZE(v); k++) {
		v[k] = make_image(p, (const char *[]){ "one", "two", "three", "four" }[k]);
		put(p, v[k]);
		date(p, v[k], 1000 * ((time_t)k + 1));
	}
	in_use[0] = v[0]->content;
	assert_int_equal(store_prune(p->dir, 2, in_use, NULL), 0);
	assert_true(is_stored(p, v[0])); /* in use */
	assert_false(is_stored(p, v[1]));
	assert_true(is_stored(p, v[2]));
	assert_true(is_stored(p, v[3]));
	put(p, v[0]); /* loaded again: the newest */
	assert_int_equal(store_prune(p->dir, 1, NULL, NULL), 0);
	assert_true(is_stored(p, v[0]));
	assert_false(is_stored(p, v[3]));
	for (size_t k = 0; k < ARRAY_SIZE(v); k++)
		image_free(v[k]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_put_and_get, setup, teardown),
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_altered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_is_not_followed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open_folder_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_prune, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
