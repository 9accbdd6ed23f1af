/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signs a finished module as the kernel wants it: a detached CMS message over
 * the file, without certificates and attributes, then struct
 * module_signature and the marker (include/linux/module_signature.h,
 * Documentation/admin-guide/module-signing.rst). Nothing may change in the
 * module afterwards. Never asks for a passphrase; no key leaves this file.
 */
#ifndef KLPSH_BUILDER_MODSIGN_H
#define KLPSH_BUILDER_MODSIGN_H

#include "core/err.h"

#define MODSIGN_KEY_MAX (1u << 20) /* bytes of a key or certificate file */

/*
 * Sign len bytes. key: a PEM file with a private key; cert: its certificate,
 * PEM or DER, may be the same file; hash: CONFIG_MODULE_SIG_HASH, NULL is
 * "sha256". *ret, the module and what is appended, is the caller's to free.
 * -EACCES: the key is encrypted; -EINVAL: no key, no certificate, they do not
 * belong together, a hash that is not known, or the module is signed already;
 * -EIO: libcrypto refused; else as file_read; e set.
 */
int modsign(const void *module, size_t len, const char *key, const char *cert, const char *hash, char **ret,
	    size_t *ret_len, struct err *e);

#endif
