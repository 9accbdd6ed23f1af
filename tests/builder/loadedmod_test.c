// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is the module that runs the one in the file?
 */
#include "tests/builder/linked.h"

#include <sys/utsname.h>

#include "builder/loadedmod.h"
#include "tests/lib/tree.h"

#define NOTE "sys/module/mine/notes/.note.gnu.build-id"
#define SOURCE(id)                                                                                           \
	"\t.section .note.gnu.build-id,\"a\",@note\n\t.long 4, 4, 3\n\t.asciz \"GNU\"\n\t.long " id "\n"

static struct object *module(const char *source)
{
	struct bytes b = linked_assemble(source);
	struct object *o;

	assert_int_equal(object_adopt(b.data, b.len, &o, NULL), 0);
	return o;
}

static int check(struct tree *t, const char *release, struct object *ko, struct err *e)
{
	_cleanup_(root_freep) struct root *root = tree_root(t);

	return loadedmod_check(root, release, "mine", ko, "/tmp/mine.ko", e);
}

static void another_module_than_the_file_is_refused(void **state)
{
	_cleanup_(tree_freep) struct tree *t = tree_new();
	_cleanup_(object_freep) struct object *ko = module(SOURCE("0x12345678"));
	_cleanup_(object_freep) struct object *plain = module("\tnop\n");
	struct utsname u;
	struct err e = { 0 };

	assert_int_equal(uname(&u), 0);
	/* not loaded */
	assert_int_equal(check(t, u.release, ko, &e), 0);
	tree_write_bytes(t, NOTE, "\4\0\0\0\4\0\0\0\3\0\0\0GNU\0\x78\x56\x34\x12", 20);
	assert_int_equal(check(t, u.release, ko, &e), 0);
	tree_write_bytes(t, NOTE, "\4\0\0\0\4\0\0\0\3\0\0\0GNU\0\x79\x56\x34\x12", 20);
	assert_int_equal(check(t, u.release, ko, &e), -ESTALE);
	assert_int_equal(e.rc, RC_REFUSED);
	assert_string_equal(e.text, "the module mine that is loaded is not the one in /tmp/mine.ko (build-id "
				    "79563412, not 78563412)");
	/* for another kernel than this, or without a build-id, nothing can be said */
	assert_int_equal(check(t, "6.1.0-none", ko, &e), 0);
	assert_int_equal(check(t, u.release, plain, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_module_than_the_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
