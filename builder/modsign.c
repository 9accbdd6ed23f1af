// SPDX-License-Identifier: GPL-2.0-or-later
/* See modsign.h. libcrypto makes the message; what is appended is written here. */
#include "builder/modsign.h"

#include <endian.h>
#include <errno.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "kmod/decompress.h"

#define MARKER "~Module signature appended~\n"
#define MARKER_LEN (sizeof(MARKER) - 1)
#define ID_TYPE_PKCS7 2

/* struct module_signature, byte for byte */
struct trailer {
	uint8_t algo, hash, id_type, signer_len, key_id_len, pad[3];
	uint32_t sig_len; /* big endian */
};

struct signer {
	EVP_PKEY *key;
	X509 *cert;
	const EVP_MD *hash;
};

/* What libcrypto has to say about its last failure. */
static const char *reason(void)
{
	const char *text = ERR_reason_error_string(ERR_peek_last_error());

	return text ? text : "libcrypto does not say why";
}

/* Asked for when the key is encrypted: remembers that, and has none. */
static int no_passphrase(char *buf, int size, int writing, void *asked)
{
	*(bool *)asked = true;
	return -1;
}

static int parse_key(const char *path, const char *data, size_t len, EVP_PKEY **ret, struct err *e)
{
	BIO *bio = BIO_new_mem_buf(data ? data : "", (int)len);
	bool asked = false;

	if (!bio)
		return err_set(e, -ENOMEM, "out of memory");
	*ret = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, &asked);
	BIO_free(bio);
	if (*ret)
		return 0;
	if (!asked)
		return err_set(e, -EINVAL, "%s: no private key in PEM is in it (%s)", path, reason());
	err_set(e, -EACCES, "%s: the key is encrypted, and klpsh does not ask for passphrases", path);
	err_hint(
		e,
		"decrypt it into a file that only you can read: openssl pkey -in KEY -out PLAIN, or sign the "
		"module afterwards with the kernel's sign-file");
	return -EACCES;
}

static int read_key(const char *path, EVP_PKEY **ret, struct err *e)
{
	char *data = NULL;
	size_t len = 0;
	int r = file_read(path, MODSIGN_KEY_MAX, &data, &len, e);

	if (r < 0)
		return r;
	r = parse_key(path, data, len, ret, e);
	OPENSSL_cleanse(data, len);
	free(data);
	return r;
}

static int read_cert(const char *path, X509 **ret, struct err *e)
{
	_cleanup_free_ char *data = NULL;
	const unsigned char *der;
	size_t len = 0;
	bool asked = false;
	BIO *bio;
	int r = file_read(path, MODSIGN_KEY_MAX, &data, &len, e);

	if (r < 0)
		return r;
	bio = BIO_new_mem_buf(data ? data : "", (int)len);
	if (!bio)
		return err_set(e, -ENOMEM, "out of memory");
	*ret = PEM_read_bio_X509(bio, NULL, no_passphrase, &asked);
	BIO_free(bio);
	der = (const unsigned char *)data;
	if (!*ret)
		*ret = d2i_X509(NULL, &der, (long)len);
	return *ret ? 0 : err_set(e, -EINVAL, "%s: no certificate is in it, neither PEM nor DER", path);
}

static int read_hash(const char *name, const EVP_MD **ret, struct err *e)
{
	static const char *const known[] = { "sha1",   "sha224",   "sha256",   "sha384",
					     "sha512", "sha3-256", "sha3-384", "sha3-512" };

	for (size_t i = 0; i < ARRAY_SIZE(known) && !*ret; i++)
		if (streq(name, known[i]))
			*ret = EVP_get_digestbyname(name);
	return *ret ? 0 : err_set(e, -EINVAL, "modules cannot be signed with the hash \"%s\"", name);
}

static int read_signer(const char *key, const char *cert, const char *hash, struct signer *s, struct err *e)
{
	int r = read_hash(hash, &s->hash, e);

	r = r < 0 ? r : read_key(key, &s->key, e);
	r = r < 0 ? r : read_cert(cert, &s->cert, e);
	if (r >= 0 && X509_check_private_key(s->cert, s->key) != 1)
		r = err_set(e, -EINVAL, "the certificate %s is not that of the key %s", cert, key);
	return r;
}

/* The message in DER; libcrypto's to free. */
static int sign(const struct signer *s, const void *module, size_t len, unsigned char **ret, int *ret_len,
		struct err *e)
{
	unsigned flags = CMS_NOCERTS | CMS_BINARY | CMS_DETACHED;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags | CMS_PARTIAL | CMS_STREAM);
	BIO *bio = BIO_new_mem_buf(module, (int)len);
	int n = -1;

	if (cms && bio &&
	    CMS_add1_signer(cms, s->cert, s->key, s->hash, flags | CMS_NOATTR | CMS_NOSMIMECAP) &&
	    CMS_final(cms, bio, NULL, flags))
		n = i2d_CMS_ContentInfo(cms, ret);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	if (n <= 0 || !*ret) {
		err_set(e, -EIO, "the module cannot be signed: %s", reason());
		return -EIO;
	}
	*ret_len = n;
	return 0;
}

/* The module, the message, and what tells the kernel how long that is. */
static int append(const void *module, size_t len, const unsigned char *message, size_t message_len,
		  char **ret, size_t *ret_len, struct err *e)
{
	const struct trailer t = { .id_type = ID_TYPE_PKCS7, .sig_len = htobe32((uint32_t)message_len) };
	size_t total = len + message_len + sizeof(t) + MARKER_LEN;
	char *p = malloc(total);

	if (!p)
		return err_set(e, -ENOMEM, "out of memory");
	*ret = p;
	*ret_len = total;
	memcpy(p, module, len);
	memcpy(p + len, message, message_len);
	memcpy(p + len + message_len, &t, sizeof(t));
	memcpy(p + len + message_len + sizeof(t), MARKER, MARKER_LEN);
	return 0;
}

static int check_module(const char *module, size_t len, struct err *e)
{
	if (!len || len > INT32_MAX)
		return err_set(e, -EINVAL, "a module of %zu bytes cannot be signed", len);
	if (len >= MARKER_LEN && memcmp(module + len - MARKER_LEN, MARKER, MARKER_LEN) == 0)
		return err_set(e, -EINVAL, "the module is signed already");
	return 0;
}

int modsign(const void *module, size_t len, const char *key, const char *cert, const char *hash, char **ret,
	    size_t *ret_len, struct err *e)
{
	struct signer s = { 0 };
	unsigned char *message = NULL;
	int n = 0, r = check_module(module, len, e);

	r = r < 0 ? r : read_signer(key, cert, hash ? hash : "sha256", &s, e);
	r = r < 0 ? r : sign(&s, module, len, &message, &n, e);
	r = r < 0 ? r : append(module, len, message, (size_t)n, ret, ret_len, e);
	OPENSSL_free(message);
	X509_free(s.cert);
	EVP_PKEY_free(s.key);
	ERR_clear_error();
	return r;
}
