/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The no-ops that the kernel's build puts in the place of jumps and of calls of
 * __fentry__: x86_nops of two and of five bytes (arch/x86/include/asm/nops.h),
 * which objtool writes (tools/objtool/arch/x86/decode.c) and asm goto, too.
 */
#ifndef KLPSH_BUILDER_JUMPLABEL_H
#define KLPSH_BUILDER_JUMPLABEL_H

#include "core/util.h"

#define NOP5 5u

/* Five bytes are there. */
static inline bool is_nop5(const unsigned char *p)
{
	return memcmp(p, "\x0f\x1f\x44\x00\x00", NOP5) == 0;
}

/* Of two and of five bytes: the length of a jump that is a no-op on the other side; 0. len bytes are in both.
 */
static inline unsigned jump_made_nop(const unsigned char *jump, const unsigned char *nop, uint64_t len)
{
	if (len >= 2 && jump[0] == 0xeb && memcmp(nop, "\x66\x90", 2) == 0)
		return 2;
	return len >= NOP5 && jump[0] == 0xe9 && is_nop5(nop) ? NOP5 : 0;
}

#endif
