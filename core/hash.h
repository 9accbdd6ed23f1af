/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 (libcrypto), for the history's chain and for module files.
 */
#ifndef KLPSH_CORE_HASH_H
#define KLPSH_CORE_HASH_H

#include "core/util.h"

#define SHA256_HEX 65

/* SHA-256 as hex. 0, or -ENOMEM when libcrypto has none. */
int sha256_hex(const void *data, size_t len, char ret[SHA256_HEX]);
/* Is it 64 lower-case hex digits? */
bool sha256_is_hex(const char *s);

#endif
