// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds and reads appended module signatures. Lengths are checked as in
 * kernel/module_signature.c; names and key ids are shown as modinfo(8) shows
 * them, so that people can compare.
 */
#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <openssl/asn1.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "kmod/signature.h"

#define MARKER "~Module signature appended~\n"
#define MARKER_LEN (sizeof(MARKER) - 1)
#define ID_TYPE_PKCS7 2
#define NAME_MAX_LEN 1024

/* struct module_signature, byte for byte */
struct trailer {
	uint8_t algo, hash, id_type, signer_len, key_id_len, pad[3];
	uint32_t sig_len; /* big endian */
};

static CMS_ContentInfo *cms_free(CMS_ContentInfo *cms)
{
	CMS_ContentInfo_free(cms);
	return NULL;
}
DEFINE_CLEANUP(CMS_ContentInfo, cms_free)

static BIGNUM *bn_free(BIGNUM *n)
{
	BN_free(n);
	return NULL;
}
DEFINE_CLEANUP(BIGNUM, bn_free)

/* "15:FD:60" */
static char *hex_colons(const unsigned char *p, size_t len)
{
	char *s = len ? calloc(len, 3) : NULL;

	for (size_t i = 0; s && i < len; i++)
		snprintf(s + 3 * i, 3, "%02X", p[i]);
	for (size_t i = 1; s && i < len; i++)
		s[3 * i - 1] = ':';
	return s;
}

/* A serial number's magnitude, without the sign byte of its encoding. */
static char *serial_hex(const ASN1_INTEGER *serial)
{
	_cleanup_(bn_freep) BIGNUM *n = ASN1_INTEGER_to_BN(serial, NULL);
	unsigned char buf[64];
	int len = n ? BN_num_bytes(n) : 0;

	if (len <= 0 || (size_t)len > sizeof(buf))
		return NULL;
	BN_bn2bin(n, buf);
	return hex_colons(buf, (size_t)len);
}

/* The contents of a DER value, without its tag and length; NULL where there is none. */
static const unsigned char *der_content(const unsigned char *der, int len, size_t *ret_len)
{
	const unsigned char *p = der;
	int tag, class;
	long inner;

	if (len <= 0 || ASN1_get_object(&p, &inner, &tag, &class, len) & 0x80)
		return NULL;
	*ret_len = (size_t)inner;
	return p;
}

static char *serial_and_issuer(const ASN1_INTEGER *serial, const X509_NAME *issuer)
{
	unsigned char *number = NULL, *name = NULL;
	int number_len = i2d_ASN1_INTEGER(serial, &number), name_len = i2d_X509_NAME(issuer, &name);
	size_t a_len = 0, b_len = 0;
	const unsigned char *a = der_content(number, number_len, &a_len),
			    *b = der_content(name, name_len, &b_len);
	char *id = a && b ? calloc(a_len + b_len + 1, 2) : NULL;

	if (id) {
		hex_put(id, a, a_len);
		hex_put(id + 2 * a_len, b, b_len);
	}
	OPENSSL_free(number);
	OPENSSL_free(name);
	return id;
}

/* As pkcs7_note_signed_info() makes it: the serial number and then the issuer, or the key id. */
static char *kernel_id(const ASN1_INTEGER *serial, const X509_NAME *issuer, const ASN1_OCTET_STRING *ski)
{
	size_t len = ski ? (size_t)ASN1_STRING_length(ski) : 0;
	char *id;

	if (serial && issuer)
		return serial_and_issuer(serial, issuer);
	id = len ? calloc(len + 1, 2) : NULL;
	if (id)
		hex_put(id, ASN1_STRING_get0_data(ski), len);
	return id;
}

/* The common name as bytes in UTF-8; NUL bytes in it end it. */
static char *common_name(const X509_NAME *name)
{
	int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
	const X509_NAME_ENTRY *entry = at >= 0 ? X509_NAME_get_entry(name, at) : NULL;
	unsigned char *utf8 = NULL;
	int len = entry ? ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry)) : -1;
	char *copy = NULL;

	if (len > 0)
		copy = strndup((const char *)utf8, MIN((size_t)len, NAME_MAX_LEN));
	OPENSSL_free(utf8);
	return copy;
}

/* "sha256", or the object identifier in numbers. */
static char *digest_word(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *object = NULL;
	char buf[128];
	int nid;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	nid = object ? OBJ_obj2nid(object) : NID_undef;
	if (nid != NID_undef)
		FORMAT(buf, "%s", OBJ_nid2sn(nid));
	else if (!object || OBJ_obj2txt(buf, sizeof(buf), object, 1) <= 0)
		return NULL;
	for (char *p = buf; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return strdup(buf);
}

/* The message may carry the signer's certificate: then the issuer is known even with a key id. */
static char *certificate_issuer(CMS_ContentInfo *cms, CMS_SignerInfo *info)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	char *name = NULL;

	for (int i = 0; i < sk_X509_num(certs) && !name; i++)
		if (CMS_SignerInfo_cert_cmp(info, sk_X509_value(certs, i)) == 0)
			name = common_name(X509_get_issuer_name(sk_X509_value(certs, i)));
	sk_X509_pop_free(certs, X509_free);
	return name;
}

/* Then the key that counts may be another one, up the chain. */
static bool has_certificates(CMS_ContentInfo *cms)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	bool has = sk_X509_num(certs) > 0;

	sk_X509_pop_free(certs, X509_free);
	return has;
}

static void signature_parse(const unsigned char *der, size_t len, struct signature *s)
{
	_cleanup_(cms_freep) CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &der, (long)len);
	STACK_OF(CMS_SignerInfo) *infos = NULL;
	CMS_SignerInfo *info;
	ASN1_OCTET_STRING *ski = NULL;
	ASN1_INTEGER *serial = NULL;
	X509_NAME *issuer = NULL;
	X509_ALGOR *digest = NULL;

	if (cms && OBJ_obj2nid(CMS_get0_type(cms)) == NID_pkcs7_signed)
		infos = CMS_get0_SignerInfos(cms);
	info = sk_CMS_SignerInfo_num(infos) > 0 ? sk_CMS_SignerInfo_value(infos, 0) : NULL;
	if (info) {
		CMS_SignerInfo_get0_signer_id(info, &ski, &issuer, &serial);
		CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, NULL);
		if (issuer)
			s->signer = common_name(issuer);
		else
			s->signer = certificate_issuer(cms, info);
		if (serial)
			s->key = serial_hex(serial);
		else if (ski)
			s->key = hex_colons(ASN1_STRING_get0_data(ski),
					    (size_t)MIN(ASN1_STRING_length(ski), NAME_MAX_LEN));
		if (digest)
			s->hash = digest_word(digest);
		if (sk_CMS_SignerInfo_num(infos) == 1 && !has_certificates(cms))
			s->id = kernel_id(serial, issuer, ski);
	}
	ERR_clear_error();
}

int signature_read(const void *data, size_t len, struct signature *ret, struct err *e)
{
	const unsigned char *bytes = data;
	struct signature s = { .content = len };
	struct trailer t;
	size_t sig_len;

	if (len < MARKER_LEN || memcmp(bytes + len - MARKER_LEN, MARKER, MARKER_LEN) != 0) {
		*ret = s;
		return 0;
	}
	len -= MARKER_LEN;
	if (len < sizeof(t))
		return err_set(e, -EBADMSG, "damaged: the appended signature is cut off");
	len -= sizeof(t);
	memcpy(&t, bytes + len, sizeof(t));
	sig_len = be32toh(t.sig_len);
	if (sig_len > len || sig_len > SIGNATURE_MAX)
		return err_set(e, -EBADMSG, "damaged: the appended signature's length cannot be right");
	s.present = true;
	s.content = len - sig_len;
	if (t.id_type == ID_TYPE_PKCS7)
		signature_parse(bytes + s.content, sig_len, &s);
	*ret = s;
	return 0;
}

void signature_free(struct signature *s)
{
	free(s->signer);
	free(s->key);
	free(s->hash);
	free(s->id);
	*s = (struct signature){ 0 };
}
