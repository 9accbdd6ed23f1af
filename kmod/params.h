/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module parameters, words NAME=VALUE, as the one string, shorter than
 * PARAMS_MAX, that finit_module(2) takes. The kernel's parser (kernel/params.c,
 * next_arg() in lib/cmdline.c) splits at white space, keeps what stands between
 * double quotes together and knows no escape, so a value with a double quote
 * cannot be said.
 */
#ifndef KLPSH_KMOD_PARAMS_H
#define KLPSH_KMOD_PARAMS_H

#include "core/change.h"
#include "core/err.h"

/* Join n words; none gives "". *ret is the caller's. -EINVAL (exit 2) with e set, -E2BIG, -ENOMEM. */
int params_join(char *const *words, size_t n, char **ret, struct err *e);

#endif
