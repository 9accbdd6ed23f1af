/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The signature that may be appended to a module (include/linux/module_signature.h:
 * data, struct module_signature, "~Module signature appended~\n") and digests.
 * Tells who signed, never whether that is to be trusted: that is the kernel's
 * keyring to say. The one owner of libcrypto.
 */
#ifndef KLPSH_KMOD_SIGNATURE_H
#define KLPSH_KMOD_SIGNATURE_H

#include "core/err.h"
#include "core/hash.h"

#define SIGNATURE_MAX (1u << 20) /* bytes of the PKCS#7 message */

struct signature {
	bool present;
	size_t content; /* bytes before everything that was appended */
	char *signer; /* common name of the certificate's issuer, or NULL */
	char *key; /* serial or subject key id, "15:FD:60", or NULL */
	char *hash; /* "sha256", or NULL */
	/* The key as the kernel names it, in hex, for keyring_look; NULL: none, several signers, or
	 * certificates. */
	char *id;
};

/*
 * Look at the end of an (unpacked) module. Not signed is no error. -EBADMSG
 * with e set when the marker is there and its lengths cannot be right, as the
 * kernel's mod_check_sig(); -ENOMEM. A message that libcrypto cannot read
 * leaves the names NULL. Freed with signature_free.
 */
int signature_read(const void *data, size_t len, struct signature *ret, struct err *e);
void signature_free(struct signature *s);

#endif
