// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From patches to the files that they change: what stands in the tree under a
 * patch's name, where that is no plain file.
 */
#include "tests/lib/tree.h"

#include <errno.h>
#include <fcntl.h>

#include "builder/mkpatch_own.h"

static void take_note(void *arg, const char *text)
{
}

struct place {
	struct tree *t;
	struct mkpatch_sink sink;
	struct mkpatch_text text;
	struct mkpatch_spec spec;
	struct mkpatch m;
	char patch[400];
};

static void place_open(struct place *p)
{
	*p = (struct place){ .t = tree_new(), .sink = { .note = take_note } };
	tree_write(p->t, "include/x.h", "old\n");
	tree_symlink(p->t, "include", "compat");
	tree_symlink(p->t, "x.h", "include/y.h");
	tree_fifo(p->t, "include/fifo.h");
	p->m = (struct mkpatch){ .spec = &p->spec, .sink = &p->sink };
	p->m.base_dir = open(tree_path(p->t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(p->m.base_dir >= 0);
}

static void place_close(struct place *p)
{
	struct mkpatch *m = &p->m;

	mkpatch_files_done(m);
	refusals_done(&m->refusals);
	close(m->base_dir);
	tree_free(p->t);
}

/* A patch that makes "new" of "old" in this file. */
static int apply(struct place *p, const char *path, struct err *e)
{
	int r;

	FORMAT(p->patch, "--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-old\n+new\n", path, path);
	p->text = (struct mkpatch_text){ "x.patch", p->patch, strlen(p->patch) };
	p->spec = (struct mkpatch_spec){ .patches = &p->text, .n_patches = 1, .strip = 1 };
	r = mkpatch_read(&p->m, e);
	return r < 0 ? r : mkpatch_apply(&p->m, e);
}

static void a_file_of_the_tree_is_changed(void **state)
{
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	if (apply(&p, "include/x.h", &e) < 0)
		fail_msg("%s", e.text);
	assert_non_null(strstr(p.m.farm_files[0].data, "new"));
	place_close(&p);
}

/* Under its other name the file would stay as it is. */
static void a_patch_by_way_of_a_link_is_refused(void **state)
{
	static const char *const ways[][2] = { { "compat/x.h", "compat is a link" },
					       { "include/y.h", "include/y.h is a link" } };

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct place p;
		struct err e = { 0 };

		place_open(&p);
		assert_int_equal(apply(&p, ways[i][0], &e), -ELOOP);
		assert_int_equal(err_exit(&e), RC_REFUSED);
		assert_non_null(strstr(e.text, ways[i][0]));
		assert_non_null(strstr(e.text, ways[i][1]));
		assert_non_null(strstr(e.hint, "make the patch with the path"));
		place_close(&p);
	}
}

static void a_fifo_keeps_nobody_waiting(void **state)
{
	struct place p;
	struct err e = { 0 };

	place_open(&p);
	(void)alarm(20);
	assert_int_equal(apply(&p, "include/fifo.h", &e), -EINVAL);
	(void)alarm(0);
	assert_non_null(strstr(e.text, "include/fifo.h is not a regular file"));
	place_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_the_tree_is_changed),
		cmocka_unit_test(a_patch_by_way_of_a_link_is_refused),
		cmocka_unit_test(a_fifo_keeps_nobody_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
