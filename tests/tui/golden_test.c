// SPDX-License-Identifier: GPL-2.0-or-later
/* Every numbered screen as a picture: machines of mkroot.sh, each in four sizes. */
#include "tests/lib/golden.h"
#include "tests/tui/screen.h"

#include <fcntl.h>
#include <limits.h>

static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };
static const struct {
	const char *key, *title;
} screens[] = {
	{ "1", "1 Patches" }, { "2", "2 Transition" }, { "3", "3 Modules" },
	{ "4", "4 Taint" },   { "5", "5 Log" },	       { "6", "6 Build" },
	{ "7", "7 System" },  { "8", "8 History" },    { "?", "Keys of " },
};

static void one_size(const struct tree *t, const char *kind, const int *size, struct golden *g)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct vt *v;

	assert_int_equal(chdir("/"), 0); /* a screen that shows where it is */
	v = screen_start(t, size[0], size[1], NULL, NULL);
	assert_int_equal(fchdir(here), 0);
	close(here);
	expect(v, "Patches");
	assert_true(vt_wait_gone(v, "reading what"));
	for (size_t i = 0; i < ARRAY_SIZE(screens); i++) {
		char what[64];

		FORMAT(what, "%s %dx%d %s", kind, size[0], size[1], screens[i].key);
		vt_keys(v, screens[i].key);
		expect(v, screens[i].title);
		assert_true(vt_wait_gone(v, " reading"));
		golden_check(g, v, what);
	}
	quit(v);
}

static void pictures_of(void **state)
{
	const char *kind = *state;
	_cleanup_(tree_freep) struct tree *t = machine(kind);
	_cleanup_(golden_closep) struct golden *g = golden_open(kind);

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		one_size(t, kind, sizes[i], g);
}

#define PICTURES(kind)                                                                                       \
	{                                                                                                    \
		"pictures_of_" kind, pictures_of, NULL, NULL, (char *)(uintptr_t)kind                        \
	}

int main(void)
{
	static char path[PATH_MAX];
	const struct CMUnitTest tests[] = {
		PICTURES("ready"), PICTURES("replace"), PICTURES("stall"),   PICTURES("none"),
		PICTURES("empty"), PICTURES("many"),	PICTURES("hostile"),
	};

	setenv("KLPSH", realpath(klpsh_path(), path), 1);
	setenv("TMPDIR", "/tmp", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
