// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The boot store: what is installed comes back in its order and with its
 * hash, what others put there comes last, and what could be a trap is not
 * looked at. The crash guard: only another boot's mark counts.
 */
#include "tests/kmod/fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "kmod/bootmark.h"
#include "kmod/bootstore.h"

#define REL "6.1.0-test"

struct place {
	char dir[64], base[96], ko[96];
	struct image *one, *two;
};

/* A livepatch of a name. */
static struct image *make_image(const struct place *p, const char *name)
{
	char source[16384], *at;
	struct bytes b;
	struct image *i = NULL;
	struct err e = { 0 };

	FORMAT(source, "%s", FIXTURE_PLAIN);
	while ((at = strstr(source, "fixture_lp")))
		memcpy(at, name, 10);
	b = fixture_compile(source, NULL);
	fixture_write(p->ko, b.data, b.len);
	free(b.data);
	if (image_read(p->ko, &i, &e) < 0)
		fail_msg("%s", e.text);
	return i;
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	alarm(120);
	fixture_dir(p->dir);
	FORMAT(p->base, "%s/store", p->dir);
	FORMAT(p->ko, "%s/fix.ko", p->dir);
	p->one = make_image(p, "livepatch1");
	p->two = make_image(p, "livepatch2");
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	const char *argv[] = { "rm", "-rf", p->dir, NULL };

	image_free(p->one);
	image_free(p->two);
	fixture_run(argv);
	free(p);
	return 0;
}

static void put(struct place *p, const struct image *i, int order)
{
	struct err e = { 0 };

	if (bootstore_put(p->base, REL, i, order, &e) < 0)
		fail_msg("%s", e.text);
}

static struct boot_list list(struct place *p)
{
	struct boot_list l;
	struct err e = { 0 };

	if (bootstore_list(p->base, REL, &l, &e) < 0)
		fail_msg("%s", e.text);
	return l;
}

/* A file of somebody else in the store. */
static void plant(struct place *p, const char *name, const char *text)
{
	char path[256];

	FORMAT(path, "%s/" REL "/%s", p->base, name);
	fixture_write(path, text, strlen(text));
}

static void expect_order(struct place *p, const char *a, const char *b, const char *c)
{
	const char *want[] = { a, b, c };
	struct boot_list l = list(p);

	for (size_t i = 0; i < 3; i++) {
		if (want[i] && (i >= l.n || !streq(l.v[i].name, want[i])))
			fail_msg("%zu is %s, not %s", i, i < l.n ? l.v[i].name : "-", want[i]);
		if (!want[i])
			assert_true(l.n <= i);
	}
	boot_list_free(&l);
}

/* A newer build that does not fit on the disk: the one that is there still loads at boot. */
static void test_no_room(void **state)
{
	const struct rlimit tight = { 512, RLIM_INFINITY };
	struct place *p = *state;
	struct image *newer = make_image(p, "livepatch2"), *again;
	struct rlimit old;
	struct boot_list l;
	struct err e = { 0 };
	char path[256];
	int r;

	memcpy(newer->inspect->name, "livepatch1", 10);
	put(p, p->one, 3);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	r = bootstore_put(p->base, REL, newer, 5, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(r, -EFBIG);
	l = list(p);
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].order, 3);
	assert_string_equal(l.v[0].sha256, p->one->content);
	FORMAT(path, "%s/" REL "/livepatch1.ko", p->base);
	assert_int_equal(image_read(path, &again, NULL), 0);
	assert_string_equal(again->content, p->one->content);
	image_free(again);
	image_free(newer);
	boot_list_free(&l);
}

static void test_install_and_list(void **state)
{
	struct place *p = *state;
	struct boot_list l = list(p);
	char path[256];
	struct image *again;

	assert_int_equal(l.n, 0);
	put(p, p->one, -1);
	l = list(p);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].file, "livepatch1.ko");
	assert_string_equal(l.v[0].sha256, p->one->content);
	assert_int_equal(l.v[0].order, 0);
	boot_list_free(&l);
	FORMAT(path, "%s/" REL "/livepatch1.ko", p->base);
	assert_int_equal(image_read(path, &again, NULL), 0);
	assert_string_equal(again->content, p->one->content);
	image_free(again);
}

static void test_order(void **state)
{
	struct place *p = *state;

	put(p, p->two, -1);
	put(p, p->one, -1);
	expect_order(p, "livepatch2", "livepatch1", NULL);
	/* anew: the place stays, unless another one is asked for */
	put(p, p->two, -1);
	expect_order(p, "livepatch2", "livepatch1", NULL);
	put(p, p->two, 7);
	expect_order(p, "livepatch1", "livepatch2", NULL);
	/* what has no record comes last */
	plant(p, "a-foreign.ko", "rubbish");
	expect_order(p, "livepatch1", "livepatch2", "a_foreign");
}

static void test_foreign_files(void **state)
{
	struct place *p = *state;
	char path[256];
	struct boot_list l;

	put(p, p->one, -1);
	plant(p, "notes.txt", "x");
	plant(p, ".hidden.ko", "x");
	plant(p, "evil\033name.ko", "x");
	FORMAT(path, "%s/" REL "/link.ko", p->base);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	expect_order(p, "livepatch1", NULL, NULL);
	/* a record that is rubbish fits no file */
	plant(p, "livepatch1.klpsh", "sha256=abc\norder=-4\n");
	l = list(p);
	assert_string_not_equal(l.v[0].sha256, "");
	assert_string_not_equal(l.v[0].sha256, p->one->content);
	assert_int_equal(l.v[0].order, -1);
	boot_list_free(&l);
}

/* kpatch's spelling of the same module's name is the same patch. */
static void test_other_spelling(void **state)
{
	struct place *p = *state;
	struct image *i = make_image(p, "live_patch");
	struct boot_list l;

	put(p, p->one, -1);
	plant(p, "live-patch.ko", "rubbish");
	l = list(p);
	assert_non_null(boot_list_find(&l, "live-patch"));
	assert_ptr_equal(boot_list_find(&l, "live-patch"), boot_list_find(&l, "live_patch"));
	assert_null(boot_list_find(&l, "live_patc"));
	boot_list_free(&l);
	put(p, i, -1);
	expect_order(p, "livepatch1", "live_patch", NULL);
	image_free(i);
}

static void test_remove(void **state)
{
	struct place *p = *state;
	struct boot_list l;
	char path[256];

	put(p, p->one, -1);
	l = list(p);
	assert_int_equal(bootstore_remove(p->base, REL, &l.v[0], NULL), 0);
	boot_list_free(&l);
	FORMAT(path, "%s/" REL, p->base);
	assert_int_equal(access(path, F_OK), -1);
	expect_order(p, NULL, NULL, NULL);
}

static void test_traps(void **state)
{
	struct place *p = *state;
	struct boot_list l;
	struct err e = { 0 };
	char path[256];

	assert_int_equal(bootstore_list(p->base, "../etc", &l, &e), -EINVAL);
	assert_int_equal(bootstore_put(p->base, "a/b", p->one, -1, &e), -EINVAL);
	free(p->one->inspect->name);
	p->one->inspect->name = strdup("../evil");
	assert_int_equal(bootstore_put(p->base, REL, p->one, -1, &e), -EINVAL);
	/* a folder that others may write to is not trusted */
	put(p, p->two, -1);
	FORMAT(path, "%s/" REL, p->base);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(bootstore_list(p->base, REL, &l, &e), -EPERM);
	assert_int_equal(bootstore_put(p->base, REL, p->two, -1, &e), -EPERM);
}

static void test_guard(void **state)
{
	struct place *p = *state;
	const char *sha = p->one->content;
	char dir[128], path[256];

	FORMAT(dir, "%s/state", p->dir);
	assert_int_equal(bootmark_left(dir, sha, "boot-2", NULL), 0);
	assert_int_equal(bootmark_clear(dir, sha, NULL), 0);
	assert_int_equal(bootmark_set(dir, sha, "boot-1", NULL), 0);
	/* a load that was interrupted without a reboot is none */
	assert_int_equal(bootmark_left(dir, sha, "boot-1", NULL), 0);
	assert_int_equal(bootmark_left(dir, sha, "boot-2", NULL), 1);
	assert_int_equal(bootmark_left(dir, p->two->content, "boot-2", NULL), 0);
	assert_int_equal(bootmark_clear(dir, sha, NULL), 0);
	assert_int_equal(bootmark_left(dir, sha, "boot-2", NULL), 0);
	/* torn */
	FORMAT(path, "%s/state/boot-%s", dir, sha);
	fixture_write(path, "", 0);
	assert_int_equal(bootmark_left(dir, sha, "boot-2", NULL), 1);
	assert_int_equal(bootmark_set(dir, "../../x", "boot-1", NULL), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_install_and_list, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_room, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_spelling, setup, teardown),
		cmocka_unit_test_setup_teardown(test_remove, setup, teardown),
		cmocka_unit_test_setup_teardown(test_traps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_guard, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
