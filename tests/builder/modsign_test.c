// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Signing, with keys made here: what comes out is what the kernel verifies,
 * and what cannot be used as a key is told apart.
 */
#include "tests/kmod/fixture.h"
#include "tests/kmod/pack.h"
#include "tests/lib/says.h"

#include <errno.h>
#include <openssl/pem.h>

#include "builder/modsign.h"
#include "kmod/signature.h"

static const char module[] = "\x7f"
			     "ELF\nand so on\r\n";

struct keys {
	char dir[32], key[48], cert[48], der[48], other[48], locked[48];
	X509 *x;
};

static FILE *create(const char *path)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	return f;
}

static void write_key(const char *path, EVP_PKEY *key, const char *passphrase)
{
	FILE *f = create(path);

	assert_true(PEM_write_PrivateKey(f, key, passphrase ? EVP_aes_128_cbc() : NULL,
					 (const unsigned char *)passphrase,
					 passphrase ? (int)strlen(passphrase) : 0, NULL, NULL));
	fclose(f);
}

static struct keys make(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048), *other = EVP_RSA_gen(2048);
	struct keys k;
	FILE *f;

	fixture_dir(k.dir);
	FORMAT(k.key, "%s/key.pem", k.dir);
	FORMAT(k.cert, "%s/cert.pem", k.dir);
	FORMAT(k.der, "%s/cert.der", k.dir);
	FORMAT(k.other, "%s/other.pem", k.dir);
	FORMAT(k.locked, "%s/locked.pem", k.dir);
	k.x = sign_certificate(key, "Site key");
	write_key(k.key, key, NULL);
	write_key(k.other, other, NULL);
	write_key(k.locked, key, "secret");
	f = create(k.cert);
	assert_true(PEM_write_X509(f, k.x));
	fclose(f);
	f = create(k.der);
	assert_true(i2d_X509_fp(f, k.x));
	fclose(f);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	return k;
}

static void done(struct keys *k)
{
	unlink(k->key);
	unlink(k->cert);
	unlink(k->der);
	unlink(k->other);
	unlink(k->locked);
	assert_int_equal(rmdir(k->dir), 0);
	X509_free(k->x);
}

/* As the kernel does it: the message over everything before it, by the certificate it has. */
static bool verifies(const char *all, size_t len, size_t content, X509 *x)
{
	const unsigned char *der = (const unsigned char *)all + content;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &der, (long)(len - content));
	BIO *bio = BIO_new_mem_buf(all, (int)content);
	STACK_OF(X509) *certs = sk_X509_new_null();
	CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	STACK_OF(X509) *inside = CMS_get1_certs(cms);
	bool good;

	sk_X509_push(certs, x);
	assert_int_equal(CMS_signed_get_attr_count(info), -1); /* none */
	assert_null(inside);
	assert_true(CMS_is_detached(cms));
	good = CMS_verify(cms, certs, NULL, bio, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
	sk_X509_free(certs);
	BIO_free(bio);
	CMS_ContentInfo_free(cms);
	return good;
}

static void check_signed(const struct keys *k, const char *cert, const char *hash, const char *want)
{
	struct signature s = { 0 };
	struct err e = { 0 };
	char *all = NULL;
	size_t len = 0;

	if (modsign(module, sizeof(module), k->key, cert, hash, &all, &len, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(signature_read(all, len, &s, &e), 0);
	assert_true(s.present);
	assert_int_equal(s.content, sizeof(module));
	assert_string_equal(s.signer, "Site key");
	assert_string_equal(s.key, "FE:DC:BA:98:76:54:32:10");
	assert_string_equal(s.hash, want);
	assert_memory_equal(all, module, sizeof(module));
	assert_true(verifies(all, len, s.content, k->x));
	all[3] ^= 1;
	assert_false(verifies(all, len, s.content, k->x));
	signature_free(&s);
	free(all);
}

static void a_signed_module_verifies(void **state)
{
	struct keys k = make();

	check_signed(&k, k.cert, NULL, "sha256");
	check_signed(&k, k.der, "sha512", "sha512");
	done(&k);
}

static void the_same_key_gives_the_same_bytes(void **state)
{
	struct keys k = make();
	char *a = NULL, *b = NULL;
	size_t a_len = 0, b_len = 0;

	assert_int_equal(modsign(module, sizeof(module), k.key, k.cert, NULL, &a, &a_len, NULL), 0);
	assert_int_equal(modsign(module, sizeof(module), k.key, k.cert, NULL, &b, &b_len, NULL), 0);
	assert_int_equal(a_len, b_len);
	assert_memory_equal(a, b, a_len);
	free(a);
	free(b);
	done(&k);
}

static void expect_refusal(const char *key, const char *cert, const char *hash, int code, const char *part)
{
	struct err e = { 0 };
	char *all = NULL;
	size_t len = 0;

	assert_int_equal(modsign(module, sizeof(module), key, cert, hash, &all, &len, &e), code);
	assert_null(all);
	err_says(&e, part);
}

static void what_cannot_sign_is_refused(void **state)
{
	struct keys k = make();

	expect_refusal(k.other, k.cert, NULL, -EINVAL, "is not that of the key");
	expect_refusal(k.locked, k.cert, NULL, -EACCES, "is encrypted");
	expect_refusal(k.cert, k.cert, NULL, -EINVAL, "no private key");
	expect_refusal(k.key, k.key, NULL, -EINVAL, "no certificate");
	fclose(create(k.other));
	expect_refusal(k.other, k.cert, NULL, -EINVAL, "no private key");
	expect_refusal(k.key, k.other, NULL, -EINVAL, "no certificate");
	expect_refusal(k.key, k.dir, NULL, -EISDIR, k.dir);
	expect_refusal("/nonexistent/key", k.cert, NULL, -ENOENT, "/nonexistent/key");
	expect_refusal(k.key, k.cert, "md5", -EINVAL, "the hash \"md5\"");
	done(&k);
}

static void a_module_is_signed_once(void **state)
{
	struct keys k = make();
	struct err e = { 0 };
	char *all = NULL, *twice = NULL;
	size_t len = 0, n = 0;

	assert_int_equal(modsign(module, sizeof(module), k.key, k.cert, NULL, &all, &len, NULL), 0);
	assert_int_equal(modsign(all, len, k.key, k.cert, NULL, &twice, &n, &e), -EINVAL);
	assert_non_null(strstr(e.text, "signed already"));
	free(all);
	done(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_module_verifies),
		cmocka_unit_test(the_same_key_gives_the_same_bytes),
		cmocka_unit_test(what_cannot_sign_is_refused),
		cmocka_unit_test(a_module_is_signed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
