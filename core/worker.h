/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that a change runs in: a fork of ourselves in a session of its
 * own, without terminal, hangup or our descriptors, with an empty environment
 * and only the capabilities it was given. For core/act.c alone.
 */
#ifndef KLPSH_CORE_WORKER_H
#define KLPSH_CORE_WORKER_H

#include "core/util.h"

struct worker {
	int channel; /* our end of a SOCK_SEQPACKET pair, non-blocking */
	int pid;
};

/*
 * Fork. In the child `fn` runs with its end of the channel (blocking), after
 * everything but that and the n descriptors of `keep` was closed; it must not
 * return. caps: bit by number of the capability. 0 or negative errno.
 */
int worker_start(void (*fn)(int channel, void *arg), void *arg, uint64_t caps, const int *keep, size_t n,
		 struct worker *ret);

#endif
