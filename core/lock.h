/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One writer at a time on a machine. Two flocks below /run/klpsh: `lock` is
 * held for a whole change, its waiting included; `write` only while something
 * is being changed. A verb that helps a stuck transition (reverse, poke,
 * force, disable) may run beside a change that only waits: it takes `write`
 * alone. Each file holds its holder as JSON; a free flock means it is stale.
 */
#ifndef KLPSH_CORE_LOCK_H
#define KLPSH_CORE_LOCK_H

#include "core/change.h"

#define RUN_DIR "/run/klpsh"

enum lock_kind { LOCK_WHOLE, LOCK_STEP };

/*
 * Take a lock below dir (created 0700). wait_ms: how long to try. Returns a
 * descriptor that holds it, -EBUSY (exit 6) with the holder's name in e, or
 * another negative errno. c says who we are.
 */
int lock_take(const char *dir, enum lock_kind kind, const struct change *c, int wait_ms, struct err *e);
/* Is it held? 1 with a sentence about the holder in e, 0, negative errno. */
int lock_peek(const char *dir, enum lock_kind kind, struct err *e);
/* Let go; takes the descriptor, returns -1. */
int lock_drop(int fd);

#endif
