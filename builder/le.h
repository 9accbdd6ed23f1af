/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Little-endian words of foreign bytes, at any place.
 */
#ifndef KLPSH_BUILDER_LE_H
#define KLPSH_BUILDER_LE_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t get_u16(const unsigned char *p)
{
	uint16_t x;

	memcpy(&x, p, sizeof(x));
	return le16toh(x);
}

static inline uint32_t get_u32(const unsigned char *p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return le32toh(x);
}

static inline uint64_t get_u64(const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

#endif
