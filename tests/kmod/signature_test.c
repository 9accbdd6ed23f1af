// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Appended signatures, made here with libcrypto: by serial, by key id, with
 * and without the certificate, damaged, and with lengths that lie.
 */
#include "tests/kmod/fixture.h"
#include "tests/kmod/pack.h"

#include <errno.h>

#include "kmod/signature.h"

static struct bytes content(void)
{
	static char text[] = "the module itself";

	return (struct bytes){ text, sizeof(text) };
}

/* Sign, read back; the caller frees. */
static struct signature signed_with(const char *cn, unsigned flags)
{
	struct bytes message = sign_message(content(), cn, flags);
	struct bytes all = sign_append(content(), message, (uint32_t)message.len);
	struct signature s;
	struct err e = { 0 };

	assert_int_equal(signature_read(all.data, all.len, &s, &e), 0);
	assert_true(s.present);
	assert_int_equal(s.content, content().len);
	free(message.data);
	free(all.data);
	return s;
}

static void test_unsigned(void **state)
{
	struct signature s;
	struct err e = { 0 };

	assert_int_equal(signature_read(content().data, content().len, &s, &e), 0);
	assert_false(s.present);
	assert_int_equal(s.content, content().len);
	assert_int_equal(signature_read("", 0, &s, &e), 0);
	assert_false(s.present);
}

static void test_by_serial(void **state)
{
	struct signature s = signed_with("Test key of klpsh", CMS_NOCERTS);

	assert_string_equal(s.signer, "Test key of klpsh");
	/* no sign byte in front, as modinfo shows it */
	assert_string_equal(s.key, "FE:DC:BA:98:76:54:32:10");
	assert_string_equal(s.hash, "sha512");
	/* As the kernel names it: the serial number's bytes, then the issuer's O and CN, without the outer
	 * tag. */
	assert_string_equal(s.id, "00fedcba9876543210"
				  "310e300c060355040a0c056b6c707368"
				  "311a301806035504030c1154657374206b6579206f66206b6c707368");
	signature_free(&s);
}

static void test_by_key_id(void **state)
{
	struct signature s = signed_with("Hidden", CMS_NOCERTS | CMS_USE_KEYID);

	assert_null(s.signer);
	assert_int_equal(strlen(s.key), 59);
	assert_int_equal(strlen(s.id), 40);
	assert_string_equal(s.hash, "sha512");
	signature_free(&s);
	s = signed_with("In the certificate", CMS_USE_KEYID);
	assert_string_equal(s.signer, "In the certificate");
	assert_null(s.id); /* the chain may lead to a key that counts */
	signature_free(&s);
}

/* Foreign bytes in the name stay as they are. */
static void test_hostile_name(void **state)
{
	struct signature s = signed_with("a\x1b]0;b\x07\xe2\x80\xaeq", CMS_NOCERTS);

	assert_string_equal(s.signer, "a\x1b]0;b\x07\xe2\x80\xaeq");
	signature_free(&s);
}

static void test_rubbish_message(void **state)
{
	struct bytes message = { (char[]){ "rubbish" }, 7 };
	struct bytes all = sign_append(content(), message, 7);
	struct signature s;
	struct err e = { 0 };

	assert_int_equal(signature_read(all.data, all.len, &s, &e), 0);
	assert_true(s.present);
	assert_null(s.signer);
	assert_null(s.key);
	assert_null(s.id);
	assert_null(s.hash);
	assert_int_equal(ERR_peek_error(), 0);
	free(all.data);
}

static void test_bad_lengths(void **state)
{
	static const uint32_t lengths[] = { 26, 1u << 20, 0x7fffffff, 0xffffffff };
	struct bytes message = { (char[]){ "rubbish" }, 7 };
	struct signature s;
	struct err e = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct bytes all = sign_append(content(), message, lengths[i]);

		assert_int_equal(signature_read(all.data, all.len, &s, &e), -EBADMSG);
		free(all.data);
	}
	assert_int_equal(signature_read(PACK_MARKER, strlen(PACK_MARKER), &s, &e), -EBADMSG);
}

/* Every byte of a real message flipped: names may change, nothing may break. */
static void test_flipped(void **state)
{
	struct bytes message = sign_message(content(), "Test", 0);
	struct bytes all = sign_append(content(), message, (uint32_t)message.len);

	for (size_t i = content().len; i < all.len; i++)
		for (unsigned bit = 0; bit < 8; bit += 3) {
			struct signature s = { 0 };
			struct err e = { 0 };

			all.data[i] ^= (char)(1 << bit);
			if (signature_read(all.data, all.len, &s, &e) >= 0)
				signature_free(&s);
			all.data[i] ^= (char)(1 << bit);
		}
	free(message.data);
	free(all.data);
}

static void test_sha256(void **state)
{
	char hex[SHA256_HEX];

	assert_int_equal(sha256_hex("abc", 3, hex), 0);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unsigned),	cmocka_unit_test(test_by_serial),
		cmocka_unit_test(test_by_key_id),	cmocka_unit_test(test_hostile_name),
		cmocka_unit_test(test_rubbish_message), cmocka_unit_test(test_bad_lengths),
		cmocka_unit_test(test_flipped),		cmocka_unit_test(test_sha256),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
