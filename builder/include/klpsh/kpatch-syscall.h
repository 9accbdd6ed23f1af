/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For patch authors: system calls that can be patched. The kernel's own
 * SYSCALL_DEFINEn makes data for tracing anew, and a __do_sys_ function that
 * cannot be traced where the compiler does not inline it. Here there is no
 * such data and it is always inlined, so that what changes is __se_sys_ or
 * the stubs __x64_sys_ and __ia32_sys_, which can be patched. Rests on
 * arch/x86/include/asm/syscall_wrapper.h since 5.7; elsewhere these are the
 * kernel's macros.
 */
#ifndef KLPSH_KPATCH_SYSCALL_H
#define KLPSH_KPATCH_SYSCALL_H

#include <linux/syscalls.h>

#if defined(__X64_SYS_STUBx) && defined(__IA32_SYS_STUBx)

#define KLPSH_SYSCALL_DEFINEx(n, name, ...)                                                                  \
	static long __se_sys##name(__MAP(n, __SC_LONG, __VA_ARGS__));                                        \
	static __always_inline long __do_sys##name(__MAP(n, __SC_DECL, __VA_ARGS__));                        \
	__X64_SYS_STUBx(n, name, __VA_ARGS__) __IA32_SYS_STUBx(                                              \
		n, name, __VA_ARGS__) static long __se_sys##name(__MAP(n, __SC_LONG, __VA_ARGS__))           \
	{                                                                                                    \
		long result = __do_sys##name(__MAP(n, __SC_CAST, __VA_ARGS__));                              \
                                                                                                             \
		__MAP(n, __SC_TEST, __VA_ARGS__);                                                            \
		__PROTECT(n, result, __MAP(n, __SC_ARGS, __VA_ARGS__));                                      \
		return result;                                                                               \
	}                                                                                                    \
	static __always_inline long __do_sys##name(__MAP(n, __SC_DECL, __VA_ARGS__))

#define KPATCH_SYSCALL_DEFINE0(name)                                                                         \
	static long __do_sys_##name(const struct pt_regs *__unused);                                         \
	__X64_SYS_STUB0(name)                                                                                \
	__IA32_SYS_STUB0(name) static long __do_sys_##name(const struct pt_regs *__unused)

#else

#define KLPSH_SYSCALL_DEFINEx(n, name, ...) SYSCALL_DEFINEx(n, name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE0(name) SYSCALL_DEFINE0(name)

#endif

#define KPATCH_SYSCALL_DEFINE1(name, ...) KLPSH_SYSCALL_DEFINEx(1, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE2(name, ...) KLPSH_SYSCALL_DEFINEx(2, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE3(name, ...) KLPSH_SYSCALL_DEFINEx(3, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE4(name, ...) KLPSH_SYSCALL_DEFINEx(4, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE5(name, ...) KLPSH_SYSCALL_DEFINEx(5, _##name, __VA_ARGS__)
#define KPATCH_SYSCALL_DEFINE6(name, ...) KLPSH_SYSCALL_DEFINEx(6, _##name, __VA_ARGS__)

#endif
