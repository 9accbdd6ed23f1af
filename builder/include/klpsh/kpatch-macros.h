/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For patch authors: what they tell the builder, by the names that patches
 * written for kpatch use. Callbacks and what to ignore stand in sections of
 * the compiled object that only klpsh's differ reads; none of them gets into
 * the module. Compiled within the kernel's tree, never into klpsh itself.
 *
 * .klpsh.callbacks.KIND: one pointer to the function.
 * .klpsh.ignore.functions: pointers; .klpsh.ignore.sections: strings, each with its NUL.
 */
#ifndef KLPSH_KPATCH_MACROS_H
#define KLPSH_KPATCH_MACROS_H

#include <linux/compiler.h>
#include <linux/livepatch.h>
#include <linux/printk.h>
#include <linux/version.h>

typedef struct klp_object patch_object;

/* The names are such that a second callback of a kind does not compile. */
#define KLPSH_CALLBACK(type, kind, fn)                                                                       \
	static type (*const klpsh_callback_##kind)(patch_object *)                                           \
		__attribute__((__used__, __section__(".klpsh.callbacks." #kind))) = fn

/* int fn(patch_object *): anything but 0 keeps the object from being patched. */
#define KPATCH_PRE_PATCH_CALLBACK(fn) KLPSH_CALLBACK(int, pre_patch, fn)
/* void fn(patch_object *) */
#define KPATCH_POST_PATCH_CALLBACK(fn) KLPSH_CALLBACK(void, post_patch, fn)
#define KPATCH_PRE_UNPATCH_CALLBACK(fn) KLPSH_CALLBACK(void, pre_unpatch, fn)
#define KPATCH_POST_UNPATCH_CALLBACK(fn) KLPSH_CALLBACK(void, post_unpatch, fn)

#define KLPSH_PASTE2(a, b) a##b
#define KLPSH_PASTE(a, b) KLPSH_PASTE2(a, b)

/* Take a section (a string), or a function, for unchanged. */
#define KPATCH_IGNORE_SECTION(name)                                                                          \
	static const char KLPSH_PASTE(klpsh_ignore_section_, __LINE__)[]                                     \
		__attribute__((__used__, __section__(".klpsh.ignore.sections"), __aligned__(1))) = name
#define KPATCH_IGNORE_FUNCTION(fn)                                                                           \
	static void *const KLPSH_PASTE(klpsh_ignore_function_, __LINE__)                                     \
		__attribute__((__used__, __section__(".klpsh.ignore.functions"))) = (void *)fn

/* Nothing is unsafe in the sense that it had: the kernel's consistency model is per task. */
#define KPATCH_FORCE_UNSAFE(fn) _Static_assert(sizeof(&(fn)), "a function")

/* Call through the key's pointer, not through a call that the kernel rewrites. */
#define KPATCH_STATIC_CALL(name) ((typeof(STATIC_CALL_TRAMP(name)) *)(STATIC_CALL_KEY(name).func))

/* printk without an entry in the kernel's index of messages. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 15, 0)
#define KPATCH_PRINTK(fmt, ...) _printk(fmt, ##__VA_ARGS__)
#else
#define KPATCH_PRINTK(fmt, ...) printk(fmt, ##__VA_ARGS__)
#endif

#endif
