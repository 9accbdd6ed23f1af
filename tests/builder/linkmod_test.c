// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linking, with a tree whose Makefile plays kbuild: what it is given, what it
 * says and what of that is told, and how it can fail.
 */
#include "tests/builder/machine.h"
#include "tests/kmod/fixture.h"
#include "tests/lib/says.h"

#include <errno.h>

#include "builder/linkmod.h"
#include "builder/sbuf.h"

/* Says what kbuild says; the module is everything it was given. */
static const char plain[] =
	"modules:\n"
	"\t@echo 'WARNING: modpost: \"hidden\" [$(M)/fix.ko] undefined!'\n"
	"\t@echo 'WARNING: modpost: \"hidden2\" [$(M)/fix.ko] undefined!'\n"
	"\t@echo 'WARNING: modpost: suppressed 3 unresolved symbol warnings because there were too many)'\n"
	"\t@echo 'frame.c:1: warning: something'\n"
	"\t@test -f $(M)/.patch.o.cmd\n"
	"\t@(cat $(M)/Kbuild $(M)/frame.c $(M)/patch.o_shipped;"
	" echo '$(CC) $(KERNELRELEASE) $(KBUILD_MODPOST_WARN)') > $(M)/fix.ko\n";

static const char *const expected[] = { "hidden" };

struct place {
	char tree[32], folder[32], makefile[48];
};

static struct place place_new(const char *makefile)
{
	struct place p;

	fixture_dir(p.tree);
	fixture_dir(p.folder);
	FORMAT(p.makefile, "%s/Makefile", p.tree);
	fixture_write(p.makefile, makefile, strlen(makefile));
	return p;
}

static void place_free(struct place *p)
{
	static const char *const names[] = { "Kbuild",	     "frame.c", "patch.o_shipped",
					     ".patch.o.cmd", "fix.ko",	"keep" };
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		FORMAT(path, "%s/%s", p->folder, names[i]);
		unlink(path);
	}
	unlink(p->makefile);
	assert_int_equal(rmdir(p->tree), 0);
	assert_int_equal(rmdir(p->folder), 0);
}

static void keep_line(void *arg, const char *line, size_t len)
{
	sbuf_add(arg, "%.*s\n", (int)len, line);
}

static struct linkmod_spec spec(const struct place *p, struct sbuf *said)
{
	return (struct linkmod_spec){ .tree = p->tree,
				      .folder = p->folder,
				      .cc = "gcc-12",
				      .release = "6.1.0-56-amd64",
				      .module = "fix",
				      .frame = "the frame\n",
				      .patch = "\x7f\0ELF\n",
				      .patch_len = 6,
				      .expected = expected,
				      .n_expected = 1,
				      .line = keep_line,
				      .arg = said,
				      .timeout_s = 60 };
}

static void kbuild_gets_everything_and_gives_the_module(void **state)
{
	static const char want[] = "# SPDX-License-Identifier: GPL-2.0-only\n"
				   "obj-m := fix.o\nfix-y := patch.o frame.o\nthe frame\n"
				   "\x7f\0ELF\ngcc-12 6.1.0-56-amd64 1\n";
	struct place p = place_new(plain);
	struct linkmod_spec s = spec(&p, NULL);
	struct err e = { 0 };
	char *ko = NULL;
	size_t len = 0;

	s.line = NULL;
	if (linkmod(&s, &ko, &len, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(len, sizeof(want) - 1);
	assert_memory_equal(ko, want, len);
	free(ko);
	place_free(&p);
}

static void make_gets_the_trees_environment(void **state)
{
	static const char *const env[] = { "TMPDIR=/the/trees", "MAKEFLAGS=", NULL };
	struct place p = place_new("modules: ; @echo \"$(TMPDIR) $$KBUILD_VERBOSE.\" > $(M)/fix.ko\n");
	struct linkmod_spec s = spec(&p, NULL);
	struct err e = { 0 };
	char *ko = NULL;
	size_t len = 0;

	s.line = NULL;
	s.env = env;
	if (linkmod(&s, &ko, &len, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(ko, "/the/trees .\n");
	free(ko);
	place_free(&p);
}

static void only_what_surprises_is_told(void **state)
{
	struct place p = place_new(plain);
	struct sbuf b = { 0 };
	struct linkmod_spec s = spec(&p, &b);
	char *ko = NULL, *said = NULL;
	size_t len = 0;

	assert_int_equal(linkmod(&s, &ko, &len, NULL), 0);
	assert_int_equal(sbuf_take(&b, &said), 0);
	assert_null(strstr(said, "\"hidden\""));
	assert_null(strstr(said, "suppressed"));
	assert_non_null(strstr(said, "\"hidden2\""));
	assert_non_null(strstr(said, "frame.c:1: warning: something\n"));
	free(said);
	free(ko);
	place_free(&p);
}

static void expect_failure(const char *makefile, int code, const char *part)
{
	struct place p = place_new(makefile);
	struct sbuf b = { 0 };
	struct linkmod_spec s = spec(&p, &b);
	struct err e = { 0 };
	char *ko = NULL;
	size_t len = 0;

	assert_int_equal(linkmod(&s, &ko, &len, &e), code);
	assert_null(ko);
	err_says(&e, part);
	free(b.p);
	place_free(&p);
}

static void what_went_wrong_is_in_the_error(void **state)
{
	expect_failure(
		"modules:\n\t@echo notice; echo 'frame.c:3: error: no such thing'; echo 'error: more'; "
		"false\n",
		-EIO, "frame.c:3: error: no such thing");
	expect_failure("all:\n", -EIO, "No rule to make target");
	expect_failure("modules:\n\t@exit 3\n", -EIO, "Error 3");
	expect_failure("modules:\n", -ENOENT, "kbuild left no fix.ko");
	expect_failure("modules:\n\t@ln -s /etc/passwd $(M)/fix.ko\n", -ELOOP, "kbuild left no fix.ko");
}

static void a_folder_in_use_is_not_overwritten(void **state)
{
	struct place p = place_new(plain);
	struct linkmod_spec s = spec(&p, NULL);
	char path[64], *ko = NULL;
	struct err e = { 0 };
	size_t len = 0;
	struct bytes b;

	FORMAT(path, "%s/frame.c", p.folder);
	fixture_write(path, "mine", 4);
	assert_int_equal(linkmod(&s, &ko, &len, &e), -EEXIST);
	assert_non_null(strstr(e.text, "frame.c"));
	b = fixture_read(path);
	assert_memory_equal(b.data, "mine", 4);
	free(b.data);
	place_free(&p);
}

static void what_make_would_interpret_is_refused(void **state)
{
	struct place p = place_new(plain);
	struct linkmod_spec s = spec(&p, NULL);
	struct err e = { 0 };
	char *ko = NULL;
	size_t len = 0;

	s.cc = "$(shell touch x)";
	assert_int_equal(linkmod(&s, &ko, &len, &e), -EINVAL);
	assert_non_null(strstr(e.text, "compiler"));
	s = spec(&p, NULL);
	s.folder = "/tmp/a b";
	assert_int_equal(linkmod(&s, &ko, &len, &e), -EINVAL);
	s = spec(&p, NULL);
	s.module = "a/b";
	assert_int_equal(linkmod(&s, &ko, &len, &e), -EINVAL);
	place_free(&p);
}

/* What the module is, linked with the cache by a make that plays kbuild so. */
static void expect_module(const struct cache *c, const char *makefile, const char *frame, const char *key,
			  const char *want)
{
	struct place p = place_new(makefile);
	struct linkmod_spec s = spec(&p, NULL);
	struct err e = { 0 };
	char *ko = NULL;
	size_t len;

	s.line = NULL;
	s.cache = c;
	s.key = key;
	s.frame = frame;
	if (linkmod(&s, &ko, &len, &e) < 0)
		fail_msg("%s", e.text);
	assert_string_equal(ko, want);
	free(ko);
	place_free(&p);
}

static void the_same_is_linked_once_unless_there_was_something_to_say(void **state)
{
	_cleanup_(cache_freep) struct cache *c = NULL;
	_cleanup_(tree_freep) struct tree *t = machine(&c);

	expect_module(c, "modules: ; @echo warning: loud; echo 0 > $(M)/fix.ko\n", "frame", "tree", "0\n");
	expect_module(c, "modules: ; @echo 1 > $(M)/fix.ko\n", "frame", "tree", "1\n");
	expect_module(c, "modules: ; @echo 2 > $(M)/fix.ko\n", "frame", "tree", "1\n");
	expect_module(c, "modules: ; @echo 3 > $(M)/fix.ko\n", "other frame", "tree", "3\n");
	expect_module(c, "modules: ; @echo 4 > $(M)/fix.ko\n", "frame", "other tree", "4\n");
	expect_module(NULL, "modules: ; @echo 5 > $(M)/fix.ko\n", "frame", "tree", "5\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kbuild_gets_everything_and_gives_the_module),
		cmocka_unit_test(make_gets_the_trees_environment),
		cmocka_unit_test(only_what_surprises_is_told),
		cmocka_unit_test(what_went_wrong_is_in_the_error),
		cmocka_unit_test(a_folder_in_use_is_not_overwritten),
		cmocka_unit_test(what_make_would_interpret_is_refused),
		cmocka_unit_test(the_same_is_linked_once_unless_there_was_something_to_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
