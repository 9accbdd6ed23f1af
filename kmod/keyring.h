/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Would the running kernel know the key of a module's signature? It is asked
 * itself: keyctl(KEYCTL_SEARCH) matches a key's id exactly as the verification
 * does (crypto/asymmetric_keys: find_asymmetric_key(), "ex:" and the id).
 */
#ifndef KLPSH_KMOD_KEYRING_H
#define KLPSH_KMOD_KEYRING_H

#include "core/root.h"

enum keyring_answer {
	KEYRING_UNKNOWN, /* not asked: no root, no such keyring, a captured tree */
	KEYRING_LACKS, /* a signature with it counts for nothing */
	KEYRING_REVOKED, /* in .blacklist: a signature with it is refused, also where none is demanded */
	KEYRING_PLATFORM, /* in .platform, which some distributions' kernels take for modules */
	KEYRING_HAS, /* in the keyrings that modules are verified with (certs/system_keyring.c) */
};

/* id: as in struct signature, may be NULL. Changes nothing. */
enum keyring_answer keyring_look(const struct root *root, const char *id);
/*
 * The serial numbers of n keyrings in /proc/keys; 0: it is not there. Anybody can
 * have a line like any there, by a newline in a key's description, so each that
 * fits is put to is_it (NULL: the kernel is asked, keyctl(KEYCTL_DESCRIBE)). 0, -errno.
 */
int keyring_serials(const struct root *root, const char *const *names, size_t n,
		    bool (*is_it)(int32_t serial, const char *name), int32_t *ret);

#endif
