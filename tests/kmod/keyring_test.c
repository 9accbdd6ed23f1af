// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding the kernel's own keyrings in /proc/keys; what they hold is asked in
 * the lab, of a real kernel.
 */
#include "tests/core/fake.h"

#include <errno.h>

#include "kmod/keyring.h"

static int one(const struct root *root, const char *name, bool (*is_it)(int32_t serial, const char *name),
	       int32_t *ret)
{
	int32_t serial;
	int r = keyring_serials(root, &name, 1, is_it, &serial);

	if (r < 0 || !serial)
		return r < 0 ? r : -ENOENT;
	*ret = serial;
	return 0;
}

static bool is_the_real_one(int32_t serial, const char *name)
{
	return serial == 0x294795aa;
}

static void finds_a_keyring_of_the_kernel(void **state)
{
	struct tree *t = fake_machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	int32_t n = 0;

	assert_int_equal(one(root, ".builtin_trusted_keys", is_the_real_one, &n), -ENOENT);
	tree_write(t, "proc/keys",
		   "184b32c9 I------     1 perm 1f030000     0     0 user      .builtin_trusted_keys: 1\n"
		   "0cc72ddd I--Q---     1 perm 0c030000     0 65534 keyring   builtin_trusted_keys: 2\n"
		   "06328bbd I------     1 perm 0f0b0000     0     0 keyring   .builtin: empty\n"
		   "06328bbe I------     1 perm 0f0b0000     0     0 keyring   .builtin_trusted_keys_too: "
		   "empty\n"
		   "xyz      I------     1 perm 0f0b0000     0     0 keyring   .builtin_trusted_keys: 1\n"
		   "short line\n\n"
		   "00000001 I------     1 perm 1f0b0000     0     0 keyring   .builtin_trusted_keys: 1\n"
		   "294795aa I------     2 perm 1f0b0000     0     0 keyring   .builtin_trusted_keys: 1\n");
	assert_int_equal(one(root, ".builtin_trusted_keys", is_the_real_one, &n), 0);
	assert_int_equal(n, 0x294795aa);
	assert_int_equal(one(root, ".platform", is_the_real_one, &n), -ENOENT);
	tree_free(t);
}

/* The kernel of this machine is asked: a line of anybody's making leads nowhere. */
static void a_forged_line_is_no_keyring(void **state)
{
	struct tree *t = fake_machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	int32_t n = 0;

	tree_write(t, "proc/keys",
		   "00000001 I------     1 perm 1f0b0000     0     0 keyring   .builtin_trusted_keys: 1\n");
	assert_int_equal(one(root, ".builtin_trusted_keys", NULL, &n), -ENOENT);
	tree_free(t);
}

/* The keyrings of this machine say nothing about a captured tree, nor about a file that tells no id. */
static void asks_nobody_elses_kernel(void **state)
{
	struct tree *t = fake_machine();
	_cleanup_(root_freep) struct root *root = tree_root(t), *live = NULL;

	assert_int_equal(root_open(NULL, &live, NULL), 0);
	tree_write(t, "proc/keys",
		   "294795aa I------     2 perm 1f0b0000     0     0 keyring   .secondary_trusted_keys: 1\n");
	assert_int_equal(keyring_look(root, "00ab"), KEYRING_UNKNOWN);
	assert_int_equal(keyring_look(live, NULL), KEYRING_UNKNOWN);
	tree_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_keyring_of_the_kernel),
		cmocka_unit_test(a_forged_line_is_no_keyring),
		cmocka_unit_test(asks_nobody_elses_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
