/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A helper process for reads that may block or take long: a fork of ourselves
 * that runs one function and writes bytes to a pipe. It dies with its parent,
 * has default signals, and is killed when its owner loses patience. The
 * function may use system calls, its stack and the memory it inherited; it
 * must not touch the terminal.
 */
#ifndef KLPSH_CORE_HELPER_H
#define KLPSH_CORE_HELPER_H

#include "core/util.h"

struct helper;
typedef void (*helper_fn)(int out, void *arg);

int helper_start(helper_fn fn, void *arg, struct helper **ret);
/* Becomes readable when helper_read has something to do. */
int helper_fd(const struct helper *h);
/* Non-blocking. 1: call again when readable, 0: the helper is done. */
int helper_read(struct helper *h);
/* Bytes that arrived and were not consumed yet; valid until the next read. */
const char *helper_data(const struct helper *h, size_t *ret_len);
void helper_consume(struct helper *h, size_t len);
/* Poll and read until done or the deadline: 0 done, -ETIMEDOUT, other errno. */
int helper_wait(struct helper *h, int timeout_ms);
/* Kills it if it still runs; reaps it, now or at a later call. */
struct helper *helper_free(struct helper *h);
DEFINE_CLEANUP(struct helper, helper_free)

#endif
