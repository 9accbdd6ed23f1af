/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keeper and the build process, on the far side of the front end's fork.
 * For builder/jail.c alone.
 */
#ifndef KLPSH_BUILDER_JAILKEEPER_H
#define KLPSH_BUILDER_JAILKEEPER_H

#include "builder/jail.h"

struct jail_start {
	int (*fn)(int channel, void *arg);
	void *arg;
	const struct jail_user *user;
	pid_t front;
	int channel;
	size_t n_keep;
	int keep[JAIL_KEEP_MAX + 1]; /* the channel is the last */
};

/* The first record, before any of fn's: how the start went. */
struct jail_started {
	int code;
	char text[sizeof(((struct err *)0)->text)];
	char hint[sizeof(((struct err *)0)->hint)];
};

/* In the forked child, with all signals blocked: drop, fork the build process, watch over it. */
_Noreturn void jail_keeper(const struct jail_start *s);

#endif
