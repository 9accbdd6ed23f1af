/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packs bytes as gzip, xz, zstd or lz4 (the legacy frame) and signs them as the kernel's sign-file
 * would, with a key that is made on the spot, for the tests of kmod/.
 */
#ifndef KLPSH_TESTS_KMOD_PACK_H
#define KLPSH_TESTS_KMOD_PACK_H

#include <endian.h>
#include <lz4.h>
#include <lzma.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <zlib.h>
#include <zstd.h>

#include "kmod/decompress.h"
#include "tests/kmod/fixture.h"

static inline void pack_gzip(struct bytes in, struct bytes *out)
{
	z_stream z = { .next_in = (Bytef *)in.data,
		       .avail_in = (uInt)in.len,
		       .next_out = (Bytef *)out->data,
		       .avail_out = (uInt)out->len };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->len = z.total_out;
	deflateEnd(&z);
}

static inline void pack_xz(struct bytes in, struct bytes *out)
{
	size_t n = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, (const uint8_t *)in.data, in.len,
						 (uint8_t *)out->data, &n, out->len),
			 LZMA_OK);
	out->len = n;
}

static inline void pack_lz4(struct bytes in, struct bytes *out)
{
	size_t at = 4;

	memcpy(out->data, "\x02\x21\x4c\x18", 4);
	for (size_t done = 0; done < in.len; done += 8u << 20) {
		int n = LZ4_compress_default(in.data + done, out->data + at + 4,
					     (int)MIN(in.len - done, 8u << 20), (int)(out->len - at - 4));
		uint32_t len = htole32((uint32_t)n);

		assert_true(n > 0);
		memcpy(out->data + at, &len, sizeof(len));
		at += 4 + (size_t)n;
	}
	out->len = at;
}

static inline struct bytes pack(enum compression c, struct bytes in)
{
	struct bytes out = { malloc(in.len * 2 + 4096), in.len * 2 + 4096 };

	assert_non_null(out.data);
	if (c == COMPRESSION_GZIP)
		pack_gzip(in, &out);
	else if (c == COMPRESSION_XZ)
		pack_xz(in, &out);
	else if (c == COMPRESSION_LZ4)
		pack_lz4(in, &out);
	else
		out.len = ZSTD_compress(out.data, out.len, in.data, in.len, 3);
	return out;
}

static inline X509 *sign_certificate(EVP_PKEY *key, const char *cn)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	X509_set_version(x, 2);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), 0xfedcba9876543210ULL);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"klpsh", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_key_identifier, "hash");
	X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

/* The detached message; flags: CMS_USE_KEYID, CMS_NOCERTS. */
static inline struct bytes sign_message(struct bytes in, const char *cn, unsigned flags)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = sign_certificate(key, cn);
	BIO *bio = BIO_new_mem_buf(in.data, (int)in.len);
	CMS_ContentInfo *cms =
		CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY | CMS_DETACHED | CMS_STREAM);
	unsigned char *der = NULL;
	struct bytes out;
	int len;

	assert_non_null(CMS_add1_signer(cms, x, key, EVP_sha512(),
					flags | CMS_NOCERTS | CMS_BINARY | CMS_NOSMIMECAP | CMS_NOATTR));
	if (!(flags & CMS_NOCERTS))
		assert_int_equal(CMS_add1_cert(cms, x), 1);
	assert_int_equal(CMS_final(cms, bio, NULL, CMS_NOCERTS | CMS_BINARY), 1);
	len = i2d_CMS_ContentInfo(cms, &der);
	assert_true(len > 0);
	out = (struct bytes){ malloc((size_t)len), (size_t)len };
	memcpy(out.data, der, out.len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
	X509_free(x);
	EVP_PKEY_free(key);
	return out;
}

#define PACK_MARKER "~Module signature appended~\n"

/* content + message + struct module_signature + marker; sig_len as the trailer shall claim. */
static inline struct bytes sign_append(struct bytes in, struct bytes message, uint32_t sig_len)
{
	unsigned char trailer[12] = { 0, 0, 2 };
	uint32_t be = htobe32(sig_len);
	struct bytes out = { NULL, in.len + message.len + sizeof(trailer) + strlen(PACK_MARKER) };
	char *p = out.data = malloc(out.len);

	memcpy(trailer + 8, &be, sizeof(be));
	memcpy(p, in.data, in.len);
	memcpy(p += in.len, message.data, message.len);
	memcpy(p += message.len, trailer, sizeof(trailer));
	memcpy(p + sizeof(trailer), PACK_MARKER, strlen(PACK_MARKER));
	return out;
}

#endif
