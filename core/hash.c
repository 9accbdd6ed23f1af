// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SHA-256 through libcrypto's digests. What libcrypto says of a failure is
 * dropped, so that it does not turn up in somebody else's error. openssl.cnf
 * is not read: a root's tool takes no code that it or the environment names.
 */
#include "core/hash.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

int sha256_hex(const void *data, size_t len, char ret[SHA256_HEX])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (EVP_Digest(data, len, md, &n, EVP_sha256(), NULL) != 1 || n != 32) {
		ERR_clear_error();
		return -ENOMEM;
	}
	hex_put(ret, md, n);
	return 0;
}

bool sha256_is_hex(const char *s)
{
	return strspn(s, "0123456789abcdef") == SHA256_HEX - 1 && !s[SHA256_HEX - 1];
}
