// SPDX-License-Identifier: GPL-2.0-or-later
/* Checksums of known texts (FIPS 180-2, appendix B), and where nothing is read for them. */
#include "core/hash.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/tree.h"

static void known_texts_have_their_sums(void **state)
{
	char hex[SHA256_HEX];

	assert_int_equal(sha256_hex("abc", 3, hex), 0);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(sha256_hex("", 0, hex), 0);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void what_is_no_sum_is_none(void **state)
{
	assert_true(sha256_is_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	assert_false(sha256_is_hex("BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	assert_false(sha256_is_hex("ba7816bf"));
}

/* Whoever opened the pipe would wait for a writer, until the alarm. */
static void a_configuration_from_the_environment_is_not_read(void **state)
{
	struct tree *t = tree_new();
	char path[600], hex[SHA256_HEX];
	int status = -1;
	pid_t pid;

	FORMAT(path, "%s/openssl.cnf", tree_path(t));
	assert_int_equal(mkfifo(path, 0600), 0);
	pid = fork();
	if (pid == 0) {
		setenv("OPENSSL_CONF", path, 1);
		alarm(5);
		_exit(sha256_hex("abc", 3, hex) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	tree_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: libcrypto reads its configuration once a process */
		cmocka_unit_test(a_configuration_from_the_environment_is_not_read),
		cmocka_unit_test(known_texts_have_their_sums),
		cmocka_unit_test(what_is_no_sum_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
